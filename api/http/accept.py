"""Which of several media types a client would rather have, by its Accept header."""

from __future__ import annotations

from collections.abc import Iterable

import mimeparse


def preferred(accept: str, offered: Iterable[str], default: str) -> str:
    """The offered media type of the highest quality; the default among equals, and where nothing is acceptable.

    A header that cannot be read says nothing.
    """
    if accept in ("", "*/*"):
        return default
    ordered = [*(media for media in offered if media != default), default]  # of equals the last one is taken
    try:
        return str(mimeparse.best_match(ordered, accept)) or default
    except ValueError:
        return default
