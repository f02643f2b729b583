"""What becomes of a call: an expression of its own, a call of a helper that stands once in the file, or a reason."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from api.port.plan.bind import BoundCall, Unfit, bind
from api.port.plan.library import Entry, Library, Variant
from api.port.plan.rules import rules
from loader.calls.known import ANYTHING, Known
from loader.calls.specialise import Refused, Specialised, specialise
from loader.model import conditions as when
from loader.publish.document import Note

MOST_SPECIALISED = 5000  # drop-ins kept of one server


class Left(Exception):
    """The call cannot be ported; the message is the reason. `todo`: what to do instead."""

    def __init__(self, reason: str, todo: str = "", entry: Entry | None = None) -> None:
        super().__init__(reason)
        self.todo = todo
        self.entry = entry


@dataclass
class Plan:
    """One call. `expression`: over the parameters of the bound call; None where a helper takes it."""

    bound: BoundCall
    expression: ast.expr | None
    made: Specialised | None
    how: str  # rewrite, expression or helper
    conditions: list[str] = field(default_factory=list)  # of limits that the text does not decide
    notes: list[str] = field(default_factory=list)  # what stays different

    @property
    def entry(self) -> Entry:
        return self.bound.entry


@dataclass
class Group:
    """All calls that one helper takes."""

    variant: Variant
    entry: Entry
    given: dict[str, Known]
    passed: set[str]
    name: str = ""
    made: Specialised | None = None


class Planner:
    """Plans for all calls of a source; helpers are made when all calls are known."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.in_class = False  # the tensors that layers work on have axes
        self.groups: dict[tuple[str, int], Group] = {}

    def plan(self, name: str, call: ast.Call, receiver: ast.expr | None, known_of: dict[ast.expr, Known]) -> Plan:
        """What becomes of a call of a framework's name, with what stays different in this very call.

        Raises:
            Left: nothing is known to do the same.
        """
        entry = self._library.entry(name)
        if entry is None:
            known = self._library.has(name)
            raise Left(f"{name} has no answer yet" if known else f"{name} is not a public name of PyTorch")
        if not entry.variants and not any(o.rewrites for o in entry.document.overloads):
            raise Left(entry.document.summary, _advice(entry), entry)
        try:
            bound = bind(entry, call, receiver, known_of)
        except Unfit as error:
            raise Left(str(error), f"see {entry.url}", entry) from None
        plan = self._planned(entry, bound)
        given = {name: argument.known for name, argument in bound.arguments.items()}
        plan.notes = _differences(entry, _visible(bound.variant, given))
        return plan

    def _planned(self, entry: Entry, bound: BoundCall) -> Plan:
        if "generator" in bound.ignored and not _is_none(bound.ignored["generator"]):
            raise Left("a random generator of its own", "use tf.random.Generator", entry)
        given = {name: argument.known for name, argument in bound.arguments.items()}
        if bound.spread is not None:
            given = {name: given.get(name, ANYTHING) for name in bound.variant.parameters}
        _note_ranks(given, in_class=self.in_class)
        conditions = self._check_limits(entry, bound, given)
        visible = _visible(bound.variant, given) | {
            "in_class": self.in_class,
            "mixed": not self.in_class and _is_mixed(given),
        }
        for condition, template in rules().rewrites.get(_rewritten_as(entry), []):
            if (
                (not condition or _holds(condition, visible))
                and self._is_single(template, bound)
                and bound.spread is None
            ):
                return Plan(bound, self.without_defaults(_folded(template, bound, given)), None, "rewrite", conditions)
        for rewrite in bound.variant.overload.rewrites:
            holds = rewrite.when is None or _decided(rewrite.when, visible)
            if holds is None:
                break  # whether it is this one is told when it runs: the drop-in asks
            if holds:
                template = _folded(ast.parse(_as_names(rewrite.to), mode="eval").body, bound, given)
                if self._is_single(template, bound) and bound.spread is None:
                    return Plan(bound, self.without_defaults(template), None, "rewrite", conditions)
        try:
            made = self._specialised(entry, bound.variant, given)
        except Refused as error:
            raise Left(str(error), f"see {entry.url}", entry) from None
        if (
            made.expression is not None
            and bound.spread is None
            and not bound.variant.others
            and self._is_single(made.expression, bound)
        ):
            return Plan(bound, made.expression, made, "expression", conditions)
        self._join(entry, bound, given)
        return Plan(bound, None, made, "helper", conditions)

    def _specialised(self, entry: Entry, variant: Variant, given: dict[str, Known]) -> Specialised:
        """A drop-in for these arguments; what was made once is kept for all sources, and never changed.

        Raises:
            Refused: see `specialise`.
        """
        key = f"{entry.name} {entry.document.id} {entry.variants.index(variant)} {given!r}"
        kept = self._library.specialised
        if key not in kept:
            made = specialise(variant.function, given)
            if made.expression is not None:
                made = replace(made, expression=self.without_defaults(copy.deepcopy(made.expression)))
            if len(kept) >= MOST_SPECIALISED:
                kept.clear()
            kept[key] = made
        return kept[key]

    def _check_limits(self, entry: Entry, bound: BoundCall, given: dict[str, Known]) -> list[str]:
        visible = _visible(bound.variant, given)
        unknown: list[str] = []
        for limit in entry.document.limits:
            if limit.when is None:
                continue
            try:
                if when.holds(limit.when, visible):
                    raise Left(limit.reason, f"where {limit.when}", entry)
            except when.Unknown:
                unknown.append(limit.when)
        return unknown

    def _is_single(self, expression: ast.expr, bound: BoundCall) -> bool:
        """Whether every argument that does something is evaluated once, always, and in the order of the source."""
        order: list[str] = []
        repeated: set[str] = set()
        conditional: set[str] = set()
        _uses(expression, set(bound.variant.parameters), order, repeated, conditional, inside=False)
        busy = [
            name for name, argument in bound.arguments.items() if not all(_is_idle(node) for node in argument.nodes)
        ]
        if any(name in repeated or name in conditional or name not in order for name in busy):
            return False
        if any(
            name in repeated and not all(_is_short(n) for n in bound.arguments[name].nodes)
            for name in repeated & set(bound.arguments)
        ):
            return False
        if any(argument.joined and name in order and name in repeated for name, argument in bound.arguments.items()):
            return False
        return [name for name in order if name in busy] == busy

    def _join(self, entry: Entry, bound: BoundCall, given: dict[str, Known]) -> None:
        key = (entry.document.id, entry.variants.index(bound.variant))
        group = self.groups.get(key)
        if group is None:
            self.groups[key] = Group(bound.variant, entry, dict(given), set(given))
            return
        from loader.calls.known import of_literal

        defaults = bound.variant.parameters
        for name in {*group.given, *given}:
            default = defaults.get(name)
            absent = of_literal(default) if default is not None else ANYTHING
            group.given[name] = group.given.get(name, absent).join(given.get(name, absent))
        group.passed |= set(given)

    def group_of(self, plan: Plan) -> Group:
        """The helper that takes a call, specialised to all the calls that it takes."""
        group = self.groups[(plan.entry.document.id, plan.entry.variants.index(plan.bound.variant))]
        if group.made is None:
            group.made = self._specialised(group.entry, group.variant, group.given)
        return group

    def reference(self, name: str) -> Group | ast.expr:
        """A function that is passed on rather than called.

        Raises:
            Left: it has no drop-in, or several.
        """
        entry = self._library.entry(name)
        if entry is None or len(entry.variants) != 1 or entry.document.limits:
            raise Left(f"{name} is used as a value here, and has no single function that answers it", "", entry)
        variant = entry.variants[0]
        given = {
            parameter: Known(frozenset(("tensor",))) if variant.types.get(parameter) == "Tensor" else ANYTHING
            for parameter in variant.required
        }
        key = (entry.document.id, 0)
        group = self.groups.setdefault(key, Group(variant, entry, given, set(variant.parameters)))
        for parameter in variant.parameters:
            if parameter not in given:
                group.given[parameter] = ANYTHING
            else:
                group.given[parameter] = group.given.get(parameter, ANYTHING).join(given[parameter])
        group.passed |= set(variant.parameters)
        group.made = None
        return group

    def without_defaults(self, node: ast.expr) -> ast.expr:
        """The expression less the arguments that are TensorFlow's own defaults."""
        return _Shorter(self._library).visit(node)  # type: ignore[no-any-return]

    def tidy(self, body: Iterable[ast.stmt]) -> list[ast.stmt]:
        return [_Shorter(self._library).visit(copy.deepcopy(statement)) for statement in body]


class _Shorter(ast.NodeTransformer):
    def __init__(self, library: Library) -> None:
        self._library = library

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        from loader.calls.decide import dotted

        name = dotted(node.func)
        if name is None or not name.startswith(("tf.", "keras.")) or any(isinstance(a, ast.Starred) for a in node.args):
            return node
        parameters = {p.name: p.default for p in self._library.defaults(name)}
        if not parameters:
            return node
        places = list(parameters)
        args = list(node.args)
        if name == "tf.constant" and len(args) == 2 and _is_default_constant(args[0], dotted(args[1])):
            args.pop()
        layer = name.startswith(("tf.keras.layers.", "keras.layers."))
        kept = [k for k in node.keywords if not (layer and k.arg == "dtype" and _is_none(k.value))]
        kept = [k for k in kept if k.arg is None or not _is_default(k.value, parameters.get(k.arg))]
        while args and len(args) <= len(places) and _is_default(args[-1], parameters[places[len(args) - 1]]):
            args.pop()
        # From the third argument on a name says more than a place.
        named = [
            ast.keyword(places[i], arg)
            for i, arg in enumerate(args)
            if 1 <= i < len(places) and _wants_name(places[i], arg)
        ]
        if named and all(_wants_name(places[i], arg) for i, arg in enumerate(args) if i >= 1 and i < len(places)):
            args = args[:1]
            kept = [*named, *kept]
        return ast.Call(node.func, args, kept)


def _wants_name(parameter: str, node: ast.expr) -> bool:
    return parameter in ("axis", "keepdims", "strides", "padding", "dtype") and isinstance(
        node, ast.Constant | ast.UnaryOp | ast.Tuple | ast.List | ast.Name
    )


def _is_default_constant(data: ast.expr, dtype: str | None) -> bool:
    """Numbers with a point are float32 without saying so, truth values bool."""
    from loader.calls.builtins import element_kind

    try:
        kind = element_kind(ast.literal_eval(data))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return (kind, dtype) in (("f", "tf.float32"), ("b", "tf.bool"))


def _is_default(node: ast.expr, default: str | None) -> bool:
    if default is None:
        return False
    if ast.unparse(node) == default.replace("tf.dtypes.", "tf."):
        return True
    try:
        value, usual = ast.literal_eval(node), ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    if isinstance(usual, tuple) and isinstance(value, int) and not isinstance(value, bool):
        return bool(usual) and all(item == value for item in usual)
    return type(value) is type(usual) and bool(value == usual)


def _is_mixed(given: dict[str, Known]) -> bool:
    """Whether tensors that are passed together may differ in dtype."""
    together = given.get("tensors", ANYTHING)
    if together.items is None:
        return False
    dtypes = {item.dtypes for item in together.items}
    return len(dtypes) > 1 or dtypes == {None}


def _rewritten_as(entry: Entry) -> str:
    """The name of a call's rewrites: a function that a layer answers is not the layer."""
    is_function = entry.document.kind == "layer" and entry.name.rpartition(".")[2][:1].islower()
    return entry.name if is_function else entry.document.id


def _reads_well(node: ast.expr) -> bool:
    """Whether an expression does without questions about its own arguments."""
    asks = ("isinstance", "tf.is_tensor", "len", "range")
    return not any(isinstance(inner, ast.Call) and ast.unparse(inner.func) in asks for inner in ast.walk(node))


def _advice(entry: Entry) -> str:
    tips: list[Note] = [note for note in entry.document.notes if note.kind == "tip"] or list(entry.document.notes)
    return tips[0].text if tips else f"see {entry.url}"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _note_ranks(given: dict[str, Known], *, in_class: bool) -> None:
    """An axis tells the smallest rank of the tensor: PyTorch refuses others."""
    for name in ("dim", "dim0", "axis"):
        known = given.get(name)
        if known is None:
            continue
        places = known.value if isinstance(known.value, list | tuple) else [known.value]
        numbers = [p for p in places if isinstance(p, int) and not isinstance(p, bool)]
        least = max((p + 1 if p >= 0 else -p for p in numbers), default=1)
        if least == 1 and not in_class:
            continue  # PyTorch takes the axes 0 and -1 of a scalar, too
        for tensor_name in ("input", "self", "tensor", "y"):
            tensor = given.get(tensor_name)
            if tensor is not None and tensor.shape is None and tensor.is_surely("tensor"):
                given[tensor_name] = replace(tensor, at_least=max(tensor.at_least, least))


@dataclass(frozen=True)
class _Described:
    """What a condition sees of a tensor; what is not known it must not have."""

    known: Known

    def __getattr__(self, name: str) -> Any:
        if name == "ndim" and self.known.rank is not None:
            return self.known.rank
        if name == "dtype" and self.known.dtypes is not None:
            return _Dtypes(self.known.dtypes)
        if name == "shape" and self.known.shape is not None:
            return tuple(_Unseen() if size is None else size for size in self.known.shape)
        if name == "is_sparse":
            return False
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unseen()


class _Unseen:
    """A property that the text does not tell: no condition over it is decided."""

    def _unknown(self, *_: object) -> bool:
        raise when.Unknown("not told by the text")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _unknown
    __bool__ = __getitem__ = __len__ = _unknown
    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class _Dtypes:
    """A dtype of which the options are known: comparing answers where all agree."""

    options: frozenset[str]

    def __eq__(self, other: object) -> bool:
        mine, theirs = self.options, other.options if isinstance(other, _Dtypes) else frozenset((other,))
        if len(mine) == 1 and mine == theirs:
            return True
        if mine.isdisjoint(theirs):
            return False
        raise when.Unknown("dtype")

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.options)


def _visible(variant: Variant, given: dict[str, Known]) -> dict[str, Any]:
    """The arguments as conditions see them; what is not known is not there."""
    from loader.calls.known import of_literal

    visible: dict[str, Any] = {}
    for name, default in variant.parameters.items():
        known = given.get(name)
        if known is None:
            known = of_literal(default) if default is not None else ANYTHING
        if known.is_literal:
            visible[name] = known.value
        elif known.is_surely("tensor"):
            visible[name] = _Described(known)
        elif known.items is not None and all(item.is_literal for item in known.items):
            visible[name] = tuple(item.value for item in known.items)
    return visible


def _holds(condition: str, visible: dict[str, Any]) -> bool:
    try:
        return when.holds(condition, visible)
    except when.Unknown:
        return False


def _differences(entry: Entry, visible: dict[str, Any]) -> list[str]:
    """What a port leaves different, as far as it concerns a call; pitfalls are for those who write it by hand."""
    notes = [note for note in entry.document.notes if note.kind == "difference"]
    return [note.text for note in notes if note.when is None or _decided(note.when, visible)]


def _decided(condition: str, visible: dict[str, Any]) -> bool | None:
    """Whether a condition holds; None where the text does not tell."""
    try:
        return when.holds(condition, visible)
    except when.Unknown:
        return None


def _folded(template: ast.expr, bound: BoundCall, given: dict[str, Known]) -> ast.expr:
    """A template for these arguments: defaults written in, conditions decided."""
    function = copy.copy(bound.variant.function)
    function.body = [ast.Return(template)]
    made = specialise(function, given)
    last = made.body[-1] if made.body else None
    return last.value if isinstance(last, ast.Return) and last.value is not None else template


def _as_names(template: str) -> str:
    """`{input}` as the name of the parameter."""
    import re

    return re.sub(r"\{(\w+)\}", r"\1", template)


def _uses(
    node: ast.AST, names: set[str], order: list[str], repeated: set[str], conditional: set[str], *, inside: bool
) -> None:
    """The parameters in the order in which an expression evaluates them."""
    if isinstance(node, ast.Name) and node.id in names:
        if node.id in order:
            repeated.add(node.id)
        else:
            order.append(node.id)
        if inside:
            conditional.add(node.id)
        return
    if isinstance(node, ast.IfExp):
        _uses(node.test, names, order, repeated, conditional, inside=inside)
        for part in (node.body, node.orelse):
            _uses(part, names, order, repeated, conditional, inside=True)
        return
    within = inside or isinstance(
        node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp | ast.BoolOp
    )
    for child in ast.iter_child_nodes(node):
        _uses(child, names, order, repeated, conditional, inside=within)


def _is_idle(node: ast.expr) -> bool:
    """Whether evaluating it acts on nothing and asks nothing: it may be moved."""
    return not any(
        isinstance(inner, ast.Call | ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom) for inner in ast.walk(node)
    )


def _is_short(node: ast.expr) -> bool:
    """Whether it may be written twice."""
    return (
        isinstance(node, ast.Constant | ast.Name)
        or (isinstance(node, ast.Attribute) and _is_short(node.value))
        or (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))
    )
