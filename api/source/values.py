"""The values that literals in a source stand for: `3`, `(1, 2)`, `"same"`, `-1.5`, `None`."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Any


class NotLiteral(ValueError):
    """A variable or a call: the text does not tell its value."""


def literal(source: ast.expr | str) -> Any:
    """The value of a literal, given as a node or as text.

    Raises:
        NotLiteral: the text does not tell the value.
    """
    return _from_text(source) if isinstance(source, str) else _evaluated(source)


@lru_cache(maxsize=4096)
def _from_text(source: str) -> Any:
    """The defaults of signatures come again with every call."""
    return _evaluated(source)


def _evaluated(source: ast.expr | str) -> Any:
    try:
        return ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise NotLiteral from None
