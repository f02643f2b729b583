"""What is no call, as data: attributes, names and operators of a framework, from `from_torch.toml` and its like."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from loader.model.dotted import Side


@dataclass(frozen=True)
class Rules:
    """What sources of a framework say, and what to write in the other one.

    `attributes`, of a tensor; `shapes`, of its shape; `calls`, the value of a method first; `names`; `operators`, those
    that are not the same in both; `symbols`, functions that are operators; `words`, lists of names by purpose.
    """

    source: Side
    imports: dict[str, str]  # by the name that they bind
    attributes: dict[str, ast.expr]
    shapes: dict[str, ast.expr]
    names: dict[str, ast.expr]
    operators: dict[str, str]
    symbols: dict[str, str]
    calls: dict[str, ast.expr | None]  # None: the call stands for nothing, its statement is dropped
    rewrites: dict[str, list[tuple[str, ast.expr]]]
    clashes: frozenset[str]
    entries: dict[str, ast.expr]
    functional: dict[str, str]
    words: dict[str, frozenset[str]]

    @property
    def target(self) -> Side:
        return "tf" if self.source == "torch" else "torch"

    @property
    def views(self) -> frozenset[str]:
        return self.words["views"]

    @property
    def sharing(self) -> frozenset[str]:
        return self.words["views"] | self.words["sharing"]

    @property
    def framework(self) -> str:
        """The source's framework, for people."""
        return {"torch": "PyTorch", "tf": "TensorFlow"}[self.source]


@lru_cache(maxsize=2)
def rules(source: Side = "torch") -> Rules:
    """The rules for sources of a framework; the file is read once."""
    raw = tomllib.loads((Path(__file__).parent / f"from_{source}.toml").read_text(encoding="utf-8"))
    return Rules(
        source=source,
        imports=raw["imports"],
        attributes=_templates(raw["attributes"]),
        shapes=_templates(raw.get("shapes", {})),
        names=_templates(raw["names"]),
        operators=raw["operators"],
        symbols=raw["symbols"],
        rewrites={
            name: [(condition, template(text)) for condition, text in options]
            for name, options in raw.get("rewrites", {}).items()
        },
        clashes=frozenset(raw.get("clashes", {}).get("names", "").split()),
        functional=raw.get("functional", {}),
        entries=_templates(raw.get("entries", {})),
        calls={name: template(text) if text else None for name, text in raw["calls"].items()},
        words={key: frozenset(text.split()) for key, text in raw["words"].items()},
    )


def _templates(raw: dict[str, str]) -> dict[str, ast.expr]:
    return {name: template(text) for name, text in raw.items()}


def template(text: str) -> ast.expr:
    """A template with `{x}` for its holes, as a tree over their names."""
    return ast.parse(re.sub(r"\{(\w+)\}", r"\1", text), mode="eval").body
