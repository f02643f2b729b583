"""Statements: imports, assignments into tensors, methods that work in place, `out=`."""

from __future__ import annotations

import ast

from api.port.plan.library import Library
from api.port.plan.planner import Left
from api.port.plan.rules import rules
from api.port.walk.aliases import Aliases
from api.port.walk.porter import Porter
from api.port.write.edits import Characters
from api.port.write.text import is_atom, is_name
from api.source.infer import Inference
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING, FLOATING

GONE = "\0"  # a statement that goes with its line


class StatementPorter(Porter):
    """Text of statements as well."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        self.aliases = Aliases(inference, self.parents)
        self._stand_ins: dict[ast.expr, str] = {}  # what is written for a node while a part of it is written

    def rewritten(self, node: ast.AST) -> str | None:
        match node:
            case ast.Import() | ast.ImportFrom():
                return self.imports(node)
            case ast.Assign():
                return self.assignment(node)
            case ast.AugAssign():
                return self.augmented(node)
            case ast.Expr():
                return self.expression_statement(node)
            case ast.Delete():
                return None
        return super().rewritten(node)

    # Imports

    def imports(self, node: ast.Import | ast.ImportFrom) -> str | None:
        """Those of PyTorch go: what the text needs instead is put in front."""
        if isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] != "torch" or node.level:
                return None
            return GONE
        kept = [alias for alias in node.names if alias.name.partition(".")[0] != "torch"]
        if len(kept) == len(node.names):
            return None
        if not kept:
            return GONE
        return "import " + ", ".join(f"{a.name} as {a.asname}" if a.asname else a.name for a in kept)

    # In place

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
        from api.source.results import Given, result_of

        called = self.inference.called.get(node)
        if called is None:
            return None
        leaf = called.name.rpartition(".")[2].rstrip("_")
        args = [
            self.known.get(a, ANYTHING)
            for a in ([called.receiver, *node.args] if called.receiver is not None else node.args)
        ]
        kwargs = {k.arg or "": self.known.get(k.value, ANYTHING) for k in node.keywords if k.arg != "out"}
        if leaf in rules().keep_dtype:
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

    def _base(self, target: ast.expr) -> tuple[ast.expr | None, bool]:
        """The variable whose memory a target shares, and whether it is a part or a view of it."""
        node: ast.expr = target
        is_part = False
        while True:
            if isinstance(node, ast.Subscript):
                owner = self.known.get(node.value, ANYTHING)
                if not owner.is_surely("tensor"):
                    return node, is_part  # an element of a list
                node, is_part = node.value, True
            elif isinstance(node, ast.Call):
                called = self.inference.called.get(node)
                if called is None or called.receiver is None or called.name.rpartition(".")[2] not in rules().views:
                    return None, True
                node, is_part = called.receiver, True
            elif isinstance(node, ast.Attribute) and self._is_property(node):
                if node.attr not in rules().views:
                    return None, True
                is_part = is_part or node.attr != "data"
                node = node.value
            else:
                return (node if isinstance(node, ast.Name | ast.Attribute) else None), is_part

    def _is_property(self, node: ast.Attribute) -> bool:
        """Whether it is `.T` or `.data` of a tensor, not an attribute of an object."""
        called = self.inference.called.get(node)
        return called is not None and called.receiver is not None

    def part_changed(self, base: ast.expr, target: ast.expr, value: str) -> str:
        """`x[i] = v` as a new x: the same indexing tells which places."""
        name = self.text(base)
        whole = self.text_of_part(target, base)
        return f"{name} = {self.helpers.updated()}({name}, lambda t: {whole}, {value})"

    def text_of_part(self, target: ast.expr, base: ast.expr) -> str:
        """The indexing or view of a target, over `t`."""
        self._stand_ins[base] = "t"
        try:
            text = self.subscript_read(target) if isinstance(target, ast.Subscript) else self.text(target)
        finally:
            del self._stand_ins[base]
        return text

    def text(self, node: ast.AST) -> str:
        if isinstance(node, ast.expr) and node in self._stand_ins:
            return self._stand_ins[node]
        return super().text(node)

    def _part(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.expr) and node in self._stand_ins:
            return self._stand_ins[node]
        return super()._part(node)

    def subscript_read(self, node: ast.Subscript) -> str:
        """A target of an assignment, as it would be read."""
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        simple = [self._is_simple_index(part) for part in parts]
        value = self.text_of_target(node.value)
        if all(simple):
            return f"{value}[{', '.join(self._written_index(part) for part in parts)}]"
        if len(parts) == 1 and self.known.get(parts[0], ANYTHING).dtypes == frozenset(("bool",)):
            return f"tf.boolean_mask({value}, {self.text(parts[0])})"
        index = ", ".join(self._index_text(part) for part in parts)
        return f"{self.helpers.indexed()}({value}, {index if len(parts) == 1 else f'({index})'})"

    def text_of_target(self, node: ast.expr) -> str:
        return (
            self.subscript_read(node)
            if isinstance(node, ast.Subscript) and node not in self._stand_ins
            else self.text(node)
        )

    def _written_index(self, part: ast.expr) -> str:
        return self.spliced(part) if isinstance(part, ast.Slice) else self.text(part)

    # Statements

    def assignment(self, node: ast.Assign) -> str | None:
        """`x[i] = v` on a tensor, and values that change a variable on the way."""
        indent = self.characters.indentation(node) if self.characters.begins_line(node) else None
        value = node.value
        changed = self.changed_by(value) if isinstance(value, ast.Call) else None
        if changed is not None and isinstance(value, ast.Call) and indent is not None:
            first = self.out_change(value, changed)
            names = [dotted(target) for target in node.targets]
            if dotted(changed) in names and len(names) == 1:
                return first
            targets = " = ".join(self.text_of_plain(target) for target in node.targets)
            return f"{first}\n{indent}{targets} = {self.text(changed)}"
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name | ast.Tuple):
            whole = node.targets[0]
            if is_moved(value) and self.text(value) == self.spliced(whole):  # x = x.to(device)
                return "pass" if self._is_alone(node) else GONE
        if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Subscript):
            return None
        target = node.targets[0]
        owner = self.known.get(target.value, ANYTHING)
        if not owner.is_surely("tensor"):
            return None
        return self.part_assigned(target, self.text(value), node)

    def text_of_plain(self, node: ast.expr) -> str:
        return self.spliced(node)

    def out_change(self, call: ast.Call, target: ast.expr) -> str:
        """The statement for a call with `out=`, or in place."""
        if isinstance(target, ast.Tuple | ast.List):
            value = super().call(call) or self.spliced(call)
            return f"{self.spliced(target)} = {value}"
        if not self._is_in_place(call) and self.known.get(target, ANYTHING).is_surely("list", "tuple"):
            value = super().call(call) or self.spliced(call)
            return f"{self.text(target)} = {value}"
        return self.change(call, target)

    def part_assigned(self, target: ast.Subscript, value: str, node: ast.stmt) -> str:
        base, _ = self._base(target)
        if base is None or isinstance(base, ast.Subscript):
            if base is not None and isinstance(base, ast.Subscript):
                name = self.text(base.value) + f"[{self.text(base.slice)}]"
                self._stand_ins[base] = "t"
                whole = self.subscript_read(target)
                del self._stand_ins[base]
                return f"{name} = {self.helpers.updated()}({name}, lambda t: {whole}, {value})"
            return self.leave(
                node, "torch.Tensor.__setitem__", Left("it assigns to a part of something that has no name")
            )
        problem = self.aliases.problem(base, node)
        if problem is not None:
            return self.leave(
                node,
                "torch.Tensor.__setitem__",
                Left(problem, "clone the tensor, or change it before the view is taken"),
            )
        parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
        mask = self.known.get(parts[0], ANYTHING)
        scalar = isinstance(node, ast.Assign) and self.known.get(node.value, ANYTHING).is_surely("int", "float", "bool")
        same_rank = mask.rank is not None and mask.rank == self.known.get(base, ANYTHING).rank
        if len(parts) == 1 and mask.dtypes == frozenset(("bool",)) and scalar and base is target.value and same_rank:
            name = self.text(base)
            return f"{name} = tf.where({self.text(parts[0])}, tf.cast({value}, {name}.dtype), {name})"
        return self.part_changed(base, target, value)

    def augmented(self, node: ast.AugAssign) -> str | None:
        """`x += y`: a new x; TensorFlow's tensors do not change."""
        known = self.known.get(node.target, ANYTHING)
        if isinstance(node.target, ast.Subscript):
            owner = self.known.get(node.target.value, ANYTHING)
            if not owner.is_surely("tensor"):
                return None
            return self.part_assigned(node.target, self.operated(node, self.subscript_read(node.target)), node)
        if self._is_turned(node):
            reason = Left("it changes in place what a loop goes over", "keep variables, and call assign_sub of each")
            return self.leave(node, "torch.Tensor.add_", reason)
        if not known.is_surely("tensor"):
            made = self.operator(node)
            return None if made is None else f"{self.spliced(node.target)} = {made}"
        problem = self.aliases.problem(node.target, node)
        if problem is not None:
            return self.leave(
                node, "torch.Tensor.add_", Left(problem, "clone the tensor, or change it before the view is taken")
            )
        base, is_part = self._base(node.target)
        made = self.operator(node)
        if made is None:
            return None if not is_part else f"{self.text(node.target)} = {self.operated(node, self.text(node.target))}"
        if base is None:
            return self.leave(node, "torch.Tensor.add_", Left("it changes something that has no name"))
        name = self.spliced(node.target)
        made = made if made.startswith("tf.cast(") else f"tf.cast({made}, {name}.dtype)"
        return f"{name} = {made}"

    def _is_turned(self, node: ast.AugAssign) -> bool:
        """Whether the variable of a loop is changed where it may be a tensor, and not read again."""
        known = self.known.get(node.target, ANYTHING)
        if not isinstance(node.target, ast.Name) or not (known.kinds is None or known.is_surely("tensor")):
            return False
        parent = self.parents.get(node)
        while parent is not None and not isinstance(parent, ast.FunctionDef):
            if isinstance(parent, ast.For):
                names = {n.id for n in ast.walk(parent.target) if isinstance(n, ast.Name)}
                if node.target.id in names:
                    return not any(
                        isinstance(n, ast.Name) and n.id == node.target.id and n.lineno > node.lineno
                        for n in ast.walk(parent)
                    )
            parent = self.parents.get(parent)
        return False

    def operated(self, node: ast.AugAssign, left: str) -> str:
        self._stand_ins[node.target] = left
        try:
            made = self.operator(node)
            if made is not None:
                return made
            symbol = (
                self.characters.between(self._end(node.target), self._start(node.value))
                .strip()
                .removesuffix("=")
                .strip()
            )
            right = self.text(node.value)
            return f"{left} {symbol} {right if is_atom(right) else f'({right})'}"
        finally:
            del self._stand_ins[node.target]

    def _end(self, node: ast.AST) -> int:
        span = self.characters.span(node)
        return span[1] if span else 0

    def _start(self, node: ast.AST) -> int:
        span = self.characters.span(node)
        return span[0] if span else 0

    def expression_statement(self, node: ast.Expr) -> str | None:
        """A call that stands alone: in place it assigns."""
        if not isinstance(node.value, ast.Call):
            return None
        called = self.inference.called.get(node.value)
        if called is not None and called.side == "torch":
            target = self.changed_by(node.value)
            if target is not None:
                return self.out_change(node.value, target)
            made = self.text(node.value)
            if made == "None" or is_name(made):  # the call itself is gone
                return "pass" if self._is_alone(node) else GONE
            return made
        return None

    def _is_alone(self, node: ast.stmt) -> bool:
        """Whether a block would be empty without this statement."""
        parent = self.parents.get(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block:
                return len(block) == 1 and not isinstance(parent, ast.Module)
        return True


def is_moved(node: ast.expr) -> bool:
    """`x.to(device)`, or several of them."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return all(
        isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr in ("to", "cuda", "cpu", "contiguous", "requires_grad_")
        for part in parts
    )
