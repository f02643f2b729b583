"""Variables as parameters: made, given a new value, read."""

from __future__ import annotations

import ast

from api.port.keras.tensors import TensorPorter
from api.port.plan.planner import Left
from api.source.value import Called
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING, FLOATING

VARIABLE = "tf.Variable"
CHANGES = {"assign": "", "assign_add": "+", "assign_sub": "-"}


class VariablePorter(TensorPorter):
    """Text of variables."""

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is not None and called.side == "tf" and called.name == VARIABLE:
            return self.variable(node, called)
        function = node.func
        part = getattr(function, "value", None)
        owner = part.value if isinstance(part, ast.Subscript) else part
        if isinstance(function, ast.Attribute) and function.attr in CHANGES and self._may_be_variable(owner):
            return self.changed(node, function)
        return super().call(node)

    def variable(self, node: ast.Call, called: Called) -> str:
        """`tf.Variable(value)`: a parameter of its own memory."""
        options = {k.arg: k.value for k in node.keywords}
        if self._is_of_keras_model(node):
            reason = Left("Keras trains no tf.Variable of a model, PyTorch every parameter", "use self.add_weight")
            return self.leave(node, called.name, reason)
        value = options.pop("initial_value", None) or next(iter(node.args), None)
        if value is None or len(node.args) > 2 or not options.keys() <= {"trainable", "name", "dtype"}:
            return self.leave(node, called.name, Left("a variable with options that PyTorch's parameters have not"))
        known = self.known.get(value, ANYTHING)
        if known.is_surely("function"):
            return self.leave(node, called.name, Left("a variable that is made by a function", "pass the value"))
        self._note(node, called, "rule")
        dtypes = self.known.get(node, ANYTHING).dtypes
        if known.is_surely("tensor") and not options and len(node.args) == 1 and dtypes and dtypes <= FLOATING:
            fresh = isinstance(value, ast.Call)
            return f"nn.Parameter({self.text(value)}{'' if fresh else '.detach().clone()'})"
        given = [self.text(value), *(self.text(arg) for arg in node.args[1:])]
        given += [f"{name}={self.text(option)}" for name, option in options.items() if name and name != "name"]
        return f"{self.helpers.special('variable')}({', '.join(given)})"

    def _is_of_keras_model(self, node: ast.Call) -> bool:
        """Whether a variable is put on a model of Keras, which looks for variables of its own kind."""
        parent = self.parents.get(node)
        targets = parent.targets if isinstance(parent, ast.Assign) else []
        if not any((dotted(target) or "").startswith("self.") for target in targets):
            return False
        while parent is not None and not isinstance(parent, ast.ClassDef):
            parent = self.parents.get(parent)
        local = self.inference.classes.get(parent) if isinstance(parent, ast.ClassDef) else None
        return local is not None and local.is_module and not any(base.name == "tf.Module" for base in local.bases)

    def _may_be_variable(self, node: ast.expr | None) -> bool:
        if node is None:
            return False
        value = self.value(node)
        if value.made == VARIABLE:
            return True
        return not (value.made or value.local or value.outside or value.foreign or value.name) and (
            value.known.kinds is None or value.known.is_surely("tensor")
        )

    def changed(self, node: ast.Call, function: ast.Attribute) -> str:
        """`v.assign_sub(x)`: new numbers for v; whatever was read from it before keeps its own."""
        if len(node.args) != 1 or node.keywords:
            return self.leave(node, f"{VARIABLE}.{function.attr}", Left("it is assigned with options"))
        if not isinstance(function.value, ast.Name | ast.Attribute):
            return self.leave(node, f"{VARIABLE}.{function.attr}", Left("a part of a variable is assigned"))
        name, value = self.text(function.value), self.text(node.args[0])
        sign = CHANGES[function.attr]
        value = f"{name} {sign} {self.wrapped_operand(node.args[0])}" if sign else value
        self.done.append(self._done(node, f"{VARIABLE}.{function.attr}"))
        return f"{self.helpers.special('assign')}({name}, {value})"
