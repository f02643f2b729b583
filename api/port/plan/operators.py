"""Which operators mean the same on tensors of both frameworks: those whose operands need no promotion."""

from __future__ import annotations

import ast

from loader.calls.known import BOOL, COMPLEX, FLOATING, INTEGER, Known
from loader.model.dotted import Side

COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
BITS = (ast.BitAnd, ast.BitOr, ast.BitXor)


def is_never_tensor(a: Known, b: Known) -> bool:
    """Whether this is Python's own arithmetic."""
    return (a.is_never("tensor") and b.is_never("tensor")) or any(
        known.is_surely("str", "list", "tuple", "dict", "ndarray", "shape") for known in (a, b)
    )


def is_native(op: ast.AST, a: Known, b: Known, source: Side = "torch") -> bool:
    """Whether the other framework's operator computes the same value and dtype; what the source's refuses it may do."""
    if source == "tf":
        return _is_native_in_torch(op, a, b)
    if a.is_surely("tensor") and b.is_surely("tensor"):
        return _of_tensors(op, a, b)
    tensor, other = (a, b) if a.is_surely("tensor") else (b, a)
    if not tensor.is_surely("tensor"):
        return False
    if isinstance(op, ast.MatMult):
        return False
    if tensor.dtypes is not None and tensor.dtypes <= FLOATING | COMPLEX:
        return not isinstance(op, BITS) and not other.is_surely("complex")
    return _of_whole_number(op, tensor, other, number_first=other is a)


def _is_native_in_torch(op: ast.AST, a: Known, b: Known) -> bool:
    """TensorFlow promotes nothing, so nothing is promoted: only integers divide to float64 there, to float32 here."""
    if not isinstance(op, ast.Div):
        return True
    return any(
        known.is_surely("float", "complex")
        or (known.is_surely("tensor") and known.dtypes is not None and known.dtypes <= FLOATING | COMPLEX)
        for known in (a, b)
    )


def _of_tensors(op: ast.AST, a: Known, b: Known) -> bool:
    if isinstance(op, ast.MatMult):
        ranks = a.rank is not None and b.rank is not None and min(a.rank, b.rank) >= 2
        return (
            ranks
            and a.dtypes is not None
            and b.dtypes is not None
            and (a.dtypes == b.dtypes or a.dtypes | b.dtypes <= FLOATING)
        )
    if a.dtypes is None or b.dtypes is None:
        return False
    if a.dtype is not None and b.dtype is not None and a.dtype != b.dtype:
        return False
    if a.dtypes | b.dtypes <= FLOATING:
        return not isinstance(op, BITS)
    if a.dtypes != b.dtypes or a.dtype is None:
        return False
    if a.dtypes <= BOOL:
        return isinstance(op, (*BITS, ast.Eq, ast.NotEq))
    if a.dtypes <= INTEGER:
        return isinstance(op, (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, *COMPARISONS, *BITS))
    return a.dtypes <= COMPLEX and isinstance(op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Eq | ast.NotEq)


def _of_whole_number(op: ast.AST, tensor: Known, other: Known, *, number_first: bool) -> bool:
    """A tensor that may hold integers beside a Python number."""
    if not other.is_surely("int"):
        return False
    may_be_bool = tensor.dtypes is None or not tensor.dtypes.isdisjoint(BOOL)
    if tensor.dtypes is not None and may_be_bool:
        return False
    if isinstance(op, ast.Pow):
        return not number_first and isinstance(other.value, int) and other.value >= 0
    if tensor.dtypes is None and isinstance(op, ast.FloorDiv | ast.Mod | ast.Eq | ast.NotEq):
        return False  # of a mask, `mask == 0` is an error in TensorFlow
    return isinstance(op, (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, *COMPARISONS))
