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


@lru_cache(maxsize=256)
def prefers_chinese(accepted: str) -> bool:
    """Whether an Accept-Language header asks for Chinese before English."""
    quality = {"zh": 0.0, "en": 0.0}
    for part in accepted.lower().split(","):
        tag, _, parameter = part.partition(";")
        language = tag.strip().partition("-")[0]
        if language in quality:
            quality[language] = max(quality[language], _quality(parameter))
    return quality["zh"] > quality["en"]


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
