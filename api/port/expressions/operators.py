"""Operators: as they stand where both frameworks compute the same, else the function that promotes."""

from __future__ import annotations

import ast

from api.port.expressions.names import NamePorter
from api.port.expressions.plans import PLAN
from api.port.expressions.writer import Done
from api.port.plan.operators import is_native, is_never_tensor
from api.port.plan.planner import Left
from loader.calls.known import ANYTHING


class OperatorPorter(NamePorter):
    """Text of operators."""

    def plan_all(self) -> None:
        """A plan for every call and every operator."""
        super().plan_all()
        if self.side == "tf":
            return  # its operators are PyTorch's, or have a text of their own
        for node in ast.walk(self.inference.tree):
            if isinstance(node, ast.BinOp | ast.AugAssign | ast.Compare) and (name := self._operator_name(node)):
                self._plan_operator(node, name)

    def _operator_name(self, node: ast.AST) -> str | None:
        """The function that says how PyTorch computes this operator, where TensorFlow's own does not."""
        match node:
            case ast.BinOp(left=left, op=op, right=right) | ast.AugAssign(target=left, op=op, value=right):
                pass
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                pass
            case _:
                return None
        name = self.rules.operators.get(type(op).__name__)
        a, b = self.known.get(left, ANYTHING), self.known.get(right, ANYTHING)
        if name is None or is_never_tensor(a, b) or is_native(op, a, b, self.side):
            return None
        if not (a.is_surely("tensor") or b.is_surely("tensor")):
            if isinstance(op, ast.Eq | ast.NotEq) and self._is_tensor_argument(node):
                return name
            unknown = [a.kinds is None, b.kinds is None]
            is_unknown = all(unknown) if self.side == "torch" else any(unknown)
            return name if isinstance(op, ast.Div) and is_unknown else None
        return name

    def quotient(self, left: ast.expr, right: ast.expr) -> str:
        """The text of a division that the other framework computes otherwise; see `TensorPorter`."""
        raise NotImplementedError

    def _is_tensor_argument(self, node: ast.AST) -> bool:
        """Whether an expression is passed where only a tensor is taken."""
        call = self.parents.get(node)
        called = self.inference.called.get(call) if call is not None else None
        if not isinstance(call, ast.Call) or called is None or node not in call.args:
            return False
        place = call.args.index(node) + (1 if called.receiver is not None else 0)
        return place in self.library.tensor_parameters(called.name)

    def _plan_operator(self, node: ast.BinOp | ast.AugAssign | ast.Compare, name: str) -> None:
        self.budget.spend(PLAN)
        left, right = operands(node)
        call = ast.Call(ast.Name("operator", ast.Load()), [left, right], [])
        try:
            self._plans[node] = self.planner.plan(name, call, None, self.known)
        except Left as error:
            self._plans[node] = error

    def operator(self, node: ast.BinOp | ast.AugAssign | ast.Compare) -> str | None:
        """An operator as the function that promotes; None where TensorFlow's operator does the same."""
        name = self._operator_name(node)
        if name is None:
            return None
        left, right = operands(node)
        if self.side == "tf":
            return self.quotient(left, right)
        kinds = [self.known.get(operand, ANYTHING) for operand in (left, right)]
        if not isinstance(node, ast.Compare) and not any(known.is_surely("tensor") for known in kinds):
            return f"{self.helpers.special('divide')}({self.text(left)}, {self.text(right)})"
        plan = self._plans.get(node)
        if plan is None or isinstance(plan, Left):
            return self.leave(node, name, plan or Left("the operator has no counterpart"))
        texts = self._argument_texts(plan)
        self.done.append(Done(left, name, plan.how, plan.entry.document.id, tuple(plan.conditions)))
        return self._planned(plan, texts)


def operands(node: ast.BinOp | ast.AugAssign | ast.Compare) -> tuple[ast.expr, ast.expr]:
    if isinstance(node, ast.BinOp):
        return node.left, node.right
    if isinstance(node, ast.AugAssign):
        return node.target, node.value
    return node.left, node.comparators[0]
