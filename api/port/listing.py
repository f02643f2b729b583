"""Both sides of a ported source line by line, for people: which lines are the same, and what happened to the others."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass

from api.port.answer import PortAnswer

MOST_LINES = 4000  # of a listing; a longer one is given as text only


@dataclass(frozen=True)
class Row:
    """A line of each side, None where one side has nothing. `told`: what became of the calls of this line."""

    before: str | None
    after: str | None
    number: int | None
    told: str
    state: str  # same, changed, left


def source_of(text: str) -> str:
    """The code of a notebook, its cells one after the other; any other text is a source already."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        notebook = json.loads(text)
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        parts = [cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        return text
    return "\n\n# %%\n".join(parts)


def rows(source: str, answer: PortAnswer) -> list[Row]:
    """The lines of both sides, aligned; empty where there are too many."""
    before, after = source.split("\n"), answer.source.split("\n")
    if len(before) + len(after) > MOST_LINES:
        return []
    told = _told(answer)
    left = {item.line for item in answer.left}
    made: list[Row] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for place in range(max(b - a, d - c)):
            old = before[a + place] if a + place < b else None
            new = after[c + place] if c + place < d else None
            number = a + place + 1 if old is not None else None
            state = "same" if kind == "equal" else "left" if number in left else "changed"
            made.append(Row(old, new, number, told.get(number, "") if number else "", state))
    return made


def _told(answer: PortAnswer) -> dict[int, str]:
    """By line, what became of its calls."""
    found: dict[int, list[str]] = {}
    for call in answer.calls:
        found.setdefault(call.line, []).append("\n".join([f"{call.name}: {HOW.get(call.how, call.how)}", *call.notes]))
    for left in answer.left:
        found.setdefault(left.line, []).append(f"{left.name}: left. {left.reason} {left.todo}".strip())
    return {line: "\n".join(dict.fromkeys(texts)) for line, texts in found.items()}


HOW = {
    "rewrite": "written as a user of the other framework would",
    "expression": "the proven drop-in, reduced to this call",
    "helper": "the proven drop-in, as a function at the top",
    "rule": "by a rule",
}
