"""TensorFlow's tensors as PyTorch's: they never change, take lists for tensors, and have shapes of their own."""

from __future__ import annotations

import ast

from api.port.expressions.operators import operands
from api.port.expressions.writer import Done
from api.port.keras.arguments import ArgumentPorter
from api.port.plan.operators import BITS
from api.port.plan.planner import Left
from api.port.write.text import is_atom, is_name, wrapped
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING, BOOL

SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip


class TensorPorter(ArgumentPorter):
    """Text of what is done with tensors."""

    def _done(self, node: ast.expr, name: str) -> Done:
        return Done(node, name, "rule")

    def wrapped_operand(self, node: ast.expr) -> str:
        """An operand on the right, in parentheses where it needs them."""
        return wrapped(self.text(node))

    # Operators and assignments

    def augmented(self, node: ast.AugAssign) -> str | None:
        """`x += y` is a new x: in PyTorch it would change whoever else has the tensor."""
        known = self.known.get(node.target, ANYTHING)
        if known.is_never("tensor"):
            return None
        if not isinstance(node.target, ast.Name | ast.Attribute):
            if known.kinds is None:
                return None
            return self.leave(node, "tf.Tensor", Left("it assigns to a part of a tensor"))
        if known.kinds is None and isinstance(node.op, ast.Add) and not self._may_be_tensor(node):
            return None
        made = self.operator(node)
        if made is not None:
            return f"{self.spliced(node.target)} = {made}"
        left, right = self.characters.segment(node.target), self.text(node.value)
        between = self.characters.between(self._end(node.target), self._start(node.value)).strip()
        return f"{left} = {left} {between.removesuffix('=').strip()} {right if is_atom(right) else f'({right})'}"

    def _may_be_tensor(self, node: ast.AugAssign) -> bool:
        """Whether what is added is a number or a tensor: lists grow by `+=` and are shared."""
        return not self.known.get(node.value, ANYTHING).is_surely("list", "str", "tuple")

    def comparison_text(self, node: ast.Compare) -> str | None:
        """`x.shape == [2, 3]`: a torch.Size equals tuples alone, a dtype no text."""
        left, right = node.left, node.comparators[0]
        if any(self._is_dtype(part) for part in (left, right)) and any(_has_text(part) for part in (left, right)):
            return self.leave(node, "tf.DType", Left("a dtype of PyTorch equals no text", "compare with tf.float32"))
        if not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            return None
        for one, other in ((left, right), (right, left)):
            known = self.known.get(other, ANYTHING)
            if self.known.get(one, ANYTHING).is_surely("shape") and not known.is_surely("shape", "tuple"):
                sign = "==" if isinstance(node.ops[0], ast.Eq) else "!="
                texts = [f"tuple({self.text(part)})" if part is other else self.text(part) for part in (left, right)]
                return f"{texts[0]} {sign} {texts[1]}"
        return None

    def _is_dtype(self, node: ast.expr) -> bool:
        known = self.known.get(node, ANYTHING)
        return known.is_surely("dtype") or (isinstance(node, ast.Attribute) and node.attr == "dtype")

    def operator(self, node: ast.BinOp | ast.AugAssign | ast.Compare) -> str | None:
        if isinstance(node, ast.Compare) and (made := self.comparison_text(node)) is not None:
            return made
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            kinds = [self.known.get(part, ANYTHING) for part in (node.left, node.right)]
            if any(k.is_surely("shape") for k in kinds) and any(k.is_surely("list") for k in kinds):
                a, b = (f"[*{wrapped(self.text(part))}]" for part in (node.left, node.right))
                return f"{a} + {b}"
        if not isinstance(node, ast.Compare) and (arrayed := self._beside_array(node)) is not None:
            return arrayed
        if isinstance(node, ast.BinOp | ast.AugAssign) and not isinstance(node.op, BITS) and self._mixes_bools(node):
            return self.leave(node, "tf.Tensor", Left("a mask beside numbers is cast by TensorFlow", "cast it first"))
        return super().operator(node)

    def _beside_array(self, node: ast.BinOp | ast.AugAssign) -> str | None:
        """`x + array`: TensorFlow gives the array the dtype of the tensor, PyTorch promotes."""
        parts = operands(node)
        kinds = [self.known.get(part, ANYTHING) for part in parts]
        arrays = [k.kinds is not None and "ndarray" in k.kinds for k in kinds]
        if arrays[0] == arrays[1] or not kinds[arrays[0]].is_surely("tensor"):
            return None
        name = self.text(parts[arrays[0]])
        if not is_name(name):
            reason = Left("an array beside a tensor takes its dtype", "give the tensor a name, or make the array one")
            return self.leave(node, "tf.Tensor", reason)
        texts = [self.text(part) for part in parts]
        texts[not arrays[0]] = f"torch.as_tensor({texts[not arrays[0]]}, dtype={name}.dtype)"
        a, b = (wrapped(text) for text in texts)
        return f"{a} {SIGNS[type(node.op)]} {b}"

    def _mixes_bools(self, node: ast.BinOp | ast.AugAssign) -> bool:
        kinds = [self.known.get(part, ANYTHING) for part in operands(node)]
        masks = [known for known in kinds if known.is_surely("tensor") and known.dtypes == BOOL]
        return bool(masks) and len([k for k in kinds if k.is_surely("tensor", "int", "float")]) == 2

    def quotient(self, left: ast.expr, right: ast.expr) -> str:
        """A quotient: integers give float64 in TensorFlow."""
        a, b = self.text(left), self.text(right)
        wide = frozenset(("int32", "int64"))
        known = self.known.get(left, ANYTHING)
        if known.is_surely("tensor") and known.dtypes is not None and known.dtypes <= wide:
            return f"{wrapped(a)}.to(torch.float64) / {wrapped(b)}"
        return f"{self.helpers.special('divide')}({a}, {b})"

    # Indexing

    def subscript(self, node: ast.Subscript) -> str | None:
        """`x[::-1]`, which PyTorch does not take, and `tf.shape(x)[0]`, a number."""
        if not isinstance(node.ctx, ast.Load):
            return None
        if (size := self._size(node)) is not None:
            return size
        known = self.known.get(node.value, ANYTHING)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        turned = [place for place, part in enumerate(parts) if isinstance(part, ast.Slice) and _is_negative(part.step)]
        if not turned or known.is_never("tensor"):
            return None
        if any(isinstance(part, ast.Constant) and part.value is Ellipsis for part in parts[: turned[-1]]):
            return self._left_steps(node)
        plain = all(isinstance(parts[place], ast.Slice) and _is_whole(parts[place]) for place in turned)
        if not plain or not all(isinstance(part, ast.Slice) for part in parts[: turned[-1] + 1]):
            return self._left_steps(node)
        if not known.is_surely("tensor"):
            return self._left_steps(node) if known.kinds is None and len(parts) > 1 else None
        flipped = f"torch.flip({self.text(node.value)}, ({', '.join(map(str, turned))},))"
        rest = ["" if place in turned else self._written_index(part) for place, part in enumerate(parts)]
        index = ", ".join(text or ":" for text in rest)
        return flipped if set(index) <= set(":, ") else f"{flipped}[{index}]"

    def _left_steps(self, node: ast.Subscript) -> str:
        return self.leave(node, "tf.Tensor.__getitem__", Left("PyTorch takes no negative step", "use torch.flip"))

    def _size(self, node: ast.Subscript) -> str | None:
        match node.value:
            case ast.Call(args=[tensor], keywords=[]) as call:
                called = self.inference.called.get(call)
                is_place = self.known.get(node.slice, ANYTHING).is_literal
                if called is not None and called.name == "tf.shape" and is_place:
                    self._note(call, called, "rule")
                    return f"{wrapped(self.text(tensor))}.shape[{self.characters.segment(node.slice)}]"
        return None

    # Calls

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is not None and called.name.startswith("tf.data."):
            reason = Left("data sets of TensorFlow are not ported", "feed the arrays, or write a DataLoader")
            return self.leave(node, called.name, reason)
        if called is None or called.side != "tf" or len(node.args) != 1 or node.keywords:
            return super().call(node)
        if called.name == "tf.shape":
            self._note(node, called, "rule")
            return f"torch.tensor({wrapped(self.text(node.args[0]))}.shape, dtype=torch.int32)"
        if called.name.endswith("keras.utils.set_random_seed"):
            self._note(node, called, "rule")
            return f"{self.helpers.special('set_random_seed')}({self.text(node.args[0])})"
        return super().call(node)


def _has_text(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Constant) and isinstance(inner.value, str) for inner in ast.walk(node))


def _is_negative(node: ast.expr | None) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def _is_whole(node: ast.expr) -> bool:
    """`::-1`."""
    return (
        isinstance(node, ast.Slice)
        and node.lower is None
        and node.upper is None
        and isinstance(node.step, ast.UnaryOp)
        and isinstance(node.step.operand, ast.Constant)
        and node.step.operand.value == 1
    )


def names_in(node: ast.AST) -> set[str]:
    """The names that stand in a piece of text."""
    return {name for inner in ast.walk(node) if (name := dotted(inner)) is not None}
