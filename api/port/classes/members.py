"""Attributes of modules: renamed ones, parameters and their values, the weights of layers."""

from __future__ import annotations

import ast

from api.port.classes.classes import ClassPorter
from api.port.plan.planner import Left
from api.port.plan.rules import rules
from api.port.write.text import fill
from loader.calls.decide import dotted

STATE = ("torch.nn.Parameter", "torch.nn.Buffer")


class MemberPorter(ClassPorter):
    """Text of attributes of modules."""

    def reference(self, node: ast.Attribute | ast.Name) -> str | None:
        if isinstance(node, ast.Attribute):
            if dotted(node) == "self.training" and isinstance(node.ctx, ast.Load):
                return "training"
            inside = self._enclosing_class(node) if dotted(node.value) == "self" else None
            if inside is not None and (new := self._renamed.get((inside.node, node.attr))):
                return f"self.{new}{self._read(node)}"
            owner = self.value(node.value)
            if (
                isinstance(owner.local, ast.ClassDef)
                and owner.made
                and (new := self._renamed.get((owner.local, node.attr)))
            ):
                return f"{self.text(node.value)}.{new}{self._read(node)}"
            if (
                owner.made
                and (template := rules().entries.get(f"{owner.made}.{node.attr}"))
                and isinstance(node.ctx, ast.Load)
            ):
                return fill(template, {"x": self.text(node.value)})
            if (
                owner.made in ("torch.nn.Linear", "torch.nn.Embedding")
                or (owner.made or "").startswith("torch.nn.Conv")
            ) and node.attr in ("weight", "bias"):
                return self.leave(
                    node,
                    f"{owner.made}.{node.attr}",
                    Left(
                        "the weights of a Keras layer exist once it is built, in another layout",
                        "read layer.kernel after the first call",
                    ),
                )
            if node.attr == "forward" and owner.made and self.inference.is_module(owner):
                return f"{self.text(node.value)}.call"
        made = super().reference(node)
        if made is None and self.value(node).made in STATE and (suffix := self._read(node)):
            return f"{self.characters.segment(node)}{suffix}"
        return made

    def _read(self, node: ast.expr) -> str:
        """`.value` where a variable's value is needed rather than the variable."""
        if self.value(node).made not in STATE or not isinstance(getattr(node, "ctx", None), ast.Load):
            return ""
        parent = self.parents.get(node)
        if isinstance(parent, ast.BinOp) or (isinstance(parent, ast.Attribute) and parent.attr in ("shape", "assign")):
            return ""
        if isinstance(parent, ast.Assign | ast.Compare):
            return "" if isinstance(parent, ast.Assign) or isinstance(parent.ops[0], ast.Is | ast.IsNot) else ".value"
        if isinstance(parent, ast.List | ast.Tuple) and dotted(node) is not None and "." not in (dotted(node) or ""):
            return ""  # a list of variables for an optimizer
        return ".value"
