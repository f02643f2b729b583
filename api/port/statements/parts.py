"""Parts of a tensor that get a value: which variable they belong to, and the same indexing over a stand-in."""

from __future__ import annotations

import ast

from api.port.expressions.indexing import ExpressionPorter
from api.port.plan.library import Library
from api.port.plan.rules import rules
from api.port.write.edits import Characters
from api.source.infer import Inference
from loader.calls.known import ANYTHING


class PartPorter(ExpressionPorter):
    """Text of `x[i] = v` as a new x."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        self._stand_ins: dict[ast.expr, str] = {}  # what is written for a node while a part of it is written

    def text(self, node: ast.AST) -> str:
        if isinstance(node, ast.expr) and node in self._stand_ins:
            return self._stand_ins[node]
        return super().text(node)

    def _part(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.expr) and node in self._stand_ins:
            return self._stand_ins[node]
        return super()._part(node)

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
        return f"{name} = {self.helpers.special('updated')}({name}, lambda t: {whole}, {value})"

    def text_of_part(self, target: ast.expr, base: ast.expr) -> str:
        """The indexing or view of a target, over `t`."""
        self._stand_ins[base] = "t"
        try:
            text = self.subscript_read(target) if isinstance(target, ast.Subscript) else self.text(target)
        finally:
            del self._stand_ins[base]
        return text

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
        return f"{self.helpers.special('indexed')}({value}, {index if len(parts) == 1 else f'({index})'})"

    def text_of_target(self, node: ast.expr) -> str:
        return (
            self.subscript_read(node)
            if isinstance(node, ast.Subscript) and node not in self._stand_ins
            else self.text(node)
        )

    def _written_index(self, part: ast.expr) -> str:
        return self.spliced(part) if isinstance(part, ast.Slice) else self.text(part)
