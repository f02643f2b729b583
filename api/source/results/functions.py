"""What functions of torch and methods of a tensor give, as far as the text tells."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.source.results.creation import arange, created, tensor_of_data
from api.source.results.given import Given
from api.source.results.promotion import floated, promoted
from api.source.results.shapes import broadcast_rank, reduced_rank, reshaped, size_of
from loader.calls.known import (
    ANYTHING,
    BOOL,
    COMPLEX,
    FLOATING,
    INT,
    INTEGER,
    TRUTH,
    Known,
    literal,
    of_kind,
    sequence,
    tensor,
)

DTYPES = {
    "half": "float16", "float": "float32", "double": "float64", "short": "int16", "int": "int32", "long": "int64",
    "cfloat": "complex64", "cdouble": "complex128", "bool": "bool", "uint8": "uint8", "int8": "int8",
    "int16": "int16", "int32": "int32", "int64": "int64", "float16": "float16", "bfloat16": "bfloat16",
    "float32": "float32", "float64": "float64", "complex64": "complex64", "complex128": "complex128",
    "byte": "uint8", "char": "int8",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = {
    key: _words(text) for key, text in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}


NUMBER_METHODS: dict[str, Known] = {
    "dim": INT, "ndimension": INT, "numel": INT, "nelement": INT, "element_size": INT, "get_device": INT,
    "is_floating_point": TRUTH, "is_complex": TRUTH, "is_contiguous": TRUTH, "equal": TRUTH, "allclose": TRUTH,
    "is_tensor": TRUTH, "is_signed": TRUTH, "tolist": of_kind("list"), "numpy": of_kind("ndarray"),
    "backward": literal(None), "stride": ANYTHING, "is_nonzero": TRUTH,
}  # fmt: skip


def result_of(leaf: str, given: Given, *, method: bool) -> Known:
    """What a function of torch or a method of a tensor gives; a tensor, where nothing else is said."""
    if leaf.endswith("_") and not leaf.endswith("__"):
        return tensor(given.input.dtypes, given.input.shape)
    for names, rule in _RULES:
        if leaf in names:
            return rule(leaf, given)
    if method and leaf in NUMBER_METHODS:
        return NUMBER_METHODS[leaf]
    if not method and leaf in (
        "is_tensor",
        "is_floating_point",
        "is_complex",
        "equal",
        "allclose",
        "numel",
        "is_grad_enabled",
    ):
        return NUMBER_METHODS.get(leaf, TRUTH)
    return tensor(given.dtype)


def _same(_leaf: str, given: Given) -> Known:
    return tensor(given.dtype or given.input.dtypes, given.input.shape)


def _float(_leaf: str, given: Given) -> Known:
    return tensor(floated(given.input.dtypes, given.default_float), given.input.shape)


def _truth(_leaf: str, given: Given) -> Known:
    other = given.at(1, "other")
    rank = broadcast_rank(given.input, other) if other is not None else given.input.rank
    return tensor(BOOL, rank=rank)


def _index(leaf: str, given: Given) -> Known:
    if leaf in ("argmax", "argmin"):
        return tensor(frozenset(("int64",)), rank=reduced_rank(given))
    shape = given.input.shape if leaf == "argsort" else None
    if leaf == "randint":
        return tensor(given.dtype or frozenset(("int64",)))
    return tensor(frozenset(("int64",)), shape)


def _total(leaf: str, given: Given) -> Known:
    dim = given.at(1, "dim", "other", "axis")
    rank = reduced_rank(given)
    dtypes = given.dtype or given.input.dtypes
    if leaf in ("sum", "prod", "nansum") and given.dtype is None:
        dtypes = None if dtypes is None else frozenset(d if d in FLOATING | COMPLEX else "int64" for d in dtypes)
    if leaf in ("all", "any"):
        dtypes = BOOL
    if leaf in ("mean", "std", "var", "norm", "logsumexp", "quantile", "nanmean") and dtypes is None:
        dtypes = FLOATING | COMPLEX
    if leaf in ("max", "min", "median", "nanmedian") and dim is not None:
        if dim.is_surely("tensor"):
            return _binary(leaf, given)
        if dim.is_surely("int", "bool"):
            return sequence("tuple", (tensor(dtypes, rank=rank), tensor(frozenset(("int64",)), rank=rank)))
        return ANYTHING
    if leaf in ("std", "var") and dim is not None and dim.is_surely("bool"):
        rank = 0
    return tensor(dtypes, rank=rank)


def _binary(leaf: str, given: Given) -> Known:
    if leaf in ("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack"):
        parts = given.input.items
        found = [part for part in parts or () if part.is_surely("tensor")]
        kinds = {part.dtypes for part in found}
        rank = next((part.rank for part in found if part.rank is not None), None)
        rank = (
            rank
            if leaf in ("cat", "concat", "concatenate")
            else rank + 1
            if rank is not None and leaf == "stack"
            else None
        )
        return tensor(kinds.pop() if parts and len(found) == len(parts) and len(kinds) == 1 else None, rank=rank)
    if leaf == "embedding":
        weight = given.at(1, "weight")
        return tensor(
            weight.dtypes if weight else None, rank=None if given.input.rank is None else given.input.rank + 1
        )
    if leaf == "einsum":
        return tensor(next((known.dtypes for known in given.args[1:]), None))
    if leaf == "where":
        a, b = given.at(1, "input", "self"), given.at(2, "other")
        return of_kind("tuple") if a is None or b is None else tensor(promoted(a, b))
    other = given.at(1, "other", "mat2", "tensor2", "vec", "weight", "exponent", "end") or ANYTHING
    dtypes = promoted(given.input, other)
    if leaf in ("div", "divide", "true_divide", "atan2", "xlogy") and "rounding_mode" not in given.kwargs:
        dtypes = floated(dtypes, given.default_float) if dtypes is not None or leaf != "div" else None
    if leaf in ("matmul", "mm", "bmm", "linear"):
        rank = (
            given.input.rank
            if other.rank == 2 or leaf in ("mm", "bmm", "linear")
            else other.rank
            if given.input.rank == 2
            else (
                max(given.input.rank, other.rank)
                if given.input.rank and other.rank and min(given.input.rank, other.rank) > 1
                else None
            )
        )
        rank = rank if rank is None or rank > 1 or leaf == "linear" else None
        return tensor(dtypes, rank=rank)
    return tensor(dtypes, rank=broadcast_rank(given.input, other))


def _loss(_leaf: str, given: Given) -> Known:
    reduction = given.kwargs.get("reduction")
    return tensor(
        given.input.dtypes or FLOATING, () if reduction is None or reduction.value in ("mean", "sum") else None
    )


def _in_float(_leaf: str, given: Given) -> Known:
    return tensor(given.input.dtypes or FLOATING, rank=given.input.rank)


def _many(_leaf: str, _given: Given) -> Known:
    return of_kind("tuple")


def _pair(leaf: str, given: Given) -> Known:
    dtypes = given.input.dtypes
    shape = given.input.shape if leaf in ("sort", "cummax", "cummin") else None
    rank = given.input.rank if leaf == "topk" else None
    places = tensor(frozenset(("int64",)), shape, rank)
    return sequence("tuple", (tensor(dtypes, shape, rank), places))


def _cast(leaf: str, given: Given) -> Known:
    return tensor(frozenset((DTYPES.get(leaf, leaf),)), given.input.shape)


def _to(_leaf: str, given: Given) -> Known:
    for known in (*given.args[1:], *given.kwargs.values()):
        if known.is_surely("dtype"):
            return tensor(known.dtypes, given.input.shape)
        if known.is_surely("tensor"):
            return tensor(known.dtypes, given.input.shape)
    named = given.at(1, "device", "dtype")
    if named is not None and (named.is_surely("str") or named.is_surely("device")):
        return given.input
    return tensor(None, given.input.shape)


def _item(_leaf: str, given: Given) -> Known:
    dtypes = given.input.dtypes
    if dtypes is not None and dtypes <= FLOATING:
        return of_kind("float")
    return of_kind("int") if dtypes is not None and dtypes <= INTEGER else of_kind("int", "float", "bool", "complex")


Rule = Callable[[str, Given], Known]


_RULES: list[tuple[Any, Rule]] = [
    (_NAMES["same"], _same),
    (_NAMES["float"], _float),
    (_NAMES["truths"], _truth),
    (_NAMES["indices"], _index),
    (_NAMES["reshapes"], reshaped),
    (_NAMES["totals"], _total),
    (_NAMES["binary"], _binary),
    (_NAMES["creation"], created),
    (_NAMES["losses"], _loss),
    (_NAMES["in_float"], _in_float),
    (_words("tensor as_tensor asarray"), tensor_of_data), (("arange", "range"), arange),
    (_NAMES["many"], _many),
    (_words("sort topk kthvalue mode cummax cummin"), _pair),
    (_words("half float double short int long bool bfloat16 cfloat cdouble byte char"), _cast),
    (("to", "type", "type_as"), _to), (("size",), size_of), (("item",), _item),
]  # fmt: skip
