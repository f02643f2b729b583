"""Whether an expression evaluates the arguments of a call as the call does: each once, always, in their order."""

from __future__ import annotations

import ast

from api.port.plan.bind import BoundCall


def is_single(expression: ast.expr, bound: BoundCall) -> bool:
    """Whether every argument that does something is evaluated once, always, and in the order of the source."""
    order: list[str] = []
    repeated: set[str] = set()
    conditional: set[str] = set()
    _uses(expression, set(bound.variant.parameters), order, repeated, conditional, inside=False)
    busy = [name for name, argument in bound.arguments.items() if not all(is_idle(node) for node in argument.nodes)]
    if any(name in repeated or name in conditional or name not in order for name in busy):
        return False
    if any(
        name in repeated and not all(_is_short(n) for n in bound.arguments[name].nodes)
        for name in repeated & set(bound.arguments)
    ):
        return False
    if any(argument.joined and name in order and name in repeated for name, argument in bound.arguments.items()):
        return False
    return [name for name in order if name in busy] == busy


def _uses(
    node: ast.AST, names: set[str], order: list[str], repeated: set[str], conditional: set[str], *, inside: bool
) -> None:
    """The parameters in the order in which an expression evaluates them."""
    if isinstance(node, ast.Name) and node.id in names:
        if node.id in order:
            repeated.add(node.id)
        else:
            order.append(node.id)
        if inside:
            conditional.add(node.id)
        return
    if isinstance(node, ast.IfExp):
        _uses(node.test, names, order, repeated, conditional, inside=inside)
        for part in (node.body, node.orelse):
            _uses(part, names, order, repeated, conditional, inside=True)
        return
    within = inside or isinstance(
        node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp | ast.BoolOp
    )
    for child in ast.iter_child_nodes(node):
        _uses(child, names, order, repeated, conditional, inside=within)


def is_idle(node: ast.expr) -> bool:
    """Whether evaluating it acts on nothing and asks nothing: it may be moved."""
    return not any(
        isinstance(inner, ast.Call | ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom) for inner in ast.walk(node)
    )


def _is_short(node: ast.expr) -> bool:
    """Whether it may be written twice."""
    return (
        isinstance(node, ast.Constant | ast.Name)
        or (isinstance(node, ast.Attribute) and _is_short(node.value))
        or (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))
    )
