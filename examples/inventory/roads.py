"""Other roads to a public name: where it is defined, and what TensorFlow 1 called it.

A road by identity leads to the very object that has the public name: `torch.nn.modules.conv.Conv2d`. What TensorFlow 1
called things is read from the tables of its own upgrade script, which the installed TensorFlow carries.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from typing import Any

from tensorflow.tools.compatibility.tf_upgrade_v2 import TFAPIChangeSpec

from examples.frameworks import keras, tf, torch
from examples.inventory.names import is_public, words
from loader.model.dotted import leaf
from loader.model.inventory import Entry, Inventory
from loader.model.roads import Roads

ROOTS = {"torch": torch, "tf": tf, "keras": keras}
# Packages that gather what other modules define, and that are no public namespace themselves.
GATHERING = ("torch.functional", "torch.nn.modules", "keras.src", "keras.src.layers", "keras.src.ops", "torch.optim")
PREFIXES = tuple(f"{root}." for root in ROOTS)
VERSION_1 = "tf.compat.v1."
# Types of tensors by what they hold; those on a GPU are other objects, and mean the same.
TENSOR_TYPES = {
    f"torch.{kind}Tensor": f"torch.cuda.{kind}Tensor"
    for kind in words("BFloat16 Bool Byte Char Double Float Half Int Long Short")
}


def collect(inventory: Inventory) -> Roads:
    """All roads to the names of an inventory of the installed versions."""
    paths = {road: entry.name for entry in _entries(inventory) for road in _paths(entry, inventory)}
    specification = TFAPIChangeSpec()
    former: dict[str, str] = {}
    version_1: list[str] = []
    for old, new in sorted(specification.symbol_renames.items()):
        if not old.startswith("tf.") or inventory.find(old):
            continue  # what the script reads from imports of its own; what has this name again
        if now := _today(new, inventory):
            former[old] = now
        else:
            version_1.append(old)
    keywords = {
        _today(name, inventory) or name: {old: new for old, new in renames.items() if old != new}
        for name, renames in sorted(specification.function_keyword_renames.items())
    }
    return Roads(
        paths=dict(sorted(paths.items())),
        on_gpu={gpu: name for name, gpu in TENSOR_TYPES.items() if inventory.find(name)},
        former=former,
        version_1=version_1,
        keywords=dict(sorted(keywords.items())),
        reordered=sorted(specification.function_reorders),
        removed=sorted(specification.module_deprecations),
    )


def _entries(inventory: Inventory) -> Iterator[Entry]:
    for entry in [*inventory.torch.values(), *inventory.tf.values()]:
        if entry.kind in ("class", "function"):
            yield entry


def _paths(entry: Entry, inventory: Inventory) -> Iterator[str]:
    """Where the object of an entry is also found: in the module that defines it, and in the packages around that."""
    thing = resolve(entry.name)
    if thing is None:
        return
    module = getattr(thing, "__module__", None) or ""
    leaves = dict.fromkeys((getattr(thing, "__qualname__", ""), leaf(entry.name)))
    homes = [module, *GATHERING]
    while "." in module:
        module = module.rpartition(".")[0]
        homes.append(module)
    for home, name in product(dict.fromkeys(homes), leaves):
        road = _short(f"{home}.{name}")
        is_new = road.startswith(PREFIXES) and is_public(road) and inventory.find(road) is None
        if is_new and getattr(sys.modules.get(home), name, None) is thing:
            yield road


def _today(name: str, inventory: Inventory) -> str | None:
    """The public name of today that a name of the upgrade tables is; None for what only `tf.compat.v1` still has."""
    plain = name.replace(VERSION_1, "tf.", 1) if name.startswith(VERSION_1) else name
    entry = inventory.find(plain)
    return plain if entry else None


def _short(road: str) -> str:
    return road.replace("tensorflow.", "tf.", 1) if road.startswith("tensorflow.") else road


def resolve(path: str) -> Any:
    """The object at a dotted path; None where there is none."""
    root, *parts = path.split(".")
    thing: Any = ROOTS[root]
    for part in parts:
        try:
            thing = getattr(thing, part)
        except (AttributeError, ImportError):
            return None
    return thing
