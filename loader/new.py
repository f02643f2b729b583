"""A first draft of a mapping: everything that the inventories know, and a placeholder for the rest."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from loader.checks.check import PLACEHOLDER, answered
from loader.checks.rules import Known, name_hint
from loader.files import FileError, write_text
from loader.model.dataset import Conventions
from loader.model.dotted import leaf, namespace, side_of
from loader.model.inventory import Entry, Inventory, InventoryError, Signature, signature_text
from loader.names import TENSOR
from loader.reading.data import MODULE_FILE, mapping_files, read_mappings, read_model
from loader.reading.problems import BadData, Problem


class NotDrafted(Exception):
    """There is nothing to draft; the message says why and what to do instead."""


def draft(name: str, known: Known, taken: Collection[str] = ()) -> tuple[str, str]:
    """The id and the text of a new mapping. `taken` are the names that others answer, and that it may not.

    Raises:
        NotDrafted: neither framework has the name.
    """
    inventory = known.inventory
    entry = inventory.find(name)
    if entry is None:
        raise NotDrafted(f"there is no public name {name}{name_hint(name, inventory, side_of(name))}")
    entry = inventory.find(entry.alias_of or entry.name) or entry
    lines = ["# yaml-language-server: $schema=../schema.json"]
    lines += [f"# {signature_text(entry.name, signature)}" for signature in entry.signatures]
    lines += _names(entry, inventory, taken)
    lines += [f"kind: {PLACEHOLDER}", f"relation: {PLACEHOLDER}", f'summary: ""  # {PLACEHOLDER}: one sentence']
    lines += [f"questions: [{PLACEHOLDER}]", *_tables(entry.signatures, known.general(entry.side))]
    lines += [
        "examples:",
        f"  - name: {PLACEHOLDER}",
        '    inputs: {x: "rng.normal(size=(2, 3))"}',
        f"    torch: y = {PLACEHOLDER}",
        f"    tf: y = {PLACEHOLDER}",
        "    compare: [y]",
    ]
    return entry.name, "\n".join(lines) + "\n"


def _names(entry: Entry, inventory: Inventory, taken: Collection[str]) -> list[str]:
    also = [one.name for one in inventory.torch.values() if one.alias_of == entry.name and _is_function(one)]
    also = [name for name in also if name not in taken]
    lines = [f"name: {entry.name}"]
    if entry.side == "tf":
        return [*lines, f"twins: [{PLACEHOLDER}]"]
    if also:
        lines.append(f"also: [{', '.join(sorted(also))}]")
    spellings = [spelling for name in [entry.name, *also] for spelling in (leaf(name), f"{leaf(name)}_")]
    free = [spelling for spelling in spellings if f"{TENSOR}.{spelling}" not in taken]
    methods = [spelling for spelling in free if inventory.find(f"{TENSOR}.{spelling}")]
    if methods and _is_function(entry) and entry.kind == "function":
        lines.append(f"methods: [{', '.join(dict.fromkeys(methods))}]")
    return [*lines, f"twins: [{PLACEHOLDER}]"]


def _is_function(entry: Entry) -> bool:
    return not entry.name.startswith(f"{TENSOR}.")


def _tables(signatures: tuple[Signature, ...], general: set[str]) -> list[str]:
    """One argument table, or one for each overload that has parameters of its own."""
    tables = list(dict.fromkeys(tuple(p.name for p in s if p.name not in general) for s in signatures))
    if not tables:
        return []
    return ["signatures:", *(line for table in tables for line in _item(_table(table, "    ")))]


def _table(names: tuple[str, ...], indentation: str) -> list[str]:
    if not names:
        return [f"{indentation}parameters: {{}}"]
    return [f"{indentation}parameters:", *(f"{indentation}  {_key(name)}: {PLACEHOLDER}" for name in names)]


def _key(name: str) -> str:
    """YAML reads some words as booleans."""
    return f'"{name}"' if name.lower() in ("y", "n", "yes", "no", "on", "off", "true", "false", "null") else name


def _item(lines: list[str]) -> list[str]:
    return [f"  - {lines[0].lstrip()}", *lines[1:]]


def report(folder: Path, name: str, module: str | None) -> int:
    """The `new` command: writes a draft; the exit code (2: the module is not clear)."""
    try:
        conventions, _ = read_model(folder / "conventions.yaml", Conventions)
        others = read_mappings(mapping_files(folder), _pass)
        taken = {other for source in others for other, _ in answered(source.mapping)}
        mapping_id, text = draft(name, Known(Inventory.load(folder / "inventory"), conventions), taken)
    except (NotDrafted, InventoryError, BadData) as error:
        print(error, file=sys.stderr)
        return 1
    existing = next((path for path in mapping_files(folder) if path.stem == mapping_id), None)
    if existing is not None:
        print(f"{existing} is there already", file=sys.stderr)
        return 1
    modules = sorted(path.parent.name for path in folder.glob(f"*/{MODULE_FILE}"))
    guessed = None if module else _module_of(mapping_id, folder)
    module = module or guessed
    if module not in modules:
        problem = f"no module {module!r}" if module else f"which module {mapping_id} belongs to is not clear"
        print(f"{problem}: give --module, one of {', '.join(modules)}", file=sys.stderr)
        return 2
    path = folder / module / f"{mapping_id}.yaml"
    try:
        write_text(path, text)
    except FileError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path}: fill in every {PLACEHOLDER}, then `python -m loader check {path}`")
    if guessed:
        print(f"(names like it are in {guessed}; move the file, or give --module, if another fits better)")
    return 0


def _pass(problem: Problem) -> None:
    """What is wrong with other files is no matter of a draft."""


def _module_of(mapping_id: str, folder: Path) -> str | None:
    """The module of names that end alike in either framework, else of those that stand beside it; None without any."""
    own, files = namespace(mapping_id), mapping_files(folder)
    alike = [path.parent.name for path in files if leaf(path.stem).lower() == leaf(mapping_id).lower()]
    neighbours = alike or [path.parent.name for path in files if namespace(path.stem) == own]
    return Counter(neighbours).most_common(1)[0][0] if neighbours else None
