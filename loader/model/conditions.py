"""Conditions over the arguments of a call: `ceil_mode`, `stride != 1 and padding == 'same'`.

A small expression language, read by the `ast` module and evaluated by walking the tree: literals, names,
comparisons, and/or/not, arithmetic, indexing, `.ndim`, `.shape`, `.dtype`, and the functions below.
Nothing in it can call anything else, so conditions may be evaluated on a reader's own arguments.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

ATTRIBUTES = ("ndim", "shape", "dtype", "size", "is_sparse", "has_ties", "smallest", "requires_grad")
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len, "min": min, "max": max, "abs": abs, "any": any, "all": all, "bool": bool,
    "is_tensor": lambda value: hasattr(value, "ndim") and hasattr(value, "dtype"),
    "is_number": lambda value: isinstance(value, int | float | complex) and not isinstance(value, bool),
    "is_bool": lambda value: isinstance(value, bool),
    "is_int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "is_float": lambda value: isinstance(value, float),
    "is_str": lambda value: isinstance(value, str),
    "is_floating": lambda value: str(getattr(value, "dtype", "")) in ("float16", "bfloat16", "float32", "float64"),
    "is_sequence": lambda value: isinstance(value, list | tuple),
}  # fmt: skip


def _numeric(function: Callable[..., Any]) -> Callable[..., Any]:
    """Only of numbers: `text * 10**9` and `text % values` would let a reader's arguments fill the memory."""

    def apply(left: Any, right: Any) -> Any:
        if not (isinstance(left, int | float | complex) and isinstance(right, int | float | complex)):
            raise TypeError("this operator takes numbers")
        return function(left, right)

    return apply


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: _numeric(operator.mul), ast.Mod: _numeric(operator.mod),
    ast.FloorDiv: operator.floordiv, ast.Div: operator.truediv, ast.USub: operator.neg,
    ast.Not: operator.not_,
}  # fmt: skip


class Unknown(Exception):
    """The condition depends on an argument whose value is not known (a variable in a reader's source)."""


@lru_cache(maxsize=4096)
def parse(text: str) -> ast.expr:
    """The syntax tree of a condition.

    Raises:
        ValueError: it is not an expression of this language; the message says which part.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"this condition is no Python expression: {error.msg}") from None
    except (MemoryError, RecursionError):
        raise ValueError("this condition stands too deep in itself") from None
    for node in ast.walk(tree):
        _check(node)
    return tree


def _check(node: ast.AST) -> None:
    allowed = (
        ast.Constant, ast.Name, ast.Load, ast.Tuple, ast.List, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp,
        ast.BinOp, ast.Compare, ast.Subscript, ast.Attribute, ast.Call, *_OPERATORS,
    )  # fmt: skip
    if not isinstance(node, allowed):
        raise ValueError(f"a condition may not use {type(node).__name__}")
    if isinstance(node, ast.Attribute) and node.attr not in ATTRIBUTES:
        raise ValueError(f"a condition may not use .{node.attr}; it knows {', '.join(ATTRIBUTES)}")
    if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
        raise ValueError(f"a condition may only call {', '.join(FUNCTIONS)}")
    if isinstance(node, ast.Call) and node.keywords:
        raise ValueError("a condition calls its functions without keywords")


def names(text: str) -> set[str]:
    """The arguments that a condition speaks of."""
    return {n.id for n in ast.walk(parse(text)) if isinstance(n, ast.Name)} - set(FUNCTIONS)


def holds(text: str, arguments: Mapping[str, Any]) -> bool:
    """Whether the condition is true of these arguments.

    Raises:
        Unknown: an argument it needs is not among them, or its value does not fit the condition.
    """
    return bool(value(text, arguments))


def value(text: str, arguments: Mapping[str, Any]) -> Any:
    """What an expression of this language is for these arguments.

    Raises:
        Unknown: an argument it needs is not among them, its value does not fit, or the text is not of this language.
    """
    try:
        return _evaluate(parse(text), arguments)
    except (TypeError, AttributeError, IndexError, KeyError, ZeroDivisionError, ValueError) as error:
        raise Unknown(f"{text}: {error}") from error


def _evaluate(node: ast.expr, arguments: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            if node.id not in arguments:
                raise Unknown(f"the value of {node.id} is not known")
            return arguments[node.id]
        case ast.Tuple() | ast.List():
            return tuple(_evaluate(item, arguments) for item in node.elts)
        case ast.BoolOp():
            return _boolean(node, arguments)
        case ast.UnaryOp():
            return _OPERATORS[type(node.op)](_evaluate(node.operand, arguments))
        case ast.BinOp():
            return _OPERATORS[type(node.op)](_evaluate(node.left, arguments), _evaluate(node.right, arguments))
        case ast.Compare():
            left = _evaluate(node.left, arguments)
            for op, right_node in zip(node.ops, node.comparators, strict=True):
                right = _evaluate(right_node, arguments)
                if not _OPERATORS[type(op)](left, right):
                    return False
                left = right
            return True
        case ast.Subscript():
            return _evaluate(node.value, arguments)[_evaluate(node.slice, arguments)]
        case ast.Attribute():
            return getattr(_evaluate(node.value, arguments), node.attr)
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name](*(_evaluate(a, arguments) for a in node.args))
    raise TypeError(f"unexpected {type(node).__name__}")


def _boolean(node: ast.BoolOp, arguments: Mapping[str, Any]) -> bool:
    """and/or where an unknown part does not matter if a known one decides."""
    decisive = isinstance(node.op, ast.Or)
    unknown: Unknown | None = None
    for part in node.values:
        try:
            if bool(_evaluate(part, arguments)) is decisive:
                return decisive
        except Unknown as error:
            unknown = unknown or error
    if unknown is not None:
        raise unknown
    return not decisive
