"""`python -m loader missing`: the public names that no mapping answers, most used first where that is known."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from loader.files import FileError, read_bounded
from loader.model.inventory import Entry, Inventory, InventoryError
from loader.names import namings
from loader.reading.data import mapping_files, read_mappings

PRIOR = "usage.json"  # beside the inventories: names and how often they are used; there need not be one
MAX_BYTES = 16 * 2**20  # of that file


def missing(folder: Path, inventory: Inventory, prior: dict[str, int], namespace: str | None = None) -> list[Entry]:
    """The entries without an answer, those of one namespace and below it; most used first, then by name.

    Files that cannot be read answer nothing: `python -m loader check` tells what is wrong with them.
    """
    answered = {
        naming.name
        for source in read_mappings(mapping_files(folder), lambda _: None)
        for naming in namings(source.mapping, inventory)
        if naming.role != "related"
    }

    def is_wanted(entry: Entry) -> bool:
        if entry.kind == "module" or entry.alias_of in answered or not answered.isdisjoint(entry.spellings):
            return False
        return namespace is None or _is_in(namespace, entry)

    def rank(entry: Entry) -> tuple[int, str]:
        return -max(prior.get(name, 0) for name in entry.spellings), entry.name

    return sorted(filter(is_wanted, _entries(inventory)), key=rank)


def _entries(inventory: Inventory) -> list[Entry]:
    return [*inventory.torch.values(), *inventory.tf.values()]


def _is_in(namespace: str, entry: Entry) -> bool:
    return any(name.startswith(f"{namespace}.") for name in entry.spellings)


def _read_prior(path: Path) -> dict[str, int]:
    """How often names are used. Raises FileError."""
    try:
        prior = json.loads(read_bounded(path, MAX_BYTES))
    except (ValueError, RecursionError) as error:
        raise FileError(path, f"not JSON: {error}") from None
    if not isinstance(prior, dict) or not all(isinstance(count, int) for count in prior.values()):
        raise FileError(path, 'it must be an object of names and whole numbers: {"torch.nn.Linear": 12345}')
    return prior


def _lines(entries: list[Entry], prior: dict[str, int]) -> Iterator[str]:
    for entry in entries:
        used = max(prior.get(name, 0) for name in entry.spellings)
        yield f"{entry.name}  {used:,}" if used else entry.name


def report(folder: Path, namespace: str | None, prior_path: Path | None) -> int:
    """The `missing` command: one name a line; the exit code."""
    committed = folder / "inventory" / PRIOR
    path = prior_path or (committed if committed.exists() else None)
    try:
        prior = _read_prior(path) if path else {}
        inventory = Inventory.load(folder / "inventory")
    except (FileError, InventoryError) as error:
        print(error, file=sys.stderr)
        return 1
    if namespace is not None and not any(_is_in(namespace, entry) for entry in _entries(inventory)):
        print(f"no public name stands in {namespace}", file=sys.stderr)
        return 2
    entries = missing(folder, inventory, prior, namespace)
    for line in _lines(entries, prior):
        print(line)
    print(f"{len(entries):,} names without an answer", file=sys.stderr)
    return 0
