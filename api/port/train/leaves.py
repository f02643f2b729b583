"""Gradients without an optimizer: `loss.backward()`, then `w.grad` of the tensors that were made to take gradients."""

from __future__ import annotations

import ast

from api.port.plan.planner import Left
from api.port.statements.statements import GONE
from api.port.train.gradients import Backward
from api.port.train.tapes import TapePorter


class LeafPorter(TapePorter):
    """Text of what reads `.grad`."""

    def leaves_of(self, scope: ast.AST) -> list[str]:
        """Variables whose gradients are read in a scope, in the order of the text."""
        if scope not in self._leaves:  # asked for each loss
            self._leaves[scope] = self._find_leaves(scope)
        return self._leaves[scope]

    def _find_leaves(self, scope: ast.AST) -> list[str]:
        found: list[ast.Name] = []
        for node in ast.walk(scope):
            self.budget.spend()
            if isinstance(node, ast.Attribute) and node.attr == "grad" and isinstance(node.value, ast.Name):
                value = self.value(node.value)
                if self._scope_of(node) is scope and value.made is None and value.known.is_surely("tensor"):
                    found.append(node.value)
        found.sort(key=lambda node: (node.lineno, node.col_offset))
        return list(dict.fromkeys(node.id for node in found))

    def watched(self, backward: Backward) -> list[str]:
        """The variables that a tape has to watch; none where an optimizer steps."""
        if backward.steps or backward.trouble:
            return []
        scope = self._scope_of(backward.event.statement)
        return self.leaves_of(scope) if self._is_reset(backward, scope) else []

    def _is_reset(self, backward: Backward, scope: ast.AST) -> bool:
        """Whether gradients are those of one loss: there is one, or they are set to zero between."""
        if len(self.plan_at(backward.event.statement).backwards) == 1 and backward.event.loop is None:
            return True
        statements = [node for node in ast.walk(scope) if isinstance(node, ast.stmt)]
        self.budget.spend(len(statements))
        return set(self.leaves_of(scope)) <= {name for node in statements if (name := self._zeroed(node))}

    def _zeroed(self, node: ast.stmt) -> str | None:
        """`w` of `w.grad.zero_()`, `w.grad.data.zero_()`, `w.grad = None`."""
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="zero_"))):
                if isinstance(owner, ast.Attribute) and owner.attr == "data":
                    owner = owner.value
                match owner:
                    case ast.Attribute(value=ast.Name(id=name), attr="grad"):
                        return name
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=name), attr="grad")], value=ast.Constant(value=None)
            ):
                return name
        return None

    def _is_leaf(self, name: str, node: ast.AST) -> bool:
        """Whether a tape of the same scope gives the gradient of a variable."""
        plan = self.plan_at(node)
        return any(name in self.watched(backward) for backward in plan.backwards)

    # Text

    def gradients(self, backward: Backward) -> str:
        leaves = self.watched(backward)
        if not leaves:
            return super().gradients(backward)
        call = backward.event.call
        given = [*call.args, *(k.value for k in call.keywords if k.arg == "gradient")]
        if any(k.arg == "create_graph" for k in call.keywords):
            return self.leave(call, "torch.Tensor.backward", Left("gradients of gradients need a second tape"))
        self.done.append(self._rule(call))
        names = ", ".join(f"{name}_grad" for name in leaves)
        variables = leaves[0] if len(leaves) == 1 else f"[{', '.join(leaves)}]"
        extra = f", output_gradients={self.text(given[0])}" if given else ""
        return f"{names} = tape.gradient({self._loss_name(backward)}, {variables}{extra})"

    def head_of_tape(self, backward: Backward) -> str:
        leaves = self.watched(backward)
        variables = leaves[0] if len(leaves) == 1 else f"[{', '.join(leaves)}]"
        return f"tape.watch({variables})\n" if leaves else ""

    def reference(self, node: ast.Attribute | ast.Name) -> str | None:
        if isinstance(node, ast.Attribute) and node.attr == "grad" and isinstance(node.value, ast.Name):
            name = node.value.id
            if isinstance(node.ctx, ast.Load) and self._is_leaf(name, node):
                return f"{name}_grad"
        return super().reference(node)

    def expression_statement(self, node: ast.Expr) -> str | None:
        name = self._zeroed(node)
        if name is not None and self._is_leaf(name, node):
            return "pass" if self._is_alone(node) else GONE
        return super().expression_statement(node)

    def assignment(self, node: ast.Assign) -> str | None:
        name = self._zeroed(node)
        if name is not None and self._is_leaf(name, node):
            return "pass" if self._is_alone(node) else GONE
        return super().assignment(node)
