"""The differences of a mapping that the arguments of one call trigger."""

from __future__ import annotations

import ast
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.source.binding import Bound
from loader.model import conditions
from loader.model.dotted import FRAMEWORK, OTHER, Side
from loader.publish.document import Argument, MappingDocument, Overload


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
            told.applies.append(Difference(kind="default", text=_of_default(argument, own, is_own=side == own)))
        elif here in bound.passed and (argument.note or argument.convert) and side == own:
            to = f"becomes {argument.to}" if argument.to else "has no counterpart"
            parts = [f"{argument.name} {to}", argument.convert and f"pass {argument.convert}", argument.note]
            told.applies.append(Difference(kind="argument", text="; ".join(filter(None, parts))))
    return told


def _of_default(argument: Argument, own: Side, *, is_own: bool) -> str:
    """Both defaults, and what to pass: of the subject's call the counterpart's argument, else the other way round."""
    if not is_own:
        return (
            f"{argument.to} is {argument.to_default} by default in {FRAMEWORK[OTHER[own]]}, "
            f"{argument.name} {argument.default} in {FRAMEWORK[own]}: pass it."
        )
    return (
        f"{argument.name} is {argument.default} by default in {FRAMEWORK[own]}, "
        f"{argument.to} {argument.to_default} in {FRAMEWORK[OTHER[own]]}: pass {argument.to}={_there(argument)}."
    )


def _there(argument: Argument) -> str:
    """The default of an argument as its counterpart takes it."""
    if argument.convert is None or argument.default is None:
        return str(argument.default)
    try:
        value = conditions.value(argument.convert, {argument.name: ast.literal_eval(argument.default)})
    except (conditions.Unknown, ValueError, SyntaxError):
        return argument.convert
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


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
        if conditions.holds(difference.when, values):
            told.applies.append(difference)
    except conditions.Unknown:
        told.depends.append(difference)
