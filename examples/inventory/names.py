"""Which names an inventory lists: what was found under which name, merged into one entry per object."""

import functools
import inspect
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from examples.inventory.signatures import Parameter, Signature, from_callable, only_raises

Entries = dict[str, dict[str, Any]]

Words = tuple[str, ...]


def words(text: str) -> Words:
    """The words of a long list, which reads better as text than as hundreds of quoted strings."""
    return tuple(text.split())


OPERATORS = frozenset(
    f"__{name}__"
    for name in words(
        "getitem setitem delitem len iter contains bool float int complex index call "
        "neg pos abs invert eq ne lt le gt ge "
        "add sub mul matmul truediv floordiv mod pow and or xor lshift rshift divmod "
        "radd rsub rmul rmatmul rtruediv rfloordiv rmod rpow rand ror rxor rlshift rrshift "
        "iadd isub imul imatmul itruediv ifloordiv imod ipow iand ior ixor ilshift irshift "
        "div rdiv idiv array enter exit"
    )
)
# Equal values of these are one object to Python without being one thing to a reader.
PLAIN_VALUES = (type(None), bool, int, float, complex, str, bytes, tuple, frozenset)
SAYS_ALIAS = re.compile(r"^\s*Alias (?:for|of) :(?:func|meth|class):`~?\.?([\w.]+)(?:\(\))?`", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """An object under one of its public names. `inherited` says that the class in the name did not define it."""

    name: str
    thing: Any
    kind: str
    inherited: bool = False

    @property
    def leaf(self) -> str:
        return self.name.rpartition(".")[2]


Reader = Callable[[Found], list[Signature]]
Rank = Callable[[Found], tuple[Any, ...]]


def is_public(name: str) -> bool:
    """Whether no part of a dotted name begins with an underscore."""
    return not any(part.startswith("_") for part in name.split("."))


def kind_of(thing: Any) -> str:
    """The kind of something that a module holds."""
    if inspect.ismodule(thing):
        return "module"
    if isinstance(thing, type):
        return "class"
    return "function" if inspect.isroutine(thing) else "constant"


def members(cls: type, name: str) -> Iterator[Found]:
    """The public methods, properties and operators of a class, own and inherited, under `name`."""
    for attribute in sorted(dir(cls)):
        owner = next((base for base in cls.__mro__ if attribute in vars(base)), object)
        if owner.__module__ in ("builtins", "typing") or not (is_public(attribute) or attribute in OPERATORS):
            continue
        thing = vars(owner)[attribute]
        if isinstance(thing, staticmethod | classmethod):
            thing = thing.__func__
        if inspect.isdatadescriptor(thing) or isinstance(thing, functools.cached_property):
            yield Found(f"{name}.{attribute}", thing, "property", inherited=owner is not cls)
        elif inspect.isroutine(thing):
            yield Found(f"{name}.{attribute}", thing, "method", inherited=owner is not cls)
    for attribute in sorted(vars(cls).get("__annotations__", {})):
        if is_public(attribute) and attribute not in vars(cls):
            yield Found(f"{name}.{attribute}", None, "property")


def method_signature(cls: type, attribute: str) -> Signature | None:
    """What Python knows of a method, without the parameter that a call through an instance or class fills in."""
    thing = inspect.getattr_static(cls, attribute)
    signature = from_callable(thing.__func__ if isinstance(thing, staticmethod | classmethod) else thing)
    return signature if signature is None or isinstance(thing, staticmethod) else signature[1:]


def with_self(signature: Signature) -> Signature:
    """A tensor method's signature with its tensor as an explicit first parameter `self`."""
    receiver: Parameter = {"name": "self", "type": "Tensor"}
    return [receiver, *signature[1:]]


def merged(found: Iterable[Found], rank: Rank = lambda _: ()) -> list[list[Found]]:
    """The names of each object, the canonical one first, sorted by canonical name.

    Canonical is what ranks lowest, then the name in the class that defines it, then a name that ends as the object
    calls itself, then the fewest dots, then the shortest, then the first in the alphabet.
    """

    def order(one: Found) -> tuple[Any, ...]:
        foreign = one.leaf != _own_name(one.thing)
        return (*rank(one), one.inherited, foreign, one.name.count("."), len(one.name), one.name)

    groups: dict[Any, dict[str, Found]] = {}
    for one in found:
        groups.setdefault(_identity(one), {}).setdefault(one.name, one)
    ordered = [sorted(group.values(), key=order) for group in groups.values()]
    return sorted(ordered, key=lambda group: group[0].name)


def entries(groups: Iterable[list[Found]], read: Reader, namespaces: Collection[str]) -> Entries:
    """The entries of an inventory. `read` gives a name's signatures; a name that has none may have an alias that does.

    `namespaces` are what a docstring's "Alias for" may leave out in front of a name.
    """
    made: Entries = {}
    for group in groups:
        canonical, *others = group
        signatures = next((signatures for one in group if (signatures := read(one))), [])
        made[canonical.name] = {"kind": canonical.kind, "signatures": signatures}
        if others:
            made[canonical.name]["aliases"] = sorted(one.name for one in others)
        if canonical.kind in ("function", "class") and only_raises(canonical.thing):
            made[canonical.name]["raises"] = True
    for group in groups:
        original = _documented_original(group[0], made, namespaces)
        if original is not None:
            made[group[0].name]["alias_of"] = original
    return made


def _identity(one: Found) -> Any:
    is_plain = isinstance(one.thing, PLAIN_VALUES) or type(one.thing).__module__ in ("typing", "types")
    if one.thing is None or (one.kind == "constant" and is_plain):
        return one.name
    if one.kind == "class" and only_raises(one.thing):
        # One stub stands in for many removed classes; they were different things, and keep their names.
        return (id(one.thing), one.leaf)
    return (id(one.thing), one.kind)


def _own_name(thing: Any) -> str:
    if inspect.isroutine(thing) or isinstance(thing, type):
        return str(getattr(thing, "__name__", ""))
    # Asked of the type: some instances answer any attribute, and fail without a GPU.
    return str(thing.name) if hasattr(type(thing), "name") else str(thing).rpartition(".")[2]


def _documented_original(one: Found, made: Entries, namespaces: Collection[str]) -> str | None:
    doc = getattr(one.thing, "__doc__", None) if one.kind in ("function", "method", "class") else None
    said = SAYS_ALIAS.search(doc) if isinstance(doc, str) else None
    if said is None:
        return None
    candidates = [said[1], *(f"{namespace}.{said[1]}" for namespace in (one.name.rpartition(".")[0], *namespaces))]
    return next((name for name in candidates if name in made and name != one.name), None)
