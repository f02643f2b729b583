"""Keras's layers: their first numbers, their masks, several in a row."""

from __future__ import annotations

import ast

from api.port.keras.classes import ClassPorter
from api.port.plan.planner import Left
from api.port.write.text import wrapped
from api.source.value import KERAS

LAYERS = ("tf.keras.layers.", "keras.layers.")


NAMED_INITIALIZERS = frozenset(
    (
        "glorot_uniform",
        "he_uniform",
        "uniform",
        "random_uniform",
        "normal",
        "random_normal",
        "orthogonal",
        "zeros",
        "ones",
    )
)


# Initializers whose numbers do not depend on the shape.
SHAPELESS = frozenset(("Constant", "Zeros", "Ones", "RandomNormal", "RandomUniform", "TruncatedNormal"))


INPUTS = frozenset(("Input", "InputLayer"))


class LayerPorter(ClassPorter):
    """Text of what makes layers."""

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is None or called.side != "tf" or called.receiver is not None:
            return super().call(node)
        leaf = called.name.rpartition(".")[2]
        if called.name.startswith(KERAS) and leaf == "Sequential":
            return self.sequential(node, called.name)
        if not called.name.startswith(LAYERS):
            return super().call(node)
        if self._makes_mask(node, leaf):
            reason = Left("Keras passes its mask on to the layers after it", "pass the mask yourself")
            return self.leave(node, called.name, reason)
        if (unknown := self._unknown_initializer(node)) is not None:
            return self.leave(node, called.name, unknown)
        text = super().call(node)
        words = self.rules.words
        is_same = leaf in words["one_mode"] or leaf.startswith(tuple(words["one_mode_starts"]))
        return text and self.waiting(node, text, not is_same)

    def waiting(self, node: ast.Call, text: str, has_modes: bool) -> str:
        """A model that is made outside of another: Keras's are in inference unless they are told."""
        if not has_modes or self._module_around(node) is not None or self._is_in_sequential(node):
            return text
        if node in self._left_at:
            return text
        return f"{wrapped(text)}.eval()"

    def _makes_mask(self, node: ast.Call, leaf: str) -> bool:
        """Whether a layer makes a mask that other layers read."""
        flag = next((k.value for k in node.keywords if k.arg == "mask_zero"), None)
        return leaf == "Masking" or not (flag is None or (isinstance(flag, ast.Constant) and not flag.value))

    def _unknown_initializer(self, node: ast.Call) -> Left | None:
        """Why the first numbers of a layer cannot be drawn as Keras does; None where they can."""
        for keyword in node.keywords:
            value = keyword.value
            if not (keyword.arg or "").endswith("_initializer") or value in self._texts:
                continue
            if isinstance(value, ast.Constant):
                if value.value in NAMED_INITIALIZERS:
                    continue
                return Left(
                    f"{value.value!r} is an initializer that the answer has not", "fill the parameters yourself"
                )
            called = self.inference.called.get(value)
            leaf = called.name.rpartition(".")[2] if called is not None else ""
            if not isinstance(value, ast.Call) or leaf not in SHAPELESS:
                return Left("an initializer that reads the shape, which PyTorch has the other way round")
            self._texts[value] = f"{self.helpers.special('filled')}({self.text(value)})"
        return None

    def _is_in_sequential(self, node: ast.AST) -> bool:
        parent = self.parents.get(node)
        while isinstance(parent, ast.List | ast.Tuple | ast.Starred):
            parent = self.parents.get(parent)
        called = self.inference.called.get(parent) if parent is not None else None
        return called is not None and called.name.endswith(".Sequential")

    def sequential(self, node: ast.Call, name: str) -> str:
        """`keras.Sequential([a, b])` as `nn.Sequential(a, b)`; what only tells a shape goes."""
        if len(node.args) > 1 or any(k.arg not in ("layers", "name") for k in node.keywords):
            return self.leave(node, name, Left("a Sequential with further options"))
        layers = next((k.value for k in node.keywords if k.arg == "layers"), next(iter(node.args), None))
        self.done.append(self._done(node, name))
        if layers is None:
            return self.waiting(node, "nn.Sequential()", True)
        if not isinstance(layers, ast.List | ast.Tuple):
            return self.waiting(node, f"nn.Sequential(*{wrapped(self.text(layers))})", True)
        kept = [part for part in layers.elts if not self.tells_shape(part)]
        if len(kept) == len(layers.elts) and self.characters.span(layers) is not None:
            inner = self.characters.splice(layers, self._part)[1:-1]
            return self.waiting(node, f"nn.Sequential({inner})", True)
        return self.waiting(node, f"nn.Sequential({', '.join(self.text(part) for part in kept)})", True)

    def tells_shape(self, node: ast.expr) -> bool:
        called = self.inference.called.get(node)
        return called is not None and called.name.rpartition(".")[2] in INPUTS and called.name.startswith(KERAS)
