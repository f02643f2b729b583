"""How much each word of a question tells of each mapping.

That depends on the word alone, and readers use the same words again and again: what was found for them is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import log1p
from threading import Lock

from api.lookup.database import Database, TextTable

Weights = dict[int, float]
SHARES: dict[TextTable, float] = {"words": 1.0, "remarks": 0.4}
HELD = 1.0  # that a word of the question is there at all, beside how often and where
KEPT = 50_000  # weights of all words that are kept, of a hundred bytes each


class WordWeights:
    """The weights that a function finds for words, each of which is an FTS5 expression; any thread may ask."""

    def __init__(self, find: Callable[[str], Weights]) -> None:
        self._find = find
        self._turn = Lock()
        self._kept: OrderedDict[str, Weights] = OrderedDict()
        self._size = 0

    def of(self, word: str) -> Weights:
        """Of everything that has the word. Not to be changed."""
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


def of_mappings(database: Database) -> WordWeights:
    """Weights of mappings, by their number: by where and how often they hold a word, and by how few do."""

    def find(word: str) -> Weights:
        weights: Weights = {}
        for table, share in SHARES.items():
            found = database.weights(table, word)
            rare = HELD * _rarity(len(found), len(database.summaries)) if table == "words" else 0.0
            for number, weight in found:
                weights[number] = weights.get(number, 0.0) + share * weight + rare
        return weights

    return WordWeights(find)


def of_questions(database: Database) -> WordWeights:
    """Weights of the questions of all mappings, by their row: those of several words add up, as in the full text."""
    return WordWeights(lambda word: dict(database.question_weights(word)))


def _rarity(holders: int, among: int) -> float:
    """How much it tells that a mapping is among so many."""
    return log1p((among - holders + 0.5) / (holders + 0.5))


def _size(word: str, found: Weights) -> int:
    """In weights: what a word takes by itself counts too, for nobody knows how many words there are."""
    return 4 + len(word) // 50 + len(found)
