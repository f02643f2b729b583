"""Scans of Keras code: what texts name, and remarks only where something differs."""

from __future__ import annotations

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
