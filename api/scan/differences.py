"""One call against a mapping: its arguments bound to the signature, and the differences that they trigger."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, Field

from loader.model import conditions as when
from loader.model.mapping import Side
from loader.publish.document import Argument, MappingDocument, Overload, Parameter, Signature


class Difference(BaseModel):
    """One thing to know about a call."""

    kind: Literal["limit", "default", "argument", "pitfall", "difference", "tip", "same"]
    text: str
    when: str | None = Field(None, description="The condition over the arguments that decides.")


class Differences(BaseModel):
    """What differs, by what the arguments of the call say about it."""

    applies: list[Difference] = Field(description="This call meets the condition.")
    depends: list[Difference] = Field(description="It depends on a value that the source does not show.")
    general: list[Difference] = Field(description="True of every call of this name.")


@dataclass
class Bound:
    """Arguments by parameter. `values`: those that are known, defaults included."""

    passed: dict[str, ast.expr] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    complete: bool = True  # no * or ** that could pass more
    faults: int = 0


def bind(call: ast.Call, signatures: list[Signature], receiver: ast.expr | None) -> Bound:
    """The call by the signature that fits it best; the first of equally good ones."""
    found = [_bind(call, signature.parameters, receiver) for signature in signatures]
    return min(found, key=lambda bound: bound.faults, default=Bound(complete=False))


def _bind(call: ast.Call, parameters: list[Parameter], receiver: ast.expr | None) -> Bound:
    bound = Bound()
    given = ([receiver] if receiver is not None else []) + call.args
    places = [p for p in parameters if p.kind in ("ordinary", "positional")]
    star = next((n for n, value in enumerate(given) if isinstance(value, ast.Starred)), len(given))
    bound.complete = star == len(given) and all(keyword.arg for keyword in call.keywords)
    given = given[:star]
    for parameter, value in zip(places, given, strict=False):
        bound.passed[parameter.name] = value
    rest = given[len(places) :]
    if collector := next((p.name for p in parameters if p.kind == "var_positional"), None):
        bound.passed[collector] = ast.Tuple(elts=rest, ctx=ast.Load())
    elif rest and receiver is not None and len(places) > 1:  # x.permute(0, 2, 1) is permute(x, (0, 2, 1))
        last = places[-1].name
        bound.passed[last] = ast.Tuple(elts=[bound.passed[last], *rest], ctx=ast.Load())
        bound.faults += 1
    else:
        bound.faults += len(rest)
    known = {p.name for p in parameters if p.kind != "positional"}
    for keyword in call.keywords:
        if keyword.arg in known and keyword.arg not in bound.passed:
            bound.passed[keyword.arg] = keyword.value
        elif keyword.arg:
            bound.faults += 1
    for parameter in parameters:
        name = parameter.name
        if name in bound.passed:
            _know(bound.values, name, bound.passed[name])
        elif bound.complete and parameter.default is not None:
            _know(bound.values, name, parameter.default)
        elif bound.complete and not parameter.kind.startswith("var_"):
            bound.faults += 1
    return bound


def _know(values: dict[str, Any], name: str, source: ast.expr | str) -> None:
    try:
        values[name] = ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return  # a variable or a call: its value is not known


def differences(mapping: MappingDocument, side: Side, bound: Bound) -> Differences:
    """The limits, notes and defaults of a mapping that concern this call."""
    own = mapping.side
    arguments = _table(mapping, side == own, bound)
    values = bound.values if side == own else _translated(arguments, bound.values)
    told = Differences(applies=[], depends=[], general=[])
    for limit in mapping.limits:
        text = f"{limit.what}: {limit.reason}" if limit.what else limit.reason
        _place(told, Difference(kind="limit", text=text, when=limit.when), values)
    for note in mapping.notes:
        _place(told, Difference(kind=note.kind, text=note.text.strip(), when=note.when), values)
    for argument in arguments:
        here = argument.name if side == own else argument.to
        if argument.differs and bound.complete and here not in bound.passed:
            text = f"{argument.name} defaults to {argument.default}, {argument.to} to {argument.to_default}: pass it."
            told.applies.append(Difference(kind="default", text=text))
        elif here in bound.passed and (argument.note or argument.convert) and side == own:
            to = f"becomes {argument.to}" if argument.to else "has no counterpart"
            parts = [f"{argument.name} {to}", argument.convert and f"pass {argument.convert}", argument.note]
            told.applies.append(Difference(kind="argument", text="; ".join(filter(None, parts))))
    return told


def _table(mapping: MappingDocument, is_own: bool, bound: Bound) -> list[Argument]:
    """The argument table of the overload that is called: it has what is passed, and the fewest others."""

    def misfit(overload: Overload) -> tuple[int, int]:
        names = {argument.name if is_own else argument.to for argument in overload.arguments}
        return len(bound.passed.keys() - names), len(names - bound.passed.keys())

    best = min(mapping.overloads, key=misfit, default=None)
    return best.arguments if best else []


def _translated(arguments: list[Argument], values: dict[str, Any]) -> dict[str, Any]:
    """Conditions speak of PyTorch's arguments; those that are passed on unchanged are known from the twin's call."""
    return {a.name: values[a.to] for a in arguments if a.to in values and a.convert is None}


def _place(told: Differences, difference: Difference, values: dict[str, Any]) -> None:
    if difference.when is None:
        told.general.append(difference)
        return
    try:
        if when.holds(difference.when, values):
            told.applies.append(difference)
    except when.Unknown:
        told.depends.append(difference)
