"""What the checks of a mapping share: what they may look up, and how they word a misspelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from loader.model.dataset import Conventions
from loader.model.dotted import Side, namespace
from loader.model.inventory import Entry, Inventory, Signature
from loader.model.mapping import Mapping
from loader.reading.data import Source
from loader.reading.problems import Problem

# Namespaces that the inventories leave out: what stands there cannot be judged.
UNLISTED = ("tf.compat.", "tf.experimental.", "tf.raw_ops.", "keras.src.")


@dataclass(frozen=True)
class Known:
    """What a mapping is held against."""

    inventory: Inventory
    conventions: Conventions

    def general(self, side: Side) -> set[str]:
        """The parameters of a framework that mean the same everywhere and are left out of tables and drop-ins."""
        return {name for name, one in self.conventions.general_parameters.items() if side in one.sides}

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Every dotted path that public names stand below, modules without an entry of their own included."""
        entries = [*self.inventory.torch.values(), *self.inventory.tf.values()]
        owners = {namespace(spelling) for entry in entries for spelling in entry.spellings}
        return frozenset(path for owner in owners for path in _beginnings(owner))

    def entries(self, names: Iterable[str]) -> list[Entry]:
        """The entries of those names that exist."""
        return [entry for name in names if (entry := self.inventory.find(name))]

    def is_of(self, name: str, side: Side) -> bool:
        """Whether a framework has a name, as far as can be told: another rule speaks of those that it lacks."""
        entry = self.inventory.find(name)
        return name.startswith(UNLISTED) if entry is None else entry.side == side

    def own_signatures(self, mapping: Mapping) -> list[Signature]:
        """Every overload of the name that a mapping is about, and of its other spellings as a function."""
        names = [mapping.name, *mapping.also] if mapping.side == "torch" else [mapping.name]
        return [_as_called(entry, signature) for entry in self.entries(names) for signature in entry.signatures]


def _as_called(entry: Entry, signature: Signature) -> Signature:
    """PyTorch's stubs name the tensor of some functions `self`, which is `input` in a call."""
    if entry.side != "torch" or entry.kind != "function":
        return signature
    return tuple(replace(parameter, name="input") if parameter.name == "self" else parameter for parameter in signature)


def _beginnings(path: str) -> Iterator[str]:
    while path:
        yield path
        path = namespace(path)


Rule = Callable[[Source, Known], Iterator[Problem]]


def parameter_names(signatures: Iterable[Signature]) -> list[str]:
    """The parameters of all overloads, each once."""
    return list(dict.fromkeys(parameter.name for signature in signatures for parameter in signature))


def takes_anything(signatures: Iterable[Signature]) -> bool:
    """Whether some overload accepts keywords that its signature does not name."""
    return any(parameter.kind == "var_keyword" for signature in signatures for parameter in signature)


def name_hint(name: str, inventory: Inventory, side: Side) -> str:
    """The end of a message about an unknown public name."""
    near = inventory.suggest(name, side=side)
    return f" (did you mean {' or '.join(near)}?)" if near else ""
