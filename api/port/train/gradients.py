"""Which statements lead to a loss, which step takes its gradients, and where gradients add up; nothing is written here.

PyTorch adds gradients up until they are set to zero, TensorFlow's tape gives those of one computation.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from loader.calls.decide import dotted

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = ("body", "orelse", "finalbody", "handlers")


@dataclass
class Event:
    """Something that concerns gradients. `owner`: what is set to zero or stepped, the loss of a `backward`."""

    kind: Literal["zero", "backward", "step", "clip"]
    statement: ast.Expr
    call: ast.Call
    owner: ast.expr
    path: tuple[tuple[ast.AST, str], ...]  # the branches that it is in, outermost first; those of `with` left out

    @property
    def loop(self) -> ast.AST | None:
        return next((n for n, _ in reversed(self.path) if isinstance(n, ast.For | ast.While)), None)

    @property
    def outermost_loop(self) -> ast.AST | None:
        return next((n for n, _ in self.path if isinstance(n, ast.For | ast.While)), None)


@dataclass
class Backward:
    """A `backward`: the statements under its tape, and what takes its gradients.

    `body`: in the block of `first`; empty where the loss is computed in the statement itself. `added`: gradients of
    earlier ones may be there already. `trouble`: why it cannot be ported.
    """

    event: Event
    body: list[ast.stmt] = field(default_factory=list)
    steps: list[Event] = field(default_factory=list)
    added: bool = False
    trouble: str = ""
    todo: str = ""


@dataclass
class Plan:
    """All of a scope."""

    backwards: list[Backward] = field(default_factory=list)
    zeros: list[Event] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    steppers: set[str | None] = field(default_factory=set)  # whatever is stepped, by name

    @property
    def is_added(self) -> bool:
        return any(backward.added for backward in self.backwards)


Spend = Callable[[int], None]  # of the budget
Classify = Callable[[ast.Expr], tuple[Literal["zero", "backward", "step", "clip"], ast.Call, ast.expr] | None]


def plan_of(
    scope: Scope, classify: Classify, is_busy: Callable[[ast.stmt], bool], leaves: Collection[str], spend: Spend
) -> Plan:
    """What becomes of the gradients of a function or a module.

    `classify`: what a statement is; `is_busy`: whether it computes with weights rather than moving data; `leaves`: the
    variables whose own gradients are read; `spend`: what it costs, in nodes and events looked at.
    """
    events = list(_events(scope, classify))
    steppers = {dotted(event.owner) for event in events if event.kind == "step"}
    plan = Plan(events=events, zeros=[e for e in events if e.kind == "zero"], steppers=steppers)
    parents = {child: node for node in ast.walk(scope) for child in ast.iter_child_nodes(node)}
    under = Under(is_busy, spend)
    for place, event in enumerate(events):
        if event.kind != "backward":
            continue
        spend(len(events))
        backward = Backward(event)
        backward.steps = _steps_after(events, place)
        plan.backwards.append(backward)
        _find_body(backward, parents, under)
        if not backward.steps:
            _watch(backward, leaves)
        under.add(backward.body)
    for backward in plan.backwards:
        if backward.steps:
            spend(len(events) * len(backward.steps))
            backward.added = not _is_plain(backward, plan)
            if not plan.zeros and backward.event.loop is not None:
                backward.trouble = backward.trouble or "gradients are never set to zero here: PyTorch adds them all up"
                backward.todo = "call optimizer.zero_grad() in the loop"
    return plan


def _watch(backward: Backward, leaves: Collection[str]) -> None:
    """A tape begins after what it watches; what is computed before it has no gradient."""
    while backward.body and bound_names(backward.body[0]) & set(leaves):
        backward.body.pop(0)
    if any(bound_names(statement) & set(leaves) for statement in backward.body):
        backward.trouble = "a tensor whose gradient is taken is made among what leads to the loss"


def _events(scope: Scope, classify: Classify) -> Iterator[Event]:
    def walk(block: list[ast.stmt], path: tuple[tuple[ast.AST, str], ...]) -> Iterator[Event]:
        for statement in block:
            if isinstance(statement, ast.Expr) and (found := classify(statement)) is not None:
                kind, call, owner = found
                yield Event(kind, statement, call, owner, path)
            elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            for name in BRANCHES:
                inner = getattr(statement, name, None)
                if isinstance(inner, list) and inner and isinstance(inner[0], ast.stmt):
                    is_with = isinstance(statement, ast.With | ast.AsyncWith)
                    yield from walk(inner, path if is_with else (*path, (statement, name)))
                elif isinstance(inner, list):
                    for handler in inner:
                        yield from walk(getattr(handler, "body", []), (*path, (handler, name)))

    yield from walk(scope.body, ())


def _steps_after(events: list[Event], place: int) -> list[Event]:
    """The steps that come next, up to another loss or the next zero of what was stepped."""
    found: list[Event] = []
    for event in events[place + 1 :]:
        if event.kind == "step":
            if all(dotted(event.owner) != dotted(known.owner) for known in found):
                found.append(event)
        elif found and event.kind in ("backward", "zero"):
            break
    return found


def _is_plain(backward: Backward, plan: Plan) -> bool:
    """Whether the gradients of a step are those of one loss alone."""
    own = backward.event
    for step in backward.steps:
        if step.path != own.path:
            return False
        name = dotted(step.owner)
        since: list[Event] = []
        for event in plan.events:
            if event is step:
                break
            if event.kind == "zero" and _may_reset(event, name, plan):
                since = []
            elif event.kind == "backward":
                since.append(event)
        takers = [b for b in plan.backwards if b.event in since and step in b.steps]
        if len(takers) != 1:
            return False
        if own.loop is not None and not any(
            zero.path == own.path and _may_reset(zero, name, plan) for zero in plan.zeros
        ):
            return False
    return True


def _may_reset(zero: Event, name: str | None, plan: Plan) -> bool:
    """Whether a `zero_grad` is one of this optimizer; a model's own resets whatever steps it."""
    owner = dotted(zero.owner)
    return owner == name or owner not in plan.steppers


# What is under a tape


class Under:
    """The statements under earlier tapes, and the names that they compute with weights."""

    def __init__(self, is_busy: Callable[[ast.stmt], bool], spend: Spend) -> None:
        self.is_busy, self.bound, self.spend = cache(is_busy), cache(bound_names), spend
        self.statements: set[ast.stmt] = set()
        self.names: set[str] = set()

    def add(self, statements: list[ast.stmt]) -> None:
        self.statements.update(statements)
        for statement in statements:
            if self.is_busy(statement):
                self.names |= self.bound(statement)


def _find_body(backward: Backward, parents: dict[ast.AST, ast.AST], under: Under) -> None:
    """The statements that lead to the loss: in the block of `backward`, or in one around it."""
    event = backward.event
    needed = read_names(event.owner)
    node: ast.AST = event.statement
    while True:
        parent = parents.get(node)
        if parent is None:
            break
        blocks = _blocks(parent)
        under.spend(sum(map(len, blocks)))  # a block is read for each loss in it
        block = next((b for b in blocks if node in b), None)
        if block is not None and isinstance(node, ast.stmt):
            body = _leading(block[: block.index(node)], set(needed), under)
            if body:
                backward.body = body
                break
        if isinstance(parent, ast.For | ast.While | ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
            break
        node = parent
    if not backward.body and isinstance(event.owner, ast.Name | ast.Attribute):
        backward.trouble = "the statements that lead to this loss are not beside it in the text"
        backward.todo = "compute the loss in the same block, then write tape.gradient(loss, model.trainable_variables)"
        return
    rebound: set[str] = set()
    for statement in [*backward.body, event.statement]:
        if again := under.names & (attached_names(statement) - rebound):
            name = min(again)
            backward.trouble = f"this loss leads through {name}, which was computed under an earlier tape"
            backward.todo = "use one tape with persistent=True around both losses"
            return
        rebound |= under.bound(statement)


def _leading(before: list[ast.stmt], needed: set[str], under: Under) -> list[ast.stmt]:
    """From the first statement that computes with weights, and on which the loss depends, to the last one."""
    first: int | None = None
    last: int | None = None
    for place in range(len(before) - 1, -1, -1):
        statement = before[place]
        under.spend(1)
        if statement in under.statements:
            break
        if under.bound(statement) & needed:
            needed |= read_names(statement)
            last = place if last is None else last
            first = place if first is None or under.is_busy(statement) else first
    return [] if first is None or last is None else before[first : last + 1]


def _blocks(node: ast.AST) -> list[list[ast.stmt]]:
    return [block for name in BRANCHES if isinstance(block := getattr(node, name, None), list)]


def bound_names(node: ast.AST) -> set[str]:
    """Variables that a statement gives a value."""
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name | ast.Attribute) and isinstance(inner.ctx, ast.Store):
            found.add(dotted(inner) or "")
        elif isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Store):
            found.add(dotted(inner.value) or "")
        elif isinstance(inner, ast.AugAssign):
            found.add(dotted(inner.target) or "")
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "append":
            found.add(dotted(inner.func.value) or "")
    return found - {""}


def read_names(node: ast.AST) -> set[str]:
    """Variables that are read."""
    return {
        dotted(inner) or ""
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name | ast.Attribute) and not isinstance(inner.ctx, ast.Store)
    } - {""}


def attached_names(node: ast.AST) -> set[str]:
    """Variables that are read with their gradients: not `x.detach()`, not `x.item()`."""
    found: set[str] = set()
    stack: list[ast.AST] = [node]
    while stack:
        inner = stack.pop()
        match inner:
            case ast.Call(func=ast.Attribute(attr="detach" | "item" | "size" | "numpy" | "tolist"), args=args):
                stack += args
                continue
            case ast.Attribute(attr="shape" | "data" | "dtype" | "device"):
                continue
            case ast.Name(ctx=ast.Load()):
                found.add(inner.id)
        stack += ast.iter_child_nodes(inner)
    return found
