"""Corners of a drop-in's domain, made of one ordinary sample: each argument in turn at what its kind has of extremes.

What an argument is (a tensor, an axis, a size, padding, a flag, a word) is read from its value and its name, so that a
new mapping gets its corners without writing anything.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from examples.frameworks import np, torch
from examples.sweep.binding import taken
from examples.sweep.samples import Sample

AXES = frozenset({"dim", "dims", "axis", "dim0", "dim1", "start_dim", "end_dim", "source", "destination"})
PADDINGS = frozenset({"pad", "padding"})
SEVERAL = 2  # tensors of a sample that are changed, the first ones


@dataclass(frozen=True)
class Corner:
    """A sample at a corner. `refused` says that PyTorch refuses it, and TensorFlow must."""

    kind: str
    sample: Sample
    refused: bool = False


def corners(sample: Sample, function: Callable[..., Any]) -> Iterator[Corner]:
    """The corners around a sample of a function; `function` has the signature that names the arguments."""
    if sample.construct is not None:
        yield from _of_tensors(sample)
        return
    yield from _of_tensors(sample)
    bound = inspect.signature(function).bind(*sample.args, **taken(function, sample.kwargs))
    bound.apply_defaults()
    for name, value in bound.arguments.items():
        for kind, changed, refused in _of_value(name, value):
            kwargs = {**sample.kwargs, name: changed}
            position = list(bound.arguments).index(name)
            if position < len(sample.args):
                args = (*sample.args[:position], changed, *sample.args[position + 1 :])
                yield Corner(kind, replace(sample, args=args), refused)
            else:
                yield Corner(kind, replace(sample, kwargs=kwargs), refused)


def _of_tensors(sample: Sample) -> Iterator[Corner]:
    positions = [i for i, value in enumerate(sample.args) if isinstance(value, torch.Tensor)]
    for position in positions[:SEVERAL]:
        value = sample.args[position]
        for kind, changed in _of_tensor(value):
            args = (*sample.args[:position], changed, *sample.args[position + 1 :])
            yield Corner(kind, replace(sample, args=args))
    first = [value for value in sample.args[:1] if isinstance(value, torch.Tensor)]
    for value in first:
        if value.ndim:
            yield Corner("empty", replace(sample, args=(value[:0], *sample.args[1:])))
        if value.numel():
            yield Corner("scalar", replace(sample, args=(value.reshape(-1)[0], *sample.args[1:])))


def _of_tensor(value: Any) -> Iterator[tuple[str, Any]]:
    """Fillings of one magnitude each, so that none hides behind a larger one."""
    if not value.is_floating_point() or value.layout is not torch.strided:
        return
    info = torch.finfo(value.dtype)
    fillings: dict[str, list[float]] = {
        "kinks": [0.0, 1.0, -1.0, -0.0, 0.5, -0.5, 2.0, 3.0, -3.0, 6.0],
        "infinite": [float("inf"), 1.0, float("-inf"), float("nan"), -1.0],
        "huge": [info.max / 4, -info.max / 8],
        "tiny": [info.tiny * 4, -info.tiny * 2],
    }
    for kind, numbers in fillings.items():
        yield kind, torch.tensor(np.resize(numbers, tuple(value.shape)), dtype=value.dtype)


def _of_value(name: str, value: Any) -> Iterator[tuple[str, Any, bool]]:
    """What another argument may be, and whether it is refused."""
    if isinstance(value, bool):
        yield "flag", not value, False
    elif isinstance(value, str):
        yield "word", "no-such-word", True
    elif isinstance(value, int):
        if name in AXES:
            yield "negative axis", -1, False
            yield "axis out of range", 99, True
        yield "numpy integer", np.int64(value), False
    elif name in PADDINGS and isinstance(value, tuple | list) and all(type(n) is int for n in value):
        yield "negative padding", type(value)([-1, *value[1:]]), False
