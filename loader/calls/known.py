"""What is known of a value without running anything: its kind, its literal value, its dtype, its shape."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Any, Final

FLOATING = frozenset(("float16", "bfloat16", "float32", "float64"))
COMPLEX = frozenset(("complex64", "complex128"))
UNSIGNED = frozenset(("uint8", "uint16", "uint32", "uint64"))
INTEGER = frozenset(("int8", "int16", "int32", "int64")) | UNSIGNED
BOOL = frozenset(("bool",))
DTYPES = FLOATING | COMPLEX | INTEGER | BOOL

NUMBERS = frozenset(("bool", "int", "float", "complex"))
SEQUENCES = frozenset(("list", "tuple"))
SHOWN = 48  # characters of a literal that is written in place of an expression
MOST_PARTS = 5000  # of lists and tuples inside one another: one that holds itself twice doubles with each line


class _Unset:
    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = _Unset()


class Dtype(str):
    """The value of a dtype: its name without the framework."""


@dataclass(frozen=True)
class Known:
    """`kinds`: the Python types it may have (`tensor`, `int`, `list`, `dtype`, ...), None for any.

    `dtypes`: of a tensor, those that it may have; of a dtype, the dtypes that it may be. `shape`: the sizes of a
    tensor, None where one is not known. `items`: the parts of a list or tuple whose length is known. `at_least`: the
    smallest rank that a tensor may have.
    """

    kinds: frozenset[str] | None = None
    value: Any = UNSET
    dtypes: frozenset[str] | None = None
    shape: tuple[int | None, ...] | None = None
    items: tuple[Known, ...] | None = None
    at_least: int = 0

    @property
    def is_literal(self) -> bool:
        return self.value is not UNSET

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    @property
    def dtype(self) -> str | None:
        """The one dtype that it has."""
        return next(iter(self.dtypes)) if self.dtypes is not None and len(self.dtypes) == 1 else None

    def has_rank(self, rank: int) -> bool | None:
        """Whether a tensor or a shape has this rank; None where it may."""
        if self.shape is not None:
            return len(self.shape) == rank
        return False if rank < self.at_least else None

    def is_surely(self, *kinds: str) -> bool:
        return self.kinds is not None and self.kinds <= frozenset(kinds)

    def is_never(self, *kinds: str) -> bool:
        return self.kinds is not None and self.kinds.isdisjoint(kinds)

    def join(self, other: Known) -> Known:
        """What is true of both."""
        if self == other:
            return self
        same = self.is_literal and other.is_literal and _same(self.value, other.value)
        shape: tuple[int | None, ...] | None = None
        if self.shape is not None and other.shape is not None and len(self.shape) == len(other.shape):
            shape = tuple(a if a == b else None for a, b in zip(self.shape, other.shape, strict=True))
        items: tuple[Known, ...] | None = None
        if self.items is not None and other.items is not None and len(self.items) == len(other.items):
            items = tuple(a.join(b) for a, b in zip(self.items, other.items, strict=True))
        return Known(
            kinds=None if self.kinds is None or other.kinds is None else self.kinds | other.kinds,
            value=self.value if same else UNSET,
            dtypes=_joined_dtypes(self, other),
            shape=shape if self.is_surely("tensor") and other.is_surely("tensor") else None,
            items=items,
            at_least=min(self.at_least, other.at_least),
        )

    def narrowed(self, kinds: frozenset[str]) -> Known:
        """The same value where it must be one of these kinds."""
        known = kinds if self.kinds is None else (self.kinds & kinds or kinds)
        return self if known == self.kinds else replace(self, kinds=known)

    def without(self, *kinds: str) -> Known:
        return self if self.kinds is None else replace(self, kinds=self.kinds - frozenset(kinds))


def _joined_dtypes(a: Known, b: Known) -> frozenset[str] | None:
    """Dtypes concern tensors: a number beside a tensor adds none."""
    if a.dtypes is None:
        return b.dtypes if a.is_never("tensor", "dtype") else None
    if b.dtypes is None:
        return a.dtypes if b.is_never("tensor", "dtype") else None
    return a.dtypes | b.dtypes


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and bool(a == b)


ANYTHING = Known()
TENSOR = Known(kinds=frozenset(("tensor",)))
INT = Known(kinds=frozenset(("int",)))
TRUTH = Known(kinds=frozenset(("bool",)))


def tensor(
    dtypes: frozenset[str] | str | None = None, shape: tuple[int | None, ...] | None = None, rank: int | None = None
) -> Known:
    """A tensor."""
    named = frozenset((dtypes,)) if isinstance(dtypes, str) else dtypes
    return Known(TENSOR.kinds, dtypes=named, shape=(None,) * rank if rank is not None else shape)


def of_kind(*kinds: str) -> Known:
    return Known(kinds=frozenset(kinds))


def literal(value: Any) -> Known:
    """A value that is written in the source."""
    if isinstance(value, Dtype):
        return Known(frozenset(("dtype",)), value, frozenset((str(value),)))
    kind = "none" if value is None else type(value).__name__
    items = tuple(literal(item) for item in value) if isinstance(value, list | tuple) else None
    return Known(frozenset((kind,)), value, items=items)


def sequence(kind: str, items: tuple[Known, ...]) -> Known:
    """A list or a tuple; a literal, where all parts are. Of one with very many parts its kind alone."""
    if not _is_small(items):
        return of_kind(kind)
    if all(item.is_literal for item in items):
        values = [item.value for item in items]
        return Known(frozenset((kind,)), tuple(values) if kind == "tuple" else values, items=items)
    return Known(frozenset((kind,)), items=items)


def _is_small(items: tuple[Known, ...]) -> bool:
    pending, parts = list(items), 0
    while pending:
        parts += 1
        if parts + len(pending) > MOST_PARTS:
            return False
        pending += pending.pop().items or ()
    return True


def of_literal(node: ast.expr) -> Known:
    """What an expression is that is written as a literal; ANYTHING where it is not."""
    try:
        return literal(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ANYTHING


def as_code(value: Any) -> ast.expr | None:
    """The expression of a literal; None where it is none, or too long to be written in place."""
    if isinstance(value, Dtype):
        return ast.parse(f"tf.{value}", mode="eval").body
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return ast.parse(f"float({str(value)!r})", mode="eval").body
    text = repr(value)
    if len(text) > SHOWN or value != value:  # NaN has no literal
        return None
    if not _is_plain(value):
        return None
    return ast.parse(text, mode="eval").body


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return value is None or (isinstance(value, int | float | complex | str) and not isinstance(value, Dtype))
