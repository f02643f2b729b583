"""Sources ported: text in, text out. That it computes the same is shown where the frameworks are."""

from __future__ import annotations

import ast

import pytest

from api.lookup.catalogue import Catalogue
from api.port.answer import PortAnswer, port
from api.port.plan.library import Library


def body_of(answer: PortAnswer) -> str:
    """The ported text less imports and helpers."""
    return answer.source.rsplit("\n\n\n", 1)[-1] if "\ndef " in answer.source else answer.source


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("x = torch.zeros(2, 3)\ny = torch.clamp(x, min=0)  # kept", "y = tf.maximum(x, 0)  # kept"),
        ("x = torch.zeros(2, 3)\ny = x.view(-1, 2).permute(1, 0)", "y = tf.transpose(tf.reshape(x, (-1, 2)), [1, 0])"),
        ("x = torch.zeros(2, 3)\ny = torch.sum(x, dim=1)", "y = tf.reduce_sum(x, axis=1)"),
        ("x = torch.zeros(2, 3)\nx.add_(1)", "x = x + 1"),
        ("x = torch.zeros(2, 3)\nx[0, 1] = 5", "x = updated(x, lambda t: t[0, 1], 5)"),
        ("x = torch.zeros(2, 3)\nx.mul_(2).add_(1)", "x = (x * 2) + 1"),
        ("x = torch.zeros(2)\ny = torch.ones(2)\ntorch.add(x, y, out=y)", "y = x + y"),
        ("x = torch.arange(6)\ny = x / 2", "y = keras.ops.true_divide(x, 2)"),
        ("x = torch.randn(3)\ny = x / 2", "y = x / 2"),
        ("x = torch.randn(3)\nx = x.to('cuda').double()", "x = tf.cast(x, tf.float64)"),
        ("act = torch.tanh\n", None),
        ("d = torch.float64\n", "d = tf.float64"),
        ("x = torch.randn(3, 3)\nv = torch.sort(x, dim=1)[0]", None),
        ("print(f'{torch.randn(2).mean().item():.2f}')", None),
    ],
)
def test_ported(library: Library, catalogue: Catalogue, source: str, wanted: str | None) -> None:
    answer = port(catalogue, f"import torch\n{source}\n", library)
    assert answer.left == []
    assert "torch." not in body_of(answer)
    ast.parse(answer.source)
    if wanted is not None:
        assert answer.source.rstrip("\n").split("\n")[-1] == wanted


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x = torch.zeros(2)\ny = x.view(-1)\nx.add_(1)\nprint(y)", "shares its memory"),
        ("a = [1]\ny = torch.nn.Embedding(3, 2, max_norm=1.0)", "max_norm"),
        ("x = torch.randn(2, generator=g)", "generator"),
        ("y = torch.not_a_name(3)", "not a public name"),
        (
            "for i in range(3):\n    x = torch.zeros(2)\n    row = x[0:1]\n    row += 1\n    print(x)",
            "shares its memory",
        ),
    ],
)
def test_left_with_a_reason_and_marked(library: Library, catalogue: Catalogue, source: str, reason: str) -> None:
    answer = port(catalogue, f"import torch\n{source}\n", library)
    assert len(answer.left) == 1
    assert reason in answer.left[0].reason + answer.left[0].todo
    assert answer.left[0].line > 1
    assert "not_ported(" in body_of(answer)


def test_a_list_that_grows_is_no_constant(library: Library, catalogue: Catalogue) -> None:
    source = (
        "import torch\nparts = []\nfor i in range(3):\n    parts.append(torch.zeros(2))\ny = torch.cat(parts, dim=0)\n"
    )
    answer = port(catalogue, source, library)
    assert "[]" not in body_of(answer).split("\n")[-1] + body_of(answer).split("\n")[-2]


def test_what_is_not_a_framework_s_stays_byte_for_byte(library: Library, catalogue: Catalogue) -> None:
    source = "import os\n\n# a comment\ndef  f( a,b ):\n    return {  'x':a }   # äöü\n\n\nprint( f(1 , 2) )\n"
    assert port(catalogue, source, library).source == source


def test_a_module_becomes_a_model(library: Library, catalogue: Catalogue) -> None:
    source = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3)])
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return nn.functional.dropout(x, 0.5, self.training) * self.scale


model = Net()
model.eval()
y = model(torch.zeros(2, 3))
"""
    answer = port(catalogue, source, library)
    assert answer.left == []
    assert "class Net(keras.Model):" in answer.source
    assert "def call(self, x, training=False):" in answer.source
    assert "self.layers_ = [tf.keras.layers.Dense(3)]" in answer.source
    assert "y = model(tf.zeros((2, 3)), training=False)" in answer.source
    assert "model.eval()" not in answer.source
    assert "def load_state(model, state):" in answer.weights


def test_a_training_loop_becomes_a_tape(library: Library, catalogue: Catalogue) -> None:
    source = """import torch
from torch import nn

model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x in [torch.zeros(2, 3)]:
    optimizer.zero_grad()
    loss = model(x).pow(2).mean()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
"""
    answer = port(catalogue, source, library)
    assert answer.left == []
    assert "    with tf.GradientTape() as tape:\n        loss = " in answer.source
    assert "gradients = tape.gradient(loss, model.trainable_variables)" in answer.source
    assert "gradients, _ = tf.clip_by_global_norm(gradients, 1.0)" in answer.source
    assert "optimizer.apply_gradients(zip(gradients, model.trainable_variables))" in answer.source
    assert "backward" not in answer.source


@pytest.mark.parametrize(
    "text",
    ["", "x = (", "import torch\nx = torch.zeros(2\ny = 3\n", "\x00", "\ufeffimport torch",
     "import torch; x = torch.ones(2); x.add_(1)",
     "for a in b:\n" * 1 + "".join(" " * i + "for a in b:\n" for i in range(1, 40)) + " " * 40 + "pass\n",
     "import torch\nx = " + "-" * 90 + "torch.ones(1)\n", "x = '\ud800'"],
)  # fmt: skip
def test_any_text_is_answered(library: Library, catalogue: Catalogue, text: str) -> None:
    port(catalogue, text, library)


def test_annotations_tell_and_do_nothing(library: Library, catalogue: Catalogue) -> None:
    head = "def f(x: Tensor, layer: nn.Linear) -> tuple[Tensor, nn.Module]:"
    source = f"from torch import Tensor, nn\n\n\n{head}\n    return x\n"
    answer = port(catalogue, source, library)
    assert answer.left == []
    assert "def f(x: tf.Tensor, layer: tf.keras.layers.Dense) -> tuple[tf.Tensor, keras.Model]:" in answer.source


MODES = """import torch
from torch import nn


def train(model, loader, optimizer, criterion):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()


@torch.no_grad()
def evaluate(model, x):
    model.eval()
    return model(x)
"""


def test_the_mode_of_a_parameter_goes_with_its_calls(library: Library, catalogue: Catalogue) -> None:
    answer = port(catalogue, MODES, library)
    assert answer.left == []
    assert "    return model(x, training=False)\n" in answer.source
    assert "            loss = criterion(model(x, training=True), y)\n" in answer.source
    assert "optimizer.apply_gradients(zip(gradients, model.trainable_variables))" in answer.source
    assert not any(word in answer.source for word in (".train()", ".eval()", "zero_grad", "no_grad", "backward"))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("what.train()", "model or an optimizer is not known"),
        ("what.load_state_dict(state)", "model or an optimizer is not known"),
        ("for p in parts:\n    p -= 0.1 * p", "what a loop goes over"),
        ("torch.hub.load('a', 'b')", "torch.hub.load has no answer yet"),
        ("use(torch)", "passed on as a value"),
    ],
)
def test_what_is_asked_of_the_unknown_is_left(
    library: Library, catalogue: Catalogue, statement: str, reason: str
) -> None:
    answer = port(catalogue, f"import torch\n{statement}\n", library)
    assert [left for left in answer.left if reason in left.reason]
    assert "not_ported(" in body_of(answer)


def test_a_statement_that_does_nothing_any_more_goes(library: Library, catalogue: Catalogue) -> None:
    source = "import torch\nx = torch.ones(2)\nx.requires_grad_(True)\nx = x.to('cuda')\nx.cpu()\ny = x\n"
    assert body_of(port(catalogue, source, library)).endswith("x = tf.ones((2,))\ny = x\n")


def test_other_libraries_keep_their_methods(library: Library, catalogue: Catalogue) -> None:
    source = "import torch\nfrom elsewhere import Trainer\n\ntrainer = Trainer()\ntrainer.train()\n"
    answer = port(catalogue, source, library)
    assert answer.left == []
    assert answer.source.endswith("trainer.train()\n")


def test_a_condition_that_is_not_decided_is_not_passed_over(library: Library, catalogue: Catalogue) -> None:
    """Rewrites hold one after the other: the last, without a condition, is for what none before it takes."""
    source = "import torch\n\n\ndef f(a: torch.Tensor, b: torch.Tensor):\n    return torch.matmul(a, b)\n"
    assert "len(other.shape) == 1" in port(catalogue, source, library).source


def test_what_stays_different_is_told_of_the_call(library: Library, catalogue: Catalogue) -> None:
    answer = port(catalogue, "from torch import nn\n\nlayer = nn.BatchNorm1d(3)\nother = nn.ReLU()\n", library)
    norm, relu = (call for call in answer.calls if call.name.startswith("torch.nn."))
    assert any("n - 1" in note for note in norm.notes)
    assert relu.notes == []
