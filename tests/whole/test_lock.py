"""The lock file of the image: everything that the server needs, each at one version with its hashes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.lock import LOCK, Locked, read_lock

PYPROJECT = LOCK.with_name("pyproject.toml")


def unmet(needed: Iterable[str], locked: Mapping[str, Locked]) -> list[str]:
    """Requirements that the lock does not fulfil, nor those of what it locks, as far as it is installed here."""
    waiting = [Requirement(text) for text in needed]
    seen: set[str] = set()
    wrong: list[str] = []
    while waiting:
        requirement = waiting.pop()
        if str(requirement) in seen or not _is_wanted(requirement):
            continue
        seen.add(str(requirement))
        entry = locked.get(canonicalize_name(requirement.name))
        if entry is None or not requirement.specifier.contains(entry.version):
            wrong.append(str(requirement))
        try:
            waiting += [Requirement(text) for text in requires(requirement.name) or []]
        except PackageNotFoundError:
            continue
    return sorted(wrong)


def _is_wanted(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def declared() -> list[str]:
    dependencies: list[str] = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    return dependencies


def test_the_lock_is_current() -> None:
    """`make lock` writes it."""
    assert unmet(declared(), read_lock()) == []


def test_a_lock_that_is_not_current_is_told() -> None:
    locked = read_lock()
    without = {name: entry for name, entry in locked.items() if name != "starlette"}
    assert any(text.startswith("starlette") for text in unmet(declared(), without))
    assert unmet([*declared(), "fastapi<0.1"], locked) == ["fastapi<0.1"]


def test_the_lock_holds_what_serving_needs_and_no_more() -> None:
    assert read_lock().keys().isdisjoint({"torch", "tensorflow", "tensorflow-cpu", "keras", "numpy", "pytest"})


def test_the_lock_names_no_place() -> None:
    """Neither an index nor a folder: whoever installs has their own."""
    assert re.findall(r"https?:|file:|--(?!hash=)\S+", LOCK.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("line", ["a>=1 --hash=sha256:" + "0" * 64, "a==1", "a==1 --hash=sha256:0"])
def test_a_lock_without_hashes_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a pinned package"):
        read_lock(line)
