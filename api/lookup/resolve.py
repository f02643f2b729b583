"""A name to the mappings that answer it, the best first, each with the reason why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from api.lookup.database import Database, NameHit
from api.lookup.parsed_name import ParsedName, parse_name
from loader.model.dotted import Side, leaf, side_of
from loader.names import Role, key

VERSION_1 = "compat.v1."
EXACT = "exact name"
GONE = ("tf.contrib",)  # namespaces of TensorFlow 1 that one mapping speaks of

_ROLE_REASONS: dict[Role, str] = {
    "also": "another name of {}",
    "alias": "alias of {}",
    "method": "method spelling of {}",
    "answer": "what {} becomes",
    "other": "one of the names that {} becomes",
    "related": "the answer for {} leans on it",
}


class Answer(NamedTuple):
    """A mapping that answers. `name` is the full name that matched."""

    mapping: int
    name: str
    why: str
    role: Role


def resolve(database: Database, text: str, side: Side) -> list[Answer]:
    """The answers to what somebody typed; empty where nothing is known."""
    typed = parse_name(text)
    if typed is None:
        return []
    if answers := _answers(database, typed, side):
        return answers
    for other, remark in [*led_to(database, typed.name), *_near_spellings(typed)]:
        if answers := _answers(database, other, side, remark):
            return answers
    return []


def led_to(database: Database, name: str) -> Iterator[tuple[ParsedName, str]]:
    """Public names that one leads to which is none: by the object that it is, or by what it was called once."""
    plain = name.replace(VERSION_1, "", 1)
    roads = [road for road in database.roads(key(plain)) if road.to]
    for road in roads:
        yield ParsedName(road.to), road.told
    if plain != name:
        yield ParsedName(plain), f"{name} being its form of TensorFlow 1, which may take other arguments"
    owner, _, last = name.rpartition(".")
    for road in database.roads(key(owner)) if owner else ():
        if road.to:
            yield ParsedName(f"{road.to}.{last}"), road.told
    if owner and not _is_public(database, owner):
        yield ParsedName(owner), f"{name} belonging to {owner}, which is gone"
    yield from _old_keras(plain)
    parent = next((end for end in GONE if name.startswith(f"{end}.")), None)
    if parent and not roads:
        yield ParsedName(parent), f"{name} being gone with all of {parent}"


def _is_public(database: Database, name: str) -> bool:
    """Whether a framework of today has a name, in full or short."""
    found = (full for full, _ in database.public_names(key(leaf(name)), side_of(name)))
    return any(f".{full}".endswith(f".{name}") for full in found)


def _old_keras(name: str) -> Iterator[tuple[ParsedName, str]]:
    """`keras.layers.core.Dense`, `tf.python.keras.layers.Dense`: paths of earlier Keras, whose objects are others."""
    moved = name.replace("tf.python.keras.", "tf.keras.", 1)
    root = next((root for root in ("tf.keras.", "keras.") if moved.startswith(root)), None)
    if root is None:
        return
    *path, last = moved.split(".")
    for length in range(len(path) - (moved == name), root.count(".") - 1, -1):
        today = ".".join([*path[:length], last])
        yield ParsedName(today), f"{name} being a path to it in earlier Keras"


def _near_spellings(typed: ParsedName) -> Iterator[tuple[ParsedName, str]]:
    """Other ways to write a name that is not known as typed, each with what to tell."""
    if typed.name.endswith("_") and not typed.name.endswith("__"):
        yield ParsedName(typed.name.removesuffix("_"), typed.method), "without the underscore that works in place"
    if typed.name.startswith("tf.keras."):
        yield ParsedName(typed.name.removeprefix("tf.")), "which tf.keras does not have under this name"
    elif typed.name.startswith("keras."):
        yield ParsedName(f"tf.{typed.name}"), "which keras does not have under this name"


def _answers(database: Database, typed: ParsedName, side: Side, remark: str = "") -> list[Answer]:
    hits, how = _hits(database, typed, side)
    best: dict[int, NameHit] = {}
    for hit in _closest(hits, typed):
        best.setdefault(hit.mapping, hit)
    return [Answer(hit.mapping, hit.name, _joined(_why(hit, typed) + how, remark), hit.role) for hit in best.values()]


def _joined(why: str, remark: str) -> str:
    return f"{why}, {remark}" if remark and why != EXACT else remark or why


def _hits(database: Database, typed: ParsedName, side: Side) -> tuple[list[NameHit], str]:
    """Names that end as typed; where a variable or nothing stands in front, methods of that name before others."""
    whole = key(typed.name)
    if not typed.method:
        return database.names(whole, side), ""
    last = key(typed.leaf)
    if whole != last and (hits := database.names(whole, side)):
        return hits, ""
    if hits := database.method_names(last, side):
        return hits, ", as a method"
    return database.names(last, side), ", by its last part"


def _closest(hits: list[NameHit], typed: ParsedName) -> list[NameHit]:
    """Only the very name where it is known; the same letters before other capitals; mere mentions last or never."""
    exact = [hit for hit in hits if hit.name == typed.name]
    hits = exact or sorted(hits, key=lambda hit: hit.ending not in (typed.name, typed.leaf))
    direct = [hit for hit in hits if hit.role != "related"]
    return direct or hits


def _why(hit: NameHit, typed: ParsedName) -> str:
    reasons: list[str] = []
    if hit.name != typed.name:
        same_letters = hit.ending in (typed.name, typed.leaf)
        reasons.append(f"short for {hit.name}" if same_letters else f"{hit.name}, written with other capitals")
    if hit.role in _ROLE_REASONS:
        reasons.append(_ROLE_REASONS[hit.role].format(hit.of))
    return ", ".join(reasons) or EXACT
