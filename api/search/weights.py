"""How much each word of a question tells of each mapping.

That depends on the word alone, and readers use the same words again and again: what was found for them is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from math import log1p
from threading import Lock

from api.lookup.database import Database, TextTable

Weights = dict[int, float]  # of mappings, by their number
SHARES: dict[TextTable, float] = {"words": 1.0, "remarks": 0.4}
HELD = 1.0  # that a word of the question is there at all, beside how often and where
KEPT = 50_000  # weights of all words that are kept, of a hundred bytes each


class WordWeights:
    """The weights of words over one database; any thread may ask."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = Lock()
        self._kept: OrderedDict[str, Weights] = OrderedDict()
        self._size = 0

    def of(self, word: str) -> Weights:
        """Of every mapping that has the word, which is an FTS5 expression. Not to be changed."""
        with self._turn:
            if (kept := self._kept.get(word)) is not None:
                self._kept.move_to_end(word)
                return kept
        found = self._find(word)
        with self._turn:
            if word not in self._kept:
                self._kept[word] = found
                self._size += _size(word, found)
            while self._size > KEPT:
                self._size -= _size(*self._kept.popitem(last=False))
        return found

    def _find(self, word: str) -> Weights:
        weights: Weights = {}
        for table, share in SHARES.items():
            found = self._database.weights(table, word)
            rare = HELD * self._rarity(len(found)) if table == "words" else 0.0
            for number, weight in found:
                weights[number] = weights.get(number, 0.0) + share * weight + rare
        return weights

    def _rarity(self, holders: int) -> float:
        """How much it tells that a mapping is among so many."""
        others = len(self._database.summaries) - holders
        return log1p((others + 0.5) / (holders + 0.5))


def _size(word: str, found: Weights) -> int:
    """In weights: what a word takes by itself counts too, for nobody knows how many words there are."""
    return 4 + len(word) // 50 + len(found)
