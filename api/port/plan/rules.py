"""What is no call, as data: attributes, names and operators, read from `rules.toml`."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Rules:
    """`attributes`, of a tensor; `methods`, of a tensor or a module, tried in order; `names`; `operators`."""

    attributes: dict[str, ast.expr]
    names: dict[str, ast.expr]
    operators: dict[str, str]
    calls: dict[str, ast.expr | None]  # None: the call stands for nothing, its statement is dropped
    rewrites: dict[str, list[tuple[str, ast.expr]]]
    clashes: frozenset[str]
    entries: dict[str, ast.expr]
    functional: dict[str, str]
    views: frozenset[str]
    sharing: frozenset[str]
    keep_dtype: frozenset[str]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules of this server; the file is read once."""
    raw = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
    words = {key: frozenset(text.split()) for key, text in raw["words"].items()}
    return Rules(
        attributes={name: template(text) for name, text in raw["attributes"].items()},
        names={name: template(text) for name, text in raw["names"].items()},
        operators=raw["operators"],
        rewrites={
            name: [(condition, template(text)) for condition, text in options]
            for name, options in raw["rewrites"].items()
        },
        clashes=frozenset(raw["clashes"]["names"].split()),
        functional=raw["functional"],
        views=words["views"],
        sharing=words["views"] | words["sharing"],
        keep_dtype=words["keep_dtype"],
        entries={name: template(text) for name, text in raw["entries"].items()},
        calls={name: template(text) if text else None for name, text in raw["calls"].items()},
    )


def template(text: str) -> ast.expr:
    """A template with `{x}` for its holes, as a tree over their names."""
    return ast.parse(re.sub(r"\{(\w+)\}", r"\1", text), mode="eval").body
