"""YAML text to plain objects, and the positions of what stands in it.

YAML is larger than a hand-written file of data needs, and its conveniences hide mistakes: a duplicate key wins, `no`
is false, `12:30` is a number, a tag builds an object, an alias repeats a tree. So the events of libyaml, PyYAML's C
parser, are read in one pass that refuses all of it with a position. Values are texts, whole and finite decimal numbers,
true, false, null, lists, and mappings with texts as keys. Time and memory are linear in the size of the text.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from loader.reading.problems import BadData, Problem

CodeNode = ast.expr | ast.stmt | ast.keyword
_Event = Any  # PyYAML's types do not tell which attributes an event has
Step = str | int

MAX_BYTES = 256 * 1024  # the longest hand-written file is a tenth of this
MAX_DEPTH = 40  # levels of lists and mappings; no file has more than eight
MAX_DIGITS = 18  # longer ones fit no machine word, and no field holds such a number

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **{form: True for word in ("yes", "true", "on") for form in (word, word.capitalize(), word.upper())},
    **{form: False for word in ("no", "false", "off") for form in (word, word.capitalize(), word.upper())},
}
_COLON = "a text with a colon followed by a space is read as a field"
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]*([eE][-+][0-9]+)?|[-+]?\.[0-9]+([eE][-+][0-9]+)?")
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_RESOLVER: Any = yaml.resolver.Resolver()


def parse_yaml(path: Path, data: bytes) -> tuple[Any, str]:
    """The plain objects of a YAML file, and its text.

    Raises:
        BadData: not UTF-8, too large, empty, or YAML that is not used here: with the position.
    """
    if len(data) > MAX_BYTES:
        raise BadData([Problem(path, 1, 1, f"{len(data):,} bytes: such a file may have {MAX_BYTES:,} at most")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadData(
            [Problem(path, *_place(data, error.start), "not UTF-8: save the file with that encoding")]
        ) from None
    try:
        loaded = _Events(text).document()
    except yaml.MarkedYAMLError as error:
        raise BadData([_syntax_problem(path, error)]) from None
    except yaml.reader.ReaderError as error:
        raise BadData([Problem(path, *_place(data, error.position), str(error).splitlines()[0])]) from None
    if loaded is None:
        raise BadData([Problem(path, 1, 1, "the file is empty: `python -m loader new NAME` writes a first draft")])
    return loaded, text


def first_item(data: bytes, key: str) -> str | None:
    """The first text in the list of a field, found without reading further; None where there is no such thing."""
    depth, fields = 0, 0
    try:
        events: Iterator[_Event] = yaml.parse(data, Loader=yaml.CSafeLoader)
        for event in events:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth != 1 or isinstance(event, yaml.MappingStartEvent):
                continue
            fields += 1  # keys and values in turn
            if fields % 2 and isinstance(event, yaml.ScalarEvent) and event.value == key:
                opening, item = next(events), next(events)
                is_list = isinstance(opening, yaml.SequenceStartEvent) and isinstance(item, yaml.ScalarEvent)
                return item.value if is_list else None
    except (yaml.YAMLError, StopIteration):
        return None
    return None


def _place(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column of a byte."""
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode("utf-8", errors="replace")) + 1


def _syntax_problem(path: Path, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    message = error.problem or "this YAML does not parse"
    if "'\\t'" in message or "tab" in message:
        message += ": YAML is indented with spaces, never tabs"
    elif message == "mapping values are not allowed in this context":
        message = f"{_COLON}: put the whole text in quotes"
    elif message == "found character that cannot start any token":
        message = "no text may begin with this character (` and @ are reserved in YAML): put the whole text in quotes"
    elif message == "did not find expected key":
        message = "no field begins here: a quote above is not closed, or this line is indented otherwise than its field"
    elif message in ("did not find expected ',' or '}'", "did not find expected ',' or ']'"):
        bracket = message[-2]
        message = f"a comma or {bracket} is missing here; or {_COLON}: put the whole text in quotes"
    return Problem(path, line, column, message)


class _Events:
    """The events of one document, and the objects that they describe."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[_Event] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Any:
        """The plain objects; None for an empty file."""
        next(self._events)  # the stream begins
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        loaded = self._value(next(self._events), depth=0)
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _refused(after, "a second document begins here: a file holds one")
        return loaded

    def _value(self, event: _Event, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _refused(event, "anchors and aliases (& and *) are not used here: write the value out")
        if event.tag is not None:
            raise _refused(event, f"tags such as {event.tag[:40]!r} (!) are not used here: put a text in quotes")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if depth == MAX_DEPTH:
            raise _refused(event, f"lists and mappings stand more than {MAX_DEPTH} levels deep in each other")
        return self._mapping(depth) if isinstance(event, yaml.MappingStartEvent) else self._sequence(depth)

    def _sequence(self, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            if not isinstance(key, str):
                shown = repr(event.value)[:60] if isinstance(event, yaml.ScalarEvent) else "here"
                raise _refused(event, f"the key {shown} is read as {type(key).__name__}: put it in quotes")
            if key in items:
                raise _refused(event, f"the key {key!r} stands twice (first in line {lines[key]})")
            lines[key] = event.start_mark.line + 1
            items[key] = self._value(next(self._events), depth + 1)
        return items


def _scalar(event: _Event) -> Any:
    """A text in quotes or a block is a text; a plain word may be a number, true, false or null."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) not in _NUMBERS:
        return text
    if len(text) > MAX_DIGITS:
        raise _refused(event, f"a number of {len(text):,} characters: put it in quotes, or write at most {MAX_DIGITS}")
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    raise _refused(event, f"YAML reads {text!r} as a number: put it in quotes, or write a finite decimal number")


def _refused(event: _Event, message: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=message, problem_mark=event.start_mark)


@dataclass
class _Place:
    """A value in the text: where it begins (its key, if it has one), and what stands in it."""

    mark: yaml.Mark
    node: yaml.Node
    inner: dict[Step, _Place] = field(default_factory=dict)


@lru_cache(maxsize=4)
def _places(text: str) -> _Place | None:
    """The places of a text, found only when something is wrong, and then once for all that is."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    return _placed(root.start_mark, root) if root else None


def _placed(mark: yaml.Mark, node: yaml.Node) -> _Place:
    place = _Place(mark, node)
    if isinstance(node, yaml.MappingNode):
        place.inner = {key.value: _placed(key.start_mark, value) for key, value in node.value}
    elif isinstance(node, yaml.SequenceNode):
        place.inner = {index: _placed(value.start_mark, value) for index, value in enumerate(node.value)}
    return place


def locate(text: str, where: Sequence[Step]) -> tuple[int, int]:
    """Line and column (from 1) of a place in YAML text, or of the nearest place above it that exists."""
    place = _find(text, where)
    return (place.mark.line + 1, place.mark.column + 1) if place else (1, 1)


def _find(text: str, where: Sequence[Step]) -> _Place | None:
    place = _places(text)
    if place is not None:
        for step in where:
            place = place.inner.get(step, place)  # pydantic names models and unions in its paths too
    return place


def locate_in_code(text: str, code: CodeNode, where: Sequence[Step]) -> tuple[int, int]:
    """Line and column of a node of Python code: exact in a block (`|`) and in a value of one line."""
    place = _find(text, where)
    if place is None or not isinstance(place.node, yaml.ScalarNode):
        return locate(text, where)
    start = place.node.start_mark
    if place.node.style != "|":
        quote = 1 if place.node.style else 0
        return start.line + 1, start.column + quote + code.col_offset + 1
    block = text.split("\n")[start.line + 1 :]
    indentation = next(len(line) - len(line.lstrip()) for line in block if line.strip())
    return start.line + 1 + code.lineno, indentation + code.col_offset + 1
