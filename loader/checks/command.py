"""The `check` command: all files, or some of them without reading the others."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from loader.checks.check import Checks, answered
from loader.files import FileError, read_bounded
from loader.model.dotted import leaf
from loader.model.inventory import Inventory, InventoryError
from loader.reading.data import Source, original_of, read_common, read_mappings, translation_of
from loader.reading.problems import Problem
from loader.reading.yaml_text import MAX_BYTES

# The fields in which a mapping names more of what it answers, as far as the next field.
_OTHER_NAMES = re.compile(r"^(?:also|methods):.*(?:\n[ -].*)*", re.MULTILINE)
_WORD = re.compile(r"[\w.]+")


def report(folder: Path, only: Sequence[Path] = ()) -> int:
    """The `check` command: prints every problem, or those of some files and folders only; the exit code."""
    for path in only:
        if not path.exists():
            print(f"{path}: no such file or folder", file=sys.stderr)
            return 2
        if not path.resolve().is_relative_to(folder.resolve()):
            print(f"{path}: not below {folder}, which is what is checked: --mappings names another", file=sys.stderr)
            return 2
    try:
        problems = find_problems(folder, only)
    except InventoryError as error:
        print(error, file=sys.stderr)
        return 1
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problem(s)" if problems else "no problems", file=sys.stderr)
    return 1 if problems else 0


def find_problems(folder: Path, only: Sequence[Path] = ()) -> list[Problem]:
    """Every problem, or those of some files and folders; sorted by place."""
    inventory = Inventory.load(folder / "inventory")
    only = [*only, *map(original_of, only), *map(translation_of, only)]  # a text and its translation go together
    common, problems = read_common(folder)
    if common is not None:
        wanted = [path for path in common.files if _is_wanted(path, only)]
        sources = list(read_mappings(wanted, problems.append))
        checks = Checks(common, inventory)
        for source in _rivals(sources, set(common.files) - set(wanted)):
            checks.take(source)
        for source in sources:
            problems += checks.of(source)
        problems += checks.together()
    return sorted({problem for problem in problems if _is_wanted(problem.path, only)})


def _rivals(sources: Iterable[Source], others: Iterable[Path]) -> Iterator[Source]:
    """Those of the other files that may answer a name of these: only they are read."""
    names = {name for source in sources for name, _ in answered(source.mapping)}
    words = names | {leaf(name) for name in names}
    found: list[Path] = []
    for path in sorted(others):
        try:
            text = read_bounded(path, MAX_BYTES).decode("utf-8", errors="replace")
        except FileError:
            continue  # a problem of that file, which was not asked for
        told = {word for block in _OTHER_NAMES.findall(text) for word in _WORD.findall(block)}
        if path.stem in names or not words.isdisjoint(told):
            found.append(path)
    return read_mappings(found, lambda _: None)


def _is_wanted(path: Path, only: Sequence[Path]) -> bool:
    return not only or any(path.resolve().is_relative_to(place.resolve()) for place in only)
