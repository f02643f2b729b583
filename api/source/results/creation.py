"""Tensors that are made: of sizes, of values, of a range."""

from __future__ import annotations

from api.source.results.given import Given
from api.source.results.shapes import known_size, known_sizes
from loader.calls.known import (
    ANYTHING,
    BOOL,
    FLOATING,
    Known,
    tensor,
)
from loader.calls.results import kind_of_items


def created(leaf: str, given: Given) -> Known:
    default = frozenset((given.default_float,)) if given.default_float else FLOATING
    if leaf == "full":
        value = given.at(1, "fill_value") or ANYTHING
        kinds = {"bool": BOOL, "int": frozenset(("int64",)), "float": default}
        found = next((dtypes for kind, dtypes in kinds.items() if value.is_surely(kind)), None)
        sizes = given.at(0, "size") or ANYTHING
        return tensor(given.dtype or found, known_sizes(sizes) if sizes.items is not None else None)
    shape: tuple[int | None, ...] | None = None
    size = given.at(0, "size", "n")
    if leaf in ("linspace", "logspace") or leaf.endswith("_window"):
        shape = (None,)
    elif leaf == "eye":
        shape = (None, None)
    elif leaf == "normal":
        third = given.at(2, "size")
        shape = known_sizes(third) if third and third.items is not None else None
    elif size is not None and size.items is not None:
        shape = known_sizes(size)
    elif given.args and all(arg.is_surely("int") for arg in given.args):
        shape = tuple(known_size(arg) for arg in given.args)
    elif size is not None and size.is_surely("shape"):
        shape = size.shape
    elif not given.args and size is None:
        shape = ()
    return tensor(given.dtype or default, shape)


def of_data(known: Known, default: str | None = "float32") -> Known:
    """What `torch.tensor(data)` makes of nested lists of numbers."""
    if known.is_surely("tensor"):
        return known
    shape: list[int | None] = []
    item = known
    while item.items is not None:
        shape.append(len(item.items))
        if not item.items:
            break
        item = item.items[0]
    plain = item.is_surely("int", "float", "bool", "complex")
    letters = {"i": "int64", "f": default, "b": "bool", "c": "complex64"}
    letter = kind_of_items(known)
    dtype = letters.get(letter) if letter else None
    return tensor(dtype, tuple(shape) if plain or known.items == () else None)


def tensor_of_data(_leaf: str, given: Given) -> Known:
    made = of_data(given.at(0, "data", "obj") or ANYTHING, given.default_float)
    return tensor(given.dtype or made.dtypes, made.shape)


def arange(_leaf: str, given: Given) -> Known:
    numbers = [*given.args, *(given.kwargs[key] for key in ("start", "end", "step") if key in given.kwargs)]
    if given.dtype:
        return tensor(given.dtype, (None,))
    if all(number.is_surely("int") for number in numbers):
        return tensor("int64", (None,))
    if any(number.is_surely("float") for number in numbers):
        return tensor(given.default_float, (None,))
    return tensor(None, (None,))
