"""One script and its port: trained from the same weights, losses, weights and predictions compared.

The weights of a layer go to the module of the same name, by the recipe of the layer's own page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.compare.values import torch_array
from examples.execution.execute import transformed
from examples.frameworks import keras, np, reset, torch
from examples.from_keras.answers import files
from examples.sources import module_from
from examples.sweep.attempting import state_of
from loader.model.state import StateEntry
from loader.proof.script import carried, expand
from loader.reading.data import read_mapping

FOLDER = Path(__file__).parent
SEED = 7
TOLERANCE = 1e-5  # relative to the largest number of what is compared, if that is above 1


class Unequal(Exception):
    """The port does something else; the message says what, and by how much."""


@dataclass(frozen=True)
class Parted:
    """How far script and port are apart."""

    losses: float
    weights: float
    predictions: float

    @property
    def is_equal(self) -> bool:
        return max(self.losses, self.weights, self.predictions) <= TOLERANCE


def names() -> list[str]:
    """The scripts that have a port."""
    return sorted(path.stem for path in (FOLDER / "in_torch").glob("[!_]*.py"))


def prove(name: str) -> Parted:
    """Train both.

    Raises:
        Unequal: a layer's weights do not arrive, or something has another shape.
    """
    script, port = (module_from(FOLDER / side / f"{name}.py", f"{side}_{name}") for side in ("in_keras", "in_torch"))
    reset(SEED)
    original = script.build()
    start = {path: np.array(value) for path, value in _variables(original)}
    reset(SEED)
    module = port.build()
    _carry(original, module, start)
    ours, theirs = script.train(original), port.train(module)
    expected = _entries(original, dict(_variables(original)), module)
    state = module.state_dict()
    return Parted(
        losses=_apart(ours, theirs),
        weights=max(_apart(value, torch_array(state[entry])) for entry, value in expected.items()),
        predictions=_apart(script.predict(original), port.predict(module)),
    )


def _layers(model: Any) -> Iterator[Any]:
    """Layers with weights of their own, those of a dict of models too."""
    for part in model.values() if isinstance(model, dict) else [model]:
        yield from (layer for layer in part.layers if layer.weights)


def _variables(model: Any) -> Iterator[tuple[str, Any]]:
    """Values by `LAYER/PATH`."""
    for layer in _layers(model):
        for variable in layer.weights:
            if "seed_generator" not in variable.path:
                yield f"{layer.name}/{variable.path.split(f'{layer.name}/', 1)[-1]}", variable.numpy()


def _entries(model: Any, values: dict[str, Any], module: Any) -> dict[str, Any]:
    """What the recipes make of the values, by entry of the module's state.

    Raises:
        Unequal: there is no recipe for a layer, or the module lacks an entry.
    """
    state = module.state_dict()
    found: dict[str, Any] = {}
    for layer in _layers(model):
        own = {
            path.removeprefix(f"{layer.name}/"): v for path, v in values.items() if path.startswith(f"{layer.name}/")
        }
        steps = _recipe(layer, list(own))
        paths = {name: f"{layer.name}.{step.path}" for name, step in carried(steps).items()}
        if lacking := [path for path in paths.values() if path not in state]:
            raise Unequal(f"the port has no {', '.join(lacking)}; it has {', '.join(state)}")
        shapes = {name: tuple(state[path].shape) for name, path in paths.items()}
        found |= {paths[name]: value for name, value in transformed(steps, own, shapes).items()}
    return found


def _recipe(layer: Any, paths: list[str]) -> dict[str, StateEntry]:
    name = f"tf.keras.layers.{type(layer).__name__}"
    if not isinstance(layer, keras.layers.Layer) or name not in files():
        raise Unequal(f"there is no page about {name}")
    try:
        return expand(state_of(read_mapping(files()[name]).mapping), paths)
    except KeyError as error:
        raise Unequal(f"{layer.name}: {error.args[0]}") from None


def _carry(model: Any, module: Any, values: dict[str, Any]) -> None:
    entries = {name: torch.from_numpy(np.array(value)) for name, value in _entries(model, values, module).items()}
    left = module.state_dict().keys() - entries.keys()
    if left := {name for name in left if not name.endswith("num_batches_tracked")}:
        raise Unequal(f"nothing is carried to {', '.join(sorted(left))}")
    module.load_state_dict(entries, strict=False)


def _apart(one: Any, other: Any) -> float:
    one, other = np.asarray(one, "float64"), np.asarray(other, "float64")
    if one.shape != other.shape:
        raise Unequal(f"shapes: {one.shape} in Keras, {other.shape} in PyTorch")
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise Unequal("a value is not finite")
    return float(np.abs(one - other).max() / max(1.0, np.abs(one).max()))
