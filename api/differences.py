"""Where the frameworks differ, shown by counter-examples: from all mappings, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

from api.catalogue import Catalogue
from loader.document import Example, MappingDocument, Note


@dataclass(frozen=True)
class Difference:
    """A counter-example: the same code in appearance, another result."""

    mapping: MappingDocument
    example: Example
    notes: list[Note]  # what to know about it and what to write instead

    @property
    def severity(self) -> tuple[int, float, str, str]:
        """Sorts the worst first: silent wrong values before errors, large differences before small ones."""
        evidence = self.example.evidence
        silent = self.example.outcome == "differ"
        return (0 if silent else 1, -(evidence.max_abs or 0.0), self.mapping.id, self.example.name)


def differences(catalogue: Catalogue) -> list[Difference]:
    """All counter-examples of the dataset that were run. Reads every document: whoever asks often keeps the answer."""
    found: list[Difference] = []
    for number in catalogue.database.listed:
        mapping = MappingDocument.model_validate_json(catalogue.database.document(number))
        for example in mapping.examples:
            if example.outcome != "match" and example.evidence.status != "missing":
                notes = [note for note in mapping.notes if note.proof == example.name]
                found.append(Difference(mapping, example, notes))
    return sorted(found, key=lambda difference: difference.severity)
