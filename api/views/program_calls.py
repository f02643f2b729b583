"""The framework calls of a worked program, with their mappings, section by section."""

from __future__ import annotations

import re

from api.lookup.catalogue import Catalogue
from api.scan.answer import ScannedCall, scan

_MARK = re.compile(r"# %% (\w+)")


def calls_of(catalogue: Catalogue, source: str) -> list[ScannedCall]:
    """Every use of a framework's name that is certain: by an import, or called on what such a use gave."""
    return [call for call in scan(catalogue, source).calls if call.certainty != "uncertain"]


def links(catalogue: Catalogue, source: str) -> dict[str, dict[str, str]]:
    """By section: each name that is used there, and the id of its mapping."""
    sections: list[str] = []
    for line in source.splitlines():
        mark = _MARK.fullmatch(line)
        sections.append(mark[1] if mark else sections[-1] if sections else "")
    found: dict[str, dict[str, str]] = {}
    for call in calls_of(catalogue, source):
        if call.twin:
            found.setdefault(sections[call.line - 1], {})[call.name] = call.twin.id
    return found
