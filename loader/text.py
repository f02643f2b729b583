"""Text as the full-text index holds it; the search splits a reader's words by the same functions."""

from __future__ import annotations

import re
from itertools import pairwise

# Of one mapping: `number * MOST_QUESTIONS + position` is the row of a question in the index.
MOST_QUESTIONS = 1000
_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[a-zA-Z]?(?![a-z])|\d+")
_WRITTEN = re.compile(r"[a-z]{3,}")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def name_words(name: str) -> list[str]:
    """The words of a name: `nn.MaxPool2d` gives nn, max, pool, 2d, maxpool2d, maxpool, pool2d, and the initials mp."""
    found: list[str] = []
    for part in name.split("."):
        pieces = [piece.lower() for piece in _PIECES.findall(part)]
        pairs = [first + second for first, second in pairwise(pieces)]
        initials = "".join(piece[0] for piece in pieces if piece.isalpha())
        found += [*pieces, part.lower(), part.lower().replace("_", ""), *pairs]
        found += [initials] if len(initials) > 1 else []
    return list(dict.fromkeys(word for word in found if word))


def spaced(text: str) -> str:
    """Chinese has no spaces between words: set every character apart, so that any piece of it can be found."""
    return " ".join(_HAN.sub(r" \g<0> ", text).split())


def is_han(character: str) -> bool:
    """Whether it is a Chinese character."""
    return _HAN.fullmatch(character) is not None


def written_words(text: str) -> set[str]:
    """The words of a text that have letters only: those that a reader may misspell."""
    return set(_WRITTEN.findall(text.lower()))
