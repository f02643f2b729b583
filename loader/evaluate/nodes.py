"""Expressions of a drop-in made shorter by what is known: each kind of node by its own function."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from typing import Any

from loader.calls.builtins import NotKnown, apply
from loader.calls.decide import (
    Env,
)
from loader.calls.known import (
    ANYTHING,
    Dtype,
    Known,
    as_code,
    literal,
)

SHORT = 8  # characters of a computed number


Folded = tuple[ast.expr, Known]


# By kind of node; `fold.py` fills it.
HANDLERS: dict[type[ast.AST], Callable[[Any, Env], Folded]] = {}


def fold(node: ast.expr, env: Env) -> Folded:
    """The expression with everything computed that can be, and what is known of its value. `node` is not changed."""
    handler = HANDLERS.get(type(node))
    new, known = handler(node, env) if handler else (children(node, env), ANYTHING)
    if isinstance(new, ast.BinOp) and isinstance(known.value, float) and len(repr(known.value)) > SHORT:
        return new, known  # `1 - 0.9`, not 0.09999999999999998
    if isinstance(known.value, Dtype) and isinstance(new, ast.Attribute) and new.attr == known.value:
        return new, known  # it stands as the framework of the drop-in writes it
    if known.is_literal and not isinstance(new, ast.Constant) and (short := as_code(known.value)) is not None:
        return short, known
    return new, known


def children(node: ast.expr, env: Env) -> ast.expr:
    """A copy with its parts folded."""
    new = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.expr):
            setattr(new, name, fold(value, env)[0])
        elif isinstance(value, list):
            setattr(new, name, [_child(item, env) for item in value])
    return new


def _child(item: Any, env: Env) -> Any:
    if isinstance(item, ast.expr):
        return fold(item, env)[0]
    if isinstance(item, ast.keyword):
        return ast.keyword(item.arg, fold(item.value, env)[0])
    return item


def computed(new: ast.expr, compute: Callable[[], Any]) -> Folded:
    try:
        return new, literal(apply(compute))
    except NotKnown:
        return new, ANYTHING
