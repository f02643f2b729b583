"""`python -m loader fix`: mechanical repairs of hand-written files that keep comments, layout and meaning.

Fields are put in the order of the schema, and what a YAML reader stumbles over is quoted. A repair that would change
the data as they are read is not done.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from loader.files import FileError, read_text, write_text
from loader.model.example import Example
from loader.model.mapping import Limit, Mapping, Note
from loader.model.signature import Overload
from loader.reading.data import mapping_files
from loader.reading.problems import BadData
from loader.reading.yaml_text import MAX_BYTES, parse_yaml

ITEMS: dict[str, type[BaseModel]] = {"signatures": Overload, "limits": Limit, "notes": Note, "examples": Example}
MOST_REPAIRS = 200  # of one file; each repair reads it again
_PLAIN = re.compile(r"[^\s,\[\]{}#]*[^\s,\[\]{}#:]")


def fixed(path: Path, text: str) -> str:
    """The text with its fields in order.

    Raises:
        BadData: it cannot be read, and not for a reason that quotes would mend.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    text, meaning = _readable(path, text)
    for _ in range(MOST_REPAIRS):
        moved = _in_order(text)
        if moved is None:
            break
        text = moved
    tidied = _without_trailing_spaces(text)
    if parse_yaml(path, tidied.encode())[0] == meaning:  # not so where a block keeps them
        text = tidied
    if parse_yaml(path, text.encode())[0] != meaning:
        raise AssertionError(f"{path}: putting fields in order changed what they say")
    return text


def _readable(path: Path, text: str) -> tuple[str, Any]:
    """The text with the quotes that a reader asks for, and what it says."""
    for _ in range(MOST_REPAIRS):
        try:
            return text, parse_yaml(path, text.encode())[0]
        except BadData as error:
            repaired = _quoted(text, error)
            if repaired is None:
                raise
            text = repaired
    return text, parse_yaml(path, text.encode())[0]


def _without_trailing_spaces(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n") + "\n"


def _quoted(text: str, error: BadData) -> str | None:
    """The text with quotes where the reader asks for them: around a word, or around the whole of a line's value."""
    problem = error.problems[0]
    lines = text.split("\n")
    if problem.line > len(lines):
        return None
    line = lines[problem.line - 1]
    if "put the whole text in quotes" in problem.message:
        found = re.match(r"(\s*(?:- )*[\w.]+: )([^'\"|>\[{&*!#].*?)\s*$", line)
        lines[problem.line - 1] = f"{found[1]}{json.dumps(found[2], ensure_ascii=False)}" if found else line
    elif "put it in quotes" in problem.message:
        start = problem.column - 1
        found = _PLAIN.match(line, start)
        lines[problem.line - 1] = f'{line[:start]}"{found[0]}"{line[found.end() :]}' if found else line
    repaired = "\n".join(lines)
    return repaired if repaired != text else None


def _in_order(text: str) -> str | None:
    """The text with the first mapping whose fields are out of order in order; None where all are."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    for node, model in _modelled(root):
        if moved := _sorted(text, node, [field.alias or name for name, field in model.model_fields.items()]):
            return moved
    return None


def _modelled(root: yaml.Node | None) -> Iterator[tuple[yaml.MappingNode, type[BaseModel]]]:
    """The file, and the items of its lists, each with the model that gives their fields an order."""
    if not isinstance(root, yaml.MappingNode):
        return
    yield root, Mapping
    for key, value in root.value:
        model = ITEMS.get(key.value)
        if model and isinstance(value, yaml.SequenceNode):
            yield from ((item, model) for item in value.value if isinstance(item, yaml.MappingNode))


def _sorted(text: str, node: yaml.MappingNode, order: Sequence[str]) -> str | None:
    """The text with the fields of a mapping in order; None if they are, or do not stand in lines of their own."""
    keys = [key.value for key, _ in node.value]
    ranks = {name: rank for rank, name in enumerate(order)}
    wanted = sorted(keys, key=lambda name: ranks.get(name, len(ranks)))
    starts = [key.start_mark.line for key, _ in node.value]
    if node.flow_style or wanted == keys or len(set(starts)) < len(starts):
        return None
    lines = text.split("\n")
    indent = node.start_mark.column
    first = starts[0]
    dash = lines[first][:indent]  # `  - ` in front of the first field of an item
    lines[first] = " " * indent + lines[first][indent:]
    starts = [first, *(_with_comments(lines, start, indent) for start in starts[1:])]
    end = _end(lines, starts[-1] + 1, indent)
    pieces = dict(zip(keys, (lines[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)), strict=True))
    moved = [line for name in wanted for line in pieces[name]]
    moved[0] = dash + moved[0][indent:]  # perhaps a comment: YAML lets one follow the dash
    return "\n".join([*lines[:first], *moved, *lines[end:]])


def _with_comments(lines: list[str], start: int, indent: int) -> int:
    """Where a field begins: with the comments right above it."""
    while start > 0 and lines[start - 1].strip().startswith("#") and _indent(lines[start - 1]) == indent:
        start -= 1
    return start


def _end(lines: list[str], start: int, indent: int) -> int:
    """Where the last field of a mapping ends: before the next line that is indented less than its content."""
    end = start
    for index in range(start, len(lines)):
        line = lines[index]
        if not line.strip():
            continue
        if _indent(line) < indent or (_indent(line) == indent and not line.lstrip().startswith("- ")):
            break
        end = index + 1
    return max(end, start)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def report(folder: Path, paths: Iterable[Path]) -> int:
    """The `fix` command: repairs some files, or all; the exit code (1: some need a person)."""
    code = 0
    for path in paths or mapping_files(folder):
        try:
            text = read_text(path, MAX_BYTES)
            repaired = fixed(path, text)
            if repaired != text:
                write_text(path, repaired)
                print(path)
        except (BadData, FileError) as error:
            print(error, file=sys.stderr)
            code = 1
    return code
