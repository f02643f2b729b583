"""Whether the mappings agree with the frameworks, with each other and with themselves.

`loader.model.mapping` has already seen that every file is well formed by itself. Here every rule is a function that
yields what one file does wrong; the frameworks are known from their committed inventories, neither is imported.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from loader.checks.arguments import ARGUMENT_RULES
from loader.checks.code import (
    answers_are_run,
    code_names_exist,
    drop_ins_are_run,
)
from loader.checks.names import NAME_RULES
from loader.checks.relations import RELATION_RULES
from loader.checks.rules import Known, Rule, name_hint
from loader.checks.translations import modules_translated, translated
from loader.files import read_text
from loader.hints import hint
from loader.model import conditions as when
from loader.model.fields import holes
from loader.model.inventory import Inventory
from loader.model.mapping import Limit, Mapping, Note
from loader.names import method_names
from loader.proof.script import compared
from loader.reading.data import FORMER_FILE, MODULE_FILE, OUTSIDE_FILE, Common, Source
from loader.reading.problems import Problem
from loader.reading.yaml_text import MAX_BYTES, locate

PLACEHOLDER = "TODO"  # what `loader new` leaves to be filled in
# What a condition may call the tensors that the object of a class mapping is applied to, and its mode.
_APPLIED_TO = re.compile(r"input\d*|training")


class Checks:
    """All that is wrong with the data beyond the form of each file: asked of one mapping after another, then of all."""

    def __init__(self, common: Common, inventory: Inventory) -> None:
        self._common = common
        self._known = Known(inventory, common.conventions)
        self._answering: dict[str, Path] = {}  # a name: the first file that answers it
        self._ids: dict[str, list[str]] = defaultdict(list)  # of each module
        for path in common.files:
            self._ids[path.parent.name].append(path.stem)

    def of(self, source: Source) -> list[Problem]:
        """The problems of a mapping, and what it says that an earlier one says too; sorted by place."""
        problems = [problem for rule in RULES for problem in rule(source, self._known)]
        return sorted({*problems, *self._answered_twice(source), *translated(source, self._common)})

    def take(self, source: Source) -> None:
        """A mapping that is not asked for: later ones may not answer its names."""
        for name, _ in answered(source.mapping):
            self._answering.setdefault(name, source.path)

    def together(self) -> list[Problem]:
        """The problems of what is said about all mappings; sorted by place."""
        return sorted(
            {
                *self._unknown_reading(),
                *self._outside_is_outside(),
                *self._former_names_lead_on(),
                *modules_translated(self._common),
            }
        )

    def _answered_twice(self, source: Source) -> Iterator[Problem]:
        """A name is answered by one file."""
        for name, where in answered(source.mapping):
            first = self._answering.setdefault(name, source.path)
            if first != source.path:
                yield source.problem(f"{name} is answered by {first} already: only one file may", *where)

    def _unknown_reading(self) -> Iterator[Problem]:
        """The order of reading of a module names mappings of that module."""
        for name, module in self._common.modules.items():
            own = self._ids[name]
            path = self._common.folder / name / MODULE_FILE
            for index, mapping_id in enumerate(module.reading):
                if mapping_id not in own:
                    place = locate(read_text(path, MAX_BYTES), ("reading", index))
                    yield Problem(path, *place, f"this module has no mapping {mapping_id}{hint(mapping_id, own)}")

    def _outside_is_outside(self) -> Iterator[Problem]:
        """What is said to be outside is no public name, has no mapping, and sends its reader to mappings that exist."""
        path, outside = self._common.folder / OUTSIDE_FILE, self._common.outside
        ids = {mapping_id for own in self._ids.values() for mapping_id in own}
        text = read_text(path, MAX_BYTES) if path.exists() else ""
        for field, entries in (("packages", outside.packages), ("names", outside.names)):
            for name, elsewhere in entries.items():
                if name in ids or self._known.inventory.find(name) is not None:
                    message = f"{name} is not outside: it has a mapping, or is a public name"
                    yield Problem(path, *locate(text, (field, name)), message)
                for index, mapping_id in enumerate(elsewhere.see):
                    if mapping_id not in ids:
                        message = f"no mapping is called {mapping_id}{hint(mapping_id, ids)}"
                        yield Problem(path, *locate(text, (field, name, "see", index)), message)

    def _former_names_lead_on(self) -> Iterator[Problem]:
        """A former name leads to a public one of today."""
        path = self._common.folder / FORMER_FILE
        former = self._common.former
        led = [("names", *item) for item in former.names.items()] + [
            ("operators", *item) for item in former.operators.items()
        ]
        for field, name, today in led:
            place = locate(path.read_text(encoding="utf-8"), (field, name))
            if field == "names" and self._known.inventory.find(name):
                yield Problem(path, *place, f"{name} is no former name: it is a public name today")
            if self._known.inventory.find(today) is None:
                told = f"there is no public name {today}{name_hint(today, self._known.inventory, 'tf')}"
                yield Problem(path, *place, told)


def proofs_exist(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """A proof is an example of the same file."""
    examples = [example.name for example in source.mapping.examples]
    for field, facts in _facts(source.mapping):
        for index, fact in enumerate(facts):
            if fact.proof is not None and fact.proof not in examples:
                message = f"the proof {fact.proof!r} names no example of this file{hint(fact.proof, examples)}"
                yield source.problem(message, field, index, "proof")


def _facts(mapping: Mapping) -> tuple[tuple[str, Sequence[Note | Limit]], ...]:
    return ("notes", mapping.notes), ("limits", mapping.limits)


def conditions_use_arguments(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """Conditions speak of arguments that the reader finds in a table."""
    mapping = source.mapping
    arguments = list(dict.fromkeys(name for overload in mapping.signatures for name in overload.parameters))
    for field, facts in _facts(mapping):
        for index, fact in enumerate(facts):
            for name in sorted(when.names(fact.when) - set(arguments)) if fact.when else ():
                if mapping.kind in ("layer", "loss") and _APPLIED_TO.fullmatch(name):
                    continue
                message = f"the condition speaks of {name!r}, which no argument table has{hint(name, arguments)}"
                yield source.problem(message, field, index, "when")
    for index, overload in enumerate(mapping.signatures):
        own = [name.lstrip("*") for name in overload.parameters]
        for number, rewrite in enumerate(overload.rewrites):
            spoken = (("when", when.names(rewrite.when) if rewrite.when else set()), ("to", holes(rewrite.to)))
            for field, name in [(field, name) for field, names in spoken for name in sorted(names - set(own))]:
                message = f"this speaks of {name!r}, which is no parameter here{hint(name, own)}"
                yield source.problem(message, "signatures", index, "rewrites", number, field)


def dtypes_are_compared(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """A declared difference of dtypes belongs to a value that is compared."""
    for index, example in enumerate(source.mapping.examples):
        names = {name.partition(".")[0] for name in compared(source.mapping, example)}
        for name in example.dtypes:
            if re.split(r"\W", name, maxsplit=1)[0] not in names:
                message = f"{name!r} is not compared{hint(name, sorted(names))}"
                yield source.problem(message, "examples", index, "dtypes", name)


def one_number_per_weight(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """The `{k}` of a weight recipe stands for one number."""
    message = "{k} may stand in a name once"
    for entry in source.mapping.state:
        if entry.count("{k}") > 1:
            yield source.problem(message, "state", entry)
    for index, example in enumerate(source.mapping.examples):
        for entry in example.state:
            if entry.count("{k}") > 1:
                yield source.problem(message, "examples", index, "state", entry)


def sameness_is_proved(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """What is said to be the same is proved by an example that matches."""
    outcomes = {example.name: example.outcome for example in source.mapping.examples}
    for index, note in enumerate(source.mapping.notes):
        if note.kind == "same" and note.proof and outcomes.get(note.proof, "match") != "match":
            message = (
                f"{note.proof!r} has the outcome {outcomes[note.proof]}: it does not prove that two things are equal"
            )
            yield source.problem(message, "notes", index, "proof")


def counter_examples_are_explained(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """A counter-example without words would leave its reader alone."""
    proofs = {fact.proof for _, facts in _facts(source.mapping) for fact in facts}
    for index, example in enumerate(source.mapping.examples):
        if example.outcome != "match" and example.name not in proofs:
            message = f"no note or limit explains {example.name!r}: name it as `proof` of one"
            yield source.problem(message, "examples", index, "outcome")


def nothing_is_left_to_do(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """The draft was filled in."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if PLACEHOLDER in line:
            yield Problem(source.path, number, line.index(PLACEHOLDER) + 1, f"fill in the {PLACEHOLDER}")


RULES: tuple[Rule, ...] = (
    *NAME_RULES,
    *ARGUMENT_RULES,
    *RELATION_RULES,
    code_names_exist,
    answers_are_run,
    drop_ins_are_run,
    proofs_exist,
    conditions_use_arguments,
    dtypes_are_compared,
    one_number_per_weight,
    sameness_is_proved,
    counter_examples_are_explained,
    nothing_is_left_to_do,
)


def answered(mapping: Mapping) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The names that a mapping alone may answer, each with its place."""
    yield mapping.name, ("name",)
    for index, name in enumerate(mapping.also):
        yield name, ("also", index)
    for index, name in enumerate(method_names(mapping)):
        yield name, ("methods", index)
