"""Weights that a layer of the source makes itself: `add_weight`, and `build` at its first call."""

from __future__ import annotations

import ast

from api.port.keras.tapes import TapePorter
from api.port.plan.library import Library
from api.port.plan.planner import Left
from api.port.statements.statements import GONE
from api.port.write.edits import Characters
from api.source.infer import Inference
from api.source.value import LocalClass
from loader.calls.decide import dotted

OPTIONS = frozenset(("shape", "initializer", "trainable", "dtype", "name"))


class WeightPorter(TapePorter):
    """Text of what makes weights."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        self.modules: dict[ast.ClassDef, LocalClass] = {n: c for n, c in inference.classes.items() if c.is_module}
        self._firsts = {
            first: name for node in self.modules if (made := _first_of_call(node)) for first, name in [made]
        }

    def _part(self, node: ast.AST) -> str | None:
        """A layer with a `build` makes its weights before the first statement of `call`."""
        made = super()._part(node)
        if not isinstance(node, ast.stmt) or node not in self._firsts:
            return made
        text = self.characters.segment(node) if made is None else made
        return f"{self.helpers.special('built')}(self, {self._firsts[node]})\n{self.characters.indentation(node)}{text}"

    def expression_statement(self, node: ast.Expr) -> str | None:
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=function), attr="build")) if (
                dotted(function) == "super"
            ):
                return "pass" if self._is_alone(node) else GONE
        return super().expression_statement(node)

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is None or called.receiver is None or called.name != "tf.keras.Model.add_weight":
            return super().call(node)
        first = next(iter(node.args), None)
        is_named = isinstance(first, ast.Constant) and isinstance(first.value, str)
        if len(node.args) > 2 or is_named or any(k.arg not in OPTIONS for k in node.keywords):
            return self.leave(node, called.name, Left("a weight with options that PyTorch's parameters have not"))
        self._note(node, called, "rule")
        given = [self.text(arg) for arg in node.args]
        given += [f"{k.arg}={self.text(k.value)}" for k in node.keywords if k.arg != "name"]
        return f"{self.helpers.special('add_weight')}({', '.join(given)})"


def _first_of_call(node: ast.ClassDef) -> tuple[ast.stmt, str] | None:
    """The first statement of `call` and its first parameter, of a class that builds its weights."""
    methods = {s.name: s for s in node.body if isinstance(s, ast.FunctionDef)}
    call = methods.get("call")
    if "build" not in methods or call is None or len(call.args.args) < 2:
        return None
    is_told = isinstance(call.body[0], ast.Expr) and isinstance(call.body[0].value, ast.Constant) and len(call.body) > 1
    return call.body[1 if is_told else 0], call.args.args[1].arg
