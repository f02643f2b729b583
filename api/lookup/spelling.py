"""Misspelt words: what the full text has that is nearest."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from api.lookup.database import Database

SHORTEST = 4  # a shorter word is as near to every other
COMMON = 0.1  # of all mappings
KEPT = 1000  # words that were put right, or are not to be


def tolerance(word: str) -> int:
    """How many letters may be wrong."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < 6 else 2 if len(word) < 12 else 3


class Spelling:
    """The words of the full text, read when first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.correct = lru_cache(maxsize=KEPT)(self._correct)

    @cached_property
    def _counts(self) -> dict[str, int]:
        return self._database.words()

    @cached_property
    def _sorted(self) -> list[str]:
        return [word for word, count in self._counts.items() if count]

    def is_common(self, word: str) -> bool:
        """Whether so many mappings have this word that it tells little."""
        return self._counts.get(word.lower(), 0) > COMMON * len(self._database.summaries)

    def has(self, word: str) -> bool:
        """Whether the full text has this very word."""
        return self._counts.get(word.lower(), 0) > 0

    def knows(self, word: str) -> bool:
        """Whether the full text has this word, or one that begins so, or the field does; Chinese is always known."""
        word = word.lower()
        if not word.isascii() or word in self._counts:
            return True
        position = bisect_left(self._sorted, word)
        return position < len(self._sorted) and self._sorted[position].startswith(word)

    def _correct(self, word: str) -> str | None:
        """The nearest word, of equally near ones that with the most letters in place.

        None where the word is known, or nothing is near.
        """
        if not word.isalpha() or self.knows(word):
            return None
        word = word.lower()
        near = process.extract(word, self._sorted, scorer=OSA.distance, score_cutoff=tolerance(word), limit=None)
        best = min(near, key=lambda found: (found[1], -JaroWinkler.similarity(word, found[0]), found[0]), default=None)
        return best[0] if best else None
