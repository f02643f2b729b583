"""Drop-ins that make a layer, as functions of its input: `F.max_pool2d` computes what `nn.MaxPool2d` does."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence

from loader.model.dotted import leaf

INPUT = "input"


def as_function(name: str, made: ast.FunctionDef, others: tuple[ast.stmt, ...]) -> ast.FunctionDef | None:
    """The function of this name; `others` stand beside the drop-in. None where it returns nothing to call."""
    function = copy.deepcopy(made)
    function.name = leaf(name)
    places = function.args.args
    names = [a.arg for a in places]
    if "return_indices" in names and "ceil_mode" in names:  # F.max_pool2d has them the other way round
        i, j = names.index("return_indices"), names.index("ceil_mode")
        if i < j:
            places[i], places[j] = places[j], places[i]
    places.insert(0, ast.arg(INPUT))
    last = function.body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        return None
    layer = last.value
    if (computed := _of_closure(function, layer)) is not None:
        function.body = computed
    elif (computed := _of_class(layer, others)) is not None:
        function.body[-1:] = computed
    else:
        last.value = ast.Call(layer, [ast.Name(INPUT, ast.Load())], [])
    return ast.fix_missing_locations(function)


def needed(parts: Sequence[ast.AST], others: tuple[ast.stmt, ...]) -> tuple[ast.stmt, ...]:
    """What stands beside a drop-in, without what these parts of it do not mention; a helper may mention another."""
    kept: list[ast.stmt] = []
    for other in reversed(others):
        mentioned = {n.id for part in (*parts, *kept) for n in ast.walk(part) if isinstance(n, ast.Name)}
        if not _defined(other) or _defined(other) & mentioned:
            kept.insert(0, other)
    return tuple(kept)


def _defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
    return set()


def _of_closure(function: ast.FunctionDef, layer: ast.expr) -> list[ast.stmt] | None:
    """The body with that of the function that it returns in its place."""
    for place, inner in enumerate(function.body):
        if isinstance(inner, ast.FunctionDef) and isinstance(layer, ast.Name) and inner.name == layer.id:
            return [*function.body[:place], *inner.body] if _parameters(inner) == [INPUT] else None
    return None


def _of_class(layer: ast.expr, others: tuple[ast.stmt, ...]) -> list[ast.stmt] | None:
    """What the `call` of a Keras layer does, with what it was made with in place of its attributes."""
    match layer:
        case ast.Call(func=ast.Name(id=name)):
            found = next((o for o in others if isinstance(o, ast.ClassDef) and o.name == name), None)
        case _:
            return None
    methods = {m.name: m for m in found.body if isinstance(m, ast.FunctionDef)} if found else {}
    if not {"__init__", "call"} <= methods.keys() or _parameters(methods["call"]) != ["self", INPUT]:
        return None
    given = dict(zip(_parameters(methods["__init__"])[1:], layer.args, strict=False))
    kept = _kept(methods["__init__"])
    if kept is None or not set(kept.values()) <= given.keys():
        return None
    body = copy.deepcopy(methods["call"].body)
    assigned = {n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if any(isinstance(n, ast.Name) and n.id in assigned for value in given.values() for n in ast.walk(value)):
        return None  # a name of the call means something else in the layer
    replaced = _Attributes({attribute: given[parameter] for attribute, parameter in kept.items()})
    body = [replaced.visit(statement) for statement in body]
    return None if any(isinstance(n, ast.Name) and n.id == "self" for s in body for n in ast.walk(s)) else body


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in function.args.args]


def _kept(init: ast.FunctionDef) -> dict[str, str] | None:
    """The attributes that hold parameters, with these; None where it does more than keep them."""
    kept: dict[str, str] = {}
    for statement in init.body:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="__init__"))):
                continue
            case ast.Assign(targets=[target], value=value):
                pairs = list(zip(_parts(target), _parts(value), strict=False))
            case _:
                return None
        for attribute, parameter in pairs:
            if not isinstance(attribute, ast.Attribute) or not isinstance(parameter, ast.Name):
                return None
            kept[attribute.attr] = parameter.id
    return kept


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


class _Attributes(ast.NodeTransformer):
    """`self.x` as what it was made with."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self._values = values

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in self._values:
            return copy.deepcopy(self._values[node.attr])
        return self.generic_visit(node)
