"""Indexing: by numbers and slices as it stands, by tensors and lists through a helper."""

from __future__ import annotations

import ast

from api.port.expressions.operators import OperatorPorter
from loader.calls.known import ANYTHING, BOOL, FLOATING


class ExpressionPorter(OperatorPorter):
    """Text of expressions, indexing the last of them."""

    def subscript(self, node: ast.Subscript) -> str | None:
        """`x[...]` as TensorFlow indexes: by numbers and slices itself, by tensors and lists through a helper."""
        if not isinstance(node.ctx, ast.Load):
            return None
        owner = self.known.get(node.value, ANYTHING)
        value = self.inference.value(node.value)
        if value.name or value.made or not (owner.is_surely("tensor") or owner.kinds is None):
            return None
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        simple = [self._is_simple_index(part) for part in parts]
        if all(simple):
            return None
        if len(parts) == 1 and self.known.get(parts[0], ANYTHING).dtypes == BOOL and owner.is_surely("tensor"):
            return f"tf.boolean_mask({self.text(node.value)}, {self.text(parts[0])})"
        if not owner.is_surely("tensor"):
            return None if all(is_simple is not False for is_simple in simple) else self._indexed(node, parts)
        return self._indexed(node, parts)

    def _indexed(self, node: ast.Subscript, parts: list[ast.expr]) -> str:
        known = self.known.get(parts[0], ANYTHING)
        one = len(parts) == 1
        if (
            one
            and known.is_surely("tensor")
            and known.dtypes is not None
            and known.dtypes <= frozenset(("int32", "int64"))
        ) and self._never_negative(parts[0]):
            return f"tf.gather({self.text(node.value)}, {self.text(parts[0])})"
        index = ", ".join(self._index_text(part) for part in parts)
        index = index if one else f"({index})"
        return f"{self.helpers.special('indexed')}({self.text(node.value)}, {index})"

    def _never_negative(self, node: ast.expr) -> bool:
        """Indices that PyTorch itself made: `argmax`, `topk`, `sort`, `randperm`, `nonzero`."""
        called = self.inference.called.get(node)
        return called is not None and called.name.rpartition(".")[2] in (
            "argmax",
            "argmin",
            "argsort",
            "randperm",
            "nonzero",
        )

    def _index_text(self, part: ast.expr) -> str:
        if isinstance(part, ast.Slice):
            bounds = [self.text(bound) if bound else "None" for bound in (part.lower, part.upper, part.step)]
            if bounds[2] == "None":
                bounds.pop()
                if bounds[0] == "None":
                    bounds.pop(0)
            return f"slice({', '.join(bounds)})"
        return self.text(part)

    def _is_simple_index(self, part: ast.expr) -> bool | None:
        """Whether TensorFlow indexes by it as PyTorch does; None where it is not known what it is."""
        if isinstance(part, ast.Slice):
            return True
        if isinstance(part, ast.Constant):
            return not isinstance(part.value, bool)
        known = self.known.get(part, ANYTHING)
        if known.is_surely("int"):
            return True
        if (
            known.is_surely("tensor")
            and known.rank == 0
            and known.dtypes is not None
            and known.dtypes.isdisjoint(BOOL | FLOATING)
        ):
            return True
        if known.kinds is None:
            return None
        return bool(known.is_surely("none", "slice"))
