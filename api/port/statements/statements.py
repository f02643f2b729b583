"""Statements: imports, assignments into tensors, calls that stand alone."""

from __future__ import annotations

import ast

from api.port.plan.planner import Left
from api.port.statements.in_place import InPlacePorter
from api.port.write.text import is_atom, is_name
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING

GONE = "\0"  # a statement that goes with its line


class StatementPorter(InPlacePorter):
    """Text of statements as well."""

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

    def imports(self, node: ast.Import | ast.ImportFrom) -> str | None:
        """Those of the framework go: what the text needs instead is put in front."""
        packages = self.rules.words["packages"]
        if isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] not in packages or node.level:
                return None
            return GONE
        kept = [alias for alias in node.names if alias.name.partition(".")[0] not in packages]
        if len(kept) == len(node.names):
            return None
        if not kept:
            return GONE
        return "import " + ", ".join(f"{a.name} as {a.asname}" if a.asname else a.name for a in kept)

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
                return f"{name} = {self.helpers.special('updated')}({name}, lambda t: {whole}, {value})"
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

    def block_text(self, body: list[ast.stmt]) -> str:
        """The text of statements in a row, with what stands between them."""
        pieces: list[str] = []
        at = self._start(body[0])
        for statement in body:
            span = self.characters.span(statement)
            assert span
            pieces.append(self.characters.between(at, span[0]))
            pieces.append(self._part(statement) or self.characters.segment(statement))
            at = span[1]
        return "".join(pieces)

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
