"""First weights that are drawn anew: Keras draws them when a layer is built, so the text keeps them as a comment."""

from __future__ import annotations

import ast
import textwrap

from api.port.classes.members import STATE
from api.port.classes.variables import VariablePorter
from api.port.expressions.writer import LeftOver
from api.source.value import MODULE, Called

DRAWN = "Keras draws the first weights when a layer is built: pass kernel_initializer, or load weights"


class DrawPorter(VariablePorter):
    """Text of what draws weights."""

    def rewritten(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.For | ast.If) and self._only_draws(node):
            return self._left_draws(node)
        return super().rewritten(node)

    def _concerns_layer(self, call: ast.Call, called: Called) -> bool:
        """Whether weights of a layer are drawn: those of a Keras layer do not exist yet."""
        if called.name == f"{MODULE}.apply":
            return True
        first = next(iter(call.args), None)
        if first is None:
            return False
        return not (self.value(first).made in STATE or self.value(first).known.is_surely("tensor")) or (
            isinstance(first, ast.Attribute) and self.value(first).made not in STATE
        )

    def _only_draws(self, node: ast.For | ast.If) -> bool:
        """Whether a block does nothing but draw the first weights of layers."""
        parent = self.parents.get(node)
        if isinstance(node, ast.If) and not any(
            isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in ("isinstance", "hasattr")
            for n in ast.walk(node.test)
        ):
            return False
        if isinstance(parent, ast.For | ast.If) and node in [*parent.body, *parent.orelse] and self._only_draws(parent):
            return False  # the outer one is taken whole
        drawn = [self._draws(statement) for statement in [*node.body, *node.orelse]]
        return bool(drawn) and None not in drawn and any(drawn)

    def _draws(self, node: ast.stmt) -> bool | None:
        """Whether a statement draws weights; None where it does something else."""
        match node:
            case ast.Pass():
                return False
            case ast.If() | ast.For():
                found = [self._draws(inner) for inner in [*node.body, *node.orelse]]
                return None if None in found else any(found)
            case ast.Expr(value=ast.Call() as call):
                called = self.inference.called.get(call)
                if called is not None and called.name.startswith("torch.nn.init."):
                    return True
                leaf = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                of_weights = any(isinstance(n, ast.Attribute) and n.attr in ("weight", "bias") for n in ast.walk(call))
                return True if of_weights and leaf.endswith("_") else None
        return None

    def _left_draws(self, node: ast.For | ast.If) -> str:
        self.left.append(LeftOver(node, "torch.nn.init", DRAWN, "", None))
        indent = self.characters.indentation(node) if self.characters.begins_line(node) else ""
        lines = textwrap.dedent(indent + self.characters.segment(node)).split("\n")
        comment = f"\n{indent}".join([f"# not ported ({DRAWN}):", *(f"#     {line}".rstrip() for line in lines)])
        return f"pass  {comment}" if self._is_alone(node) else comment

    def _left_initial(self, node: ast.Expr, called: Called) -> str:
        reason = DRAWN
        self.left.append(LeftOver(node, called.name, reason, "", None))
        comment = f"# not ported: {' '.join(self.characters.segment(node).split())} ({reason})"
        return f"pass  {comment}" if self._is_alone(node) else comment
