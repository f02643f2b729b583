"""A worked program and its port from the same weights: the losses of each step, and what they predict."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.compare.values import tf_array, torch_array
from examples.frameworks import np, reset, tf
from examples.sources import module_from

SEED = 7


@dataclass(frozen=True)
class Parted:
    """The largest differences, relative to numbers above 1; of the losses, and of the predictions after training."""

    losses: float
    predictions: float


def load(name: str, text: str, folder: Path) -> Any:
    """A source as a module."""
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return module_from(path, name)


def measure(source: str, ported: str, weights: str) -> Parted:
    """Both train from the weights of the PyTorch program, and save and load what they have learnt."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        reset(SEED)
        theirs = load("program_in_torch", source, folder)
        model = theirs.build()
        entries = model if isinstance(model, dict) else model.state_dict()
        state = {name: torch_array(value).copy() for name, value in entries.items()}
        losses = [float(loss) for loss in theirs.train(model)]
        wanted = torch_array(theirs.predict(model))
        reset(SEED)
        ours = load("program_as_ported", f"{ported}\n\n{weights}", folder)
        twin = ours.build()
        if isinstance(twin, dict) and not hasattr(ours, "load_state"):
            twin.update({name: tf.constant(value) for name, value in state.items()})
        else:
            ours.predict(twin)  # builds it
            ours.load_state(twin, state)
        found = [float(loss) for loss in ours.train(twin)]
        predicted = _array(ours.predict(twin))
        restored = _array(ours.predict(ours.save_and_load(twin, folder)))
    if not np.array_equal(restored, predicted):
        raise AssertionError("the port predicts something else after saving and loading")
    return Parted(_largest(losses, found), _largest(wanted, predicted))


def _array(value: Any) -> Any:
    return tf_array(value) if tf.is_tensor(value) else np.asarray(value)


def _largest(one: Any, other: Any) -> float:
    one, other = np.asarray(one, "float64"), np.asarray(other, "float64")
    if one.shape != other.shape:
        return float("inf")
    return float(np.abs(one - other).max() / max(1.0, np.abs(one).max()))
