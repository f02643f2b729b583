"""Names by their last part, without the marks between its words: `onehot` and `one hot` are `one_hot`."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from math import sqrt

from api.lookup.database import Database
from api.lookup.suggest import squeezed
from loader.model.dotted import leaf
from loader.names import Role, key

# How near a mapping is by what the name is to it: its own, another one for the same, one that it answers with.
NEARNESS: dict[Role, float] = {
    "canonical": 1.0, "also": 0.8, "alias": 0.8, "method": 0.8, "answer": 0.65, "other": 0.5, "related": 0.0,
}  # fmt: skip
LONGER = 0.7  # the name goes on
MARKS = 0.9  # it was typed with marks between its words and is written without
LETTERS = 0.99  # in other capitals
CUT = 0.5  # it goes on inside a word: `conv` of `convert`, beside `conv` of `Conv2d`


class Leaves:
    """The last parts of all names that have an answer, read when first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @cached_property
    def _sorted(self) -> list[tuple[str, str, Role, int]]:
        return sorted((squeezed(leaf(name)), leaf(name), role, n) for name, role, n in self._database.whole_names())

    def beginning(self, text: str) -> tuple[dict[int, float], set[int]]:
        """Mappings with a name that begins so, each with how near it is, up to 1; and those whose name ends there."""
        typed = squeezed(text)
        marks = key(text) if "_" in text else None
        near: dict[int, float] = {}
        whole: set[int] = set()
        for position in range(bisect_left(self._sorted, (typed,)), len(self._sorted) if typed else 0):
            last, written, role, number = self._sorted[position]
            if not last.startswith(typed):
                break
            if last == typed:
                whole.add(number)
            share = NEARNESS[role] * _share(typed, last, written)
            share *= 1 if marks is None or key(written) == marks else MARKS
            share *= 1 if written.startswith(text) else LETTERS
            near[number] = max(share, near.get(number, 0.0))
        return near, whole


def _share(typed: str, last: str, written: str) -> float:
    """How much of a name was typed; less where it goes on inside a word."""
    if typed == last:
        return 1.0
    return LONGER * sqrt(len(typed) / len(last)) * (1 if _ends_a_word(written, len(typed)) else CUT)


def _ends_a_word(written: str, letters: int) -> bool:
    """Whether a longer name has the end of a word after so many letters, `_` not counted."""
    following = [position for position, character in enumerate(written) if character != "_"][letters]
    return written[following - 1] == "_" or not written[following].islower()
