"""What the conditions of a mapping see of a call: what the text does not tell decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from api.port.plan.library import Entry, Variant
from loader.calls.known import ANYTHING, Known, of_literal
from loader.model import conditions as when


@dataclass(frozen=True)
class _Described:
    """What a condition sees of a tensor; what is not known it must not have."""

    known: Known

    def __getattr__(self, name: str) -> Any:
        if name == "ndim" and self.known.rank is not None:
            return self.known.rank
        if name == "dtype" and self.known.dtypes is not None:
            return _Dtypes(self.known.dtypes)
        if name == "shape" and self.known.shape is not None:
            return tuple(_Unseen() if size is None else size for size in self.known.shape)
        if name == "is_sparse":
            return False
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unseen()


class _Unseen:
    """A property that the text does not tell: no condition over it is decided."""

    def _unknown(self, *_: object) -> bool:
        raise when.Unknown("not told by the text")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _unknown
    __bool__ = __getitem__ = __len__ = _unknown
    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class _Dtypes:
    """A dtype of which the options are known: comparing answers where all agree."""

    options: frozenset[str]

    def __eq__(self, other: object) -> bool:
        mine, theirs = self.options, other.options if isinstance(other, _Dtypes) else frozenset((other,))
        if len(mine) == 1 and mine == theirs:
            return True
        if mine.isdisjoint(theirs):
            return False
        raise when.Unknown("dtype")

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.options)


def visible_of(variant: Variant, given: dict[str, Known]) -> dict[str, Any]:
    """The arguments as conditions see them; what is not known is not there."""
    visible: dict[str, Any] = {}
    for name, default in variant.parameters.items():
        known = given.get(name)
        if known is None:
            known = of_literal(default) if default is not None else ANYTHING
        if known.is_literal:
            visible[name] = known.value
        elif known.is_surely("tensor"):
            visible[name] = _Described(known)
        elif known.items is not None and all(item.is_literal for item in known.items):
            visible[name] = tuple(item.value for item in known.items)
    return visible


def holds(condition: str, visible: dict[str, Any]) -> bool:
    try:
        return when.holds(condition, visible)
    except when.Unknown:
        return False


def decided(condition: str, visible: dict[str, Any]) -> bool | None:
    """Whether a condition holds; None where the text does not tell."""
    try:
        return when.holds(condition, visible)
    except when.Unknown:
        return None


def differences(entry: Entry, visible: dict[str, Any]) -> list[str]:
    """What a port leaves different, as far as it concerns a call; pitfalls are for those who write it by hand."""
    notes = [note for note in entry.document.notes if note.kind == "difference"]
    return [note.text for note in notes if note.when is None or decided(note.when, visible)]


def is_mixed(given: dict[str, Known]) -> bool:
    """Whether tensors that are passed together may differ in dtype."""
    together = given.get("tensors", ANYTHING)
    if together.items is None:
        return False
    dtypes = {item.dtypes for item in together.items}
    return len(dtypes) > 1 or dtypes == {None}


def note_ranks(given: dict[str, Known], *, in_class: bool) -> None:
    """An axis tells the smallest rank of the tensor: PyTorch refuses others."""
    for name in ("dim", "dim0", "axis"):
        known = given.get(name)
        if known is None:
            continue
        places = known.value if isinstance(known.value, list | tuple) else [known.value]
        numbers = [p for p in places if isinstance(p, int) and not isinstance(p, bool)]
        least = max((p + 1 if p >= 0 else -p for p in numbers), default=1)
        if least == 1 and not in_class:
            continue  # PyTorch takes the axes 0 and -1 of a scalar, too
        for tensor_name in ("input", "self", "tensor", "y"):
            tensor = given.get(tensor_name)
            if tensor is not None and tensor.shape is None and tensor.is_surely("tensor"):
                given[tensor_name] = replace(tensor, at_least=max(tensor.at_least, least))
