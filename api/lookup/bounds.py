"""One bound for every text that is looked for, whichever interface it came through."""

from __future__ import annotations

MAX_TEXT = 200  # characters of a name or a question: no public name has half as many


def bounded(text: str) -> str:
    """As much of a text as is looked at: its beginning, where the name of a call stands.

    Comparing a text with all names takes time in proportion to its length, so nothing longer reaches them.
    """
    return text[:MAX_TEXT]
