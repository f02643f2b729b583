"""Shapes and ranks: what is reshaped, reduced, broadcast."""

from __future__ import annotations

from api.source.results.given import Given
from loader.calls.known import (
    INT,
    Known,
    literal,
    tensor,
)


def reshaped(leaf: str, given: Given) -> Known:
    rank = given.input.rank
    first = given.at(1, "dim", "dim0", "dims", "size", "shape", "start_dim")
    if leaf in ("view", "reshape", "permute", "expand", "repeat", "broadcast_to"):
        if leaf == "view" and first is not None and first.is_surely("dtype"):
            return tensor(first.dtypes)
        if first is not None and first.items is not None:
            rank = len(first.items)
            return tensor(given.input.dtypes, known_sizes(first) if leaf in ("view", "reshape") else None, rank=rank)
        numbers = given.args[1:]
        rank = len(numbers) if numbers and all(n.is_surely("int") or n.kinds is None for n in numbers) else None
        if len(numbers) == 1 and not numbers[0].is_surely("int"):
            rank = None
        shape = tuple(known_size(n) for n in numbers) if rank and leaf in ("view", "reshape") else None
        return tensor(given.input.dtypes, shape, rank=None if shape else rank)
    if leaf in ("transpose", "swapaxes", "swapdims", "movedim", "moveaxis", "t", "T", "mT", "gather", "expand_as"):
        rank = rank if leaf != "expand_as" else (first.rank if first else None)
    elif leaf == "unsqueeze":
        rank = None if rank is None else rank + 1
    elif leaf == "squeeze":
        rank = None
    elif leaf == "select":
        rank = None if rank is None else rank - 1
    elif leaf in ("narrow", "index_select", "flip"):
        pass
    elif leaf == "flatten":
        start, end = given.at(1, "start_dim"), given.at(2, "end_dim")
        whole = (start is None or start.value == 0) and end is None
        rank = (
            1
            if whole
            else rank - (rank - 1 - start.value)
            if rank is not None and start and isinstance(start.value, int) and start.value >= 0 and end is None
            else None
        )
    elif leaf in ("ravel", "masked_select", "take"):
        rank = 1
    else:
        rank = None
    return tensor(given.input.dtypes, rank=rank)


def size_of(_leaf: str, given: Given) -> Known:
    if len(given.args) + len(given.kwargs) > 1:
        place = given.at(1, "dim")
        shape = given.input.shape
        if (
            shape is not None
            and place is not None
            and isinstance(place.value, int)
            and -len(shape) <= place.value < len(shape)
        ):
            size = shape[place.value]
            return INT if size is None else literal(size)
        return INT
    shape = given.input.shape
    return Known(
        frozenset(("shape",)),
        shape=shape,
        items=None if shape is None else tuple(INT if n is None else literal(n) for n in shape),
    )


def known_sizes(known: Known) -> tuple[int | None, ...]:
    return tuple(known_size(item) for item in known.items or ())


def known_size(known: Known) -> int | None:
    return known.value if isinstance(known.value, int) and known.value >= 0 else None


def reduced_rank(given: Given) -> int | None:
    dim, keep = given.at(1, "dim", "axis"), given.at(2, "keepdim", "keepdims")
    rank = given.input.rank
    keeps = keep is not None and keep.value is True
    if dim is None or dim.is_surely("none"):
        return rank if keeps else 0
    if keeps:
        return rank
    if rank is None or (keep is not None and not keep.is_literal):
        return None
    if dim.is_surely("int"):
        return max(0, rank - 1)
    return max(0, rank - len(dim.items)) if dim.items is not None else None


def broadcast_rank(a: Known, b: Known) -> int | None:
    ranks = [
        known.rank if known.is_surely("tensor") else 0 if known.is_surely("int", "float", "bool") else None
        for known in (a, b)
    ]
    return None if None in ranks else max(r for r in ranks if r is not None)
