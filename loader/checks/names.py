"""Whether the names that a mapping gives are names of their framework, and of nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

from loader.checks.rules import UNLISTED, Known, Rule, name_hint
from loader.model.dotted import FRAMEWORK, OTHER, Side, side_of
from loader.model.mapping import Mapping
from loader.names import method_names
from loader.reading.data import Source
from loader.reading.problems import Problem

# What to do with a name of the wrong framework, by whether the field holds names of the other one.
BELONGS = {
    True: "twins are of the other framework; those of the same belong to `also` or `uses`",
    False: "this field holds names of the same framework; those of the other belong to `twins` or `uses`",
}


def names_exist(source: Source, known: Known) -> Iterator[Problem]:
    """Every public name that a mapping gives is one of its framework."""
    mapping = source.mapping
    for name, side, where in _names(mapping):
        entry = known.inventory.find(name)
        if entry is not None and entry.side == side:
            continue
        if entry is not None and where[0] != "methods":
            yield source.problem(
                f"{name} is a name of {FRAMEWORK[entry.side]}: {BELONGS[side != mapping.side]}", *where
            )
            continue
        is_gone = mapping.gone is not None and side == mapping.side and where[0] != "uses"
        if name.startswith(UNLISTED) or is_gone:
            continue
        message = f"{FRAMEWORK[side]} has no public name {name}"
        yield source.problem(message + name_hint(name, known.inventory, side), *where)


def _names(mapping: Mapping) -> Iterator[tuple[str, Side, tuple[str | int, ...]]]:
    yield mapping.name, mapping.side, ("name",)
    for index, name in enumerate(mapping.also):
        yield name, mapping.side, ("also", index)
    for index, name in enumerate(method_names(mapping)):
        yield name, mapping.side, ("methods", index)
    for index, name in enumerate(mapping.twins):
        yield name, OTHER[mapping.side], ("twins", index)
    for number, overload in enumerate(mapping.signatures):
        for index, name in enumerate(overload.twins):
            yield name, OTHER[mapping.side], ("signatures", number, "twins", index)
    for index, name in enumerate(mapping.uses):
        yield name, side_of(name), ("uses", index)


def gone_is_gone(source: Source, known: Known) -> Iterator[Problem]:
    """A name that is said to be gone does not work any more."""
    entry = known.inventory.find(source.mapping.name)
    if source.mapping.gone and entry is not None and not entry.raises:
        yield source.problem(f"{source.mapping.name} still works: remove `gone`", "gone")


def examples_are_told_apart(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """A name of an example stands once."""
    lines: dict[str, int] = {}
    for index, example in enumerate(source.mapping.examples):
        problem = source.problem("", "examples", index, "name")
        first = lines.setdefault(example.name, problem.line)
        if first != problem.line:
            message = f"line {first} has an example named {example.name!r} already: give each its own name"
            yield source.problem(message, "examples", index, "name")


NAME_RULES: tuple[Rule, ...] = (names_exist, gone_is_gone, examples_are_told_apart)
