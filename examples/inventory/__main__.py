"""Writes the inventories: every public name and signature of the installed PyTorch and TensorFlow.

Run `python -m examples.inventory` after an upgrade of either framework; with `--check` it only says whether the
committed files still describe the installed ones.
"""

import argparse
import json
import sys
import warnings
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from examples.inventory import tensorflow as inventory_tensorflow
from examples.inventory import torch as inventory_torch
from examples.inventory.folder import FOLDER
from examples.inventory.roads import collect as collect_roads
from loader.files import write_text
from loader.model.inventory import Inventory
from loader.model.roads import NAME

COMMAND = "python -m examples.inventory"
DIFFERENCES_SHOWN = 20

Collector = Callable[[], tuple[str, dict[str, Any]]]
SOURCES: dict[str, Collector] = {
    "torch": lambda: (inventory_torch.version(), inventory_torch.collect()),
    "tensorflow": lambda: (inventory_tensorflow.version(), inventory_tensorflow.collect()),
}


def main(arguments: list[str] | None = None) -> int:
    """Write the inventories, or compare them with `--check`. Returns the exit status: 1 when they differ."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a committed file is out of date")
    check: bool = parser.parse_args(arguments).check
    warnings.simplefilter("ignore")  # deprecated names warn when they are looked at
    stale = False
    for framework, collect in SOURCES.items():
        print(f"{framework}: reading names and signatures", file=sys.stderr)
        version, names = collect()
        path = FOLDER / f"{framework}.json"
        text = render(framework, version, names)
        print(f"{framework} {version}: {len(names)} names, {len(text.encode()) / 1e6:.2f} MB", file=sys.stderr)
        if not check:
            write_text(path, text)
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale = True
            print(f"{path}: differs from the installed {framework} {version}; run `{COMMAND}`", file=sys.stderr)
            print(*_differences(path, version, names), sep="\n", file=sys.stderr)
    return int(_roads(check=check) or stale)


def _roads(*, check: bool) -> bool:
    """Write the other roads to the names, or say whether the committed ones are out of date."""
    roads = collect_roads(Inventory.load(FOLDER)).model_copy(update={"generated": f"{COMMAND}; do not edit"})
    path, text = FOLDER / NAME, roads.model_dump_json(indent=0) + "\n"
    if not check:
        write_text(path, text)
        return False
    stale = not path.exists() or path.read_text(encoding="utf-8") != text
    if stale:
        print(f"{path}: differs from the installed frameworks; run `{COMMAND}`", file=sys.stderr)
    return stale


def render(framework: str, version: str, names: dict[str, Any]) -> str:
    """An inventory's text: JSON with one name a line, so that an upgrade reads well as a diff."""
    head = {"generated": f"{COMMAND}; do not edit", "framework": framework, "version": version}
    lines = [f"{json.dumps(name)}: {_compact(entry)}" for name, entry in names.items()]
    return f'{_compact(head)[:-1]},"names":{{\n' + ",\n".join(lines) + "\n}}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _differences(path: Path, version: str, names: dict[str, Any]) -> list[str]:
    if not path.exists():
        return ["  the file does not exist"]
    committed = json.loads(path.read_text(encoding="utf-8"))
    before: dict[str, Any] = committed["names"]
    changed = (name for name in sorted(before.keys() | names.keys()) if before.get(name) != names.get(name))
    lines = [f"  committed for version {committed['version']}"] if committed["version"] != version else []
    for name in islice(changed, DIFFERENCES_SHOWN):
        kind = "no longer there" if name not in names else "new" if name not in before else "changed"
        lines.append(f"  {name}: {kind}")
    return [*lines, "  ..."] if next(changed, None) else lines


if __name__ == "__main__":
    sys.exit(main())
