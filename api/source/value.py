"""What is known of an expression: the name that it stands for, the kind of value that it has."""

from __future__ import annotations

import ast
from collections import ChainMap
from dataclasses import dataclass, field, replace
from typing import Protocol

from api.source.budget import Budget
from api.source.results.functions import DTYPES
from api.source.roles import roles
from api.source.uses import ROOTS, Certainty
from loader.calls.decide import dotted
from loader.calls.known import (
    ANYTHING,
    Dtype,
    Known,
    literal,
    of_kind,
    tensor,
)
from loader.calls.spreads import Spreads
from loader.model.dotted import Side

MUTATORS = frozenset(
    ["append", "extend", "insert", "pop", "remove", "sort", "reverse", "update", "setdefault", "clear", "add"]
)
MODULE = "torch.nn.Module"


LONGEST_NAME = 200  # characters: no public name has half as many; one that grows with each line fills the memory
LOADER = "torch.utils.data.DataLoader"


BATCH = "a batch"  # of a loader: a tuple of tensors


# Names that Python's own types, NumPy's arrays and modules have too: of a value of unknown kind they tell nothing.
SHARED = frozenset(
    [
        "split",
        "index",
        "count",
        "copy",
        "sort",
        "reverse",
        "replace",
        "format",
        "add",
        "update",
        "pop",
        "remove",
        "union",
        "difference",
        "keys",
        "values",
        "items",
        "get",
        "append",
        "extend",
        "clear",
        "insert",
        "strip",
        "lower",
        "upper",
        "join",
        "read",
        "write",
        "close",
        "flush",
        "type",
        "to",
        "cuda",
        "cpu",
        "float",
        "double",
        "half",
        "apply",
        "train",
        "eval",
        "zero_grad",
        "step",
        "state_dict",
        "parameters",
        "name",
        "grad",
        "map",
        "filter",
        "bool",
        "numpy",
    ]
)


NUMPY = frozenset(("np", "numpy"))


@dataclass(frozen=True)
class Value:
    """What an expression is.

    `name`: the framework's name that it stands for (`torch.nn.Conv2d`, a module or a function, not a result).
    `made`: the class that it is an instance of, a framework's by its full name. `local`: a class or a function of the
    source that it stands for, or (with `made`) whose instance it is.
    """

    known: Known = ANYTHING
    name: str | None = None
    side: Side = "torch"
    made: str | None = None
    local: ast.ClassDef | ast.FunctionDef | None = None
    certainty: Certainty = "inferred"
    outside: bool = False  # another library's
    fields: tuple[str, ...] = ()  # of a named tuple
    parts: tuple[Value, ...] = ()  # of a tuple or a list that is written out
    origin: ast.Call | None = None  # the call that made an instance
    foreign: bool = False  # what a function of another library gave

    @property
    def is_instance(self) -> bool:
        return self.made is not None


UNKNOWN = Value()


@dataclass(frozen=True)
class Called:
    """A call or a use of a framework's name. `receiver`: of a method, the value that it is called on."""

    node: ast.expr
    name: str
    side: Side
    certainty: Certainty
    receiver: ast.expr | None = None


class Names(Protocol):
    """What is known of the frameworks' names."""

    @property
    def side(self) -> Side:
        """The framework of the source."""
        ...

    def tensor_parameters(self, name: str) -> frozenset[str | int]:
        """The parameters, by place and by name, that take a tensor and nothing else."""

    def is_tensor_method(self, leaf: str) -> bool:
        """Whether torch.Tensor has this method or property."""

    def has(self, name: str) -> bool:
        """Whether a framework has this public name."""

    def fields(self, name: str) -> tuple[str, ...]:
        """The names of the parts, where a function gives a named tuple."""


Scope = ChainMap[str, Value]


@dataclass
class LocalClass:
    """A class of the source: its bases, and what its methods put on `self`."""

    node: ast.ClassDef
    bases: list[Value] = field(default_factory=list)
    attributes: dict[str, Value] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)  # by `self.name`, what is told by its use alone

    @property
    def is_module(self) -> bool:
        return any(
            base.name in (MODULE, "torch.nn.Sequential", "torch.nn.ModuleList")
            or base.made == MODULE
            or is_keras_model(base.name or "")
            for base in self.bases
        )


KERAS = ("tf.keras.", "keras.")
KERAS_MODELS = frozenset(("Model", "Layer", "Sequential"))


def is_keras_model(name: str) -> bool:
    """Whether a class of Keras is a model or a layer that others derive from; `tf.Module` is like them."""
    return name == "tf.Module" or (name.startswith(KERAS) and name.rpartition(".")[2] in KERAS_MODELS)


def imported(path: str) -> Value:
    first, dot, rest = path.partition(".")
    if first not in ROOTS or len(path) > LONGEST_NAME:
        return Value(outside=True)
    root, side = ROOTS[first]
    return Value(name=f"{root}{dot}{rest}", side=side, certainty="imported")


def constant(value: Value) -> Value | None:
    """`torch.float32` and the like: a dtype or a number."""
    name = value.name or ""
    root, _, leaf = name.rpartition(".")
    if root in ("torch", "tf") and leaf in DTYPES and not (root == "tf" and leaf in ("int", "float", "long")):
        return replace(value, known=literal(Dtype(DTYPES[leaf])))
    if root == "torch" and leaf in ("pi", "e", "inf", "nan"):
        return replace(value, known=of_kind("float"))
    return None


def joined(one: Value, two: Value) -> Value:
    if one == two:
        return one
    known = one.known.join(two.known)
    same = one.made == two.made and one.local is two.local
    if not same and one.made and two.made and _module_like(one) and _module_like(two):
        return Value(known, made=MODULE)
    return Value(
        known,
        name=one.name if one.name == two.name else None,
        side=one.side,
        made=one.made if same else None,
        local=one.local if same else None,
        outside=one.outside and two.outside,
        parts=tuple(joined(a, b) for a, b in zip(one.parts, two.parts, strict=True))
        if len(one.parts) == len(two.parts)
        else (),
        origin=one.origin if one.origin is two.origin else None,
        foreign=one.foreign and two.foreign,
    )


def _module_like(value: Value) -> bool:
    return bool(value.made and value.made.startswith("torch.nn."))


def opened(known: Known) -> Known:
    """What a parameter is known to be by its calls: kind and dtype and rank, not the value."""
    shape = (None,) * known.rank if known.rank is not None else None
    if known.is_surely("tensor"):
        return tensor(known.dtypes, shape)
    return Known(known.kinds, dtypes=known.dtypes, items=known.items and tuple(opened(i) for i in known.items))


def row(known: Known) -> Known:
    return tensor(known.dtypes, known.shape[1:] if known.shape else None)


def _changed_names(tree: ast.AST) -> set[str]:
    """Lists and dictionaries that are changed after they are made, or handed to somebody who may."""
    names: set[str | None] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in MUTATORS:
                names.add(dotted(owner))
            case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
                names.add(dotted(owner))
            case ast.AugAssign(target=target):
                names.add(dotted(target))
            case ast.Call(func=ast.Name(id=function), args=args) if function not in (
                "len",
                "print",
                "range",
                "zip",
                "enumerate",
                "tuple",
                "list",
                "sum",
            ):
                names |= {dotted(arg) for arg in args}
    return {name for name in names if name}


def _stores(tree: ast.AST) -> dict[str, int]:
    """How often each name gets a value."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = found.get(node.id, 0) + 1
    return found


def _attributes(tree: ast.AST) -> set[str]:
    return {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}


class State:
    """What the walk has found: `values` has what each expression is, `called` what each call means."""

    def __init__(self, tree: ast.Module, names: Names, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._depth = 0  # of loops
        self._arguments: dict[ast.AST, list[dict[str, Value]]] = {}  # of the first walk: what functions are called with
        self.tree = tree
        self.spreads = Spreads(tree)
        self.values: dict[ast.AST, Value] = {}
        self.called: dict[ast.AST, Called] = {}
        self.classes: dict[ast.ClassDef, LocalClass] = {}
        self.float: str | None = None if "set_default_dtype" in _attributes(tree) else "float32"
        self._names = names
        self.side: Side = names.side
        self._free = roles(ast.walk(tree))  # of names that nothing in the source binds
        self._changed = _changed_names(tree)
        self._stores = _stores(tree)
        self._scope: Scope = ChainMap({})
        self._self: LocalClass | None = None
        self._returned: list[Value] = []
        self._results: dict[ast.AST, Value] = {}
        self._given: dict[ast.AST, list[dict[str, Value]]] = {}
        self._walking: set[ast.AST] = set()
        self._stars: list[str] = []  # modules of which every name is imported
        self._module_scope = self._scope

    def value(self, node: ast.AST) -> Value:
        return self.values.get(node, UNKNOWN)

    def expr(self, node: ast.expr) -> Value:
        """What an expression is; see `Expressions`."""
        raise NotImplementedError

    def bind(self, name: str, value: Value) -> None:
        """Give a variable a value; see `Inference`."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Value, node: ast.expr | None) -> None:
        """Give a target a value; see `Inference`."""
        raise NotImplementedError

    def element(self, iterated: Value, node: ast.expr) -> Value:
        """What a loop's variable gets; see `Inference`."""
        raise NotImplementedError
