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


SAME_WORDS = {("mean", "sum_over_batch_size"), ("zeros", "constant")}  # PyTorch's word and TensorFlow's


def defaults_differ(name: str, default: str | None, convert: str | None, to_default: str | None) -> bool:
    """Whether leaving the argument out means something else; False where the defaults cannot be compared.

    A number stands for itself on every axis: `1` is `(1, 1)`, and as a padding `0` is `'valid'`. What the
    mapping says under `convert` decides where there is one.
    """
    if default is None or to_default is None:
        return False
    try:
        ours, theirs = ast.literal_eval(default), ast.literal_eval(to_default)
        if convert is not None:
            return all(when.holds(f"({convert}) != ({form!r})", {name: ours}) for form in (theirs, _per_axis(theirs)))
    except (when.Unknown, ValueError, SyntaxError):
        return False
    ours, theirs = _per_axis(ours), _per_axis(theirs)
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.casefold() != theirs.casefold() and (ours, theirs) not in SAME_WORDS
    return bool(ours != theirs) and not (ours == 0 and theirs == "valid")


def _per_axis(value: Any) -> Any:
    """The number of a tuple that has the same one for every axis."""
    is_uniform = isinstance(value, tuple | list) and len(value) > 0 and all(item == value[0] for item in value)
    return value[0] if is_uniform else value
