"""What is decided by what is known: conditions over kinds and dtypes, and what is known where one holds."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from loader.calls.builtins import NotKnown, operate
from loader.calls.known import (
    ANYTHING,
    BOOL,
    COMPLEX,
    DTYPES,
    FLOATING,
    INTEGER,
    NUMBERS,
    TENSOR,
    TRUTH,
    UNSIGNED,
    Known,
    literal,
)

TYPES = {
    "int": frozenset(("int", "bool")), "float": frozenset(("float",)), "bool": frozenset(("bool",)),
    "str": frozenset(("str",)), "list": frozenset(("list",)), "tuple": frozenset(("tuple",)),
    "complex": frozenset(("complex",)), "dict": frozenset(("dict",)), "tf.Tensor": frozenset(("tensor",)),
    "torch.Tensor": frozenset(("tensor",)), "range": frozenset(("range",)),
    "np.ndarray": frozenset(("ndarray",)), "np.generic": frozenset(("ndarray",)),
}  # fmt: skip


# What a question about a dtype is true of; TensorFlow's own words, and PyTorch's.
DTYPE_QUESTIONS = {
    "is_floating": FLOATING, "is_integer": INTEGER, "is_complex": COMPLEX, "is_bool": BOOL, "is_unsigned": UNSIGNED,
    "is_floating_point": FLOATING,
}  # fmt: skip


@dataclass
class Slot:
    """A variable: what is known of it, and what to write in its place, if not its name."""

    known: Known = ANYTHING
    node: ast.expr | None = None
    function: ast.Lambda | None = None


@dataclass
class Env:
    """The variables at one place of a function."""

    slots: dict[str, Slot] = field(default_factory=dict)

    def copy(self) -> Env:
        return Env({name: replace(slot) for name, slot in self.slots.items()})

    def forget(self, *names: str) -> None:
        for name in names:
            self.slots[name] = Slot()


def dotted(node: ast.AST) -> str | None:
    """`tf.nn.relu` as text; None for anything that is not a chain of names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def truth(known: Known) -> bool | None:
    """Whether a value counts as true; None where that is not known."""
    if known.is_literal:
        return bool(known.value)
    if known.items is not None:
        return bool(known.items)
    if known.is_surely("dtype", "function"):
        return True
    return False if known.is_surely("none") else None


def all_or_none(found: frozenset[str], wanted: frozenset[str]) -> Known:
    if found <= wanted:
        return literal(True)
    return literal(False) if found.isdisjoint(wanted) else TRUTH


def decided(op: ast.AST, a: Known, b: Known) -> bool | None:
    if isinstance(op, ast.Is | ast.IsNot) and (a.is_literal or b.is_literal):
        known, other = (a, b) if a.is_literal else (b, a)
        if known.value is None:
            equal = True if other.is_surely("none") else False if other.is_never("none") else None
            return None if equal is None else equal is isinstance(op, ast.Is)
    if a.is_surely("dtype") and b.is_surely("dtype") and a.dtypes and b.dtypes and isinstance(op, ast.Eq | ast.NotEq):
        if a.dtypes.isdisjoint(b.dtypes):
            return isinstance(op, ast.NotEq)
        return isinstance(op, ast.Eq) if a.dtypes == b.dtypes and a.dtype else None
    if a.is_surely("dtype") and b.items is not None and isinstance(op, ast.In | ast.NotIn) and a.dtypes:
        options = frozenset().union(*(item.dtypes or DTYPES for item in b.items))
        found = all_or_none(a.dtypes, options)
        return None if not found.is_literal else found.value is isinstance(op, ast.In)
    if a.is_literal and b.is_literal:
        try:
            return bool(operate(op, a.value, b.value))
        except (NotKnown, KeyError):
            return None
    if a.is_surely("shape") and b.is_surely("tuple", "list") and isinstance(op, ast.Eq | ast.NotEq):
        return isinstance(op, ast.NotEq) if _surely_differ(a, b) else None
    return _decided_by_kind(op, a, b)


def _decided_by_kind(op: ast.AST, a: Known, b: Known) -> bool | None:
    """A string is no number, None equals nothing else."""
    if a.kinds is None or b.kinds is None or not isinstance(op, ast.Eq | ast.NotEq):
        return None
    plain = NUMBERS | {"str", "none", "list", "tuple", "dtype"}
    if not (a.kinds <= plain and b.kinds <= plain):
        return None
    classes = [{"number" if kind in NUMBERS else kind for kind in known.kinds or ()} for known in (a, b)]
    return isinstance(op, ast.NotEq) if classes[0].isdisjoint(classes[1]) else None


def narrow(test: ast.expr, holds: bool, env: Env) -> Env:
    """What is known where a condition holds, or does not."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[ast.Constant(value=None)]) if isinstance(
            op, ast.Is | ast.IsNot
        ):
            is_none = isinstance(op, ast.Is) is holds
            return _with(env, name, lambda k: literal(None) if is_none else k.without("none"))
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), types]):
            kinds = kinds_of(types)
            if kinds is not None:
                return _with(env, name, lambda k: k.narrowed(kinds) if holds else k.without(*kinds))
        case ast.Call(func=function, args=[ast.Name(id=name)]) if dotted(function) == "tf.is_tensor":
            return _with(env, name, lambda k: k.narrowed(TENSOR.kinds or frozenset()) if holds else k.without("tensor"))
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="dtype"), attr=question):
            wanted = DTYPE_QUESTIONS.get(question)
            if wanted is not None:
                return _with(env, name, lambda k: _of_dtypes(k, wanted if holds else DTYPES - wanted))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return narrow(operand, not holds, env)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is holds:
            for value in values:
                env = narrow(value, holds, env)
    return env


def _of_dtypes(known: Known, dtypes: frozenset[str]) -> Known:
    return replace(known, dtypes=dtypes if known.dtypes is None else known.dtypes & dtypes)


def _with(env: Env, name: str, change: Callable[[Known], Known]) -> Env:
    slot = env.slots.get(name)
    if slot is None:
        return env
    inner = env.copy()
    inner.slots[name] = replace(slot, known=change(slot.known))
    return inner


def kinds_of(types: ast.expr) -> frozenset[str] | None:
    """The kinds of the second argument of isinstance."""
    if isinstance(types, ast.Tuple):
        every = [kinds_of(item) for item in types.elts]
        return None if None in every else frozenset().union(*(kinds for kinds in every if kinds))
    return TYPES.get(dotted(types) or "")


def is_one_of(known: Known, kinds: frozenset[str] | None) -> Known:
    if known.kinds is None or kinds is None:
        return TRUTH
    if known.kinds <= kinds:
        return literal(True)
    return literal(False) if known.kinds.isdisjoint(kinds) else TRUTH


def stored(node: ast.AST) -> set[str]:
    """The names that a statement or a target gives a value."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.ClassDef)}


def _surely_differ(shape: Known, sizes: Known) -> bool:
    """Whether a shape cannot be these sizes."""
    if shape.shape is None or not sizes.is_literal:
        return False
    if len(shape.shape) != len(sizes.value):
        return True
    return any(a is not None and a != b for a, b in zip(shape.shape, sizes.value, strict=True))
