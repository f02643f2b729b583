"""Calls of the other framework less the arguments that are its own defaults."""

from __future__ import annotations

import ast

from api.port.plan.library import Library
from loader.calls.builtins import element_kind
from loader.calls.decide import dotted


class Shorter(ast.NodeTransformer):
    def __init__(self, library: Library) -> None:
        self._library = library

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = dotted(node.func)
        if self._library.rules.target == "torch" and isinstance(node.func, ast.Attribute):
            node.keywords = [k for k in node.keywords if not _is_usual(k)]
        if name is None or not name.startswith(("tf.", "keras.")) or any(isinstance(a, ast.Starred) for a in node.args):
            return node
        parameters = {p.name: p.default for p in self._library.defaults(name)}
        if not parameters:
            return node
        places = list(parameters)
        args = list(node.args)
        if name == "tf.constant" and len(args) == 2 and _is_default_constant(args[0], dotted(args[1])):
            args.pop()
        layer = name.startswith(("tf.keras.layers.", "keras.layers."))
        kept = [k for k in node.keywords if not (layer and k.arg == "dtype" and is_none(k.value))]
        kept = [k for k in kept if k.arg is None or not _is_default(k.value, parameters.get(k.arg))]
        while args and len(args) <= len(places) and _is_default(args[-1], parameters[places[len(args) - 1]]):
            args.pop()
        # From the third argument on a name says more than a place.
        named = [
            ast.keyword(places[i], arg)
            for i, arg in enumerate(args)
            if 1 <= i < len(places) and _wants_name(places[i], arg)
        ]
        if named and all(_wants_name(places[i], arg) for i, arg in enumerate(args) if i >= 1 and i < len(places)):
            args = args[:1]
            kept = [*named, *kept]
        return ast.Call(node.func, args, kept)


def _is_usual(keyword: ast.keyword) -> bool:
    """What every function and method of PyTorch takes if it is not told."""
    value = keyword.value
    return isinstance(value, ast.Constant) and (keyword.arg, value.value) in (("dtype", None), ("keepdim", False))


def _wants_name(parameter: str, node: ast.expr) -> bool:
    return parameter in ("axis", "keepdims", "strides", "padding", "dtype") and isinstance(
        node, ast.Constant | ast.UnaryOp | ast.Tuple | ast.List | ast.Name
    )


def _is_default_constant(data: ast.expr, dtype: str | None) -> bool:
    """Numbers with a point are float32 without saying so, truth values bool."""
    try:
        kind = element_kind(ast.literal_eval(data))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return (kind, dtype) in (("f", "tf.float32"), ("b", "tf.bool"))


def _is_default(node: ast.expr, default: str | None) -> bool:
    if default is None:
        return False
    if ast.unparse(node) == default.replace("tf.dtypes.", "tf."):
        return True
    try:
        value, usual = ast.literal_eval(node), ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    if isinstance(usual, tuple) and isinstance(value, int) and not isinstance(value, bool):
        return bool(usual) and all(item == value for item in usual)
    return type(value) is type(usual) and bool(value == usual)


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
