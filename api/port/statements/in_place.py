"""Methods in place and `out=`: which variable a call changes, who else would see it, the value that it gets."""

from __future__ import annotations

import ast

from api.port.plan.library import Library
from api.port.plan.planner import Left
from api.port.plan.rules import rules
from api.port.statements.aliases import Aliases
from api.port.statements.parts import PartPorter
from api.port.write.edits import Characters
from api.source.infer import Inference
from api.source.results.functions import result_of
from api.source.results.given import Given
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING, FLOATING


class InPlacePorter(PartPorter):
    """Text of calls that change a variable."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        self.aliases = Aliases(inference, self.parents)

    def call(self, node: ast.Call) -> str | None:
        """A call inside an expression that also changes a variable assigns it there."""
        target = self.changed_by(node)
        if target is None:
            return super().call(node)
        parent = self.parents.get(node)
        if isinstance(parent, ast.Attribute | ast.Call) and self.is_in_chain(node):
            return super().call(node)
        return self.in_expression(node, target)

    def in_expression(self, node: ast.Call, target: ast.expr) -> str:
        if not isinstance(target, ast.Name) or self._is_inside_scope(node):
            if isinstance(target, ast.Name | ast.Attribute | ast.Subscript) and self._is_dead_after(node, target):
                return self.value_of_change(node, target)
            return self.leave(
                node,
                self._name_of(node),
                Left("it changes a tensor in place inside an expression", "make it a statement"),
            )
        problem = self.aliases.problem(target, node)
        if problem is not None:
            return self.leave(
                node, self._name_of(node), Left(problem, "clone the tensor, or change it before the view is taken")
            )
        value = self.value_of_change(node, target)
        if not self.aliases.is_read_after(target.id, node):
            return value
        return f"({target.id} := {value})"

    def _is_dead_after(self, node: ast.Call, target: ast.expr) -> bool:
        statement = self.statement_of(node)
        name = dotted(target)
        return isinstance(statement, ast.Return) and name is not None and "." not in name

    def _is_inside_scope(self, node: ast.AST) -> bool:
        parent = self.parents.get(node)
        while parent is not None and not isinstance(parent, ast.stmt):
            if isinstance(parent, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp):
                return True
            parent = self.parents.get(parent)
        return False

    def statement_of(self, node: ast.AST) -> ast.stmt | None:
        parent: ast.AST | None = node
        while parent is not None and not isinstance(parent, ast.stmt):
            parent = self.parents.get(parent)
        return parent

    def is_in_chain(self, node: ast.Call) -> bool:
        """Whether a further method is called in place on the result: the whole chain is one change."""
        parent = self.parents.get(node)
        outer = self.parents.get(parent) if isinstance(parent, ast.Attribute) else None
        return isinstance(outer, ast.Call) and outer.func is parent and self._is_in_place(outer)

    def _name_of(self, node: ast.AST) -> str:
        called = self.inference.called.get(node)
        return called.name if called else "in place"

    def _is_in_place(self, node: ast.Call) -> bool:
        called = self.inference.called.get(node)
        if called is None or called.side != "torch":
            return False
        leaf = called.name.rpartition(".")[2]
        if called.name.startswith("torch.nn.init."):
            return True
        if called.name in ("torch.Tensor.requires_grad_", "torch.Tensor.share_memory_", "torch.Tensor.detach_"):
            return False
        if called.receiver is not None:
            return (
                leaf.endswith("_")
                and not leaf.endswith("__")
                and not self.known.get(called.receiver, ANYTHING).is_never("tensor")
            )
        if leaf.endswith("_") and not leaf.endswith("__") and called.name.startswith(("torch.nn.functional.",)):
            return True
        if called.name.count(".") == 1 and leaf.endswith("_"):
            return True
        flag = next((k.value for k in node.keywords if k.arg == "inplace"), None)
        return isinstance(flag, ast.Constant) and flag.value is True

    def changed_by(self, node: ast.Call) -> ast.expr | None:
        """The variable, or the part of one, that a call changes; None if it changes nothing that is seen again."""
        called = self.inference.called.get(node)
        if called is None or called.side != "torch":
            return None
        out = next((k.value for k in node.keywords if k.arg == "out"), None)
        if out is not None and not (isinstance(out, ast.Constant) and out.value is None):
            return out
        if not self._is_in_place(node):
            return None
        receiver = called.receiver if called.receiver is not None else next(iter(node.args), None)
        if receiver is None:
            receiver = next((k.value for k in node.keywords if k.arg in ("input", "tensor")), None)
        return None if receiver is None else self._root(receiver)

    def _root(self, node: ast.expr) -> ast.expr | None:
        """The variable behind a chain of methods in place; the receiver itself where it is a view."""
        while isinstance(node, ast.Call) and self._is_in_place(node):
            called = self.inference.called[node]
            inner = called.receiver if called.receiver is not None else next(iter(node.args), None)
            if inner is None:
                return None
            node = inner
        if isinstance(node, ast.NamedExpr):
            return node.target
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return node
        if isinstance(node, ast.Call):
            called_view = self.inference.called.get(node)
            if (
                called_view is not None
                and called_view.name.rpartition(".")[2] in rules().views
                and called_view.receiver is not None
            ):
                return node
        return None  # a value that nobody else has

    def value_of_change(self, node: ast.Call, target: ast.expr) -> str:
        """What the call computes, in the dtype of what it changes."""
        value = super().call(node) or self.spliced(node)
        if self.left and value.startswith(self.helpers.not_ported() + "("):
            return value
        known = self.known.get(target, ANYTHING)
        if not known.is_surely("tensor"):
            return value
        result = self._functional_dtypes(node)
        same = (
            known.dtypes is not None
            and result is not None
            and known.dtypes == result
            and (known.dtype is not None or result <= FLOATING)
        )
        if same or value.startswith("tf.cast("):
            return value
        name = self.text(target)
        return f"tf.cast({value}, {name}.dtype)"

    def _functional_dtypes(self, node: ast.Call) -> frozenset[str] | None:
        called = self.inference.called.get(node)
        if called is None:
            return None
        leaf = called.name.rpartition(".")[2].rstrip("_")
        args = [
            self.known.get(a, ANYTHING)
            for a in ([called.receiver, *node.args] if called.receiver is not None else node.args)
        ]
        kwargs = {k.arg or "": self.known.get(k.value, ANYTHING) for k in node.keywords if k.arg != "out"}
        if leaf in rules().words["keep_dtype"]:
            return args[0].dtypes if args else None
        if leaf == "mul" or leaf in ("add", "sub"):
            return result_of("add", Given(tuple(args), kwargs), method=True).dtypes
        return result_of(leaf, Given(tuple(args), kwargs), method=called.receiver is not None).dtypes

    def change(self, node: ast.Call, target: ast.expr) -> str:
        """The statement that gives a changed variable its new value."""
        base, is_part = self._base(target)
        if base is None:
            return self.leave(
                node, self._name_of(node), Left("it changes something that has no name", "give the tensor a name first")
            )
        problem = self.aliases.problem(base, node)
        if problem is not None:
            return self.leave(
                node, self._name_of(node), Left(problem, "clone the tensor, or change it before the view is taken")
            )
        value = self.value_of_change(node, target)
        if not is_part:
            return f"{self.text(target)} = {value}"
        return self.part_changed(base, target, value)
