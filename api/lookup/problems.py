"""Why a question has no answer, told for the reader. Nothing here knows how an interface will say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from api.lookup.suggest import Suggestion

Kind = Literal[
    "unknown-name", "not-mapped-yet", "removed", "other-framework", "out-of-scope",
    "unknown-mapping", "unknown-module", "unknown-program",
]  # fmt: skip


class NoAnswer(Exception):
    """What was asked for is not there; the message says what to do."""

    def __init__(self, kind: Kind, detail: str, suggestions: Sequence[Suggestion] = ()) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.suggestions = list(suggestions)
