"""Names as keys: what the build stores and what a look-up asks for, computed by the same functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from loader.model.dotted import OTHER, Side, leaf, namespace, side_of
from loader.model.inventory import Inventory
from loader.model.mapping import RELATIONS, Mapping

Role = Literal["canonical", "also", "alias", "method", "answer", "other", "related"]

# From the name a mapping is about to the names that it merely mentions.
ROLES: tuple[Role, ...] = ("canonical", "also", "answer", "other", "method", "alias", "related")
ABOUT: frozenset[Role] = frozenset(("canonical", "also", "method", "alias"))  # the mapping is about the name
TENSORS: dict[Side, str] = {"torch": "torch.Tensor", "tf": "tf.Tensor"}
TENSOR = TENSORS["torch"]


@dataclass(frozen=True, slots=True)
class Naming:
    """One name under which a mapping is found. `of` is the name that an alias or a method spelling stands for."""

    name: str
    side: Side
    role: Role
    of: str


def key(name: str) -> str:
    """The form in which names are compared: letters of one case."""
    return name.casefold()


def endings(name: str) -> Iterator[str]:
    """Every way to shorten a dotted name from the left: `a.b.c`, `b.c`, `c`."""
    yield name
    while "." in name:
        name = name.partition(".")[2]
        yield name


def is_method(name: str) -> bool:
    """Whether the name belongs to a class (`torch.nn.Module.train`), so that `model.train()` may mean it."""
    owner = leaf(namespace(name)).lstrip("_")
    return owner[:1].isupper()


def namings(mapping: Mapping, inventory: Inventory) -> list[Naming]:
    """Every name that finds a mapping, each once, in its closest role."""
    found: dict[tuple[Side, str], Naming] = {}

    def add(side: Side, name: str, role: Role, of: str) -> None:
        known = found.get((side, name))
        if known is None or ROLES.index(role) < ROLES.index(known.role):
            found[side, name] = Naming(name, side, role, of)

    def add_with_aliases(side: Side, name: str, role: Role, of: str) -> None:
        add(side, name, role, of)
        for spelling in spellings(inventory, name):
            add(side, spelling, "related" if role == "related" else "alias", name)

    add_with_aliases(mapping.side, mapping.name, "canonical", mapping.name)
    for name in mapping.also:
        add_with_aliases(mapping.side, name, "also", mapping.name)
    for name in method_names(mapping):
        add(mapping.side, name, "method", mapping.name)
    for position, name in enumerate(mapping.answers):
        add_with_aliases(OTHER[mapping.side], name, "answer" if position == 0 else "other", mapping.name)
    for name in mapping.uses:
        add_with_aliases(side_of(name), name, "related", mapping.name)
    return list(found.values())


def method_names(mapping: Mapping) -> list[str]:
    """The full names of the spellings as a method of a tensor."""
    return [f"{TENSORS[mapping.side]}.{method}" for method in mapping.methods]


def spellings(inventory: Inventory, name: str) -> list[str]:
    """Other public names of the same object."""
    entry = inventory.find(name)
    return [spelling for spelling in entry.spellings if spelling != name] if entry else []


def closeness(
    naming: Naming, mapping: Mapping, weight: float = 0.0, basics: Collection[str] = ()
) -> tuple[float | str, ...]:
    """Sort key of the answers to one name: the mapping it is about first, mere mentions last.

    A file about a name of the framework that is asked comes before one of the other framework that answers with it.
    Of these a similar word comes before a close relation: `tf.reduce_sum` is `torch.sum` before it is `sum_to_size`;
    one that the name answers alone before one that it answers with others: `Dense` is `torch.nn.Linear` before it is a
    part of `LinearCrossEntropyLoss`. Of equal ones, that which says most of the other's arguments: `tf.cast` is
    `torch.Tensor.to` before it is `torch.Tensor.int`; then that which more code uses, by its `weight`:
    `BatchNormalization` is `BatchNorm2d` before it is `BatchNorm1d`. `basics` are the ids that a student should read:
    `tf.constant` is `torch.tensor` before it is `scalar_tensor`.
    """
    is_other = naming.role == "related" or naming.side != mapping.side
    order: tuple[float, ...] = (0,) * 6
    if naming.side != mapping.side:
        order = (
            mapping.name not in basics,
            _unlike(leaf(naming.name), leaf(mapping.name)),
            mapping.relation in ("pattern", "unneeded", "none"),
            len(mapping.answers) - 1 if mapping.kind in ("layer", "loss", "class") else 0,
            RELATIONS.index(mapping.relation),
            -sum(argument.to is not None for one in mapping.signatures for argument in one.parameters.values()),
        )
    return (
        is_other,
        ROLES.index(naming.role),
        *order,
        -weight,
        naming.name.count("."),
        mapping.name.count("."),
        mapping.name,
    )


def _unlike(name: str, other: str) -> int:
    """0: the same word, 1: one holds the other, 2: neither."""
    one, two = key(name), key(other)
    return 0 if one == two else 1 if two in one else 2
