"""Where the frameworks differ, shown by counter-examples: of all mappings, the worst first."""

from __future__ import annotations

from difflib import SequenceMatcher

from loader.publish import document as doc


class Differences:
    """All counter-examples that were run, each with what to write instead; kept as the JSON that is published."""

    def __init__(self) -> None:
        self._found: list[tuple[tuple[bool, float, str, str], bytes]] = []

    def add(self, document: doc.MappingDocument) -> None:
        """Those of another mapping."""
        for example in document.examples:
            if example.outcome != "match" and example.evidence.status != "missing":
                rendered = _difference(document, example).model_dump_json().encode()
                self._found.append((_severity(document, example), rendered))

    def body(self) -> bytes:
        """A `DifferenceList`, the worst first."""
        return b'{"differences":[' + b",".join(body for _, body in sorted(self._found)) + b"]}"


def _severity(mapping: doc.MappingDocument, example: doc.Example) -> tuple[bool, float, str, str]:
    """Silent wrong values come before errors, large differences before small ones."""
    size = example.evidence.difference
    largest = size if isinstance(size, float) else float("inf") if size == "infinite" else 0.0
    return example.outcome != "differ", -largest, mapping.id, example.name


def _difference(mapping: doc.MappingDocument, example: doc.Example) -> doc.Difference:
    notes = [note for note in mapping.notes if note.proof == example.name]
    return doc.Difference(
        mapping=mapping.id,
        module=mapping.module,
        name=example.name,
        title=example.title,
        outcome="differ" if example.outcome == "differ" else "error",
        differ=example.differ,
        torch=example.torch,
        tf=example.tf,
        evidence=example.evidence,
        notes=notes,
        instead=_instead(mapping, example, " ".join(note.text for note in notes)),
    )


def _instead(mapping: doc.MappingDocument, example: doc.Example, told: str) -> doc.Instead | None:
    """The example that a note names; else that which does the same in PyTorch, or what is nearest to it."""

    def nearness(other: doc.Example) -> tuple[bool, float]:
        return other.name in told.split(), SequenceMatcher(None, example.torch, other.torch, autojunk=False).ratio()

    matching = [other for other in mapping.examples if other.outcome == "match"]
    best = max(matching, key=nearness, default=None)
    return doc.Instead(name=best.name, torch=best.torch, tf=best.tf) if best else None
