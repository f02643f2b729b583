"""The parameters of both sides next to each other: which signature a table follows, and whether defaults differ."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from loader.model import conditions as when
from loader.model.inventory import Entry, Inventory, Parameter, Signature
from loader.model.signature import Overload


def matching_signature(entry: Entry | None, overload: Overload) -> Signature:
    """The signature of the inventory that an overload describes: it has all its parameters and the fewest others."""
    if entry is None:
        return ()
    wanted = set(overload.parameters)
    fitting = [s for s in entry.signatures if wanted <= {p.name for p in s}]
    return min(fitting, key=len, default=())


def parameters_of(names: Iterable[str], inventory: Inventory) -> dict[str, Parameter]:
    """The parameters of the answering names; the first name that has one gives its default."""
    found: dict[str, Parameter] = {}
    for name in names:
        entry = inventory.find(name)
        for signature in entry.signatures if entry else ():
            for parameter in signature:
                found.setdefault(parameter.name, parameter)
    return found


# What says the same: one word for another, and what an argument is when nothing is said.
SAME: tuple[frozenset[Any], ...] = tuple(
    map(frozenset, (("mean", "sum_over_batch_size"), ("zeros", "constant"), (0, "valid"), (None, "False")))
)
SAME_OF: dict[str, frozenset[Any]] = {  # by the parameter that takes it
    "dilation": frozenset((None, 1)),
    "stride": frozenset((None, 1)),
    "num_classes": frozenset((None, -1)),
    "ignore_index": frozenset((None, -100)),  # no class has that number
    "in_order": frozenset((None, "True")),
    "num_workers": frozenset((None, 0)),
    "requires_grad": frozenset((None, "True")),
    "side": frozenset((None, "left")),
    "ord": frozenset((2, "euclidean")),
}


def defaults_differ(name: str, default: str | None, convert: str | None, to: str, to_default: str | None) -> bool:
    """Whether leaving the argument out means something else; False where the defaults cannot be compared.

    A number stands for itself on every axis: `1` is `(1, 1)`. What the mapping says under `convert` decides where there
    is one.
    """
    if default is None or to_default is None:
        return False
    try:
        ours, theirs = ast.literal_eval(default), ast.literal_eval(to_default)
        if convert is not None:
            return all(when.holds(f"({convert}) != ({form!r})", {name: ours}) for form in (theirs, _plain(theirs)))
    except (when.Unknown, ValueError, SyntaxError):
        return False
    ours, theirs = _plain(ours), _plain(theirs)
    if not all(value is None or isinstance(value, str | int | float) for value in (ours, theirs)):
        return bool(ours != theirs)
    return ours != theirs and not any({ours, theirs} <= same for same in (*SAME, SAME_OF.get(to, frozenset())))


def _plain(value: Any) -> Any:
    """The number of a tuple that has one for every axis, a word in small letters, nothing as None; True is no 1."""
    if isinstance(value, bool):
        return repr(value)
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, tuple | list):
        is_uniform = len(value) > 0 and all(item == value[0] for item in value)
        return value[0] if is_uniform else value or None
    return value
