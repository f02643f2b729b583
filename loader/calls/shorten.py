"""What is left of a function, made shorter: unused variables dropped, one expression where it can be one."""

from __future__ import annotations

import ast
import copy
from collections import Counter

LARGEST_EXPRESSION = 60  # nodes; what is longer reads better as a function with a name


def without_unused(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements less the assignments and definitions that nothing reads; TensorFlow's functions act on nothing."""
    while True:
        loaded = Counter(
            node.id
            for s in body
            for node in ast.walk(s)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        )
        kept = [statement for statement in body if not _is_unused(statement, loaded)]
        if len(kept) == len(body):
            return kept
        body = kept


def _is_unused(node: ast.stmt, loaded: Counter[str]) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return not loaded[name]
        case ast.Assign(targets=[ast.Tuple(elts=elements)]):
            return all(isinstance(e, ast.Name) and not loaded[e.id] for e in elements)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return not loaded[name]
    return False


class _Substitute(ast.NodeTransformer):
    def __init__(self, values: dict[str, ast.expr]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self._values.get(node.id, node))


def substitute(node: ast.expr, values: dict[str, ast.expr]) -> ast.expr:
    """The expression with some names replaced."""
    return _Substitute(values).visit(copy.deepcopy(node))  # type: ignore[no-any-return]


def expression_of(body: list[ast.stmt]) -> ast.expr | None:
    """Assignments that are used once each and a return, as one expression."""
    if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
        return None
    values: dict[str, ast.expr] = {}
    for place, statement in enumerate(body[:-1]):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                later = _uses_until_next(name, body[place + 1 :])
                if later > 1 and not isinstance(value, ast.Name | ast.Constant):
                    return None
                if later and _is_in_inner_scope(name, body[place + 1 :]):
                    return None
                values[name] = substitute(value, values)
            case _:
                return None
    made = substitute(body[-1].value, values)
    if isinstance(made, ast.Lambda) or sum(1 for _ in ast.walk(made)) > LARGEST_EXPRESSION:
        return None
    return made


def _uses_until_next(name: str, body: list[ast.stmt]) -> int:
    """How often a variable is read before it gets its next value."""
    count = 0
    for statement in body:
        count += sum(
            1 for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        )
        match statement:
            case ast.Assign(targets=[ast.Name(id=again)]) if again == name:
                break
    return count


def _is_in_inner_scope(name: str, body: list[ast.stmt]) -> bool:
    """Whether a comprehension or an inner function reads it: there it would be computed many times."""
    for statement in body:
        for node in ast.walk(statement):
            inner = isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp)
            if inner and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node)):
                return True
    return False
