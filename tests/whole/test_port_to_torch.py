"""TensorFlow sources ported by the machine compute the same in PyTorch; what is left is declared."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from api.lookup.catalogue import Catalogue
from api.port.answer import PortAnswer, port
from api.port.plan.library import Library, libraries

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "examples/ports/from_tf"
SOURCES = sorted(FOLDER.glob("*/*.py"))
DECLARED: dict[str, str] = tomllib.loads((FOLDER / "declared.toml").read_text(encoding="utf-8"))
START = "import numpy as np\nimport tensorflow as tf\nfrom tensorflow import keras\n"


@pytest.fixture(scope="module")
def tf_library(catalogue: Catalogue) -> Library:
    return libraries(catalogue)["torch"]


@pytest.fixture(scope="module")
def frameworks() -> ModuleType:
    from examples import frameworks

    frameworks.configure()
    return frameworks


def names_left(ported: str) -> set[str]:
    """Names of TensorFlow that are still read in a port."""
    tree = ast.parse(ported)
    own = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return read & {"tf", "keras", "tensorflow", "layers", "K"} - own


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_name_of_tensorflow_is_left_in_the_text(catalogue: Catalogue, tf_library: Library, path: Path) -> None:
    assert names_left(port(catalogue, path.read_text(encoding="utf-8"), tf_library).source) == set()


def test_a_name_that_is_left_would_be_seen() -> None:
    assert names_left("import torch\ny = tf.abs(x) + torch.ones(2)") == {"tf"}


@pytest.mark.filterwarnings("ignore:Converting a tensor with requires_grad:UserWarning")  # by float(loss)
@pytest.mark.usefixtures("frameworks")
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_source_computes_the_same(catalogue: Catalogue, tf_library: Library, path: Path) -> None:
    from examples.port.snippets import difference, outcome

    source = path.read_text(encoding="utf-8")
    answer = port(catalogue, source, tf_library)
    reasons = [f"{left.name}: {left.reason}" for left in answer.left]
    if path.stem in DECLARED:
        assert any(DECLARED[path.stem] in reason for reason in reasons), reasons
        with pytest.raises(NotImplementedError):
            outcome(answer.source)
        return
    assert reasons == []
    assert difference(outcome(source), outcome(answer.source)) is None


def test_all_that_is_declared_is_there() -> None:
    assert set(DECLARED) <= {path.stem for path in SOURCES}
    assert len(SOURCES) - len(DECLARED) >= 40


@pytest.mark.usefixtures("frameworks")
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("/ (1 - first)", "/ (1 + first)"),  # in the answer for Adam
        ("x.sum((1,), keepdim=True", "x.sum((0,), keepdim=True"),
        (".to(torch.float64) / ", " / "),
        ("k = k + 1", "k += 1"),
    ],
)
def test_a_mistake_in_a_port_is_seen(catalogue: Catalogue, tf_library: Library, right: str, wrong: str) -> None:
    from examples.port.snippets import difference, outcome

    source = f"""{START}
x = tf.constant([[1.0, 2.0], [3.0, 5.0]])
y = tf.reduce_sum(x, axis=1, keepdims=True)
n = tf.range(3) / 2
k = tf.ones(2)
kept = k
k += 1
v = tf.Variable([1.0, 2.0])
optimizer = keras.optimizers.Adam(0.1)
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(v * v)
    optimizer.apply_gradients([(tape.gradient(loss, v), v)])
out = [y, n, v, kept]
"""
    ported = port(catalogue, source, tf_library).source
    assert right in ported
    assert difference(outcome(source), outcome(ported)) is None
    assert difference(outcome(source), outcome(ported.replace(right, wrong))) is not None


def ported(catalogue: Catalogue, library: Library, source: str) -> PortAnswer:
    return port(catalogue, START + source, library)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("x = tf.ones((2, 3))\ny = tf.add(x, 2.0)", "y = x + 2.0"),
        ("x = tf.ones((2, 3))\ny = tf.reshape(x, [3, -1])  # kept", "y = torch.reshape(x, [3, -1])  # kept"),
        ("n = tf.constant([1, 2]) / 2", "n = torch.tensor([1, 2], dtype=torch.int32).to(torch.float64) / 2"),
        ("def f(x: tf.Tensor) -> tf.Tensor:\n    return x", "def f(x: torch.Tensor) -> torch.Tensor:"),
        ("x = tf.ones((2, 3))\nn = tf.shape(x)[0]", "n = x.shape[0]"),
        ("x = tf.ones((2, 3))\nok = x.shape == [2, 3]", "ok = x.shape == tuple([2, 3])"),
        ("x = tf.ones((2, 3))\ny = x[:, ::-1]", "y = torch.flip(x, (1,))"),
        ("x = tf.ones(3)\nx += 1", "x = x + 1"),
        ("try:\n    pass\nexcept tf.errors.NotFoundError:\n    pass", 'not_ported("tf.errors.NotFoundError'),
    ],
)
def test_ported(catalogue: Catalogue, tf_library: Library, source: str, wanted: str) -> None:
    assert wanted in ported(catalogue, tf_library, source).source


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("model.fit(x, y)", "whether this is a model"),
        ("y = x.dtype == 'float32'", "a dtype of PyTorch equals no text"),
        ("layer = keras.layers.Masking()", "mask"),
        ("x = tf.ones(3)\ny = x * (x > 0)", "a mask beside numbers"),
        ("w = tf.Variable(tf.zeros((2, 3)))\nw[0].assign([1.0, 2.0, 3.0])", "a part of a variable"),
        ("m = keras.Sequential()\nw = m.trainable_variables[0]", "another order and layout"),
        ("with tf.GradientTape() as t:\n    y = 1\nj = t.jacobian(y, x)", "gradient(target, sources)"),
        ("opt = keras.optimizers.SGD(0.1)\nopt.learning_rate = 0.2", "Keras's own"),
        ("layer = keras.layers.Dense(3, kernel_initializer='he_normal')", "initializer"),
        ("y = keras.ops.gelu(x)", "no answer yet"),  # its default is another one than that of activations.gelu
        ("y = tf.not_a_name(3)", "not a public name of TensorFlow"),
        ("class A(keras.Model):\n    def train_step(self, data):\n        pass", "train_step is called by Keras"),
        ("class A(keras.layers.Dense):\n    pass", "is used as a value here"),
    ],
)
def test_left_with_a_reason_and_marked(catalogue: Catalogue, tf_library: Library, source: str, reason: str) -> None:
    answer = ported(catalogue, tf_library, source)
    assert any(reason in left.reason for left in answer.left), answer.left
    assert "not_ported(" in answer.source


@pytest.mark.parametrize(
    "text", ["", "x = 1", "import tensorflow as tf\nx = tf.(", "é = 'é'\nimport keras", "\0", "tf.a.b"]
)
def test_any_text_is_answered(catalogue: Catalogue, tf_library: Library, text: str) -> None:
    port(catalogue, text, tf_library)


def test_what_is_not_a_framework_s_stays_byte_for_byte(catalogue: Catalogue, tf_library: Library) -> None:
    source = "# é\nclass A:\r\n    def f(self, x):   # odd\n        return [x, *x] if x else {'a': 1}\n"
    assert port(catalogue, source, tf_library).source == source


def test_command_line(whole_database: Path) -> None:
    command = [sys.executable, "-m", "api", "port", "-", "--to", "torch", "--database", str(whole_database)]
    source = "import tensorflow as tf\n\ny = tf.abs(tf.ones(3))\n"
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("import torch\n")
    assert "torch.abs(" in done.stdout
    found = subprocess.run([*command, "--json"], input=source, capture_output=True, text=True, check=False)
    assert [call["name"] for call in json.loads(found.stdout)["calls"]] == ["tf.ones", "tf.abs"]
