"""The dtype that PyTorch promotes operands to."""

from __future__ import annotations

from loader.calls.known import (
    COMPLEX,
    FLOATING,
    INTEGER,
    Known,
)

ORDER = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64",
         "complex128")  # fmt: skip


def floated(dtypes: frozenset[str] | None, default: str | None = "float32") -> frozenset[str]:
    """The dtypes of a function that makes integers floating."""
    kept = (dtypes or FLOATING | COMPLEX | INTEGER) & (FLOATING | COMPLEX)
    if dtypes is None or not dtypes <= (FLOATING | COMPLEX):
        kept |= frozenset((default,)) if default else FLOATING
    return kept


def promoted(a: Known, b: Known, default: str | None = "float32") -> frozenset[str] | None:
    """The dtype that PyTorch promotes two operands to; None where it is not known."""
    if a.is_surely("tensor") and b.is_surely("tensor"):
        if a.dtypes is None or b.dtypes is None:
            if a.dtypes == FLOATING or b.dtypes == FLOATING:
                return None
            return None
        return frozenset(promote(x, y) for x in a.dtypes for y in b.dtypes)
    one, number = (a, b) if a.is_surely("tensor") else (b, a)
    if not one.is_surely("tensor") or one.dtypes is None:
        return None
    if number.is_surely("bool"):
        return one.dtypes
    if number.is_surely("int", "bool"):
        return frozenset("int64" if dtype == "bool" else dtype for dtype in one.dtypes)
    if number.is_surely("float", "int", "bool"):
        return floated(one.dtypes, default)
    return one.dtypes if one.dtypes <= FLOATING and number.is_never("tensor", "complex") else None


def promote(a: str, b: str) -> str:
    """PyTorch's promotion of two tensors with dimensions."""
    if a == b:
        return a
    low, high = sorted((a, b), key=ORDER.index)
    if (low, high) == ("float16", "bfloat16"):
        return "float32"
    if (low, high) == ("uint8", "int8"):
        return "int16"
    if high == "complex64" and low == "float64":
        return "complex128"
    return high
