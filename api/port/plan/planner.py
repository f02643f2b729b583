"""What becomes of a call: an expression of its own, a call of a helper that stands once in the file, or a reason."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from api.port.plan.bind import BoundCall, Unfit, bind
from api.port.plan.functional import needed
from api.port.plan.library import Entry, Library, Variant
from api.port.plan.order import is_single
from api.port.plan.seen import decided, differences, holds, is_mixed, note_ranks, visible_of
from api.port.plan.shorter import Shorter, is_none
from api.port.plan.target import in_target
from loader.calls.known import ANYTHING, Known, of_literal
from loader.evaluate.specialise import Refused, Specialised, specialise
from loader.model import conditions as when
from loader.model.dotted import Side
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
        self._rules = library.rules
        self.in_class = False  # the tensors that layers work on have axes
        self.groups: dict[tuple[str, str, int], Group] = {}

    def plan(self, name: str, call: ast.Call, receiver: ast.expr | None, known_of: dict[ast.expr, Known]) -> Plan:
        """What becomes of a call of a framework's name, with what stays different in this very call.

        Raises:
            Left: nothing is known to do the same.
        """
        entry = self._library.entry(name)
        if entry is None:
            known = self._library.has(name)
            raise Left(
                f"{name} has no answer yet" if known else f"{name} is not a public name of {self._rules.framework}"
            )
        if not entry.variants and not any(o.rewrites for o in entry.document.overloads):
            raise Left(entry.document.summary, _advice(entry), entry)
        try:
            bound = bind(entry, call, receiver, known_of, self._rules)
        except Unfit as error:
            raise Left(str(error), f"see {entry.url}", entry) from None
        plan = self._planned(entry, bound)
        given = {name: argument.known for name, argument in bound.arguments.items()}
        plan.notes = differences(entry, visible_of(bound.variant, given))
        return plan

    def _planned(self, entry: Entry, bound: BoundCall) -> Plan:
        if "generator" in bound.ignored and not is_none(bound.ignored["generator"]):
            raise Left("a random generator of its own", "use tf.random.Generator", entry)
        given = {name: argument.known for name, argument in bound.arguments.items()}
        if bound.spread is not None:
            given = {name: given.get(name, ANYTHING) for name in bound.variant.parameters}
        note_ranks(given, in_class=self.in_class)
        conditions = self._check_limits(entry, bound, given)
        visible = visible_of(bound.variant, given) | {
            "in_class": self.in_class,
            "mixed": not self.in_class and is_mixed(given),
            "lists": tuple(name for name, known in given.items() if known.is_surely("list", "tuple")),
            "of_tensors": tuple(name for name, known in given.items() if _is_of_tensors(known)),
        }
        for condition, template in self._rules.rewrites.get(_rewritten_as(entry), []):
            if (not condition or holds(condition, visible)) and is_single(template, bound) and bound.spread is None:
                return Plan(
                    bound,
                    self.without_defaults(_folded(template, bound, given, self._rules.target)),
                    None,
                    "rewrite",
                    conditions,
                )
        for rewrite in bound.variant.overload.rewrites:
            applies = rewrite.when is None or decided(rewrite.when, visible)
            if applies is None:
                break  # whether it is this one is told when it runs: the drop-in asks
            if applies:
                template = _folded(ast.parse(_as_names(rewrite.to), mode="eval").body, bound, given, self._rules.target)
                if is_single(template, bound) and bound.spread is None:
                    return Plan(bound, self.without_defaults(template), None, "rewrite", conditions)
        try:
            made = self._specialised(entry, bound.variant, given)
        except Refused as error:
            raise Left(str(error), f"see {entry.url}", entry) from None
        if (
            made.expression is not None
            and not _reads_default(made.expression, bound)
            and bound.spread is None
            and not needed([made.expression], bound.variant.others)
            and is_single(made.expression, bound)
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
            made = in_target(specialise(variant.function, given), self._rules.target)
            if made.expression is not None:
                made = replace(made, expression=self.without_defaults(copy.deepcopy(made.expression)))
            if len(kept) >= MOST_SPECIALISED:
                kept.clear()
            kept[key] = made
        return kept[key]

    def _check_limits(self, entry: Entry, bound: BoundCall, given: dict[str, Known]) -> list[str]:
        visible = visible_of(bound.variant, given)
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

    def _join(self, entry: Entry, bound: BoundCall, given: dict[str, Known]) -> None:
        key = _place(entry, bound.variant)
        group = self.groups.get(key)
        if group is None:
            self.groups[key] = Group(bound.variant, entry, dict(given), set(given))
            return
        defaults = bound.variant.parameters
        for name in {*group.given, *given}:
            default = defaults.get(name)
            absent = of_literal(default) if default is not None else ANYTHING
            group.given[name] = group.given.get(name, absent).join(given.get(name, absent))
        group.passed |= set(given)

    def group_of(self, plan: Plan) -> Group:
        """The helper that takes a call, specialised to all the calls that it takes."""
        group = self.groups[_place(plan.entry, plan.bound.variant)]
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
        key = _place(entry, variant)
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
        return Shorter(self._library).visit(node)  # type: ignore[no-any-return]

    def tidy(self, body: Iterable[ast.stmt]) -> list[ast.stmt]:
        return [Shorter(self._library).visit(copy.deepcopy(statement)) for statement in body]


def _is_of_tensors(known: Known) -> bool:
    """Whether it is a list of tensors."""
    return known.is_surely("list", "tuple") and all(item.is_surely("tensor") for item in known.items or (ANYTHING,))


def _reads_default(expression: ast.expr, bound: BoundCall) -> bool:
    """Whether an expression reads a parameter that is not passed: a helper has its default."""
    names = {n.id for n in ast.walk(expression) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return bool(names & (bound.variant.parameters.keys() - bound.arguments.keys()))


def _rewritten_as(entry: Entry) -> str:
    """The name of a call's rewrites: a function that a layer answers is not the layer."""
    is_function = entry.document.kind == "layer" and entry.name.rpartition(".")[2][:1].islower()
    return entry.name if is_function else entry.document.id


def _advice(entry: Entry) -> str:
    tips: list[Note] = [note for note in entry.document.notes if note.kind == "tip"] or list(entry.document.notes)
    return tips[0].text if tips else f"see {entry.url}"


def _folded(template: ast.expr, bound: BoundCall, given: dict[str, Known], target: Side) -> ast.expr:
    """A template for these arguments: defaults written in, conditions decided."""
    function = copy.copy(bound.variant.function)
    function.body = [ast.Return(template)]
    made = in_target(specialise(function, given), target)
    last = made.body[-1] if made.body else None
    return last.value if isinstance(last, ast.Return) and last.value is not None else template


def _as_names(template: str) -> str:
    """`{input}` as the name of the parameter."""
    return re.sub(r"\{(\w+)\}", r"\1", template)


def _place(entry: Entry, variant: Variant) -> tuple[str, str, int]:
    """Which helper takes the calls of a signature: a layer and the function of it share a document, not a helper."""
    return entry.document.id, variant.function.name, entry.variants.index(variant)
