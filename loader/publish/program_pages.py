"""Worked programs, rendered: the table of parity and one document for each program."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from loader.model.state import State
from loader.proof.programs import ProgramEvidence, Worked, read_evidence
from loader.publish.curves import Line, curves, gaps
from loader.publish.measured import Status
from loader.publish.pages import Page
from loader.publish.program_document import (
    ProgramBrief,
    ProgramDocument,
    ProgramDrift,
    ProgramList,
    ProgramSection,
    ProgramTolerance,
    ProgramWeights,
)
from loader.reading.problems import BadData, Problem


def render_programs(
    programs: list[Worked], recipes: dict[str, State], versions: dict[str, str]
) -> list[ProgramDocument]:
    """The documents of all programs; `recipes` are the weight recipes by mapping, `versions` those of the frameworks.

    Raises:
        BadData: a program names a recipe that there is not, or its evidence cannot be read.
    """
    problems = [
        Problem(worked.folder / "program.yaml", 1, 1, f"weights: the mapping {carried.recipe} has no weight recipe")
        for worked in programs
        for carried in worked.program.weights
        if carried.recipe and not recipes.get(carried.recipe)
    ]
    if problems:
        raise BadData(problems)
    return [_document(worked, recipes, versions) for worked in programs]


def program_pages(documents: list[ProgramDocument]) -> Iterator[Page]:
    """The list, and each program."""
    yield Page.of("programs", ProgramList(programs=[document.parity for document in documents]))
    for document in documents:
        yield Page.of(f"programs/{document.name}", document)


def _document(worked: Worked, recipes: dict[str, State], versions: dict[str, str]) -> ProgramDocument:
    program, evidence = worked.program, read_evidence(worked)
    status = _status(worked, evidence, recipes, versions)
    tolerance = program.tolerance
    return ProgramDocument(
        name=worked.name,
        title=program.title,
        summary=program.summary,
        introduction=program.introduction,
        status=status,
        steps=program.steps,
        tolerance=ProgramTolerance(
            value=program.bound,
            precision=program.precision,
            longest_sum=tolerance.longest_sum,
            depth=tolerance.depth,
            why=tolerance.why,
        ),
        parity=_brief(worked, evidence, status),
        weights=[ProgramWeights(torch=c.torch, tf=c.tf, recipe=c.recipe) for c in program.weights],
        drifts=[
            ProgramDrift(
                parameter=drift.parameter,
                reason=drift.reason,
                limit=drift.limit,
                measured=evidence.drifts.get(drift.parameter) if evidence else None,
            )
            for drift in program.drifts
        ],
        ported=list(program.ported),
        cannot_show=list(program.cannot_show),
        sections=_sections(worked),
        torch=worked.sources["torch"],
        tf=worked.sources["tf"],
        as_ported=worked.sources["ported"],
        losses=evidence.losses if evidence else {},
        curves=_curves(program.title, evidence),
        gaps=gaps(evidence.losses, program.bound, _gap_in_words(evidence)) if evidence else None,
        versions=evidence.versions if evidence else {},
    )


def _status(
    worked: Worked, evidence: ProgramEvidence | None, recipes: dict[str, State], versions: dict[str, str]
) -> Status:
    if evidence is None:
        return "missing"
    current = evidence.hash == worked.hash(recipes) and versions.items() <= evidence.versions.items()
    return "verified" if current else "stale"


def _brief(worked: Worked, evidence: ProgramEvidence | None, status: Status) -> ProgramBrief:
    faithful, ported = (evidence.faithful, evidence.ported) if evidence else (None, None)
    return ProgramBrief(
        name=worked.name,
        title=worked.program.title,
        summary=worked.program.summary,
        status=status,
        steps=worked.program.steps,
        tolerance=worked.program.bound,
        loss=faithful.loss if faithful else None,
        parameters=faithful.parameters if faithful else None,
        predictions=faithful.predictions if faithful else None,
        ported_loss=ported.loss if ported else None,
        ported_parameters=ported.parameters if ported else None,
        ported_predictions=ported.predictions if ported else None,
    )


def _sections(worked: Worked) -> list[ProgramSection]:
    torch, tf, ported = (worked.sections(which) for which in ("torch", "tf", "ported"))
    return [
        ProgramSection(
            name=name,
            text=worked.program.sections.get(name),  # type: ignore[call-overload]  # a name of a section
            torch=code,
            tf=tf[name],
            ported=_changes(tf[name], ported[name]) if name in ported else None,
        )
        for name, code in torch.items()
        if name not in ("", "run")
    ]


def _changes(faithful: str, ported: str) -> str | None:
    """The lines that differ, with one line around them; None where nothing does."""
    lines = list(unified_diff(faithful.splitlines(), ported.splitlines(), lineterm="", n=1))[2:]
    return "\n".join(line for line in lines if not line.startswith("@@")) or None


def _curves(title: str, evidence: ProgramEvidence | None) -> str | None:
    if evidence is None:
        return None
    losses = evidence.losses
    ends = ", ".join(f"{name} {losses[which][-1]:.3g}" for which, name in _NAMES.items())
    lines = [Line(name, which, losses[which]) for which, name in _NAMES.items()]
    return curves(lines, f"{title}: loss over {len(losses['torch'])} steps; the last one is {ends}")


_NAMES = {"torch": "PyTorch", "tf": "TensorFlow", "ported": "as people port it"}


def _gap_in_words(evidence: ProgramEvidence) -> str:
    return (
        f"Largest difference of loss: {evidence.faithful.loss:.2g} in the faithful program, "
        f"{evidence.ported.loss:.2g} in the program as people port it"
    )
