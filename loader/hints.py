"""What a misspelt word was probably meant to be: the end of an error message."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

LIKENESS = 0.6  # of 1: two letters of five may be wrong


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word that was probably meant: the one that the fewest edits lead to, if they are few."""
    found = process.extractOne(word, list(known), scorer=OSA.normalized_similarity, score_cutoff=LIKENESS)
    return found[0] if found else None


def hint(word: str, known: Iterable[str]) -> str:
    """The word that was probably meant, or all that are known, if any: ` (did you mean 'kind'?)`."""
    choices = list(known)
    near = nearest(word, choices)
    if near is not None:
        return f" (did you mean {near!r}?)"
    return f" (known here: {', '.join(choices)})" if choices else ""
