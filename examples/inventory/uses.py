"""Counts how many source files use each public name: what people mean by a short or vague name is what code uses.

Run `python -m examples.inventory.uses FOLDER`; FOLDER holds the wheels of PACKAGES, which `pip download --no-deps`
fetches. They are read, never installed or run. A file counts once for each name, however often it has it. A method of
an unknown value (`x.view(...)`) counts for the tensor of the framework that the file imports.
"""

from __future__ import annotations

import argparse
import ast
import sys
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from examples.inventory.folder import FOLDER
from loader.files import write_text
from loader.model.dotted import Side, leaf
from loader.model.inventory import Inventory
from loader.model.roads import Roads, read_roads
from loader.model.uses import NAME, PACKAGES, Uses
from loader.names import TENSORS
from loader.text import written_words

COMMAND = "python -m examples.inventory.uses"
ROOTS = {"tensorflow": "tf", "tf_keras": "keras"}
# What packages import from modules of their own, which choose between versions of a framework.
PASSED_ON = {"keras": "keras", "tf": "tf", "torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional"}
# `.values()` is a dictionary's before it is a tensor's.
CONTAINERS = frozenset(name for kind in (dict, list, set, str) for name in dir(kind))
FAMILIAR = 30  # files that have a word: nobody misspells one so often
LARGEST = 2_000_000  # characters; what is longer was not written by people


def main(arguments: list[str] | None = None) -> int:
    """Count and write; the exit status: 1 where a wheel is missing."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="holds the wheels")
    folder: Path = parser.parse_args(arguments).folder
    wheels = {name: next(folder.glob(f"{name}-{version}-*.whl"), None) for name, version in PACKAGES.items()}
    if missing := [f"{name}=={PACKAGES[name]}" for name, wheel in wheels.items() if wheel is None]:
        print(f"missing: pip download --no-deps -d {folder} {' '.join(missing)}", file=sys.stderr)
        return 1
    warnings.simplefilter("ignore")  # other people's escapes in strings
    public = public_names(Inventory.load(FOLDER), read_roads(FOLDER))
    counted: Counter[str] = Counter()
    words: Counter[str] = Counter()
    files = 0
    for wheel in filter(None, wheels.values()):
        for source in _sources(wheel):
            counted.update(used_names(source, public))
            words.update(written_words(source))
            files += 1
    uses = Uses(
        generated=f"{COMMAND}; do not edit",
        packages=PACKAGES,
        files=files,
        names=dict(sorted(counted.items())),
        words=sorted(word for word, count in words.items() if count >= FAMILIAR),
    )
    write_text(FOLDER / NAME, uses.model_dump_json(indent=0) + "\n")
    print(f"{NAME}: {len(counted)} names in {files} files", file=sys.stderr)
    return 0


def public_names(inventory: Inventory, roads: Roads) -> dict[str, str]:
    """Every public name and every path to one, with the canonical name."""
    entries = [*inventory.torch.values(), *inventory.tf.values()]
    public = {spelling: entry.name for entry in entries for spelling in entry.spellings}
    return {**roads.paths, **public}


def used_names(source: str, public: Mapping[str, str]) -> set[str]:
    """The public names of both frameworks that a source uses, as canonical names; of broken code none."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set()
    imported = dict(_imports(tree))
    sides = {side for name in imported.values() if (side := _side_of(name))}
    found: set[str] = set()
    for dotted in _dotted(tree):
        first, _, rest = dotted.partition(".")
        if first in imported:
            found |= set(_public(f"{imported[first]}.{rest}" if rest else imported[first], public))
        elif rest and (method := leaf(rest)) not in CONTAINERS:
            found |= {name for side in sides if (name := public.get(f"{TENSORS[side]}.{method}"))}
    return found


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each imported name with the dotted path that it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                path = _rooted(item.name)
                yield (item.asname, path) if item.asname else (item.name.partition(".")[0], path.partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            for item in node.names:
                path = _rooted(f"{node.module}.{item.name}") if node.module and not node.level else item.name
                if _side_of(path) is None:
                    path = PASSED_ON.get(item.name, path)
                yield item.asname or item.name, path


def _rooted(path: str) -> str:
    first, dot, rest = path.partition(".")
    return ROOTS.get(first, first) + dot + rest


def _side_of(path: str) -> Side | None:
    sides: dict[str, Side] = {"torch": "torch", "tf": "tf", "keras": "tf"}
    return sides.get(path.partition(".")[0])


def _dotted(tree: ast.Module) -> Iterator[str]:
    """Every name and chain of attributes that is read; a chain on anything but a name begins with a dot."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if id(node) in inner or not isinstance(node, ast.Attribute | ast.Name):
            continue
        parts: list[str] = []
        value: ast.expr = node
        while isinstance(value, ast.Attribute):
            parts.append(value.attr)
            value = value.value
        parts.append(value.id if isinstance(value, ast.Name) else "")
        yield ".".join(reversed(parts))


def _public(path: str, public: Mapping[str, str]) -> Iterable[str]:
    """The canonical name of the longest beginning of a path that leads to a public name of a framework."""
    while "." in path:
        if path in public:
            return [public[path]]
        path = path.rpartition(".")[0]
    return []


def _sources(wheel: Path) -> Iterator[str]:
    with zipfile.ZipFile(wheel) as archive:
        for item in archive.infolist():
            if item.filename.endswith(".py") and item.file_size < LARGEST:
                yield archive.read(item).decode("utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
