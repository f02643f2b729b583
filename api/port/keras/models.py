"""Models and metrics in use: whether a model trains at a call, what its methods become."""

from __future__ import annotations

import ast

from api.port.keras.arguments import numbers_of
from api.port.keras.layers import LayerPorter
from api.port.plan.planner import Left
from api.source.value import KERAS, Called
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING


class KerasPorter(LayerPorter):
    """Text of what is done with models."""

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is not None and called.receiver is not None and self._of_metric(called):
            self._note(node, called, "rule")
            return self.spliced(node)
        if _is_super_init(node.func) and self._module_around(node) is not None:
            return self.initialised(node)
        if isinstance(node.func, ast.Attribute) and (made := self.of_model(node, node.func)) is not None:
            return made
        value = self.value(node.func)
        if not value.made and value.local in self.modules:
            return self.waiting(node, self.spliced(node), True)
        if value.made and self.inference.is_module(value):
            return self.called_model(node)
        if (value.made or "").startswith(KERAS) and ".metrics." in (value.made or ""):
            reason = Left("a metric that is called", "call update_state, then result")
            return self.leave(node, f"{value.made}.__call__", reason)
        if any(k.arg == "training" for k in node.keywords) and not value.local and not value.outside and not (called):
            return self.leave(node, "tf.keras.Model.__call__", Left("what is called with training= is not known"))
        return super().call(node)

    def of_model(self, node: ast.Call, function: ast.Attribute) -> str | None:
        """Methods of a model: `add` of a Sequential; what else Keras's have is left by name."""
        called = self.inference.called.get(node)
        owner = self.value(function.value)
        if owner.made is None or not self.inference.is_module(owner):
            return None
        if owner.made.endswith(".Sequential") and function.attr == "add" and len(node.args) == 1 and not node.keywords:
            self.done.append(self._done(node, f"{owner.made}.add"))
            if self.tells_shape(node.args[0]):
                return "None"
            return f"{self.text(function.value)}.append({self.text(node.args[0])})"
        if called is not None and called.receiver is not None and called.name.startswith(KERAS):
            known = called.name.rpartition(".")[2] in ("add_weight", "add_loss")
            reason = Left("a method of Keras's models that PyTorch's have not", "write it out; its page shows how")
            return None if known or function.attr == "__init__" else self.leave(node, called.name, reason)
        return None

    def _of_metric(self, called: Called) -> bool:
        """Whether it is a method of a metric that its answer has, too."""
        owner = self.value(called.receiver).made if called.receiver is not None else None
        is_metric = (owner or "").startswith(KERAS) and ".metrics." in (owner or "")
        return is_metric and called.name.rpartition(".")[2] in ("update_state", "result", "reset_state")

    def called_model(self, node: ast.Call) -> str | None:
        """A call of a model: in a model it goes along with it, outside it says whether it trains."""
        mode = next((k.value for k in node.keywords if k.arg == "training"), None)
        for arg in node.args:
            known = self.known.get(arg, ANYTHING)
            is_array = known.is_surely("ndarray", "int", "float") and "ndarray" in (known.kinds or ())
            if is_array or (known.is_surely("list", "tuple") and numbers_of(known)):
                self._texts.setdefault(arg, f"{self.helpers.special('as_input')}({self.text(arg)})")
        if mode is None:
            return None
        name = "tf.keras.Model.__call__"
        if any(k.arg is None for k in node.keywords):
            return self.leave(node, name, Left("the arguments after ** are not known from the text"))
        rest = [self.text(arg) for arg in node.args]
        rest += [f"{k.arg}={self.text(k.value)}" for k in node.keywords if k.arg != "training"]
        function = self.text(node.func)
        told = mode.value if isinstance(mode, ast.Constant) else None
        if self._module_around(node) is not None:
            if isinstance(mode, ast.Name) and mode.id == "training":
                return f"{function}({', '.join(rest)})"
            return self.leave(
                node, name, Left("inside a model a layer trains with it", "call it with training=training")
            )
        if isinstance(mode, ast.Constant) and not told:
            return f"{function}({', '.join(rest)})"
        return f"{self.helpers.special('in_mode')}({', '.join([function, self.text(mode), *rest])})"


def _is_super_init(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Call(func=function), attr="__init__"):
            return dotted(function) == "super"
    return False
