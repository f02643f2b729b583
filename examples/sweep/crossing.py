"""Arguments of neither framework as a drop-in in PyTorch takes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from examples.compare.values import SHORT
from examples.frameworks import np, torch
from examples.recording.values import Dtype, Made, Named, Sparse


class NoCounterpart(Exception):
    """An argument that is an object or a function of TensorFlow whose own drop-in does not exist."""


# TensorFlow takes dtypes as texts everywhere.
DTYPES = {"bool", "bfloat16", "float16", "float32", "float64", "complex64", "complex128"}
DTYPES |= {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
DTYPES |= {"float8_e4m3fn", "float8_e5m2"}
# The drop-in of a public name of TensorFlow.
DropIns = Callable[[str], Callable[..., Any] | None]


def to_torch(value: Any, drop_ins: DropIns) -> Any:
    """An argument as PyTorch takes it: tensors by value, dtypes by name, functions and objects by their drop-ins.

    Raises:
        NoCounterpart: a function or object has none.
    """
    if isinstance(value, np.ndarray | np.floating):  # TensorFlow takes NumPy's numbers as tensors
        return _tensor(np.asarray(value))
    if isinstance(value, Sparse):
        return _tensor(value.array).to_sparse()
    if isinstance(value, Dtype):
        return torch_dtype(value.name)
    if isinstance(value, Named | Made):
        function = drop_ins(value.name)
        if function is None:
            raise NoCounterpart(value.name)
        if isinstance(value, Named):
            return function
        return function(*to_torch(value.args, drop_ins), **to_torch(value.kwargs, drop_ins))
    if isinstance(value, str) and value in DTYPES:
        return torch_dtype(value)
    if type(value) in (list, tuple):
        return type(value)(to_torch(part, drop_ins) for part in value)
    if type(value) is dict:
        return {key: to_torch(part, drop_ins) for key, part in value.items()}
    return value


def filling(drop_ins: DropIns) -> DropIns:
    """Initializers as the layers of PyTorch use them: Keras's make a tensor of a shape, theirs fill one in place."""

    def of(name: str) -> Callable[..., Any] | None:
        function = drop_ins(name)
        return function if function is None or ".initializers." not in name else partial(_filler, function)

    return of


def _filler(initializer: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    made = initializer(*args, **kwargs)

    def fill(tensor: Any) -> Any:
        with torch.no_grad():
            return tensor.copy_(made(tuple(tensor.shape)))

    return fill


def torch_dtype(name: str) -> Any:
    """PyTorch's dtype of a name.

    Raises:
        NoCounterpart: it has none.
    """
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise NoCounterpart(f"the dtype {name}")
    return dtype


def _tensor(array: Any) -> Any:
    """A tensor, or the Python text of an array of texts."""
    if array.dtype == object:
        return array.tolist()
    if array.dtype.name.startswith(SHORT):
        return torch.from_numpy(array.astype("float32")).to(torch_dtype(array.dtype.name))
    if array.dtype.name not in DTYPES:
        raise NoCounterpart(f"the dtype {array.dtype.name}")
    return torch.from_numpy(np.array(array))
