"""What there is to say of a text: hovers, diagnostics, actions, completions. Knows nothing of the protocol.

Lines and columns count from 0, columns in characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from api.lookup.catalogue import Catalogue
from api.scan.answer import ScannedCall, scan
from api.scan.differences import Difference
from api.source.budget import TooLarge
from loader.model.dotted import OTHER, Side
from loader.publish.document import MappingDocument

Severity = Literal["warning", "information"]
SEVERITIES: dict[str, Severity] = {
    "limit": "warning", "pitfall": "warning", "default": "information", "argument": "information",
    "difference": "information",
}  # fmt: skip
PITFALLS = 3  # in a hover
COMPLETIONS = 20
KEPT = 8  # texts, as they were read last
# `# tf: ` and `# torch: ` behind a call: the comment that a person writes to remember its twin.
_COMMENT = re.compile(r"#\s*(?P<side>tf|torch):\s*(?P<typed>[\w.]*)$")


@dataclass(frozen=True)
class Span:
    """From the start up to, and without, the end."""

    line: int
    column: int
    end_line: int
    end_column: int

    def holds(self, line: int, column: int) -> bool:
        return (self.line, self.column) <= (line, column) <= (self.end_line, self.end_column)

    @property
    def size(self) -> tuple[int, int]:
        return self.end_line - self.line, self.end_column - self.column


@dataclass(frozen=True)
class Finding:
    """One thing that a call's own arguments trigger. `mapping` is the id of the page that explains it."""

    span: Span
    severity: Severity
    kind: str
    text: str
    mapping: str


@dataclass(frozen=True)
class Note:
    """A comment to put behind a line: the twin of a call there."""

    line: int
    text: str
    name: str


class Reader:
    """Reads texts over a dataset. A text that cannot be read whole is read as far as it goes."""

    def __init__(self, catalogue: Catalogue, public_url: str) -> None:
        self._catalogue = catalogue
        self._public_url = public_url.rstrip("/")
        self.calls = lru_cache(maxsize=KEPT)(self._calls)

    def _calls(self, text: str) -> list[ScannedCall]:
        """Every call of a framework in a text; none where it is too large. Not to be changed: an editor asks for
        hovers, actions and completions of one text, and all cells of a notebook are one."""
        try:
            return scan(self._catalogue, text).calls
        except TooLarge:
            return []

    def url(self, mapping_id: str) -> str:
        """The page of a mapping."""
        return f"{self._public_url}/{mapping_id}"

    def findings(self, calls: list[ScannedCall]) -> list[Finding]:
        """What the arguments of these calls trigger. Of an uncertain call nothing is said."""
        return [
            Finding(span_of(call), SEVERITIES[difference.kind], difference.kind, difference.text, call.twin.id)
            for call in calls
            if call.twin and call.differences and call.certainty != "uncertain"
            for difference in call.differences.applies
            if difference.kind in SEVERITIES
        ]

    def hover(self, calls: list[ScannedCall], line: int, column: int) -> tuple[Span, str] | None:
        """The innermost call at a place, and what to know of it, as Markdown."""
        here = [call for call in calls if call.twin and span_of(call).holds(line, column)]
        call = min(here, key=lambda call: span_of(call).size, default=None)
        return None if call is None else (span_of(call), self._told(call))

    def _told(self, call: ScannedCall) -> str:
        assert call.twin is not None
        document = MappingDocument.model_validate_json(self._catalogue.mapping(call.twin.id))
        lines = [f"**{call.name}** → `{call.twin.name or 'no counterpart'}` ({call.twin.relation})", document.summary]
        applies = call.differences.applies if call.differences else []
        lines += [_listed(difference) for difference in applies]
        told = {difference.text for difference in applies}
        pitfalls = [note.text for note in document.notes if note.kind == "pitfall" and note.text not in told]
        if call.certainty != "uncertain":
            lines += [f"- {text}" for text in pitfalls[:PITFALLS]]
        example = next((example for example in document.examples if example.outcome == "match"), None)
        if example is not None:
            code = example.tf if call.side == "torch" else example.torch
            lines.append(f"```python\n{code.strip()}\n```")
        lines.append(f"[Arguments, weights, proof]({self.url(document.id)})")
        return "\n\n".join(lines)

    def notes(self, calls: list[ScannedCall], first: int, last: int) -> list[Note]:
        """The twins of the calls on some lines, as comments to put behind them."""
        return [
            Note(call.end_line - 1, f"  # {OTHER[call.side]}: {call.twin.name}", call.twin.name)
            for call in calls
            if call.twin and call.twin.name and call.line - 1 <= last and call.end_line - 1 >= first
        ]

    def completions(self, calls: list[ScannedCall], line: int, before: str) -> tuple[int, list[str]] | None:
        """In `# tf: ...` the names that may follow, and where they begin: the twins of the line, then any that fit."""
        found = _COMMENT.search(before)
        if found is None:
            return None
        side: Side = "torch" if found["side"] == "torch" else "tf"
        twins = [note.name for note in self.notes([c for c in calls if c.side != side], line, line)]
        names = [name for name in dict.fromkeys(twins) if name.startswith(found["typed"])]
        if found["typed"]:
            names += [name for name in self._beginning(found["typed"], side) if name not in names]
        return found.start("typed"), names[:COMPLETIONS]

    def _beginning(self, typed: str, side: Side) -> list[str]:
        mapped = self._catalogue.suggester.mapped(side)
        return sorted((name for name in mapped if name.startswith(typed)), key=lambda name: (len(name), name))


def span_of(call: ScannedCall) -> Span:
    """Where a call stands."""
    return Span(call.line - 1, call.column - 1, call.end_line - 1, call.end_column - 1)


def _listed(difference: Difference) -> str:
    return f"- **{difference.kind}**: {difference.text}"
