"""Which of several media types and codings a client would rather have, by its Accept headers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import mimeparse
from starlette_compress._utils import parse_accept_encoding


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


@lru_cache(maxsize=256)
def codings(accepted: str) -> tuple[str, ...]:
    """The codings of answers that an Accept-Encoding header allows, the best first."""
    given = parse_accept_encoding(accepted)
    return tuple(coding for coding in ("zstd", "br", "gzip") if coding in given)
