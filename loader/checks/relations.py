"""Whether the relation that a file claims is borne out by the rest of it."""

from __future__ import annotations

from collections.abc import Iterator

from loader.checks.rules import Known, Rule
from loader.model.mapping import Mapping
from loader.model.signature import Overload
from loader.publish.parameters import defaults_differ, matching_signature, parameters_of
from loader.reading.data import Source
from loader.reading.problems import Problem

_NOT_PASSED = ("self", "args", "kwargs")  # the object of a method, and what collects the rest


def relation_is_borne_out(source: Source, known: Known) -> Iterator[Problem]:
    """`none` has no twin; `identical` renames nothing; it and `renamed` take every argument, with equal defaults."""
    mapping = source.mapping
    if mapping.relation == "none" and mapping.answers:
        yield source.problem(f"relation none, but {mapping.answers[0]} is said to be its twin", "relation")
    if mapping.relation not in ("identical", "renamed"):
        return
    for index, overload in enumerate(mapping.signatures):
        for name, why in _deviations(mapping, overload, known):
            message = f"relation {mapping.relation}, but {why}"
            yield source.problem(message, "signatures", index, "parameters", name)


def _deviations(mapping: Mapping, overload: Overload, known: Known) -> Iterator[tuple[str, str]]:
    defaults = {p.name: p.default for p in matching_signature(known.inventory.find(mapping.name), overload)}
    taking = parameters_of([*overload.twins, *mapping.twins], known.inventory)
    for name, counterpart in overload.parameters.items():
        if not counterpart.values and not counterpart.into and name not in _NOT_PASSED and not name.startswith("*"):
            yield name, f"{name} has no counterpart: it is `composed` if the drop-in takes it, else `partial`"
        for to, convert in counterpart.values.items():
            if mapping.relation == "identical" and to != name:
                yield name, f"{name} is called {to} there: it is `renamed`"
            elif to in taking and defaults_differ(name, defaults.get(name), convert, to, taking[to].default):
                yield name, f"{name} defaults to {defaults[name]}, {to} to {taking[to].default}: it is `defaults`"


RELATION_RULES: tuple[Rule, ...] = (relation_is_borne_out,)
