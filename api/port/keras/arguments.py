"""Arguments that TensorFlow makes tensors of: a list of ints has int32, a number beside a tensor the tensor's dtype."""

from __future__ import annotations

import ast

from api.port.plan.library import Entry
from api.port.plan.order import is_idle
from api.port.plan.planner import Left, Plan
from api.port.statements.statements import StatementPorter
from api.port.write.text import is_name
from api.source.value import Called
from loader.calls.known import ANYTHING, DTYPES, Dtype, Known, literal, tensor

NOT_TENSORS = ("int", "float", "bool", "complex", "list", "tuple", "ndarray")
# Parameters whose lists of ints are tensors.
OF_PLACES = frozenset(["indices", "segment_ids", "lengths"])
# First parameters that are no tensors.
OF_SIZES = frozenset(["shape", "dims", "size", "values", "inputs", "args", "tensors", "arrays", "equation", "seed"])
NUMBERS = ("int", "float", "bool", "complex")
# Functions that take several tensors in one list.
OF_LISTS = {"tf.stack": "values", "tf.concat": "values", "tf.add_n": "inputs"}
# Functions whose tensors have dtypes of their own each.
APART = frozenset(
    [
        "tf.gather",
        "tf.gather_nd",
        "tf.one_hot",
        "tf.boolean_mask",
        "tf.where",
        "tf.scatter_nd",
        "tf.nn.embedding_lookup",
    ]
) | frozenset(["tf.tensor_scatter_nd_update", "tf.tensor_scatter_nd_add", "tf.math.segment_sum", "tf.cast"])
# Functions that make a tensor of whatever they are given.
MAKERS = frozenset(["tf.constant", "tf.convert_to_tensor", "tf.zeros_like", "tf.ones_like", "tf.cast", "tf.shape"])


class ArgumentPorter(StatementPorter):
    """Text of calls, with what TensorFlow makes of their arguments written out."""

    def plan_all(self) -> None:
        """`dtype="float32"` is tf.float32."""
        for node, called in self.inference.called.items():
            if not isinstance(node, ast.Call) or called.side != "tf":
                continue
            given = [k.value for k in node.keywords if k.arg == "dtype"]
            given += node.args[1:2] if called.name == "tf.cast" else []
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value in DTYPES:
                    self.known[value] = literal(Dtype(value.value))
                    self._texts[value] = f"torch.{value.value}"
        super().plan_all()

    def _plan(self, node: ast.Call, called: Called) -> Plan | Left:
        entry = self.library.entry(called.name)
        if entry is None or not entry.variants or called.receiver is not None or entry.document.kind != "function":
            return super()._plan(node, called)
        try:
            return super()._plan(self._with_tensors(node, entry), called)
        except Left as error:
            return error

    def _with_tensors(self, node: ast.Call, entry: Entry) -> ast.Call:
        """The call with tensors for what its parameters take as such."""
        names = list(entry.variants[0].parameters)
        places = dict(zip(names, node.args, strict=False))
        named = places | {k.arg: k.value for k in node.keywords if k.arg}
        made: dict[ast.expr, ast.expr] = {}
        for name, value in named.items():
            if isinstance(value, ast.Starred):
                continue
            new = self._as_tensor_for(entry, name, value, named)
            if new is not None:
                made[value] = new
        if not made:
            return node
        keywords = [ast.keyword(k.arg, made.get(k.value, k.value)) for k in node.keywords]
        return ast.copy_location(ast.Call(node.func, [made.get(arg, arg) for arg in node.args], keywords), node)

    def _as_tensor_for(self, entry: Entry, name: str, value: ast.expr, named: dict[str, ast.expr]) -> ast.expr | None:
        subject = entry.document.id
        known = self.known.get(value, ANYTHING)
        if name == OF_LISTS.get(subject):
            return self._of_parts(value)
        if subject in MAKERS or not known.is_surely(*NOT_TENSORS):
            return None
        tensors = self.library.tensor_parameters(entry.name)
        if name in OF_PLACES and numbers_of(known) == {"int"} and known.is_surely("list", "tuple"):
            return self.as_tensor(value)
        is_first = name == next(iter(entry.variants[0].parameters)) and name not in OF_SIZES
        if name not in tensors and not (is_first and known.is_surely("list", "tuple")):
            return self.as_tensor(value) if numbers_of(known) == {"float"} and not known.is_surely("float") else None
        if subject == "tf.where":
            return None if name == "condition" and known.is_surely("bool") else self.as_tensor(value)
        others = {n: self.known.get(named[n], ANYTHING) for n in named if n != name}
        beside = [n for n, k in others.items() if k.is_surely("tensor") or (n in tensors and k.kinds is None)]
        if subject in APART or not beside:
            return self.as_tensor(value)
        if known.is_surely(*NUMBERS) and (
            name != next(iter(entry.variants[0].parameters)) or subject in self.rules.symbols
        ):
            return None
        return self._beside(value, named[beside[0]], entry)

    def _beside(self, value: ast.expr, other: ast.expr, entry: Entry) -> ast.expr:
        """A list or a number beside a tensor takes the tensor's dtype."""
        text = self.text(other)
        if not is_name(text):
            raise Left("a value beside a tensor takes its dtype", "give the tensor a name, or pass two tensors", entry)
        known = self.known.get(other, ANYTHING)
        return self._made(value, f"torch.as_tensor({self.text(value)}, dtype={text}.dtype)", tensor(known.dtypes))

    def _of_parts(self, value: ast.expr) -> ast.expr | None:
        """A list of tensors, numbers among them."""
        if not isinstance(value, ast.List | ast.Tuple):
            return None
        parts = [None if isinstance(part, ast.Starred) else self.as_tensor(part) for part in value.elts]
        if not any(parts):
            return None
        elements = [new or part for new, part in zip(parts, value.elts, strict=True)]
        text = f"[{', '.join(self.text(part) for part in elements)}]"
        items = tuple(self.known.get(part, ANYTHING) for part in elements)
        return self._made(value, text, Known(frozenset(("list",)), items=items))

    def as_tensor(self, value: ast.expr) -> ast.expr | None:
        """The tensor that TensorFlow makes of a list, an array or a number; None where it may be one already."""
        known = self.known.get(value, ANYTHING)
        if not known.is_surely(*NOT_TENSORS):
            return None
        kinds = numbers_of(known)
        if kinds is None:
            if "ndarray" not in (known.kinds or ()):
                return None
            return self._made(value, f"torch.tensor({self.text(value)})", tensor())
        kind = next((k for k in ("complex", "float", "int", "bool") if k in kinds), "float")
        dtype = {"complex": "complex128", "float": "float32", "int": "int32", "bool": "bool"}[kind]
        told = f", dtype=torch.{dtype}" if kind in ("complex", "int") else ""
        shape = () if known.is_surely(*NUMBERS) else None
        return self._made(value, f"torch.tensor({self.text(value)}{told})", tensor(dtype, shape))

    def _made(self, origin: ast.expr, text: str, known: Known) -> ast.expr:
        """A node of no place that stands for a tensor; it acts where its origin does."""
        name = ast.Name("_tensor", ast.Load())
        new: ast.expr = name if is_idle(origin) else ast.Call(name, [origin], [])
        self._texts[new] = text
        self.known[new] = known
        return new


def numbers_of(known: Known) -> set[str] | None:
    """Of which kinds the numbers of nested lists are; None where the text does not tell."""
    if known.items is not None and known.is_surely("list", "tuple"):
        found: set[str] = set()
        for item in known.items:
            kinds = numbers_of(item)
            if kinds is None:
                return None
            found |= kinds
        return found
    if known.kinds is not None and known.kinds <= set(NUMBERS) and len(known.kinds) == 1:
        return set(known.kinds)
    return None
