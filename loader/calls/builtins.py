"""Python's own functions and operators on values that are known: bounded, and without anything that acts."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

MOST_ITEMS = 256
LARGEST = 10**12


class NotKnown(Exception):
    """It cannot be computed, or not within bounds: the expression stays as it is."""


def _bounded_range(*args: Any) -> list[int]:
    made = range(*args)
    if len(made) > MOST_ITEMS:
        raise NotKnown
    return list(made)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "bool": bool, "float": float, "int": int, "len": len, "max": max, "min": min, "range": _bounded_range,
    "sorted": sorted, "sum": sum, "tuple": tuple, "list": list, "all": all, "any": any, "str": str,
    "zip": lambda *given: list(zip(*given, strict=False)), "enumerate": lambda given: list(enumerate(given)),
    "reversed": lambda given: list(reversed(given)),
}  # fmt: skip
METHODS = frozenset(("get", "index", "count", "replace", "partition", "startswith", "endswith", "lower", "upper"))
MODULE_VALUES = {"np.pi": math.pi, "np.inf": math.inf, "math.pi": math.pi, "math.inf": math.inf}

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_, ast.Invert: operator.invert,
}  # fmt: skip


def apply(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The result, where computing it is safe.

    Raises:
        NotKnown: it raises an error, or is larger than what is written into a source.
    """
    try:
        result = function(*args, **kwargs)
    except NotKnown:
        raise
    except Exception as error:
        raise NotKnown from error
    return _checked(result)


def operate(op: ast.AST, *operands: Any) -> Any:
    """An operator of the syntax tree, applied.

    Raises:
        NotKnown: see `apply`.
    """
    if isinstance(op, ast.Pow | ast.Mult | ast.Mod):
        for operand in operands:
            if isinstance(operand, int | float) and abs(operand) > LARGEST:
                raise NotKnown
    if isinstance(op, ast.Pow) and isinstance(operands[1], int | float) and abs(operands[1]) > 64:
        raise NotKnown
    if isinstance(op, ast.Mult) and any(isinstance(o, list | tuple | str) for o in operands):
        size = max((len(o) for o in operands if isinstance(o, list | tuple | str)), default=0)
        count = next((o for o in operands if isinstance(o, int)), 0)
        if size * count > MOST_ITEMS:
            raise NotKnown
    if isinstance(op, ast.Mod) and isinstance(operands[0], str):
        raise NotKnown
    return apply(OPERATORS[type(op)], *operands)


def _checked(result: Any) -> Any:
    if isinstance(result, list | tuple | str) and len(result) > MOST_ITEMS:
        raise NotKnown
    if isinstance(result, float | complex) and result != result:
        raise NotKnown
    if (
        isinstance(result, int | float)
        and not isinstance(result, bool)
        and abs(result) > LARGEST
        and result != math.inf
    ):
        raise NotKnown
    return result


def element_kind(data: Any) -> str | None:
    """NumPy's letter for the kind of nested numbers; None where there are none, or something else."""
    kinds: set[str] = set()
    pending = [data]
    while pending:
        item = pending.pop()
        if isinstance(item, list | tuple):
            pending += item
        elif isinstance(item, bool):
            kinds.add("b")
        elif isinstance(item, int):
            kinds.add("i")
        elif isinstance(item, float):
            kinds.add("f")
        elif isinstance(item, complex):
            kinds.add("c")
        else:
            return None
    return next((kind for kind in "cfib" if kind in kinds), "f" if isinstance(data, list | tuple) else None)
