"""Models in use: whether they train at a call, their statements and their parts."""

from __future__ import annotations

import ast

from api.port.classes.classes import TWO_MODES
from api.port.classes.drawn import DrawPorter
from api.port.classes.variables import word
from api.port.plan.planner import Left
from api.port.statements.statements import GONE
from api.port.write.text import wrapped
from api.source.value import MODULE, Value
from loader.calls.decide import dotted


class ModulePorter(DrawPorter):
    """Text of classes and of what their instances do."""

    def expression_statement(self, node: ast.Expr) -> str | None:
        call = node.value
        if isinstance(call, ast.Call):
            called = self.inference.called.get(call)
            if called is not None and called.name == f"{MODULE}.register_buffer" and len(call.args) >= 2:
                return self.buffer(call)
            if (
                called is not None
                and called.name == f"{MODULE}.register_parameter"
                and len(call.args) >= 2
                and isinstance(call.args[0], ast.Constant)
            ):
                return f"self.{word(call.args[0])} = {self.text(call.args[1])}"
            initial = called is not None and (
                called.name.startswith("torch.nn.init.") or called.name == f"{MODULE}.apply"
            )
            if initial and called is not None and self._concerns_layer(call, called):
                return self._left_initial(node, called)
            if (
                called is not None
                and called.receiver is not None
                and called.name.rpartition(".")[2] in ("train", "eval", "to", "cuda", "cpu", "zero_grad", "float")
            ):
                owner = self.value(called.receiver)
                if owner.made and self.inference.is_module(owner):
                    self._note(call, called, "rule")
                    return "pass" if self._is_alone(node) else GONE
            if (
                isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Call)
                and dotted(call.func.value.func) == "super"
            ):
                parent = self._enclosing_class(node)
                if (
                    parent is not None
                    and call.func.attr == "__init__"
                    and any(b.name == "torch.nn.Sequential" for b in parent.bases)
                    and call.args
                ):
                    return f"{self.text(call.func)}([{self._arguments_text(call)}])"
        return super().expression_statement(node)

    def subscript(self, node: ast.Subscript) -> str | None:
        value = self.value(node.value)
        if value.made == "torch.nn.Sequential" and isinstance(node.ctx, ast.Load):
            return f"{wrapped(self.text(node.value))}.layers[{self.text(node.slice)}]"
        return super().subscript(node)

    def _own_call(self, node: ast.Call) -> str | None:
        """A call of a model outside of a model says whether it trains; of a method that asks, it passes the mode on."""
        copies = dotted(node.func) in ("copy.deepcopy", "deepcopy", "copy.copy") and node.args
        if copies and self.inference.is_module(self.value(node.args[0])):
            reason = Left("Keras copies no model of a class of one's own", "build another one, and set its weights")
            return self.leave(node, "copy.deepcopy", reason)
        function = node.func
        if isinstance(function, ast.Attribute) and dotted(function.value) == "self":
            owner = self._enclosing_class(node)
            method = owner and self.inference.find_method(owner.node, function.attr)
            if method in self._trained and self._enclosing_function(node) in self._trained:
                return self._called_with(node, "training=training")
        value = self.value(function)
        if (
            value.made
            and self.inference.is_module(value)
            and self._enclosing_class(node) is None
            and self._has_modes(value)
        ):
            mode = self.mode_of(node, function)
            return self._called_with(node, f"training={mode}")
        return super()._own_call(node)

    def _has_modes(self, value: Value) -> bool:
        if value.local is None and value.made not in (MODULE, "torch.nn.Sequential", "torch.nn.ModuleList"):
            return (value.made or "").rpartition(".")[2] in TWO_MODES
        if value.local is None and value.made == MODULE and not self.has_layers:
            return True  # somebody else's
        return self.has_modes

    def _called_with(self, node: ast.Call, extra: str) -> str:
        inner = self._arguments_text(node).strip().rstrip(",")
        return f"{self.text(node.func)}({inner}{', ' if inner else ''}{extra})"

    def mode_of(self, node: ast.Call, function: ast.expr) -> str:
        """Whether a model trains at a call: what was said last before it; PyTorch's models begin in training."""
        scope = self._enclosing_function(node) or self.inference.tree
        name = dotted(function)
        mode, place = None, (0, 0)
        for inner in ast.walk(scope):
            match inner:
                case ast.Call(func=ast.Attribute(value=owner, attr="train" | "eval" as attr)):
                    at = (inner.lineno, inner.col_offset)
                    if dotted(owner) == name and place < at < (node.lineno, node.col_offset):
                        trains = attr == "train" and not (
                            inner.args and isinstance(inner.args[0], ast.Constant) and not inner.args[0].value
                        )
                        mode, place = trains, at
        if mode is None:
            words = (scope.name if isinstance(scope, ast.FunctionDef) else "").lower()
            mode = not any(
                word in words for word in ("eval", "test", "predict", "valid", "infer", "sample", "generate")
            )
        return str(mode)
