"""The rows of the database: a rendered document, its names and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from loader.database.sqlite import Row
from loader.model.dotted import leaf
from loader.model.inventory import Inventory
from loader.model.mapping import Mapping
from loader.model.roads import Former, Roads
from loader.model.uses import Uses
from loader.names import Naming, closeness, endings, is_method, key, method_names
from loader.publish import document as doc
from loader.text import name_words, spaced, written_words


def mapping_row(number: int, brief: doc.MappingBrief, document: bytes, *, basic: bool, weight: float) -> Row:
    """The row of a mapping; `number` counts from 1, `document` is the rendered JSON."""
    return {
        "number": number,
        "id": brief.id,
        "module": brief.module,
        "kind": brief.kind,
        "relation": brief.relation,
        "status": brief.status,
        "modes": " ".join(brief.modes),
        "basic": basic,
        "weight": weight,
        "brief": brief.model_dump_json().encode(),
        "document": document,
    }


class Names:
    """The names of all mappings, which can be ranked only when all are known."""

    def __init__(self, basics: Collection[str] = ()) -> None:
        self._basics = basics  # ids of the mappings that a student should read: they are answered early
        self._found: list[tuple[tuple[Any, ...], Naming, int]] = []

    def add(self, number: int, mapping: Mapping, namings: Iterable[Naming], weight: float) -> None:
        """What finds the mapping of this number; `weight` is how much code uses it."""
        for naming in namings:
            self._found.append(((*closeness(naming, mapping, weight, self._basics), naming.name), naming, number))

    def rows(self) -> Iterator[Row]:
        """Every name under each of its endings; `rank` orders the answers to one key, the best first."""
        self._found.sort(key=lambda item: item[0])
        ranked = (
            (rank, *item[1:], ending) for rank, item in enumerate(self._found) for ending in endings(item[1].name)
        )
        for row, (rank, naming, number, ending) in enumerate(ranked, start=1):
            yield {
                "number": row,
                "key": key(ending),
                "ending": ending,
                "name": naming.name,
                "side": naming.side,
                "role": naming.role,
                "of": naming.of,
                "method": is_method(naming.name),
                "rank": rank,
                "mapping": number,
            }


def public_names(inventory: Inventory) -> Iterator[Row]:
    """Every public name of both frameworks, aliases included."""
    entries = [*inventory.torch.values(), *inventory.tf.values()]
    spelled = {spelling: entry for entry in entries for spelling in entry.spellings}
    for name, entry in sorted(spelled.items()):
        yield {
            "name": name,
            "side": entry.side,
            "leaf": key(leaf(name)),
            "canonical": entry.name,
            "kind": entry.kind,
        }


def road_rows(roads: Roads, former: Former) -> Iterator[Row]:
    """Every road under each of its endings; a path of definition is not known by its last part alone."""
    found = ((road, ending) for road in roads.all(former) for ending in endings(road.name))
    kept = ((road, ending) for road, ending in found if "." in ending or road.name not in roads.paths)
    for number, (road, ending) in enumerate(kept, start=1):
        yield {"number": number, "key": key(ending), "name": road.name, "to": road.to, "told": road.told}


def weight(mapping: Mapping, uses: Uses, inventory: Inventory) -> float:
    """How much code uses a mapping's own names, from 0 to 1."""
    names = [mapping.name, *mapping.also, *method_names(mapping)]
    known = {entry.name for name in names if (entry := inventory.find(name))}
    return round(max((uses.weight(name, mapping.side) for name in {*names, *known}), default=0.0), 3)


def argument_names(mapping: Mapping, inventory: Inventory, roads: Roads, former: Former) -> list[str]:
    """The parameters of a mapping's name and of its twins, and what earlier versions called them."""
    found: dict[str, None] = {}
    for name in [mapping.name, *mapping.answers]:
        entry = inventory.find(name)
        own = [parameter.name for signature in entry.signatures for parameter in signature] if entry else []
        found |= dict.fromkeys(own)
        found |= dict.fromkeys(roads.keywords.get(name, {}))
        if name.startswith(("tf.keras.", "keras.")):
            found |= dict.fromkeys(old for old, new in former.arguments.items() if new in own)
    return [name for name in found if name not in ("self", "args", "kwargs", "name")]


def word_row(number: int, mapping: Mapping, namings: Iterable[Naming], arguments: Iterable[str]) -> Row:
    """What the full text knows of a mapping: names, arguments, summary, questions, notes."""
    named = [naming.name for naming in namings if naming.role != "related"]
    names = dict.fromkeys(word for name in named for word in name_words(name))
    reasons = [limit.reason for limit in mapping.limits]
    notes = [note.text for note in mapping.notes]
    return {
        "number": number,
        "names": " ".join(names),
        "full_names": " ".join(named),
        "arguments": " ".join(arguments),
        "summary": spaced(mapping.summary),
        "questions": spaced(" / ".join(mapping.questions)),
        "asked": [spaced(question) for question in [mapping.summary, *mapping.questions]],
        "notes": spaced(" / ".join([*notes, *reasons])),
    }


def written(row: Row) -> set[str]:
    """The words of names, arguments, summary and questions as they are written."""
    return written_words(" ".join(row[part] for part in ("names", "arguments", "summary", "questions")))


def vocabulary(counts: Counter[str], known: Iterable[str]) -> Iterator[Row]:
    """Every written word, with the number of mappings that have it; 0 for words that are known all the same."""
    words = {**dict.fromkeys(known, 0), **counts}
    return ({"word": word, "count": count} for word, count in sorted(words.items()))
