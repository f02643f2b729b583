"""A mapping, its evidence and the inventories to the document that is published."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from typing import Any, Literal, TypeVar

from loader.model.dotted import Side, side_of
from loader.model.example import Example
from loader.model.inventory import Inventory, Parameter, Signature, signature_text
from loader.model.inverse import NotInvertible, inverse
from loader.model.mapping import Limit, Mapping, Note, Translation
from loader.model.signature import Counterpart, Overload
from loader.model.state import State, StateEntry
from loader.names import method_names, spellings
from loader.proof.evidence import (
    Compared,
    Evidence,
    ExampleEvidence,
    Size,
    example_status,
    rewrites_of,
    sweep_key,
)
from loader.proof.script import build_script, carry_code, compared, expand
from loader.publish import document as doc
from loader.publish import measured
from loader.publish.parameters import defaults_differ, matching_signature, parameters_of
from loader.publish.proved import dtypes_of, modes_of, sweep_of

Fact = TypeVar("Fact")


def render_mapping(
    module: str,
    mapping: Mapping,
    inventory: Inventory,
    evidence: Evidence | None,
    versions: dict[str, str],
    pair: str | None = None,
    chinese: Translation | None = None,
) -> doc.MappingDocument:
    """The document of a mapping; `versions` are those that evidence must have been measured with, `pair` is the mapping
    about its first twin, `chinese` has a text for each note.

    Raises:
        ValueError: the evidence does not fit the weight recipe; the message says where.
    """
    examples = [_example(mapping, example, evidence, versions) for example in mapping.examples]
    overloads = [
        _overload(mapping, index, overload, inventory, evidence, versions, chinese)
        for index, overload in enumerate(mapping.signatures)
    ]
    return doc.MappingDocument(
        id=mapping.name,
        side=mapping.side,
        pair=pair,
        module=module,
        kind=mapping.kind,
        relation=mapping.relation,
        relation_meaning=doc.RELATION_MEANINGS[mapping.relation],
        status=_overall(mapping, examples, overloads, evidence),
        summary=mapping.summary,
        zh=chinese.summary if chinese else None,
        gone=doc.Gone(since=mapping.gone.since, instead=mapping.gone.instead) if mapping.gone else None,
        torch=_side(mapping, "torch", inventory),
        tf=_side(mapping, "tf", inventory),
        uses=mapping.uses,
        overloads=overloads,
        random=mapping.random,
        weights=_weights(mapping.state),
        weights_back=_weights(_way_back(mapping.state)),
        limits=[_limit(limit, zh, evidence) for limit, zh in _told(mapping.limits, chinese, "limits")],
        notes=[_note(note, zh, examples) for note, zh in _told(mapping.notes, chinese, "notes")],
        examples=examples,
        modes=modes_of(mapping, evidence, versions, chinese),
        dtypes=dtypes_of(mapping, evidence, versions),
        questions=mapping.questions,
        versions=evidence.versions if evidence else versions,
    )


def brief(document: doc.MappingDocument) -> doc.MappingBrief:
    """The line that stands for a document in a list."""
    return doc.MappingBrief(
        id=document.id,
        side=document.side,
        module=document.module,
        kind=document.kind,
        relation=document.relation,
        status=document.status,
        torch=document.torch.name if document.torch else None,
        tf=document.tf.name if document.tf else None,
        modes=[found.mode for found in document.modes if found.status == "holds"],
        near=_near(document),
        summary=document.summary,
        zh=document.zh,
    )


def _near(document: doc.MappingDocument) -> str | None:
    """The name of the other framework that a mapping without a twin leans on."""
    if document.torch and document.tf:
        return None
    return next((name for name in document.uses if side_of(name) != document.side), None)


def _overall(
    mapping: Mapping,
    examples: Iterable[doc.Example],
    overloads: Iterable[doc.Overload],
    evidence: Evidence | None,
) -> measured.Status:
    """Verified when every example and every recorded sweep still holds; one missing piece leaves it missing."""
    states: list[measured.Status] = [example.evidence.status for example in examples]
    states += [overload.sweep.status for overload in overloads if overload.sweep]
    current = {sweep_key(index, overload) for index, overload in enumerate(mapping.signatures)}
    if evidence and not set(evidence.sweeps) <= current:
        states.append("stale")  # a sweep of a signature that is no longer there
    if not states or "missing" in states:
        return "missing"
    return "stale" if "stale" in states else "verified"


def _side(mapping: Mapping, side: Side, inventory: Inventory) -> doc.FrameworkSide | None:
    is_subject = side == mapping.side
    names = [mapping.name, *mapping.also] if is_subject else mapping.answers
    if not names:
        return None
    return doc.FrameworkSide(
        name=names[0],
        also=names[1:],
        aliases=_more_names(names, inventory),
        methods=method_names(mapping) if is_subject else [],
        signatures=_signatures(names[0], inventory),
    )


def _more_names(names: list[str], inventory: Inventory) -> list[str]:
    found = [spelling for name in names for spelling in spellings(inventory, name)]
    return [name for name in dict.fromkeys(found) if name not in names]


def _signatures(name: str, inventory: Inventory) -> list[doc.Signature]:
    entry = inventory.find(name)
    return [_signature(name, signature) for signature in entry.signatures] if entry else []


def _signature(name: str, signature: Signature) -> doc.Signature:
    parameters = [doc.Parameter(name=p.name, default=p.default, type=p.type, kind=p.kind) for p in signature]
    return doc.Signature(text=signature_text(name, signature), parameters=parameters)


def _overload(
    mapping: Mapping,
    index: int,
    overload: Overload,
    inventory: Inventory,
    evidence: Evidence | None,
    versions: dict[str, str],
    chinese: Translation | None,
) -> doc.Overload:
    signature = matching_signature(inventory.find(mapping.name), overload)
    defaults = {p.name: p.default for p in signature}
    others = [name for name in (*overload.twins, *mapping.twins, *mapping.uses) if side_of(name) != mapping.side]
    parameters = parameters_of(others, inventory)
    of_first = frozenset(parameters_of(others[:1], inventory))
    known = bool(signature) or not overload.parameters
    shown = signature if known else tuple(Parameter(name) for name in overload.parameters)
    return doc.Overload(
        signature=signature_text(mapping.name, shown),
        twins=overload.twins,
        arguments=[
            _argument(
                name,
                defaults.get(name),
                argument,
                parameters,
                of_first,
                chinese.arguments.get(name) if chinese else None,
                mapping.exceptions.parameters.get(name),
            )
            for name, argument in overload.parameters.items()
        ],
        rewrites=[doc.Rewrite(when=rewrite.when, to=rewrite.to) for rewrite in rewrites_of(index, overload, evidence)],
        drop_in=overload.drop_in,
        samples=overload.samples,
        fields=overload.results,
        sweep=sweep_of(mapping, index, overload, evidence, versions),
    )


def _argument(
    name: str,
    default: str | None,
    counterpart: Counterpart,
    parameters: Dictionary[str, Parameter],
    of_first: frozenset[str],
    zh: str | None,
    unverified: str | None,
) -> doc.Argument:
    """One row of the table. Defaults are held against those of the first answer, `of_first`: it is what is written."""
    to, convert = next(iter(counterpart.values.items()), (None, None))
    taking = parameters.get(to) if to else None
    to_default = taking.default if taking else None
    return doc.Argument(
        name=name,
        default=default,
        to=to,
        to_default=to_default,
        convert=convert,
        further={other: value or name for other, value in list(counterpart.values.items())[1:]},
        into=counterpart.into,
        note=counterpart.note,
        zh=zh,
        unverified=unverified,
        differs=to is not None and to in of_first and defaults_differ(name, default, convert, to, to_default),
    )


def _weights(recipe: State) -> list[doc.Weight]:
    return [row for entry, weight in recipe.items() for row in _rows(entry, weight)]


def _rows(entry: str, weight: StateEntry) -> list[doc.Weight]:
    if not weight.transforms:
        return [doc.Weight(entry=entry, transform=weight.transform, into=weight.into, unused=weight.unused)]
    return [doc.Weight(entry=entry, to=path, transform=how) for path, how in weight.transforms.items()]


def _way_back(recipe: State) -> State:
    try:
        return inverse(recipe)
    except NotInvertible:
        return {}


def _limit(limit: Limit, zh: str | None, evidence: Evidence | None) -> doc.Limit:
    samples: int | None = None
    if evidence and evidence.sweeps and limit.when is not None:
        samples = sum(sweep.limits.get(limit.when, 0) for sweep in evidence.sweeps.values())
    return doc.Limit(when=limit.when, what=limit.what, reason=limit.reason, zh=zh, proof=limit.proof, samples=samples)


def _told(
    facts: list[Fact], chinese: Translation | None, field: Literal["limits", "notes"]
) -> Iterable[tuple[Fact, str | None]]:
    """Each fact with its translation."""
    told: list[str | None] = (getattr(chinese, field) if chinese else []) or [None] * len(facts)
    return zip(facts, told, strict=True)


def _note(note: Note, zh: str | None, examples: list[doc.Example]) -> doc.Note:
    proof = next((e for e in examples if e.name == note.proof), None)
    size = proof.evidence.difference if proof and proof.outcome == "differ" else None
    number = size if isinstance(size, float) else None
    return doc.Note(kind=note.kind, when=note.when, text=note.text, zh=zh, proof=note.proof, measured=number)


def _example(mapping: Mapping, example: Example, evidence: Evidence | None, versions: dict[str, str]) -> doc.Example:
    record = evidence.examples.get(example.name) if evidence else None
    status = example_status(mapping, example, evidence, versions)
    if record is not None and record.outcome != example.outcome:
        status = "stale"  # it was recorded for another claim
    return doc.Example(
        name=example.name,
        title=example.title,
        outcome=example.outcome,
        differ=example.differ,
        torch=example.torch,
        tf=example.tf,
        torch_script=_script(mapping, example, "torch", record),
        tf_script=_script(mapping, example, "tf", record),
        compare=list(compared(mapping, example)),
        evidence=_evidence(status, record),
    )


def _script(mapping: Mapping, example: Example, side: Side, record: ExampleEvidence | None) -> str:
    carry = ""
    if example.carry and record and record.state_shapes:
        try:
            recipe = expand(mapping.recipe(example), list(record.state_shapes))
        except KeyError as error:
            raise ValueError(f"example {example.name!r}: {error.args[0]}") from error
        carry = carry_code(example.carry, recipe, record.state_shapes, side)
    return build_script(mapping, example, side).text(carry)


def _evidence(status: measured.Status, record: ExampleEvidence | None) -> measured.ExampleEvidence:
    if record is None:
        return measured.ExampleEvidence(status=status)
    groups = (record.outputs, record.gradients, record.state)
    sizes = [value.difference for group in groups for value in group.values() if value.difference is not None]
    mutations: Any = record.mutations
    return measured.ExampleEvidence(
        status=status,
        values=_measured(record.outputs),
        gradients=_measured(record.gradients),
        state=_measured(record.state),
        gradients_compared=bool(record.gradients),
        difference=max(sizes, key=_rank, default=None),
        differs=record.differs,
        errors=record.errors,
        mutations=measured.Mutations(**mutations.model_dump()) if mutations else None,
        printed=record.printed,
    )


RANKED = ("exact", "rounding", "tolerance", "distribution", "number", "infinite")


def _rank(size: Size) -> tuple[int, float]:
    """Sizes from the smallest difference to the largest."""
    if isinstance(size, float):
        return RANKED.index("number"), size
    return RANKED.index(size), 0.0


def _measured(group: dict[str, Compared]) -> list[measured.Measured]:
    return [
        measured.Measured(
            name=name,
            shape=None if value.shape is None else list(value.shape),
            dtype=value.dtype,
            difference=value.difference,
        )
        for name, value in group.items()
    ]
