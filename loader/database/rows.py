"""The rows of the database: a rendered document, its names and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from loader.model.inventory import Inventory
from loader.model.mapping import Mapping
from loader.names import Naming, closeness, endings, is_method, key, leaf, namings
from loader.publish import document as doc
from loader.publish.render import brief
from loader.text import name_words, spaced, written_words

Row = dict[str, Any]


def mapping_rows(documents: list[doc.MappingDocument], basics: Collection[str] = ()) -> Iterator[Row]:
    """One row for each mapping, numbered from 1 in the order given."""
    for number, document in enumerate(documents, start=1):
        yield {
            "number": number,
            "id": document.id,
            "module": document.module,
            "kind": document.kind,
            "relation": document.relation,
            "status": document.status,
            "basic": document.id in basics,
            "brief": brief(document).model_dump_json().encode(),
            "document": document.model_dump_json().encode(),
        }


def name_rows(mappings: list[Mapping], inventory: Inventory, basics: Collection[str] = ()) -> Iterator[Row]:
    """Every name under each of its endings; `rank` orders the answers to one key, the best first, `basics` early."""
    found: list[tuple[Naming, Mapping, int]] = [
        (naming, mapping, number)
        for number, mapping in enumerate(mappings, start=1)
        for naming in namings(mapping, inventory)
    ]
    found.sort(key=lambda item: (*closeness(item[0], item[1], basics), item[0].name))
    keys = ((rank, item, ending) for rank, item in enumerate(found) for ending in endings(item[0].name))
    for row, (rank, (naming, _, number), ending) in enumerate(keys, start=1):
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


def word_rows(mappings: list[Mapping], inventory: Inventory) -> Iterator[Row]:
    """What the full text knows of each mapping: names, summary, questions, notes."""
    for number, mapping in enumerate(mappings, start=1):
        named = [naming.name for naming in namings(mapping, inventory) if naming.role != "related"]
        names = dict.fromkeys(word for name in named for word in name_words(name))
        reasons = [limit.reason for limit in mapping.limits]
        notes = [note.text for note in mapping.notes]
        yield {
            "number": number,
            "names": " ".join(names),
            "full_names": " ".join(named),
            "summary": spaced(mapping.summary),
            "questions": spaced(" / ".join(mapping.questions)),
            "notes": spaced(" / ".join([*notes, *reasons])),
        }


def vocabulary(words: Iterable[Row]) -> Iterator[Row]:
    """Every word of names, summaries and questions as it is written, with the number of mappings that have it."""
    parts = ("names", "summary", "questions")
    counts = Counter(word for row in words for word in written_words(" ".join(row[part] for part in parts)))
    return ({"word": word, "count": count} for word, count in sorted(counts.items()))
