"""The arrows between packages, read from the code's own imports, and what a package or a module may grow to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

MOST_MODULES = 12  # in one folder
MOST_LINES = 350  # of one module

Packages = Mapping[str, frozenset[str]]


def modules_of(root: Path, room: str) -> list[Path]:
    """All modules of a room, wherever in it they are."""
    return sorted(path for path in (root / room).rglob("*.py") if "__pycache__" not in path.parts)


def unit_of(root: Path, path: Path) -> str:
    """What a module counts as: its package; at the top of a room the module itself, for there live both ends."""
    parts = path.relative_to(root).with_suffix("").parts
    if parts[-1] == "__init__":
        return ".".join(parts[:-1])
    return ".".join(parts if len(parts) == 2 else parts[:-1])


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Each import of a module with its line, those within functions and for typing only included.

    `from a import b` is `a.b`: b may be a module.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def arrows(root: Path, rooms: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each import from one unit into another: where it stands, from, to. A relative import leads to its own text."""
    known = {path: unit_of(root, path) for room in rooms for path in modules_of(root, room)}
    units = set(known.values())
    for path, unit in known.items():
        for line, name in imports_of(path):
            target = next((start for start in _starts(name) if start in units), None)
            if name.startswith("."):
                target = name
            if target is not None and target != unit:
                yield f"{path.relative_to(root)}:{line}", unit, target


def _starts(name: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def faults(root: Path, allowed: Packages) -> list[str]:
    """What the table does not allow, and where the table itself is wrong."""
    rooms = sorted({unit.partition(".")[0] for unit in allowed})
    found = [
        f"{place}: {unit} may not import {target}"
        for place, unit, target in arrows(root, rooms)
        if target not in allowed.get(unit, frozenset())
    ]
    units = {unit_of(root, path) for room in rooms for path in modules_of(root, room)} - set(rooms)
    found += [f"the table does not know {unit}" for unit in sorted(units - allowed.keys())]
    found += [f"the table has {unit}, which does not exist" for unit in sorted(allowed.keys() - units)]
    return found + [f"the table leads round: {' -> '.join(way)}" for way in _circles(allowed)]


def _circles(allowed: Packages) -> Iterator[list[str]]:
    """Units from which the table leads back to themselves."""

    def reach(unit: str, way: list[str]) -> Iterator[list[str]]:
        for target in allowed.get(unit, frozenset()):
            if target == way[0]:
                yield [*way, target]
            elif target > way[0] and target not in way:  # a circle is told once, from its first name
                yield from reach(target, [*way, target])

    for unit in sorted(allowed):
        yield from reach(unit, [unit])


def too_large(root: Path, rooms: list[str], exceptions: Mapping[str, str]) -> list[str]:
    """Folders of too many modules, modules of too many lines, exceptions that are none any more."""
    found: list[str] = []
    long: set[str] = set()
    folders: dict[Path, int] = {}
    for room in rooms:
        for path in modules_of(root, room):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            name = str(path.relative_to(root))
            if path.stem != "__init__":
                folders[path.parent] = folders.get(path.parent, 0) + 1
            if lines > MOST_LINES:
                long.add(name)
                if name not in exceptions:
                    found.append(f"{name} has {lines} lines: at most {MOST_LINES}")
    full = {str(folder.relative_to(root)): count for folder, count in folders.items() if count > MOST_MODULES}
    long |= full.keys()
    found += [f"{name} is not too long any more" for name in sorted(exceptions.keys() - long)]
    return found + [
        f"{name} has {count} modules: at most {MOST_MODULES}"
        for name, count in sorted(full.items())
        if name not in exceptions
    ]
