"""The names nearest to one that nobody knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pydantic import BaseModel, Field
from rapidfuzz import process
from rapidfuzz.distance import OSA

from api.lookup.bounds import bounded
from api.lookup.database import Database
from api.lookup.spelling import tolerance
from loader.model.dotted import Side, leaf
from loader.names import key


def squeezed(name: str) -> str:
    """A name without what separates its words."""
    return key(name).replace("_", "")


class Suggestion(BaseModel):
    """A name that may have been meant."""

    name: str
    mapped: bool = Field(description="Whether it has an answer; else the framework has it, and nobody mapped it yet.")
    url: str = Field(description="Where to ask for it.")


@dataclass(frozen=True)
class _Names:
    by_leaf: dict[str, list[str]]
    mapped: set[str]
    squeezed: dict[str, list[str]]  # those with an answer


def _ending(full: str, name: str) -> str:
    """As many last parts of a full name as another has: `nn.Conv2d` of `torch.nn.Conv2d` for `nn.Conv2dd`."""
    return ".".join(full.split(".")[-1 - name.count(".") :])


class Suggester:
    """Nearest names by edit distance; the lists are read when first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sides: dict[Side, _Names] = {}

    def suggest(self, name: str, side: Side, limit: int = 5) -> list[Suggestion]:
        """What may have been meant, names with an answer first among equally near ones; empty if nothing is near."""
        name = bounded(name)
        names = self._names(side)
        wanted = key(leaf(name))
        if not wanted:
            return []
        cutoff = min(len(wanted) - 1, max(1, len(wanted) // 3))  # at least one letter must be right
        near = process.extract(wanted, names.by_leaf.keys(), scorer=OSA.distance, score_cutoff=cutoff, limit=None)
        ranked = sorted(
            (distance, full not in names.mapped, OSA.distance(key(name), key(_ending(full, name))), full)
            for found, distance, _ in near
            for full in names.by_leaf[found]
        )
        return [
            Suggestion(name=full, mapped=not unmapped, url=f"/map?{side}={full}")
            for _, unmapped, _, full in ranked[:limit]
        ]

    def mapped_near(self, name: str) -> list[Suggestion]:
        """What may have been meant on either side, names with an answer only."""
        near = [*self.suggest(name, "torch"), *self.suggest(name, "tf")]
        return [suggestion for suggestion in near if suggestion.mapped]

    def near(self, text: str, side: Side) -> list[tuple[int, str]]:
        """Names with an answer that are written nearly so, with the number of wrong letters; `_` does not count."""
        wanted = squeezed(leaf(bounded(text)))
        names = self._names(side)
        found = process.extract(
            wanted, names.squeezed.keys(), scorer=OSA.distance, score_cutoff=tolerance(wanted), limit=None
        )
        return [(distance, name) for near, distance, _ in found for name in names.squeezed[near]]

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
            joined: dict[str, list[str]] = defaultdict(list)
            for name in sorted(mapped):
                joined[squeezed(leaf(name))].append(name)
            self._sides[side] = _Names(by_leaf, mapped, joined)
        return self._sides[side]
