"""Samples of TensorFlow's names, drawn from what Keras's own tests were recorded to feed to them.

Arguments are of neither framework (`examples.recording.values`): both sides make their own of the same arrays.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from examples.frameworks import keras, np
from examples.recording import store
from examples.recording.public import aliases, entries, resolve
from examples.recording.values import Spec, drawn
from examples.sweep.samples import Sample

# Parameters of every Keras object that drop-ins leave out: a module is cast, and its parameters frozen, as a whole. The
# numbers of a seed are those of its framework alone.
OF_OBJECTS = ("name", "dtype", "trainable", "autocast", "seed")
FLOATS = ("float32", "float64")  # what tests wrote as either is swept as both: NumPy's own default is not a choice


@lru_cache(maxsize=1)
def _canonical() -> dict[str, str]:
    return {alias: name for name in entries() for alias in aliases(name)}


def canonical(name: str) -> str:
    """The name under which the inventory lists a name of TensorFlow or Keras."""
    return _canonical().get(name, name)


def source_of(name: str) -> str | None:
    """`recorded` or `optimizers` where there are samples of a name, or None."""
    listed = canonical(name)
    if listed not in store.read():
        return None
    function = resolve(listed)
    is_optimizer = isinstance(function, type) and issubclass(function, keras.optimizers.Optimizer)
    return "optimizers" if is_optimizer else "recorded"


def optimizer_settings(name: str) -> list[dict[str, Any]]:
    """The keyword arguments with which Keras tests an optimizer, as far as they are plain values."""
    found = []
    for recorded in store.read()[canonical(name)]:
        settings = {key: value for key, value in recorded["new"]["kwargs"].items() if key not in OF_OBJECTS}
        if not recorded["new"]["args"] and not any(isinstance(value, dict | list) for value in settings.values()):
            found.append(settings)
    return found


def dtypes_of(name: str) -> list[str]:
    """The dtypes in which the samples of a name are drawn, float32 and float64 first."""
    found = {dtype for recorded in store.read()[canonical(name)] for dtype in _dtypes(recorded)}
    return [*(dtype for dtype in FLOATS if dtype in found), *sorted(found - set(FLOATS))]


def samples(name: str, dtype: str) -> Iterator[Sample]:
    """The samples of a name that are drawn in a dtype, the same ones on every run.

    A layer is called in training too where its test leaves that open.
    """
    listed = canonical(name)
    function = resolve(listed)
    takes_tensors = any(map(_has_tensors, store.read()[listed]))
    for index, recorded in enumerate(store.read()[listed]):
        if dtype not in _dtypes(recorded) or (takes_tensors and not _has_tensors(recorded)):
            continue  # of a plain number or list in place of a tensor nobody knows the dtype
        rng = np.random.default_rng(zlib.crc32(f"{listed} {index}".encode()))
        draw = _Draw(rng, dtype if dtype in FLOATS else None)
        construct = draw.call(recorded["new"]) if "new" in recorded else None
        args, kwargs = draw.call(recorded)
        if construct:
            positional, named = construct
            if named.get("dtype") not in (None, "float32"):
                continue  # a policy of its own, which a drop-in leaves to `module.to(dtype)`
            construct = positional, {key: value for key, value in named.items() if key not in OF_OBJECTS}
        training = kwargs.pop("training", None) if construct else None
        told = [bool(training)] if training is not None or not listed.startswith("tf.keras.layers.") else [False, True]
        for mode in told:
            yield Sample(function, args, kwargs, construct, mode, True, f"{listed} of {recorded['test']}")


class _Draw:
    """Draws the arguments of one sample; all floats in one dtype, if there is one."""

    def __init__(self, rng: Any, dtype: str | None) -> None:
        self._rng = rng
        self._dtype = dtype

    def call(self, given: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args = tuple(drawn(spec, self._rng, self._widen) for spec in given["args"])
        return args, {name: drawn(spec, self._rng, self._widen) for name, spec in given["kwargs"].items()}

    def _widen(self, dtype: str) -> str:
        return self._dtype if self._dtype and dtype in FLOATS else dtype


def _has_tensors(recorded: dict[str, Any]) -> bool:
    return any(_of_tensors(spec) for spec in (*recorded["args"], *recorded["kwargs"].values()))


def _dtypes(recorded: dict[str, Any]) -> list[str]:
    """The dtypes in which one recorded call is drawn."""
    found = [dtype for spec in (*recorded["args"], *recorded["kwargs"].values()) for dtype in _of_tensors(spec)]
    if any(dtype in FLOATS for dtype in found):
        return list(FLOATS)
    return found[:1] or [FLOATS[0]]


def _of_tensors(spec: Spec) -> list[str]:
    """The dtypes of the tensors in a specification."""
    if isinstance(spec, list):
        return [dtype for part in spec for dtype in _of_tensors(part)]
    if not isinstance(spec, dict):
        return []
    if "tensor" in spec or "values" in spec:
        return [spec["dtype"]]
    return _of_tensors(spec.get("tuple") or list(spec.get("dict", {}).values()))
