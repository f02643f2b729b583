"""Which pieces of a result match the words that were typed."""

from __future__ import annotations

import re
from collections.abc import Callable

from api.search.words import read_text, read_words
from loader.model.dotted import leaf

# Endings that do not matter, so that `joining` marks `Join`.
_ENDING = re.compile(r"(?<=\w{4})(?:ations?|ions?|ings?|ers?|ed|es|s|e|y)$")
Highlighter = Callable[..., list[str]]


def highlighter(*asked: str) -> Highlighter:
    """A function from texts (None is left out) to their pieces that match, longest first, each once."""
    words = [word for text in asked for word in read_words(read_text(text)).wanted]
    stems = {_ENDING.sub("", leaf(word).lower()) for word in words}
    roots = sorted((stem for stem in stems if len(stem) > 1), key=lambda root: (-len(root), root))
    if not roots:
        return lambda *_: []
    # Inside a name any piece counts, in a sentence only the beginning of a word.
    one = "|".join(map(re.escape, roots))
    pattern = re.compile(rf"(?:(?<=[._])|\b|(?<=[a-z])(?=[A-Z0-9]))(?i:{one})")

    def matching(*texts: str | None) -> list[str]:
        found = {match.group() for each in texts if each for match in pattern.finditer(each)}
        return sorted(found, key=lambda piece: (-len(piece), piece))

    return matching
