"""The checkers checked: wrong mappings are planted, and each must be caught, for the right reason."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from examples.runner.client import ROOT, Worker
from examples.runner.request import Request
from examples.verify.mutate import mutations


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


BASE: dict[str, Any] = {"twins": ["tf.identity"], "kind": "function", "relation": "identical", "summary": "Planted."}
LINEAR_WEIGHTS = {"weight": {"to": "kernel", "transform": "w.T"}, "bias": {"to": "bias"}}


def verdict(worker: Worker, folder: Path, mapping: dict[str, Any], timeout: float | None = None, **example: Any) -> str:
    """What the runner says of one planted example: the failure, or `holds`."""
    name = mapping.get("name", "torch.planted")
    example = {"name": "planted", "compare": ["y"], "inputs": {"x": "rng.normal(size=(2, 3))"}, **example}
    path = folder / "mappings" / "planted" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(BASE | {"name": name} | mapping | {"examples": [example]}, sort_keys=False))
    answer = worker.ask(Request("example", path, "planted"), timeout)
    return str(answer.get("failure", "holds"))


def swept(worker: Worker, folder: Path, mapping: dict[str, Any]) -> str:
    path = folder / "mappings" / "planted" / f"{mapping['name']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(BASE | mapping, sort_keys=False))
    return str(worker.ask(Request("sweep", path)).get("failure", "holds"))


PLANTED: dict[str, tuple[dict[str, Any], str]] = {
    "swapped arguments": (
        {"torch": "y = torch.sub(x, torch.exp(x))", "tf": "y = tf.subtract(tf.exp(x), x)"},
        "y (values): largest difference",
    ),
    "a wrong axis of the same size": (
        {
            "inputs": {"x": {"value": "rng.normal(size=(3, 3))", "allow": "planted"}},
            "torch": "y = torch.softmax(x, dim=0)",
            "tf": "y = tf.nn.softmax(x, axis=1)",
        },
        "y (values)",
    ),
    "inputs that cannot tell axes apart": (
        {
            "inputs": {"x": "rng.normal(size=(3, 3))"},
            "torch": "y = torch.softmax(x, dim=1)",
            "tf": "y = tf.nn.softmax(x)",
        },
        "not all different",
    ),
    "a dropped epsilon": (
        {
            "inputs": {"x": "1e-3 * rng.normal(size=(2, 5))"},
            "torch": "y = F.layer_norm(x, (5,), eps=1e-3)",
            "tf": "y = (x - tf.reduce_mean(x, -1, True)) / tf.math.reduce_std(x, -1, True)",
        },
        "y (values)",
    ),
    "a detached gradient": (
        {"torch": "y = x * torch.exp(x)", "tf": "y = x * tf.stop_gradient(tf.exp(x))"},
        "gradient of x (gradients)",
    ),
    "a gradient cut off": (
        {"torch": "y = torch.exp(x)", "tf": "y = tf.stop_gradient(tf.exp(x))"},
        "no gradient reaches",
    ),
    "another dtype": (
        {"torch": "y = torch.argmax(x, 1)", "tf": "y = tf.argmax(x, 1, output_type=tf.int32)"},
        "y (dtype): int64 in PyTorch, int32 in TensorFlow",
    ),
    "another shape": (
        {"torch": "y = x.sum(1, keepdim=True)", "tf": "y = tf.reduce_sum(x, 1)"},
        "y (shape): [2, 1] in PyTorch, [2] in TensorFlow",
    ),
    "NaN on both sides": (
        {"torch": "y = torch.sqrt(-x * x)", "tf": "y = tf.sqrt(-x * x)"},
        "NaN",
    ),
    "an output that does not depend on the input": (
        {"torch": "y = torch.zeros(2) + 0 * x.sum()", "tf": "y = tf.zeros(2) + 0 * tf.reduce_sum(x)"},
        "does not depend on the input",
    ),
    "a result that was typed in": (
        {
            "inputs": {"x": {"value": "rng.integers(1, 9, size=(2, 3))", "dtype": "int64"}},
            "torch": "y = x.sum()",
            "tf": "y = tf.constant(int(np.random.default_rng(0).integers(1, 9, size=(2, 3)).sum()), tf.int64)",
        },
        "with other inputs",
    ),
    "a keyword that proves nothing": (
        {"torch": "y = x.sum(1)", "tf": "y = tf.reduce_sum(x, axis=1, keepdims=False)"},
        "passes without reduce_sum.keepdims",
    ),
    "a counter-example that matches": (
        {"torch": "y = torch.exp(x)", "tf": "y = tf.exp(x)", "outcome": "differ", "differ": ["values"]},
        "what differs is nothing",
    ),
    "an error that does not come": (
        {"torch": "y = torch.exp(x)", "tf": "y = tf.exp(x)", "outcome": "error", "error": {"tf": "ValueError"}},
        "raised nothing",
    ),
    "an error of another class": (
        {"torch": "y = torch.exp(x)", "tf": "y = tf.exp(nothing)", "outcome": "error", "error": {"tf": "ValueError"}},
        "raised NameError",
    ),
    "a needless reason": (
        {"torch": "y = torch.exp(x)", "tf": "y = tf.exp(x)", "gradients": "planted"},
        "is not needed",
    ),
    "a needless reason where no gradient arrives": (
        {"torch": "y = torch.floor(x * 9)", "tf": "y = tf.floor(x * 9)", "gradients": "planted"},
        "is not needed",
    ),
    "a needless tolerance": (
        {
            "torch": "y = torch.exp(x)",
            "tf": "y = tf.exp(x)",
            "tolerance": {"rtol": 1.0e-3, "atol": 1.0e-3, "why": "planted"},
        },
        "the tolerance is not needed",
    ),
    "another distribution": (
        {
            "inputs": {},
            "torch": "y = torch.randn(40, 50)",
            "tf": "y = tf.random.uniform((40, 50))",
            "random": "planted",
        },
        "the distributions differ",
    ),
    "too few random numbers": (
        {"inputs": {}, "torch": "y = torch.randn(7)", "tf": "y = tf.random.normal((7,))", "random": "planted"},
        "prove little",
    ),
    "a snippet that raises": ({"torch": "y = torch.exp(x)", "tf": "y = tf.exp(z)"}, "TensorFlow raised NameError"),
    "an incomparable result": ({"torch": "y = torch.nn", "tf": "y = tf.nn"}, "cannot be compared"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_example_is_caught(worker: Worker, tmp_path: Path, name: str) -> None:
    example, reason = PLANTED[name]
    assert reason in verdict(worker, tmp_path, {}, **example)


def test_right_example_holds(worker: Worker, tmp_path: Path) -> None:
    assert verdict(worker, tmp_path, {}, torch="y = torch.exp(x)", tf="y = tf.exp(x)") == "holds"


LAYERS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "transposed weights": (
        {"weight": {"to": "kernel"}, "bias": {"to": "bias"}},
        "layer = nn.Linear(4, 4)",
        "layer = tf.keras.layers.Dense(4)",
        "y (values)",
    ),
    "weights left behind": (
        {"weight": {"to": "kernel", "transform": "w.T"}, "bias": {"unused": "planted"}},
        "layer = nn.Linear(4, 3)",
        "layer = tf.keras.layers.Dense(3)",
        "nothing is carried to",
    ),
    "an entry that the recipe forgets": (
        {"weight": {"to": "kernel", "transform": "w.T"}},
        "layer = nn.Linear(4, 3)",
        "layer = tf.keras.layers.Dense(3)",
        "what becomes of 'bias'",
    ),
    "a variable that does not exist": (
        LINEAR_WEIGHTS | {"bias": {"to": "beta"}},
        "layer = nn.Linear(4, 3)",
        "layer = tf.keras.layers.Dense(3)",
        "no variable of the layer",
    ),
    "the right recipe": (
        LINEAR_WEIGHTS,
        "layer = nn.Linear(4, 3)",
        "layer = tf.keras.layers.Dense(3)",
        "holds",
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_planted_weights(worker: Worker, tmp_path: Path, name: str) -> None:
    weights, ours, theirs, reason = LAYERS[name]
    mapping = {"kind": "layer", "state": weights}
    example: dict[str, Any] = {
        "inputs": {"x": "rng.normal(size=(2, 4))"},
        "carry": "layer",
        "torch": f"{ours}\ny = layer(x)",
        "tf": f"{theirs}\ny = layer(x)",
    }
    assert reason in verdict(worker, tmp_path, mapping, **example)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (("query", "key", "value"), "holds"),
        (("query", "value", "key"), "y (values)"),
        (("query", "key"), "nothing is carried to"),
    ],
)
def test_entry_that_feeds_several_variables(
    worker: Worker, tmp_path: Path, parts: tuple[str, ...], reason: str
) -> None:
    kernels = {f"{part}/kernel": f"np.split(w, 3)[{i}].T.reshape(shape)" for i, part in enumerate(parts)}
    weights = {
        "in_proj_weight": {"to": kernels},
        "out_proj.weight": {"to": "attention_output/kernel", "transform": "w.T.reshape(shape)"},
    }
    example: dict[str, Any] = {
        "inputs": {"x": "rng.normal(size=(2, 5, 6))"},
        "carry": "layer",
        "torch": "layer = nn.MultiheadAttention(6, 3, bias=False, batch_first=True)\ny = layer(x, x, x)[0]",
        "tf": "layer = tf.keras.layers.MultiHeadAttention(3, 2, use_bias=False)\ny = layer(x, x)",
    }
    assert reason in verdict(worker, tmp_path, {"kind": "layer", "state": weights}, **example)


@pytest.mark.parametrize(("momentum", "reason"), [(0.1, "state running_mean (state)"), (0.9, "holds")])
def test_momentum_read_the_wrong_way_round(worker: Worker, tmp_path: Path, momentum: float, reason: str) -> None:
    weights = {
        "weight": {"to": "gamma"},
        "bias": {"to": "beta"},
        "running_mean": {"to": "moving_mean"},
        "running_var": {"to": "moving_variance"},
        "num_batches_tracked": {"unused": "Keras does not count batches"},
    }
    example: dict[str, Any] = {
        "inputs": {"x": "0.2 + 0.002 * rng.normal(size=(41, 3))"},
        "carry": "layer",
        "torch": "layer = nn.BatchNorm1d(3, eps=1e-2)\ny = layer(x)",
        # A small variance, so that n and n - 1 agree within the tolerance.
        "tf": f"layer = tf.keras.layers.BatchNormalization(-1, {momentum}, 1e-2)\ny = layer(x, training=True)",
    }
    assert reason in verdict(worker, tmp_path, {"kind": "layer", "state": weights}, **example)


def test_optimizer_with_another_epsilon(worker: Worker, tmp_path: Path) -> None:
    said = verdict(
        worker,
        tmp_path,
        {"name": "torch.optim.Adam", "kind": "optimizer"},
        inputs={},
        compare=[],
        torch="optimizer = torch.optim.Adam(params, lr=0.1, eps=0.1)",
        tf="optimizer = tf.keras.optimizers.Adam(0.1)",
    )
    assert "weights (values)" in said


def test_schedule_that_decays_elsewhere(worker: Worker, tmp_path: Path) -> None:
    said = verdict(
        worker,
        tmp_path,
        {"name": "torch.optim.lr_scheduler.StepLR", "kind": "scheduler"},
        inputs={},
        compare=[],
        torch="optimizer = torch.optim.SGD(params, lr=0.1)\n"
        "scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 7, 0.5)",
        tf="schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 7, 0.5)",
    )
    assert "rates" in said


def sweep_mapping(body: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "torch.trunc",
        "relation": "partial",
        "signatures": [
            {
                "parameters": {"input": "x"},
                "drop_in": f"def trunc(input):\n    return {body}\n",
            }
        ],
    } | more


def test_sweep_holds(worker: Worker, tmp_path: Path) -> None:
    body = "tf.cast(tf.sign(input), input.dtype) * tf.floor(tf.abs(input)) if input.dtype.is_floating else input"
    assert swept(worker, tmp_path, sweep_mapping(body)) == "holds"


def test_sweep_finds_a_wrong_drop_in(worker: Worker, tmp_path: Path) -> None:
    assert "samples do not match" in swept(worker, tmp_path, sweep_mapping("tf.floor(input)"))


def gelu_mapping(body: str, **more: Any) -> dict[str, Any]:
    signature = {"parameters": {"approximate": "approximate"}, "drop_in": f"def GELU(approximate='none'):\n{body}"}
    exceptions = {"dtypes": {"float64": "The constants are in single precision."}} | more.pop("exceptions", {})
    return {
        "name": "torch.nn.GELU",
        "kind": "layer",
        "relation": "partial",
        "signatures": [signature | more],
        "exceptions": exceptions,
    }


GELU = "    return tf.keras.layers.Activation(lambda x: tf.nn.gelu(x, approximate == 'tanh'))\n"
TANH = ["torch.nn.GELU('tanh')(floats(3, 40))"]


@pytest.mark.parametrize(
    ("body", "more", "said"),
    [
        (GELU, {"samples": TANH}, "holds"),
        (GELU, {}, "gives approximate a value other than the default"),
        (GELU.replace("approximate == 'tanh'", "False"), {"samples": TANH}, "samples do not match"),
        (GELU, {"exceptions": {"parameters": {"approximate": "Planted."}}}, "holds"),
        (GELU, {"samples": TANH, "exceptions": {"parameters": {"approximate": "Planted."}}}, "is not needed"),
        (GELU, {"samples": ["torch.nn.GELU(speed)(floats(3))"]}, "what is `speed`?"),
    ],
    ids=["shown", "unshown", "ignored", "excepted", "needless", "unreadable"],
)
def test_each_parameter_is_shown_at_work(
    worker: Worker, tmp_path: Path, body: str, more: dict[str, Any], said: str
) -> None:
    assert said in swept(worker, tmp_path, gelu_mapping(body, **more))


@pytest.mark.parametrize("wrong", [False, True])
def test_initial_weights_are_those_that_were_asked_for(worker: Worker, tmp_path: Path, wrong: bool) -> None:
    mapping = yaml.safe_load(next(Path("mappings").glob("*/torch.nn.PReLU.yaml")).read_text())
    drop_in = mapping["signatures"][0]["drop_in"]
    if wrong:
        mapping["signatures"][0]["drop_in"] = drop_in.replace("Constant(self.init)", "Constant(0.25)")
        assert mapping["signatures"][0]["drop_in"] != drop_in
    said = swept(worker, tmp_path, mapping)
    assert "init=0.7" in said and "do not match" in said if wrong else said == "holds"


@pytest.mark.parametrize(("scale", "said"), [("1.0", "holds"), ("(1 - p)", "the distributions differ")])
def test_what_a_layer_draws_is_of_one_distribution(worker: Worker, tmp_path: Path, scale: str, said: str) -> None:
    body = (
        "    class Drop(tf.keras.layers.Layer):\n"
        "        def call(self, x, training=False):\n"
        f"            return tf.nn.dropout(x, p) * {scale} if training else x\n"
        "    return Drop()\n"
    )
    mapping = {
        "name": "torch.nn.Dropout",
        "kind": "layer",
        "relation": "partial",
        "signatures": [
            {
                "parameters": {"p": "rate"},
                "drop_in": f"def Dropout(p=0.5):\n{body}",
                "samples": ["torch.nn.Dropout(0.3)(floats(40, 30))"],
            }
        ],
    }
    assert said in swept(worker, tmp_path, mapping)


@pytest.mark.parametrize(
    ("rewrite", "said"),
    [
        ({"when": "not is_floating(input)", "to": "tf.identity({input})"}, "holds"),
        ({"when": "is_floating(input)", "to": "tf.floor({input})"}, "written as `tf.floor({input})`"),
        ({"when": "input.ndim == 9", "to": "tf.identity({input})"}, "nothing runs it"),
    ],
    ids=["right", "wrong", "never"],
)
def test_sweep_runs_what_a_rewrite_says(worker: Worker, tmp_path: Path, rewrite: dict[str, str], said: str) -> None:
    body = "tf.cast(tf.sign(input), input.dtype) * tf.floor(tf.abs(input)) if input.dtype.is_floating else input"
    mapping = sweep_mapping(body)
    mapping["signatures"][0]["rewrites"] = [rewrite]
    assert said in swept(worker, tmp_path, mapping)


@pytest.mark.parametrize(("axis", "said"), [("dim", "holds"), ("0", "samples do not match")])
def test_sweep_of_a_name_that_torch_lists_as_an_alias(worker: Worker, tmp_path: Path, axis: str, said: str) -> None:
    mapping = {
        "name": "torch.nn.functional.softmax",
        "relation": "partial",
        "signatures": [
            {
                "parameters": {"input": "logits", "dim": "axis", "dtype": {"note": "cast first"}},
                "drop_in": "def softmax(input, dim, dtype=None):\n"
                "    input = input if dtype is None else tf.cast(input, dtype)\n"
                f"    return tf.nn.softmax(input, {axis}) if input.shape.rank else tf.ones_like(input)\n",
            }
        ],
    }
    assert said in swept(worker, tmp_path, mapping)


@pytest.mark.parametrize(("chosen", "said"), [("input, other", "holds"), ("other, input", "samples do not match")])
def test_sweep_calls_a_function_as_its_users_do(worker: Worker, tmp_path: Path, chosen: str, said: str) -> None:
    mapping = {
        "name": "torch.where",
        "signatures": [
            {
                "parameters": {"condition": "condition", "input": "x", "other": "y"},
                "drop_in": f"def where(condition, input, other):\n    return tf.where(condition, {chosen})\n",
            }
        ],
    }
    assert said in swept(worker, tmp_path, mapping)


LOSS = """\
def BCELoss(weight=None, reduction="mean"):
    def loss(input, target):
        log_one = tf.maximum(tf.math.log(input), -100)
        log_zero = tf.maximum(tf.math.log1p(-input), -100)
        each = -(target * log_one + (1 - target) * log_zero) * (1 if weight is None else WEIGHT)
        if reduction == "none":
            return each
        return tf.reduce_sum(each) if reduction == "sum" else tf.reduce_mean(each)

    return loss
"""


@pytest.mark.parametrize(
    ("weight", "weights", "said"),
    [
        ("weight", {"weight": {"unused": "a constructor argument"}}, "holds"),
        ("1", {"weight": {"unused": "a constructor argument"}}, "samples do not match"),
        ("weight", {}, "what becomes of 'weight'"),
        ("weight", {"weight": {"to": "kernel"}}, "is not a Keras layer"),
    ],
)
def test_sweep_of_a_loss_whose_state_goes_nowhere(
    worker: Worker, tmp_path: Path, weight: str, weights: dict[str, Any], said: str
) -> None:
    mapping = {
        "name": "torch.nn.BCELoss",
        "kind": "loss",
        "relation": "composed",
        "signatures": [
            {
                "parameters": {"weight": {"note": "multiply"}, "reduction": {"note": "reduce"}},
                "drop_in": LOSS.replace("WEIGHT", weight),
            }
        ],
        "state": weights,
    }
    assert said in swept(worker, tmp_path, mapping)


@pytest.mark.parametrize(("weighted", "said"), [("w * e", "holds"), ("w * w * e", "samples do not match")])
def test_sweep_leaves_out_the_gradient_that_pytorch_refuses(
    worker: Worker, tmp_path: Path, weighted: str, said: str
) -> None:
    mapping = {
        "name": "torch.nn.functional.binary_cross_entropy",
        "relation": "composed",
        "signatures": [
            {
                "parameters": {x: {"note": "planted"} for x in ("input", "target", "weight", "reduction")},
                "drop_in": "def binary_cross_entropy(input, target, weight=None, reduction='mean'):\n"
                "    w = 1 if weight is None else weight\n"
                "    log_one = tf.maximum(tf.math.log(input), -100)\n"
                "    log_zero = tf.maximum(tf.math.log1p(-input), -100)\n"
                "    e = -(target * log_one + (1 - target) * log_zero)\n"
                f"    e = {weighted}\n"
                "    if reduction == 'none':\n        return e\n"
                "    return tf.reduce_sum(e) if reduction == 'sum' else tf.reduce_mean(e)\n",
            }
        ],
    }
    assert said in swept(worker, tmp_path, mapping)


REFUSED = "y = F.soft_margin_loss({}, target)"


@pytest.mark.parametrize(
    ("torch", "tf", "said"),
    [
        (REFUSED.format("x"), "y = tf.reduce_mean(tf.nn.softplus(-target * x))", "holds"),
        (
            REFUSED.format("x"),
            "y = tf.reduce_mean(tf.nn.softplus(-target * tf.stop_gradient(x)))",
            "no gradient reaches it in TensorFlow",
        ),
        (REFUSED.format("torch.ones(2, 3)"), "y = tf.reduce_mean(tf.nn.softplus(-target))", "not differentiable"),
    ],
)
def test_example_leaves_out_the_gradient_that_pytorch_refuses(
    worker: Worker, tmp_path: Path, torch: str, tf: str, said: str
) -> None:
    names = ("x", "target") if "(x," in torch else ("target",)
    inputs = dict.fromkeys(names, "rng.normal(size=(2, 3))")
    assert said in verdict(worker, tmp_path, {}, inputs=inputs, torch=torch, tf=tf)


@pytest.mark.parametrize(
    ("methods", "also", "said"),
    [
        (["trunc", "trunc_", "fix", "fix_"], ["torch.fix", "torch.trunc_"], "holds"),
        (["trunc", "floor"], [], "floor is not the function"),
        (["trunc", "floor_"], [], "floor_ is not the function"),
        (["trunc"], ["torch.floor"], "torch.floor is not the function"),
    ],
)
def test_sweep_compares_spellings(
    worker: Worker, tmp_path: Path, methods: list[str], also: list[str], said: str
) -> None:
    body = "tf.cast(tf.sign(input), input.dtype) * tf.floor(tf.abs(input)) if input.dtype.is_floating else input"
    assert said in swept(worker, tmp_path, sweep_mapping(body, methods=methods, also=also))


def test_limit_that_never_occurs(worker: Worker, tmp_path: Path) -> None:
    body = "tf.cast(tf.sign(input), input.dtype) * tf.floor(tf.abs(input)) if input.dtype.is_floating else input"
    limits = [{"when": "input.ndim == 0", "reason": "planted"}]
    assert "never occurs" in swept(worker, tmp_path, sweep_mapping(body, limits=limits))


def test_snippet_that_hangs_fails_alone(worker: Worker, tmp_path: Path) -> None:
    said = verdict(worker, tmp_path, {}, torch="while True: pass\ny = x", tf="y = x", timeout=6.0)
    assert "stopped after 6 seconds" in said
    assert verdict(worker, tmp_path, {}, torch="y = torch.exp(x)", tf="y = tf.exp(x)") == "holds"


def test_snippet_that_crashes_the_interpreter_fails_alone(worker: Worker, tmp_path: Path) -> None:
    crash = "import os\nos.abort()\ny = x"
    assert "crashed" in verdict(worker, tmp_path, {}, torch=crash, tf="y = x")
    assert verdict(worker, tmp_path, {}, torch="y = torch.exp(x)", tf="y = tf.exp(x)") == "holds"


def test_snippet_that_prints_megabytes(worker: Worker, tmp_path: Path) -> None:
    loud = "import os\nprint('x' * 5_000_000)\nos.write(1, b'x' * 5_000_000)\ny = torch.exp(x)"
    assert verdict(worker, tmp_path, {}, torch=loud, tf="y = tf.exp(x)") == "holds"


def test_importing_the_frameworks_says_nothing_but_errors() -> None:
    code = (
        "import os\nfrom examples import frameworks\nwith frameworks._without_notices():\n"
        " os.write(2, b'I0000 1 port.cc:1] on\\nE0000 1 a.cc:1] broken\\n')"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert said.stderr == "E0000 1 a.cc:1] broken\n"


def test_file_without_examples_says_so() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "mappings/math/module.yaml", "mappings/math/module.zh.yaml"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    for name in ("module", "module.zh"):
        assert f"mappings/math/{name}.yaml holds no examples: it describes a module, or translates" in said.stdout
    assert "not found" not in said.stdout + said.stderr


def test_every_keyword_is_mutated_once() -> None:
    found = dict(mutations("y = tf.f(tf.g(x, a=1), b=2, c=3)"))
    assert found == {
        "f.b": "y = tf.f(tf.g(x, a=1), c=3)",
        "f.c": "y = tf.f(tf.g(x, a=1), b=2)",
        "g.a": "y = tf.f(tf.g(x), b=2, c=3)",
    }
