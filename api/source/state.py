"""What the walk over a source carries along."""

from __future__ import annotations

import ast
from collections import ChainMap

from api.source.budget import Budget
from api.source.value import UNKNOWN, Called, LocalClass, Names, Scope, Value
from loader.calls.decide import dotted
from loader.calls.known import (
    Known,
)

MUTATORS = frozenset(
    ["append", "extend", "insert", "pop", "remove", "sort", "reverse", "update", "setdefault", "clear", "add"]
)


def _changed_names(tree: ast.AST) -> set[str]:
    """Lists and dictionaries that are changed after they are made, or handed to somebody who may."""
    names: set[str | None] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in MUTATORS:
                names.add(dotted(owner))
            case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
                names.add(dotted(owner))
            case ast.AugAssign(target=target):
                names.add(dotted(target))
            case ast.Call(func=ast.Name(id=function), args=args) if function not in (
                "len",
                "print",
                "range",
                "zip",
                "enumerate",
                "tuple",
                "list",
                "sum",
            ):
                names |= {dotted(arg) for arg in args}
    return {name for name in names if name}


def _stores(tree: ast.AST) -> dict[str, int]:
    """How often each name gets a value."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = found.get(node.id, 0) + 1
    return found


def _attributes(tree: ast.AST) -> set[str]:
    return {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}


class State:
    """What the walk has found: `values` has what each expression is, `called` what each call means."""

    def __init__(self, tree: ast.Module, names: Names, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        self._depth = 0  # of loops
        self._arguments: dict[ast.AST, list[dict[str, Value]]] = {}  # of the first walk: what functions are called with
        self.tree = tree
        self.values: dict[ast.AST, Value] = {}
        self.called: dict[ast.AST, Called] = {}
        self.classes: dict[ast.ClassDef, LocalClass] = {}
        self.float: str | None = None if "set_default_dtype" in _attributes(tree) else "float32"
        self._names = names
        self._changed = _changed_names(tree)
        self._stores = _stores(tree)
        self._scope: Scope = ChainMap({})
        self._self: LocalClass | None = None
        self._returned: list[Known] = []
        self._results: dict[ast.AST, Known] = {}
        self._given: dict[ast.AST, list[dict[str, Value]]] = {}
        self._walking: set[ast.AST] = set()
        self._module_scope = self._scope

    def value(self, node: ast.AST) -> Value:
        return self.values.get(node, UNKNOWN)

    def expr(self, node: ast.expr) -> Value:
        """What an expression is; see `Expressions`."""
        raise NotImplementedError

    def bind(self, name: str, value: Value) -> None:
        """Give a variable a value; see `Inference`."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Value, node: ast.expr | None) -> None:
        """Give a target a value; see `Inference`."""
        raise NotImplementedError

    def element(self, iterated: Value, node: ast.expr) -> Value:
        """What a loop's variable gets; see `Inference`."""
        raise NotImplementedError
