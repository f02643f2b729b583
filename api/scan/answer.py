"""Every framework call in a Python source, with its twin and what to know about this very call.

The source is parsed, never run: what a variable holds is known only as far as the text tells.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, Field

from api.lookup.catalogue import Catalogue
from api.lookup.resolve import resolve
from api.scan.differences import Differences, differences
from api.scan.named import named
from api.scan.owners import Names, owned
from api.source.binding import Bound, bind
from api.source.budget import Budget
from api.source.parse import Source, read_source
from api.source.uses import Certainty, Use, find_uses
from loader.model.dotted import Side, leaf
from loader.model.mapping import Relation
from loader.names import key
from loader.publish.document import MappingDocument

MOST_CALLS = 2000  # in one answer
LOOK_UP = 5  # nodes take as long as looking up one name


class Twin(BaseModel):
    """The mapping that answers a call."""

    id: str
    relation: Relation
    name: str | None = Field(description="What the other framework calls it; null where it has nothing.")
    summary: str
    url: str


class ScannedCall(BaseModel):
    """A framework's name in the source. Lines and columns (in characters) count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    name: str = Field(description="The full name that is meant; of an uncertain method, the likely one.")
    side: Side
    certainty: Certainty = Field(
        description="imported: the imports say so. assumed: a usual short name without its import. inferred: a method "
        "of what a framework's call gave. uncertain: a method that may be a tensor's, or anything else's."
    )
    status: Literal["mapped", "not-mapped-yet", "unknown"]
    twin: Twin | None = None
    differences: Differences | None = None


class SyntaxProblem(BaseModel):
    """Where the source is broken."""

    line: int
    column: int
    message: str


class ScanAnswer(BaseModel):
    """Everything that was found."""

    calls: list[ScannedCall]
    more: int = Field(0, description="Calls beyond the limit of one answer.")
    error: SyntaxProblem | None = Field(None, description="The first syntax error; the rest was read all the same.")
    skipped_lines: list[int] = Field([], description="Lines that could not be read.")


def scan(catalogue: Catalogue, text: str, budget: Budget | None = None) -> ScanAnswer:
    """All framework calls in a module or a notebook cell.

    Raises:
        TooLarge: the text is too long, nested too deeply, or has too many parts.
        Cancelled: the budget was cancelled.
    """
    budget = budget or Budget()
    source = read_source(text, budget)
    scanner = _Scanner(catalogue, source, budget)
    names = Names(scanner.has)
    found = list(owned(find_uses(source.tree, budget), source.tree, names, budget))
    found = sorted(
        [*found, *named(found, lambda last: scanner.ending(last, "tf"))],
        key=lambda use: (use.node.lineno, use.node.col_offset),
    )
    uses = [use for use in found if scanner.counts(use)]
    error = source.error and SyntaxProblem(
        line=source.error.line, column=source.error.column, message=source.error.message
    )
    return ScanAnswer(
        calls=[scanner.scanned(use) for use in uses[:MOST_CALLS]],
        more=max(0, len(uses) - MOST_CALLS),
        error=error,
        skipped_lines=source.skipped,
    )


def summary_lines(found: ScanAnswer) -> Iterator[str]:
    """A line for each call with its twin, then one for each difference that its arguments trigger."""
    for call in found.calls:
        twin = (call.twin.name or "(nothing)") if call.twin else call.status
        yield f"{call.line}:{call.column}: {call.name} -> {twin} [{call.certainty}]"
        for difference in call.differences.applies if call.differences else []:
            yield f"    {difference.kind}: {difference.text}"
    if found.error:
        yield f"{found.error.line}:{found.error.column}: {found.error.message}"


class _Scanner:
    """Names are looked up once for a whole source."""

    def __init__(self, catalogue: Catalogue, source: Source, budget: Budget) -> None:
        self._budget = budget
        self._catalogue = catalogue
        self._source = source
        self._found: dict[tuple[str, Side, bool, str | None], tuple[str, MappingDocument | None, bool]] = {}
        self._documents: dict[int, MappingDocument] = {}

    def has(self, name: str) -> bool:
        """Whether PyTorch has this public name."""
        return name in self.ending(leaf(name), "torch")

    def ending(self, last: str, side: Side) -> set[str]:
        """The public names of a framework with this last part, in letters of either case."""
        return {full for full, _ in self._catalogue.database.public_names(key(last), side)}

    def counts(self, use: Use) -> bool:
        """Whether there is something to say; not of a constant, a type, a method of something else."""
        _, mapping, public = self._look_up(use)
        is_known = use.call is not None and use.certainty != "uncertain" and (public or not use.method)
        return mapping is not None or is_known

    def scanned(self, use: Use) -> ScannedCall:
        name, mapping, public = self._look_up(use)
        node = use.node
        end_line = node.end_lineno or node.lineno
        return ScannedCall(
            line=node.lineno,
            column=self._source.column(node.lineno, node.col_offset),
            end_line=end_line,
            end_column=self._source.column(end_line, node.end_col_offset or node.col_offset),
            name=name,
            side=use.side,
            certainty=use.certainty,
            status="mapped" if mapping else "not-mapped-yet" if public else "unknown",
            twin=mapping and _twin(mapping, use.side),
            differences=differences(mapping, use.side, _bound(use, mapping)) if mapping and use.called else None,
        )

    def _look_up(self, use: Use) -> tuple[str, MappingDocument | None, bool]:
        """The full name, its mapping, and whether the framework has it in public."""
        wanted = (use.name, use.side, use.method, use.owner)
        if wanted not in self._found:
            self._budget.spend(LOOK_UP)
            self._found[wanted] = self._method(use) if use.method else self._name(use.name, use.side)
        return self._found[wanted]

    def _name(self, name: str, side: Side) -> tuple[str, MappingDocument | None, bool]:
        hits = [answer for answer in resolve(self._catalogue.database, name, side) if answer.name == name]
        if hits:
            return name, self._document(hits[0].mapping), True
        return name, None, name in self.ending(leaf(name), side)

    def _method(self, use: Use) -> tuple[str, MappingDocument | None, bool]:
        """The class's own method if it is known, then a tensor's, then any other's."""
        if use.owner:
            own = self._name(f"{use.owner}.{use.name}", use.side)
            if own[2]:
                return own
            if leaf(use.owner)[:1].isupper() and leaf(use.owner) != "Tensor":  # a class, and not its method
                of_owner = f"{use.owner}.{use.name}"
                return of_owner, None, False
        hits = [
            hit
            for hit in self._catalogue.database.method_names(key(use.name), use.side)
            if leaf(hit.name) == use.name and hit.role != "related"
        ]
        tensors = [hit for hit in hits if hit.name.startswith(("torch.Tensor.", "tf.Tensor."))]
        if found := tensors or hits:
            return found[0].name, self._document(found[0].mapping), True
        return use.name, None, False

    def _document(self, number: int) -> MappingDocument:
        if number not in self._documents:
            text = self._catalogue.database.document(number)
            self._documents[number] = MappingDocument.model_validate_json(text)
        return self._documents[number]


def _bound(use: Use, mapping: MappingDocument) -> Bound:
    side = mapping.torch if use.side == "torch" else mapping.tf
    call = use.called
    if call is None or side is None:
        return Bound(complete=False)
    receiver = call.func.value if use.method and isinstance(call.func, ast.Attribute) else None
    if use.side == "tf" and not any(s.parameters and s.parameters[0].name == "self" for s in side.signatures):
        receiver = None  # TensorFlow's signatures leave the object out, PyTorch's begin with it
    return bind(call, side.signatures, receiver)


def _twin(mapping: MappingDocument, side: Side) -> Twin:
    other = mapping.tf if side == "torch" else mapping.torch
    return Twin(
        id=mapping.id,
        relation=mapping.relation,
        name=other.name if other else None,
        summary=mapping.summary,
        url=f"/mappings/{mapping.id}",
    )
