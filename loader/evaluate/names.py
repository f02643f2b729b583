"""Names that statements give a value or change, and whether a statement ends its function."""

from __future__ import annotations

import ast

from loader.calls.decide import stored

MUTATORS = frozenset(("append", "extend", "insert", "pop", "remove", "sort", "reverse", "update", "setdefault"))


def own_names(node: ast.FunctionDef | ast.ClassDef) -> set[str]:
    names = stored(node) - {node.name}
    for inner in ast.walk(node):
        if isinstance(inner, ast.arguments):
            every = [*inner.posonlyargs, *inner.args, *inner.kwonlyargs, inner.vararg, inner.kwarg]
            names |= {argument.arg for argument in every if argument}
    return names


def changed(node: ast.AST) -> set[str]:
    """Lists that a statement changes in place."""
    names: set[str] = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in MUTATORS:
                names.add(name)
    return names


def ends(node: ast.stmt) -> bool:
    """Whether nothing runs after this statement."""
    if isinstance(node, ast.Return | ast.Raise):
        return True
    if isinstance(node, ast.If):
        return bool(node.body) and bool(node.orelse) and ends(node.body[-1]) and ends(node.orelse[-1])
    return False
