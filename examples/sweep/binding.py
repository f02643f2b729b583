"""The arguments of a sample bound to the signature of a drop-in, and what conditions see of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from examples.frameworks import np, torch
from examples.recording.values import Dtype, Made, Named, Sparse
from examples.sweep.samples import Sample
from loader.model import conditions as when
from loader.model.dataset import Conventions
from loader.model.mapping import Mapping
from loader.reading.data import read_model


@dataclass(frozen=True)
class Described:
    """What a condition can see of a tensor."""

    ndim: int
    shape: tuple[int, ...]
    dtype: str
    size: int
    is_sparse: bool
    values: Any = field(default=None, repr=False, compare=False)

    @property
    def has_ties(self) -> bool:
        """Whether two elements are equal: what chooses one of them may choose another."""
        return len(np.unique(self.values)) < self.size

    @property
    def smallest(self) -> float:
        """The smallest element."""
        return np.min(np.asarray(self.values)).item()  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def general_parameters() -> frozenset[str]:
    """The parameters that drop-ins leave out; they mean the same everywhere."""
    conventions, _ = read_model(Path(__file__).parent.parent.parent / "mappings" / "conventions.yaml", Conventions)
    return frozenset(conventions.general_parameters)


def taken(function: Callable[..., Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments without the general ones, unless the drop-in takes them."""
    known = inspect.signature(function).parameters
    return {name: value for name, value in kwargs.items() if name in known or name not in general_parameters()}


def bind(function: Callable[..., Any], sample: Sample) -> dict[str, Any] | None:
    """The arguments by name with defaults filled in, or None if they do not fit the drop-in."""
    args, kwargs = sample.construct or (sample.args, sample.kwargs)
    try:
        bound = inspect.signature(function).bind(*args, **taken(function, kwargs))
    except TypeError:
        return None
    bound.apply_defaults()
    for name, value in bound.arguments.items():
        # An overload that takes a number or an axis is not meant by a tensor, and the other way round.
        if name in ("dim", "axis") and isinstance(value, torch.Tensor):
            return None
        if name in ("other", "index") and function.__name__ in ("max", "min") and not isinstance(value, torch.Tensor):
            return None
    return dict(bound.arguments)


def given(function: Callable[..., Any], arguments: dict[str, Any]) -> set[str]:
    """The parameters whose value is not the default."""
    parameters = inspect.signature(function).parameters
    return {name for name, value in arguments.items() if not _is_same(value, parameters[name].default)}


def _is_same(value: Any, default: Any) -> bool:
    if isinstance(value, torch.Tensor | np.ndarray):
        return value is default
    return value is default or (type(value) is type(default) and bool(value == default))


def limits_of(mapping: Mapping, sample: Sample, arguments: dict[str, Any]) -> list[str]:
    """The conditions of limits that hold for a sample."""
    return applying(mapping, visible_in(sample, arguments))


def visible_in(sample: Sample, arguments: dict[str, Any]) -> dict[str, Any]:
    """What conditions see of a sample: its arguments, and of a layer its inputs too."""
    visible = {name: _describe(value) for name, value in arguments.items()}
    if sample.construct:
        visible = {f"input{i or ''}": _describe(v) for i, v in enumerate(sample.args)} | visible
        visible |= {name: _describe(value) for name, value in sample.kwargs.items()}
        visible["training"] = sample.training
    return visible


def applying(mapping: Mapping, visible: dict[str, Any]) -> list[str]:
    """The conditions of limits that hold for described arguments."""
    return [limit.when for limit in mapping.limits if limit.when is not None and applies(limit.when, visible)]


def _describe(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        dtype = str(value.dtype).removeprefix("torch.")
        return Described(
            value.ndim, tuple(value.shape), dtype, value.numel(), value.layout is not torch.strided, value.detach()
        )
    if isinstance(value, np.ndarray):
        return Described(value.ndim, value.shape, value.dtype.name, value.size, False, value)
    if isinstance(value, Sparse):
        return replace(_describe(value.array), is_sparse=True)
    if isinstance(value, torch.dtype):
        return str(value).removeprefix("torch.")
    if isinstance(value, Dtype):
        return value.name
    if isinstance(value, list | tuple):
        return tuple(_describe(item) for item in value)
    return value


def applies(condition: str, arguments: dict[str, Any]) -> bool:
    """Whether a condition holds for described arguments; not where they do not fit it."""
    try:
        return when.holds(condition, arguments)
    except when.Unknown:
        return False


def told(sample: Sample) -> str:
    """The call that a sample makes, for messages."""

    def show(value: Any) -> str:
        if isinstance(value, torch.Tensor):
            return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}"
        if isinstance(value, np.ndarray):
            return f"{value.dtype}{list(value.shape)}"
        if isinstance(value, Named | Dtype):
            return value.name
        if isinstance(value, Made):
            return f"{value.name}({call(tuple(value.args), value.kwargs)})"
        return f"[{', '.join(map(show, value))}]" if isinstance(value, list | tuple) else f"{value!r:.80}"

    def call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        return ", ".join([*map(show, args), *(f"{k}={show(v)}" for k, v in kwargs.items())])

    prefix = f"({call(*sample.construct)})" if sample.construct else ""
    training = " in training" if sample.training else ""
    return f"{sample.origin}{prefix}({call(sample.args, sample.kwargs)}){training}"
