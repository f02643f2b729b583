"""Scans of Keras code: what texts name, and remarks only where something differs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.lookup.catalogue import Catalogue
from api.scan.answer import ScannedCall, scan
from loader.model.dotted import leaf


def told(call: ScannedCall, kind: str) -> list[str]:
    assert call.differences is not None
    return [difference.text for difference in call.differences.applies if difference.kind == kind]


def test_texts_that_keras_resolves_are_names(catalogue: Catalogue) -> None:
    """At the place of the text, and with the defaults of what is made of it; `accuracy` depends on the loss."""
    source = (
        "import keras\nmodel = keras.Sequential([keras.layers.Dense(3, activation='gelu')])\n"
        "model.compile('adam', loss='sparse_categorical_crossentropy', metrics=['accuracy', 'auc', 'mse'])\n"
    )
    lines = source.splitlines()
    calls = {call.name: call for call in scan(catalogue, source).calls if lines[call.line - 1][call.column - 1] == "'"}
    assert list(calls) == [
        "tf.keras.activations.gelu",
        "tf.keras.optimizers.Adam",
        "tf.keras.losses.sparse_categorical_crossentropy",
        "tf.keras.metrics.AUC",
        "tf.keras.metrics.mse",
    ]
    adam = calls["tf.keras.optimizers.Adam"]
    assert adam.twin is not None
    assert adam.twin.name == "torch.optim.Adam"
    assert told(adam, "default") == ["epsilon is 1e-07 by default in TensorFlow, eps 1e-08 in PyTorch: pass eps=1e-07."]


def test_no_remark_on_defaults_that_mean_the_same(catalogue: Catalogue) -> None:
    source = (
        "from keras import layers as L\nL.ReLU(max_value=6)\nL.MaxPooling2D()\nL.BatchNormalization()\n"
        "import tensorflow as tf\nwith tf.GradientTape() as tape:\n    pass\n"
    )
    assert {leaf(call.name): told(call, "default") for call in scan(catalogue, source).calls} == {
        "ReLU": [],
        "MaxPooling2D": [],
        "BatchNormalization": [
            "momentum is 0.99 by default in TensorFlow, momentum 0.1 in PyTorch: pass momentum=0.01.",
            "epsilon is 0.001 by default in TensorFlow, eps 1e-05 in PyTorch: pass eps=0.001.",
        ],
        "GradientTape": [],
    }


def test_no_remark_on_arguments_that_nobody_passed(catalogue: Catalogue) -> None:
    """The object of a method is none of its arguments."""
    source = "import tensorflow as tf\nmodel = build()\nmodel.predict(x)\nmodel.compile('sgd', 'mse')\n"
    calls = {leaf(call.name): told(call, "argument") for call in scan(catalogue, source).calls}
    assert [text.split()[0] for text in calls["predict"]] == ["x"]
    assert [text.split()[0] for text in calls["compile"]] == ["optimizer", "loss"]


def test_what_another_library_draws_is_not_tensorflows(catalogue: Catalogue) -> None:
    source = "import numpy as np\nimport tensorflow as tf\nrng = np.random.default_rng(0)\nx = rng.normal(size=3)\n"
    assert [call.name for call in scan(catalogue, source).calls] == []


SCRIPTS = sorted(Path("examples/from_keras/in_keras").glob("[!_]*.py"))


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.stem for path in SCRIPTS])
def test_scripts_are_answered_call_by_call(catalogue: Catalogue, path: Path) -> None:
    """Every name of TensorFlow in them has a page, and a default is only told where another value is to be passed."""
    calls = scan(catalogue, path.read_text(encoding="utf-8")).calls
    assert calls
    assert [call.name for call in calls if call.status != "mapped"] == []
    assert [call.name for call in calls if call.name.startswith("tf.random.")] == []
    for call in calls:
        for text in told(call, "default") if call.differences else []:
            found = re.fullmatch(r"(\w+) is (.+) by default in TensorFlow, \w+ (.+) in PyTorch: pass \w+=(.+)\.", text)
            assert found is not None, text
            assert found[3] != found[4], text
