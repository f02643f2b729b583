"""The names nearest to one that nobody knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pydantic import BaseModel, Field
from rapidfuzz import process
from rapidfuzz.distance import OSA

from api.queries import Database
from loader.names import key, leaf
from loader.schema import Side


class Suggestion(BaseModel):
    """A name that may have been meant."""

    name: str
    mapped: bool = Field(description="Whether it has an answer; else the framework has it, and nobody mapped it yet.")
    url: str = Field(description="Where to ask for it.")


@dataclass(frozen=True)
class _Names:
    by_leaf: dict[str, list[str]]
    mapped: set[str]


class Suggester:
    """Nearest names by edit distance; the lists are read when first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sides: dict[Side, _Names] = {}

    def suggest(self, name: str, side: Side, limit: int = 5) -> list[Suggestion]:
        """What may have been meant, names with an answer first among equally near ones; empty if nothing is near."""
        names = self._names(side)
        wanted = key(leaf(name))
        if not wanted:
            return []
        cutoff = min(len(wanted) - 1, max(1, len(wanted) // 3))  # at least one letter must be right
        near = process.extract(wanted, names.by_leaf.keys(), scorer=OSA.distance, score_cutoff=cutoff, limit=None)
        ranked = sorted(
            (distance, full not in names.mapped, OSA.distance(key(name), key(full)), full)
            for found, distance, _ in near
            for full in names.by_leaf[found]
        )
        return [
            Suggestion(name=full, mapped=not unmapped, url=f"/map?{side}={full}")
            for _, unmapped, _, full in ranked[:limit]
        ]

    def answer(self, mapping_id: str) -> Suggestion:
        """A mapping, as a suggestion."""
        side: Side = "torch" if mapping_id in self.mapped("torch") else "tf"
        return Suggestion(name=mapping_id, mapped=True, url=f"/map?{side}={mapping_id}")

    def mapped(self, side: Side) -> set[str]:
        """All names of one side that have an answer."""
        return self._names(side).mapped

    def _names(self, side: Side) -> _Names:
        if side not in self._sides:
            mapped, public = self._database.all_names(side)
            by_leaf: dict[str, list[str]] = defaultdict(list)
            for name in sorted(mapped | public):
                by_leaf[key(leaf(name))].append(name)
            self._sides[side] = _Names(by_leaf, mapped)
        return self._sides[side]
