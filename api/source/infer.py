"""What the expressions of a source are: which name of a framework they mean, and the kind of value they have.

One walk over the text, nothing run: through assignments, functions, classes (`self.x`) and calls of the source's own.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from api.source.results import DTYPES, Given, of_data, result_of, result_of_layer
from api.source.uses import ROOTS, USUAL, Certainty
from loader.calls.decide import dotted
from loader.calls.known import (
    ANYTHING,
    BOOL,
    INT,
    TENSOR,
    TRUTH,
    Dtype,
    Known,
    literal,
    of_kind,
    of_literal,
    sequence,
    tensor,
)
from loader.model.mapping import Side

MODULE = "torch.nn.Module"
LOADER = "torch.utils.data.DataLoader"
BATCH = "a batch"  # of a loader: a tuple of tensors
NUMBERED = "a numbered batch"
# Names that Python's own types, NumPy's arrays and modules have too: of a value of unknown kind they tell nothing.
SHARED = frozenset(
    "split index count copy sort reverse replace format add update pop remove union difference keys values items get append "
    "extend clear insert strip lower upper join read write close flush type to cuda cpu float double half apply train eval "
    "zero_grad step state_dict parameters name grad map filter bool numpy".split()
)
# What gives nothing in Python: where its value is used, it is a tensor's.
WITHOUT_VALUE = frozenset("sort reverse add update remove append extend clear insert".split())
CASTS = frozenset("to cuda cpu float double half bool type".split())
OF_MODULES = frozenset(
    "parameters named_parameters train eval state_dict load_state_dict zero_grad modules children named_modules apply step "
    "register_buffer register_parameter forward".split()
)
MODULE_METHODS = frozenset(("to", "cuda", "cpu", "train", "eval", "half", "float", "double", "requires_grad_", "apply"))
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

    @property
    def is_module(self) -> bool:
        return any(
            base.name in (MODULE, "torch.nn.Sequential", "torch.nn.ModuleList") or base.made == MODULE
            for base in self.bases
        )


class Inference:
    """The walk; afterwards `values` has what each expression is, `called` what each call means, both by node."""

    def __init__(self, tree: ast.Module, names: Names) -> None:
        self.tree = tree
        self.values: dict[ast.AST, Value] = {}
        self.called: dict[ast.AST, Called] = {}
        self.classes: dict[ast.ClassDef, LocalClass] = {}
        self.float: str | None = None if "set_default_dtype" in _attributes(tree) else "float32"
        self._names = names
        self._changed = _changed_names(tree)
        self._stores = _stores(tree)
        self._scope: Scope = ChainMap({})
        self._self: LocalClass | None = None
        self._returned: list[Known] = []
        self._results: dict[ast.AST, Known] = {}
        self._given: dict[ast.AST, list[dict[str, Value]]] = {}
        self._walking: set[ast.AST] = set()
        self._module_scope = self._scope

    def run(self) -> Inference:
        """Twice: what a function is called with is known after the first time only."""
        for _ in range(2):
            self.values, self.called = {}, {}
            self._results, self._walking = {}, set()
            self._scope = ChainMap({})
            self._module_scope = self._scope
            calls, self._given = self._given, {}
            self._arguments = calls
            self.block(self.tree.body)
        return self

    def value(self, node: ast.AST) -> Value:
        return self.values.get(node, UNKNOWN)

    # Statements

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import():
                for alias in node.names:
                    path = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._bind(alias.asname or path, _imported(path))
            case ast.ImportFrom():
                for alias in node.names:
                    known = (
                        _imported(f"{node.module}.{alias.name}")
                        if node.module and not node.level
                        else Value(outside=True)
                    )
                    self._bind(alias.asname or alias.name, known)
            case ast.Assign():
                value = self.expr(node.value)
                for target in node.targets:
                    self._assign(target, value, node.value)
            case ast.AnnAssign():
                value = self.expr(node.value) if node.value else self._annotated(node.annotation)
                self._assign(node.target, value, node.value)
            case ast.AugAssign():
                before = self.expr(_loaded(node.target))
                self.values[node.target] = before
                other = self.expr(node.value)
                self._assign(node.target, self._operated(node.op, before, other), None)
                self.values[node.target] = before
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node)
            case ast.ClassDef():
                self._class(node)
            case ast.Return():
                self._returned.append(self.expr(node.value).known if node.value else literal(None))
            case ast.For() | ast.AsyncFor():
                iterated = self.expr(node.iter)
                for _ in range(2):  # what the first turn leaves, the second one meets
                    self._assign(node.target, self._element(iterated, node.iter), None)
                    before = dict(self._scope.maps[0])
                    self.block(node.body)
                    self._merge(before)
                self.block(node.orelse)
            case ast.While():
                for _ in range(2):
                    before = dict(self._scope.maps[0])
                    self.expr(node.test)
                    self.block(node.body)
                    self._merge(before)
                self.block(node.orelse)
            case ast.If():
                self._if(node)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    value = self.expr(item.context_expr)
                    if item.optional_vars:
                        self._assign(item.optional_vars, value, None)
                self.block(node.body)
            case ast.Try():
                before = dict(self._scope.maps[0])
                self.block(node.body)
                self._merge(before)
                for handler in node.handlers:
                    self.block(handler.body)
                self.block(node.orelse)
                self.block(node.finalbody)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expr(child)
                    elif isinstance(child, ast.stmt):
                        self.statement(child)

    def _if(self, node: ast.If) -> None:
        self.expr(node.test)
        before = dict(self._scope.maps[0])
        self._narrow(node.test, True)
        self.block(node.body)
        after = dict(self._scope.maps[0])
        self._scope.maps[0].clear()
        self._scope.maps[0].update(before)
        self._narrow(node.test, False)
        self.block(node.orelse)
        if _ends(node.body):
            return
        if node.orelse and _ends(node.orelse):
            self._scope.maps[0].clear()
            self._scope.maps[0].update(after)
            return
        self._merge(after)

    def _narrow(self, test: ast.expr, holds: bool) -> None:
        match test:
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
                name = dotted(left)
                if name and name in self._scope:
                    value = self._scope[name]
                    is_none = isinstance(op, ast.Is) is holds
                    known = literal(None) if is_none else value.known.without("none")
                    if not (is_none and value.made):
                        self._scope[name] = replace(value, known=known)
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]) if holds:
                found = self.value(kind)
                if found.name == "torch.Tensor" and name in self._scope:
                    self._scope[name] = replace(
                        self._scope[name], known=self._scope[name].known.narrowed(frozenset(("tensor",)))
                    )

    def _merge(self, other: dict[str, Value]) -> None:
        """What is true after either of two ways."""
        here = self._scope.maps[0]
        for name in here.keys() | other.keys():
            one, two = here.get(name), other.get(name)
            if one is None or two is None:
                here[name] = one or two or UNKNOWN
            elif one != two:
                here[name] = _joined(one, two)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outer in [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.expr(outer)
        if isinstance(node, ast.FunctionDef):
            self._bind(node.name, Value(of_kind("function"), local=node))
        self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if node in self._walking:
            return
        self._walking.add(node)
        parameters = self._parameters(node)
        outer_scope, outer_returned = self._scope, self._returned
        self._scope = outer_scope.new_child(parameters)
        self._returned = []
        self.block(node.body)
        if self._returned:
            found = self._returned[0]
            for other in self._returned[1:]:
                found = found.join(other)
            self._results[node] = found
        shared = {name: value for name, value in self._scope.maps[0].items() if name.startswith("self.")}
        self._scope, self._returned = outer_scope, outer_returned
        if self._self is not None:
            for name, value in shared.items():
                attribute = name.removeprefix("self.")
                known = self._self.attributes.get(attribute)
                self._self.attributes[attribute] = value if known is None or known == UNKNOWN else _joined(known, value)
        self._walking.discard(node)

    def _parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Value]:
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        calls = self._arguments.get(node, [])
        evidence = self._evidence(node)
        found: dict[str, Value] = {}
        defaults = dict(
            zip(
                [a.arg for a in [*arguments.posonlyargs, *arguments.args]][::-1], arguments.defaults[::-1], strict=False
            )
        )
        defaults |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d}
        for argument in every:
            name = argument.arg
            value = self._annotated(argument.annotation) if argument.annotation else UNKNOWN
            given = [call[name] for call in calls if name in call]
            default = of_literal(defaults[name]) if name in defaults else None
            if value == UNKNOWN and given:
                value = given[0]
                for other in given[1:]:
                    value = _joined(value, other)
                if default is not None and len(given) < len(calls):
                    value = _joined(value, Value(default))
                value = replace(value, known=_open(value.known), certainty="inferred")
            if value.known.kinds is None and not value.made and not value.name and name in evidence:
                value = Value(
                    tensor()
                    if default is None or not default.is_literal or default.value is not None
                    else of_kind("tensor", "none")
                )
            found[name] = value
        if self._self is not None and every and every[0].arg == "self":
            found["self"] = Value(made=self._self.node.name, local=self._self.node)
        for star in filter(None, (arguments.vararg, arguments.kwarg)):
            found[star.arg] = Value(of_kind("tuple" if star is arguments.vararg else "dict"))
        return found

    def _evidence(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
        """Parameters that are used as only a tensor can be."""
        arguments = node.args
        names = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
        found: set[str] = set()
        cast: set[str] = set()
        modules = {
            inner.func.id
            for inner in ast.walk(node)
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
        }
        alone = {id(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Expr)}
        valued = {inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call) and id(inner) not in alone}
        for inner in ast.walk(node):
            match inner:
                case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names:
                    if attr not in SHARED and self._names.is_tensor_method(attr):
                        found.add(name)
                    elif attr in WITHOUT_VALUE and inner in valued:
                        found.add(name)
                    elif attr in CASTS and inner in valued:
                        cast.add(name)
                    elif attr in OF_MODULES:
                        modules.add(name)
                case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=parts)) if name in names:
                    if any(
                        isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and part.value in (None, ...))
                        for part in parts
                    ):
                        found.add(name)
                case ast.Call(func=function):
                    full = self._static_name(function)
                    if full is None:
                        continue
                    wanted = self._names.tensor_parameters(full)
                    for place, arg in enumerate(inner.args):
                        if isinstance(arg, ast.Name) and arg.id in names and place in wanted:
                            found.add(arg.id)
                    for keyword in inner.keywords:
                        if isinstance(keyword.value, ast.Name) and keyword.value.id in names and keyword.arg in wanted:
                            found.add(keyword.value.id)
        cast -= modules | {
            name for name in cast if any(part in name for part in ("model", "net", "module", "layer", "coder"))
        }
        return found | cast

    def _static_name(self, node: ast.expr) -> str | None:
        """The framework's name of a chain of names, without what is known of variables."""
        name = dotted(node)
        if name is None:
            return None
        first, _, rest = name.partition(".")
        known = self._scope.get(first)
        root = known.name if known is not None else USUAL.get(first)
        return f"{root}.{rest}".rstrip(".") if root else None

    def _annotated(self, node: ast.expr | None) -> Value:
        if node is None:
            return UNKNOWN
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return UNKNOWN
        if isinstance(node, ast.Name) and node.id in ("int", "float", "bool", "str", "list", "tuple"):
            return Value(of_kind(node.id))
        if isinstance(node, ast.Name | ast.Attribute):
            found = self.expr(node)
            if found.name in ("torch.Tensor", "torch.FloatTensor", "torch.LongTensor"):
                return Value(
                    TENSOR
                    if found.name == "torch.Tensor"
                    else tensor(frozenset(("float32" if "Float" in found.name else "int64",)))
                )
            if found.local is not None and isinstance(found.local, ast.ClassDef):
                return Value(made=found.local.name, local=found.local)
            if found.name and found.name.rpartition(".")[2][:1].isupper():
                return Value(made=found.name, side=found.side)
        return UNKNOWN

    def _class(self, node: ast.ClassDef) -> None:
        for outer in [*node.decorator_list, *(keyword.value for keyword in node.keywords)]:
            self.expr(outer)
        local = self.classes.setdefault(node, LocalClass(node))
        local.bases = [self.expr(base) for base in node.bases]
        for base in local.bases:
            if base.local is not None and isinstance(base.local, ast.ClassDef) and base.local in self.classes:
                inherited = self.classes[base.local]
                local.attributes = {**inherited.attributes, **local.attributes}
                if inherited.is_module:
                    local.bases = [*local.bases, Value(name=MODULE, side="torch")]
        self._bind(node.name, Value(of_kind("class"), local=node))
        outer_self, self._self = self._self, local
        methods = [s for s in node.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
        for statement in node.body:
            if statement not in methods:
                self.statement(statement)
        for method in sorted(methods, key=lambda m: m.name != "__init__"):
            for outer in [*method.decorator_list, *method.args.defaults, *filter(None, method.args.kw_defaults)]:
                self.expr(outer)
            self._function(method)
        self._self = outer_self

    def _assign(self, target: ast.expr, value: Value, node: ast.expr | None) -> None:
        name = dotted(target)
        if name is not None:
            self._bind(name, value)
            self.values[target] = value
        elif isinstance(target, ast.Starred):
            self._assign(target.value, Value(of_kind("list")), None)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value, node)
        elif isinstance(target, ast.Subscript):
            self.expr(target.value)
            self.expr(target.slice)
            self.values[target] = Value(_indexed(self.value(target.value).known, target.slice, self))

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, node: ast.expr | None) -> None:
        items = value.known.items
        nodes: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == len(target.elts):
            nodes = list(node.elts)
        for place, element in enumerate(target.elts):
            inner = nodes[place]
            if inner is not None:
                self._assign(element, self.value(inner), inner)
            elif items is not None and len(items) == len(target.elts):
                self._assign(element, Value(items[place]), None)
            elif value.known.is_surely("shape"):
                self._assign(element, Value(INT), None)
            elif value.known.is_surely("tensor"):
                self._assign(element, Value(_row(value.known)), None)
            elif value.made == BATCH:
                self._assign(element, Value(TENSOR), None)
            elif value.made == NUMBERED:
                self._assign(element, Value(INT) if place == 0 else Value(made=BATCH), None)
            else:
                self._assign(element, UNKNOWN, None)

    def _bind(self, name: str, value: Value) -> None:
        if value.known.is_surely("list", "dict") and name in self._changed:
            value = replace(value, known=Known(value.known.kinds))
        self._scope[name] = value

    def _element(self, iterated: Value, node: ast.expr) -> Value:
        known = iterated.known
        if known.items:
            found = known.items[0]
            for other in known.items[1:]:
                found = found.join(other)
            return Value(found)
        if known.is_surely("tensor"):
            return Value(_row(known))
        if known.is_surely("range", "shape"):
            return Value(INT)
        match node:
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                element = self._element(self.value(inner), inner)
                if element.made == BATCH:
                    return Value(made=NUMBERED)
                return Value(Known(frozenset(("tuple",)), items=(INT, element.known)))
            case ast.Call(func=ast.Name(id="zip"), args=args):
                return Value(
                    Known(frozenset(("tuple",)), items=tuple(self._element(self.value(a), a).known for a in args))
                )
        if iterated.made in ("torch.nn.ModuleList", "torch.nn.Sequential"):
            return Value(made=MODULE)
        if iterated.made == LOADER:
            return Value(made=BATCH)
        return UNKNOWN

    # Expressions

    def expr(self, node: ast.expr) -> Value:
        value = self._expr(node)
        self.values[node] = value
        return value

    def _expr(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant():
                return Value(literal(node.value)) if node.value is not Ellipsis else UNKNOWN
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case ast.BinOp():
                return self._operated(node.op, self.expr(node.left), self.expr(node.right))
            case ast.UnaryOp():
                known = self.expr(node.operand).known
                if isinstance(node.op, ast.Not):
                    return Value(TRUTH)
                if known.is_literal:
                    return Value(of_literal(node))
                return Value(known if known.is_surely("tensor", "int", "float") else ANYTHING)
            case ast.Compare():
                return self._compared(node)
            case ast.BoolOp():
                found = [self.expr(value).known for value in node.values]
                joined = found[0]
                for other in found[1:]:
                    joined = joined.join(other)
                return Value(joined)
            case ast.IfExp():
                self.expr(node.test)
                return _joined(self.expr(node.body), self.expr(node.orelse))
            case ast.List() | ast.Tuple():
                found = [self.expr(element).known for element in node.elts]
                kind = "list" if isinstance(node, ast.List) else "tuple"
                starred = any(isinstance(element, ast.Starred) for element in node.elts)
                return Value(of_kind(kind) if starred else sequence(kind, tuple(found)))
            case ast.Subscript():
                return self._subscript(node)
            case ast.NamedExpr():
                value = self.expr(node.value)
                self._assign(node.target, value, node.value)
                return value
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                return self._comprehension(node)
            case ast.Lambda():
                self._scope = self._scope.new_child({a.arg: UNKNOWN for a in [*node.args.args, *node.args.kwonlyargs]})
                for argument in [node.args.vararg, node.args.kwarg]:
                    if argument:
                        self._scope[argument.arg] = UNKNOWN
                for default in node.args.defaults:
                    self.expr(default)
                self.expr(node.body)
                self._scope = self._scope.parents
                return Value(of_kind("function"))
            case ast.JoinedStr():
                for child in ast.walk(node):
                    if isinstance(child, ast.FormattedValue):
                        self.expr(child.value)
                return Value(of_kind("str"))
            case ast.Dict():
                for child in [*node.keys, *node.values]:
                    if child:
                        self.expr(child)
                return Value(of_kind("dict"))
            case ast.Starred():
                self.expr(node.value)
                return UNKNOWN
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.expr):
                self.expr(inner)
        return UNKNOWN

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> Value:
        self._scope = self._scope.new_child({})
        for generator in node.generators:
            iterated = self.expr(generator.iter)
            self._assign(generator.target, self._element(iterated, generator.iter), None)
            for condition in generator.ifs:
                self.expr(condition)
        if isinstance(node, ast.DictComp):
            self.expr(node.key)
            self.expr(node.value)
            kind = "dict"
        else:
            self.expr(node.elt)
            kind = {ast.ListComp: "list", ast.SetComp: "set"}.get(type(node), "generator")
        self._scope = self._scope.parents
        return Value(of_kind(kind))

    def _name(self, node: ast.Name) -> Value:
        if node.id in self._scope:
            value = self._scope[node.id]
            if value.known.is_literal and node.id not in self._scope.maps[0] and self._stores.get(node.id, 0) > 1:
                value = replace(value, known=_open(value.known))  # it may have another value when the function runs
        elif node.id in USUAL:
            full = USUAL[node.id]
            value = Value(name=full, side="torch" if full.startswith("torch") else "tf", certainty="assumed")
        elif node.id in NUMPY:
            value = Value(outside=True)
        else:
            return UNKNOWN
        if value.name:
            self.called[node] = Called(node, value.name, value.side, value.certainty)
            return _constant(value) or value
        return value

    def _attribute(self, node: ast.Attribute) -> Value:
        owner = self.expr(node.value)
        name = dotted(node)
        if name is not None and name in self._scope:
            return self._scope[name]
        if owner.name and not owner.made:
            full = f"{owner.name}.{node.attr}"
            self.called.pop(node.value, None)
            self.called[node] = Called(node, full, owner.side, owner.certainty)
            value = Value(name=full, side=owner.side, certainty=owner.certainty)
            return _constant(value) or value
        if owner.outside:
            return Value(outside=True)
        if owner.local is not None and owner.made and isinstance(owner.local, ast.ClassDef):
            local = self.classes.get(owner.local)
            if local is not None and node.attr in local.attributes:
                return local.attributes[node.attr]
            return UNKNOWN
        if owner.known.is_surely("tensor"):
            self.called[node] = Called(node, f"torch.Tensor.{node.attr}", "torch", "inferred", node.value)
            return Value(_tensor_attribute(node.attr, owner.known))
        items = owner.known.items
        if node.attr in owner.fields:
            place = owner.fields.index(node.attr)
            return Value(items[place] if items is not None and len(items) == len(owner.fields) else TENSOR)
        if (
            owner.known.kinds is None
            and not owner.made
            and node.attr not in SHARED
            and self._names.is_tensor_method(node.attr)
        ):
            self.called[node] = Called(node, f"torch.Tensor.{node.attr}", "torch", "uncertain", node.value)
            return Value(_tensor_attribute(node.attr, ANYTHING))
        return UNKNOWN

    def _operated(self, op: ast.operator, left: Value, right: Value) -> Value:
        a, b = left.known, right.known
        if a.is_literal and b.is_literal:
            from loader.calls.builtins import NotKnown, operate

            try:
                return Value(literal(operate(op, a.value, b.value)))
            except (NotKnown, KeyError):
                return UNKNOWN
        if a.is_surely("tensor") or b.is_surely("tensor"):
            leaf = {ast.Div: "true_divide", ast.MatMult: "matmul"}.get(type(op), "add")
            return Value(result_of(leaf, Given((a, b), {}, self.float), method=False))
        if a.is_surely("int", "bool") and b.is_surely("int", "bool"):
            return Value(of_kind("float") if isinstance(op, ast.Div) else INT)
        if a.is_surely("int", "float", "bool") and b.is_surely("int", "float", "bool"):
            return Value(of_kind("float", "int"))
        for kind in ("str", "list", "tuple"):
            if a.is_surely(kind) and isinstance(op, ast.Add | ast.Mult):
                items = (
                    a.items + b.items
                    if a.items is not None and b.items is not None and isinstance(op, ast.Add)
                    else None
                )
                return Value(Known(frozenset((kind,)), items=items))
        return UNKNOWN

    def _compared(self, node: ast.Compare) -> Value:
        found = [self.expr(node.left).known, *(self.expr(other).known for other in node.comparators)]
        if isinstance(node.ops[0], ast.Is | ast.IsNot | ast.In | ast.NotIn):
            return Value(TRUTH)
        if any(known.is_surely("tensor") for known in found):
            ranks = [known.rank if known.is_surely("tensor") else 0 for known in found]
            return Value(tensor(BOOL, rank=None if None in ranks else max(r for r in ranks if r is not None)))
        return Value(TRUTH) if all(known.is_never("tensor") for known in found) else UNKNOWN

    def _subscript(self, node: ast.Subscript) -> Value:
        owner = self.expr(node.value)
        place = self.expr(node.slice)
        items = owner.known.items
        if items is not None and isinstance(place.known.value, int) and -len(items) <= place.known.value < len(items):
            return Value(items[place.known.value])
        if owner.made in ("torch.nn.ModuleList", "torch.nn.ModuleDict", "torch.nn.Sequential"):
            return Value(made=owner.made if isinstance(node.slice, ast.Slice) else MODULE)
        if owner.made == BATCH:
            return Value(TENSOR)
        if owner.known.is_surely("shape"):
            return Value(of_kind("shape") if isinstance(node.slice, ast.Slice) else INT)
        return Value(_indexed(owner.known, node.slice, self))

    def _call(self, node: ast.Call) -> Value:
        function = self.expr(node.func)
        args = [self.expr(arg) for arg in node.args]
        kwargs = {keyword.arg or "**": self.expr(keyword.value) for keyword in node.keywords}
        met = self.called.pop(node.func, None)
        spread = any(isinstance(arg, ast.Starred) for arg in node.args)
        given = Given(
            () if spread else tuple(arg.known for arg in args),
            {key: value.known for key, value in kwargs.items()},
            self.float,
        )
        if met is not None and met.receiver is not None:
            self.called[node] = replace(met, node=node)
            given = replace(given, args=(self.value(met.receiver).known, *given.args))
            leaf = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            return self._with_fields(Value(result_of(leaf, given, method=True)), met.name)
        if met is not None and function.name:
            self.called[node] = replace(met, node=node)
            return self._with_fields(self._made(function, given, node), met.name)
        if function.local is not None and not function.made:
            return self._local(function.local, node, args, kwargs)
        if isinstance(node.func, ast.Attribute) and (found := self._method(node, node.func, given)) is not None:
            return found
        if function.made:
            return self._instance_called(function, given, node, args, kwargs)
        return _builtin(node, args)

    def _with_fields(self, value: Value, name: str) -> Value:
        if value.known.is_surely("tensor"):
            return value
        fields = self._names.fields(name)
        return replace(value, fields=fields) if fields else value

    def _made(self, function: Value, given: Given, node: ast.Call) -> Value:
        """What a framework's function or class gives."""
        name = function.name or ""
        leaf = name.rpartition(".")[2]
        if function.side == "tf":
            made = leaf[:1].isupper() and leaf != "Tensor"
            return (
                Value(made=name, side="tf")
                if made
                else Value(Known(TENSOR.kinds) if not name.startswith("tf.keras.") else ANYTHING, side="tf")
            )
        if leaf in (
            "Tensor",
            "FloatTensor",
            "LongTensor",
            "IntTensor",
            "DoubleTensor",
            "BoolTensor",
        ) and name.startswith("torch."):
            dtype = {"Long": "int64", "Int": "int32", "Double": "float64", "Bool": "bool"}.get(
                leaf.removesuffix("Tensor"), "float32"
            )
            made = of_data(given.args[0]) if given.args and given.args[0].items is not None else TENSOR
            return Value(tensor(dtype, made.shape))
        if leaf == "Parameter":
            known = given.at(0, "data") or ANYTHING
            return Value(tensor(known.dtypes, known.shape), made="torch.nn.Parameter")
        if leaf == "Size":
            return Value(of_kind("shape"))
        if leaf == "device":
            return Value(of_kind("device"))
        if leaf[:1].isupper():
            return Value(made=name)
        if name.startswith(
            (
                "torch.cuda.",
                "torch.backends.",
                "torch.distributed.",
                "torch.utils.",
                "torch.autograd.",
                "torch.jit",
                "torch.amp",
                "torch.distributions",
                "torch.fx",
                "torch.compile",
                "torch.onnx",
                "torch.load",
                "torch.save",
                "torch.manual_seed",
            )
        ):
            return Value(TRUTH) if leaf.startswith("is_") else UNKNOWN
        if name.startswith("torch.nn.init."):
            return Value(given.args[0] if given.args else TENSOR)
        if leaf in (
            "enable_grad",
            "no_grad",
            "inference_mode",
            "set_grad_enabled",
            "autocast",
            "finfo",
            "iinfo",
            "get_default_dtype",
            "set_default_dtype",
            "device",
            "vmap",
            "typename",
            "Generator",
            "result_type",
            "promote_types",
            "can_cast",
            "broadcast_shapes",
            "clip_grad_norm_",
            "clip_grad_value_",
        ):
            return UNKNOWN if leaf != "clip_grad_norm_" else Value(TENSOR)
        return Value(result_of(leaf, given, method=False))

    def _local(
        self, local: ast.ClassDef | ast.FunctionDef, node: ast.Call, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        if isinstance(local, ast.ClassDef):
            init = next((s for s in local.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"), None)
            if init is not None:
                self._note(init, args, kwargs, node, skip=1)
            return Value(made=local.name, local=local)
        self._note(local, args, kwargs, node)
        return Value(self._results.get(local, ANYTHING))

    def _note(
        self, function: ast.FunctionDef, args: list[Value], kwargs: dict[str, Value], node: ast.Call, skip: int = 0
    ) -> None:
        """Remember what a function of the source is called with."""
        if any(isinstance(arg, ast.Starred) for arg in node.args) or "**" in kwargs:
            self._given.setdefault(function, []).append({a.arg: UNKNOWN for a in function.args.args})
            return
        places = [a.arg for a in [*function.args.posonlyargs, *function.args.args]][skip:]
        self._given.setdefault(function, []).append(dict(zip(places, args, strict=False)) | kwargs)

    def _method(self, node: ast.Call, function: ast.Attribute, given: Given) -> Value | None:
        owner = self.value(function.value)
        attr = function.attr
        if (
            owner.made
            and owner.local is None
            and owner.made.startswith(("torch.", "tf.", "keras."))
            and owner.made != "torch.nn.Parameter"
        ):
            self.called[node] = Called(node, f"{owner.made}.{attr}", owner.side, "inferred", function.value)
            if attr in MODULE_METHODS:
                return owner
            return Value(TENSOR if attr == "forward" else ANYTHING)
        if owner.local is not None and owner.made and isinstance(owner.local, ast.ClassDef):
            method = self._find_method(owner.local, attr)
            if method is not None:
                args = [self.value(arg) for arg in node.args]
                self._note(method, args, {k.arg or "**": self.value(k.value) for k in node.keywords}, node, skip=1)
                return Value(self._results.get(method, ANYTHING))
            if (
                attr in ("register_buffer", "register_parameter")
                and len(node.args) > 1
                and isinstance(node.args[0], ast.Constant)
            ):
                known = self.value(node.args[1]).known
                made = "torch.nn.Buffer" if attr == "register_buffer" else "torch.nn.Parameter"
                self._scope[f"self.{node.args[0].value}"] = Value(known, made=None if known.is_surely("none") else made)
            if self.is_module(owner) and self._names.has(f"{MODULE}.{attr}"):
                self.called[node] = Called(node, f"{MODULE}.{attr}", "torch", "inferred", function.value)
                return owner if attr in MODULE_METHODS else UNKNOWN
        return None

    def _find_method(self, node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
        found = next((s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == name), None)
        if found is not None or node not in self.classes:
            return found
        for base in self.classes[node].bases:
            if (
                isinstance(base.local, ast.ClassDef)
                and base.local is not node
                and (inner := self._find_method(base.local, name))
            ):
                return inner
        return None

    def is_module(self, value: Value) -> bool:
        """Whether it is a torch module: one of the framework's, or an instance of a class of the source."""
        if value.local is not None and isinstance(value.local, ast.ClassDef):
            local = self.classes.get(value.local)
            return local is not None and local.is_module
        return bool(value.made and value.made.startswith("torch.nn.") and value.made != "torch.nn.Parameter")

    def _instance_called(
        self, function: Value, given: Given, node: ast.Call, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        if function.local is not None and isinstance(function.local, ast.ClassDef):
            method = self._find_method(function.local, "forward" if self.is_module(function) else "__call__")
            if method is None:
                return UNKNOWN
            self._note(method, args, kwargs, node, skip=1)
            return Value(self._results.get(method, ANYTHING))
        if function.made and function.made.startswith("torch.nn."):
            return Value(result_of_layer(function.made.rpartition(".")[2], given))
        return Value(TENSOR) if function.side == "tf" else UNKNOWN


MUTATORS = frozenset("append extend insert pop remove sort reverse update setdefault clear add".split())


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


def _loaded(node: ast.expr) -> ast.expr:
    """The target of `x += 1`, read."""
    return node


def _attributes(tree: ast.AST) -> set[str]:
    return {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}


def _imported(path: str) -> Value:
    first, dot, rest = path.partition(".")
    if first not in ROOTS:
        return Value(outside=True)
    root, side = ROOTS[first]
    return Value(name=f"{root}{dot}{rest}", side=side, certainty="imported")


def _constant(value: Value) -> Value | None:
    """`torch.float32` and the like: a dtype or a number."""
    name = value.name or ""
    root, _, leaf = name.rpartition(".")
    if root in ("torch", "tf") and leaf in DTYPES and not (root == "tf" and leaf in ("int", "float", "long")):
        return replace(value, known=literal(Dtype(DTYPES[leaf])))
    if root == "torch" and leaf in ("pi", "e", "inf", "nan"):
        return replace(value, known=of_kind("float"))
    return None


def _joined(one: Value, two: Value) -> Value:
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
    )


def _module_like(value: Value) -> bool:
    return bool(value.made and value.made.startswith("torch.nn."))


def _open(known: Known) -> Known:
    """What a parameter is known to be by its calls: kind and dtype and rank, not the value."""
    shape = (None,) * known.rank if known.rank is not None else None
    if known.is_surely("tensor"):
        return tensor(known.dtypes, shape)
    return Known(known.kinds, dtypes=known.dtypes, items=known.items and tuple(_open(i) for i in known.items))


def _row(known: Known) -> Known:
    return tensor(known.dtypes, known.shape[1:] if known.shape else None)


def _tensor_attribute(attr: str, known: Known) -> Known:
    if attr == "shape":
        shape = known.shape
        return Known(
            frozenset(("shape",)),
            shape=shape,
            items=None if shape is None else tuple(INT if n is None else literal(n) for n in shape),
        )
    if attr == "dtype":
        return literal(Dtype(known.dtype)) if known.dtype else Known(frozenset(("dtype",)), dtypes=known.dtypes)
    if attr in ("ndim", "itemsize", "nbytes"):
        return INT if known.rank is None or attr != "ndim" else literal(known.rank)
    if attr == "device":
        return of_kind("device")
    if attr in ("is_cuda", "is_leaf", "requires_grad", "is_sparse"):
        return TRUTH
    if attr in ("T", "mT", "H", "mH"):
        return tensor(known.dtypes, rank=known.rank)
    if attr in ("data", "grad"):
        return tensor(known.dtypes, known.shape)
    return ANYTHING


def _indexed(known: Known, index: ast.expr, inference: Inference) -> Known:
    """`x[i, :, None]` of a tensor: its dtype, and the rank where it follows."""
    if not known.is_surely("tensor"):
        return ANYTHING
    rank = known.rank
    for part in index.elts if isinstance(index, ast.Tuple) else [index]:
        found = inference.value(part).known
        if isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and part.value is Ellipsis):
            continue
        if isinstance(part, ast.Constant) and part.value is None:
            rank = None if rank is None else rank + 1
        elif found.is_surely("int"):
            rank = None if rank is None else max(0, rank - 1)
        else:
            rank = None
    return tensor(known.dtypes, rank=rank)


def _ends(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


_BUILTINS: dict[str, Callable[[list[Value]], Known]] = {
    "len": lambda args: INT, "int": lambda args: INT, "float": lambda args: of_kind("float"), "bool": lambda args: TRUTH,
    "str": lambda args: of_kind("str"), "range": lambda args: of_kind("range"), "isinstance": lambda args: TRUTH,
    "dict": lambda args: of_kind("dict"), "print": lambda args: literal(None), "open": lambda args: of_kind("file"),
    "list": lambda args: Known(frozenset(("list",)), items=args[0].known.items if args else ()),
    "tuple": lambda args: Known(frozenset(("tuple",)), items=args[0].known.items if args else ()),
    "abs": lambda args: args[0].known if args else ANYTHING, "enumerate": lambda args: of_kind("enumerate"),
    "zip": lambda args: of_kind("zip"), "set": lambda args: of_kind("set"), "sorted": lambda args: of_kind("list"),
}  # fmt: skip


def _builtin(node: ast.Call, args: list[Value]) -> Value:
    if isinstance(node.func, ast.Name) and node.func.id in _BUILTINS:
        return Value(_BUILTINS[node.func.id](args))
    name = dotted(node.func) or ""
    if name.startswith(("math.",)):
        return Value(of_kind("float", "int"))
    if name.partition(".")[0] in NUMPY:
        return Value(of_kind("ndarray", "float", "int"))
    return UNKNOWN
