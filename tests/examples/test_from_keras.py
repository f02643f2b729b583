"""Keras scripts and their ports: equal by the drop-ins of the database alone, and told apart when one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.from_keras import prove as proof
from examples.from_keras.prove import Unequal, names, prove

CHANGES = [  # what people carry over by name
    ("image_classifier", "BatchNormalization()", "nn.BatchNorm2d(8)", "running|shape|size"),
    ("unet", 'strides=2, padding="same"', 'strides=2, padding="valid"', "size|shape"),
    ("gan_gradient_penalty", "between, create_graph=True", "between, retain_graph=True", ""),
    ("text_lstm", "self.embed(ids), ids != 0", "self.embed(ids)", ""),
    ("custom_loop", " + penalty(model.hidden.weight)", "", ""),
    ("time_series", "reset_after=False, ", "", "recipe|shape|size"),
]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own, where it reads a rate
@pytest.mark.parametrize("name", names())
def test_port_trains_as_the_script_does(name: str) -> None:
    parted = prove(name)
    assert parted.is_equal, parted


@pytest.mark.parametrize(("name", "old", "new", "error"), CHANGES, ids=[name for name, *_ in CHANGES])
def test_a_wrong_port_is_told_apart(
    name: str, old: str, new: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either it cannot take the weights or the data, or its training parts by more than rounding."""
    for side in ("in_keras", "in_torch"):
        (tmp_path / side).mkdir()
        text = (proof.FOLDER / side / f"{name}.py").read_text(encoding="utf-8")
        if side == "in_torch":
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / side / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(proof, "FOLDER", tmp_path)
    if error:
        with pytest.raises((Unequal, RuntimeError, ValueError, KeyError), match=error):
            prove(name)
    else:
        assert not prove(name).is_equal
