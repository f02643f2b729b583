"""The locked dependencies of the image."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).parent.parent.parent / "requirements.lock"


@dataclass(frozen=True)
class Locked:
    """A package at its only version, and the SHA-256 of each file that may be installed for it."""

    version: str
    hashes: tuple[str, ...]
    is_wanted_here: bool


def read_lock(text: str | None = None) -> dict[str, Locked]:
    """Every locked package by its canonical name.

    Raises:
        ValueError: a line is neither a pinned package with hashes nor a comment.
    """
    if text is None:
        text = LOCK.read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", text)).splitlines()
    return dict(_entry(line) for line in lines if line.strip())


def _entry(line: str) -> tuple[str, Locked]:
    told, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
    requirement = Requirement(told)
    versions = [one.version for one in requirement.specifier if one.operator == "=="]
    if len(versions) != 1 or not hashes or not all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes):
        raise ValueError(f"not a pinned package with hashes: {line}")
    wanted = requirement.marker is None or requirement.marker.evaluate()
    return canonicalize_name(requirement.name), Locked(versions[0], tuple(hashes), wanted)
