"""Parameters and buffers as variables: made, frozen, given a new value."""

from __future__ import annotations

import ast

from api.port.classes.layers import LayerPorter
from api.port.classes.members import STATE
from api.port.plan.planner import Left
from api.port.statements.statements import GONE
from api.source.value import MODULE, Value
from loader.calls.known import ANYTHING


class VariablePorter(LayerPorter):
    """Text of what makes and changes variables."""

    def buffer(self, call: ast.Call) -> str:
        """A buffer as a variable that does not train."""
        name, value = call.args[0], call.args[1]
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return self.leave(call, f"{MODULE}.register_buffer", Left("the name of the buffer is not written out"))
        if isinstance(value, ast.Constant) and value.value is None:
            return f"self.{word(name)} = None"
        self.helpers.imports.add("keras")
        return f"self.{word(name)} = keras.Variable({self.text(value)}, trainable=False)"

    def _freezes(self, node: ast.Assign) -> str | None:
        """`p.requires_grad = False`."""
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Attribute) or target.attr != "requires_grad":
            return None
        if self.value(target.value).made in STATE:
            return f"{self.characters.segment(target.value)}.trainable = {self.text(node.value)}"
        if self.known.get(target.value, ANYTHING).is_surely("tensor"):
            return "pass" if self._is_alone(node) else GONE  # a tape watches what it is told to
        reason = Left("whether a variable or a tensor is meant is not known from the text", "set variable.trainable")
        return self.leave(node, "torch.Tensor.requires_grad", reason)

    def assignment(self, node: ast.Assign) -> str | None:
        """A new value for a parameter or a buffer is assigned to the variable."""
        if (frozen := self._freezes(node)) is not None:
            return frozen
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Attribute) and self._is_state(node.targets[0]):
            method = self._enclosing_function(node)
            if method is not None and method.name != "__init__":
                return f"{self.characters.segment(node.targets[0])}.assign({self.text(node.value)})"
        return super().assignment(node)

    def augmented(self, node: ast.AugAssign) -> str | None:
        if isinstance(node.target, ast.Name) and self.value(node.target).made in STATE:
            return f"{node.target.id}.assign({self.operated(node, f'{node.target.id}.value')})"
        if isinstance(node.target, ast.Attribute) and self._is_state(node.target):
            name = self.characters.segment(node.target)
            return f"{name}.assign({self.operated(node, f'{name}.value')})"
        return super().augmented(node)

    def change(self, node: ast.Call, target: ast.expr) -> str:
        if isinstance(target, ast.Attribute) and self._is_state(target):
            return f"{self.characters.segment(target)}.assign({self.value_of_change(node, target)})"
        inner = target.value if isinstance(target, ast.Attribute) and target.attr == "data" else target
        if isinstance(inner, ast.Name) and self.value(inner).made in STATE:
            return f"{inner.id}.assign({self.value_of_change(node, target)})"
        if isinstance(target, ast.Attribute) and target.attr == "data" and self._is_state(target.value):
            return f"{self.characters.segment(target.value)}.assign({self.value_of_change(node, target)})"
        return super().change(node, target)

    def _is_state(self, node: ast.expr) -> bool:
        owner = self.value(node.value) if isinstance(node, ast.Attribute) else Value()
        if not (isinstance(owner.local, ast.ClassDef) and isinstance(node, ast.Attribute)):
            return False
        local = self.modules.get(owner.local)
        return local is not None and local.attributes.get(node.attr, Value()).made in STATE


def word(node: ast.expr) -> str:
    """The text of a name that is written out."""
    return str(node.value) if isinstance(node, ast.Constant) else ""
