"""YAML files to checked objects; every problem with its file, line and column.

PyYAML's C reader is fast and lenient: it lets a duplicate key win, reads `no` as False and expands aliases.
Here duplicates, aliases and anchors are refused, and the schema is strict about types. Positions are only
looked up when something is wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from rapidfuzz import process

from loader.model.mapping import Conventions, Mapping, Module, Outside

CodeNode = ast.expr | ast.stmt | ast.keyword
Model = TypeVar("Model", bound=BaseModel)

MAX_BYTES = 256 * 1024  # the longest hand-written mapping is a tenth of this
MODULE_FILE = "module.yaml"
OUTSIDE_FILE = "outside.yaml"


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a file: where, what, and what to do about it."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class BadData(Exception):
    """One or more problems in the data; all of them are listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Source:
    """A mapping with the file that it came from."""

    path: Path
    module: str
    mapping: Mapping
    text: str

    def problem(self, message: str, *where: str | int) -> Problem:
        """A problem at a place of the file, named by keys and indices: `("examples", 0, "torch")`."""
        return Problem(self.path, *locate(self.text, where), message)

    def problem_in_code(self, message: str, node: CodeNode, *where: str | int) -> Problem:
        """A problem at a node of the Python code that stands at a place of the file."""
        return Problem(self.path, *_locate_in_code(self.text, node, where), message)


@dataclass(frozen=True)
class Data:
    """Everything hand-written under `mappings/`."""

    folder: Path
    conventions: Conventions
    modules: dict[str, Module]
    outside: Outside
    sources: tuple[Source, ...]

    def __iter__(self) -> Iterator[Source]:
        return iter(self.sources)

    def pair_of(self, mapping: Mapping) -> str | None:
        """The mapping about the first twin, if its own first twin is this one: the pair seen from the other side."""
        other = self._by_name.get(mapping.twins[0]) if mapping.twins else None
        return other.name if other is not None and other.twins[:1] == [mapping.name] else None

    @cached_property
    def _by_name(self) -> dict[str, Mapping]:
        return {source.mapping.name: source.mapping for source in self.sources}


class _Refusing(yaml.CSafeLoader):
    """The safe loader, without the conveniences that hide mistakes."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, yaml.Mark] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise _error(key_node, f"the key {key_node.value!r} is read as {type(key).__name__}: put it in quotes")
            if key in seen:
                raise _error(key_node, f"the key {key!r} stands twice (first in line {seen[key].line + 1})")
            seen[key] = key_node.start_mark
        return super().construct_mapping(node, deep=deep)


def _error(node: yaml.Node, message: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=message, problem_mark=node.start_mark)


def parse_yaml(path: Path, data: bytes) -> tuple[Any, str]:
    """The plain objects of a YAML file, and its text.

    Raises:
        BadData: not UTF-8, too large, aliases, tabs, duplicate keys, empty: with the position.
    """
    if len(data) > MAX_BYTES:
        raise BadData([Problem(path, 1, 1, f"{len(data)} bytes: a mapping may have {MAX_BYTES} at most")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise BadData([Problem(path, line, column, "not UTF-8: save the file with that encoding")]) from None
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise yaml.MarkedYAMLError(
                    problem="anchors and aliases (& and *) are not used here: write the value out",
                    problem_mark=event.start_mark,  # type: ignore[arg-type]
                )
        loaded = yaml.load(text, Loader=_Refusing)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = error.problem or "this YAML does not parse"
        if "'\\t'" in message or "tab" in message:
            message += ": YAML is indented with spaces, never tabs"
        raise BadData([Problem(path, line, column, message)]) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadData([Problem(path, 1, 1, f"this YAML does not parse: {error}".splitlines()[0])]) from None
    if loaded is None:
        raise BadData([Problem(path, 1, 1, "the file is empty: `python -m loader new NAME` writes a first draft")])
    return loaded, text


def locate(text: str, where: Sequence[str | int]) -> tuple[int, int]:
    """Line and column (from 1) of a place in YAML text, or of the nearest place above it that exists."""
    mark, _ = _find(text, where)
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _find(text: str, where: Sequence[str | int]) -> tuple[yaml.Mark | None, yaml.Node | None]:
    """Where a place begins (its key, if it has one), and its value."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    mark = node.start_mark if node else None
    for step in where:
        if isinstance(node, yaml.MappingNode):
            pair = next((p for p in node.value if p[0].value == step), None)
            if pair is None:
                continue  # pydantic names models and unions in its paths too
            mark, node = pair[0].start_mark, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.start_mark
    return mark, node


def _locate_in_code(text: str, code: CodeNode, where: Sequence[str | int]) -> tuple[int, int]:
    """Line and column of a node of Python code: exact in a block (`|`) and in a value of one line."""
    _, node = _find(text, where)
    if not isinstance(node, yaml.ScalarNode):
        return locate(text, where)
    start = node.start_mark
    if node.style != "|":
        quote = 1 if node.style else 0
        return start.line + 1, start.column + quote + code.col_offset + 1
    block = text.splitlines()[start.line + 1 :]
    indentation = next(len(line) - len(line.lstrip()) for line in block if line.strip())
    return start.line + 1 + code.lineno, indentation + code.col_offset + 1


def read_model(path: Path, model: type[Model]) -> tuple[Model, str]:
    """One YAML file as a checked object, and its text.

    Raises:
        BadData: everything that is wrong with this file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadData([Problem(path, 1, 1, f"cannot be read: {error.strerror}")]) from None
    loaded, text = parse_yaml(path, data)
    try:
        return model.model_validate(loaded), text
    except ValidationError as error:
        problems = [
            Problem(path, *locate(text, item["loc"]), _explain(item, model)) for item in error.errors(include_url=False)
        ]
        raise BadData(problems) from None


def _explain(item: Any, model: type[BaseModel]) -> str:
    place = ".".join(str(step) for step in item["loc"])
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        known = _fields_at(model, item["loc"][:-1])
        near = process.extractOne(str(item["loc"][-1]), known, score_cutoff=60) if known else None
        hint = f" (did you mean {near[0]!r}?)" if near else f" (known here: {', '.join(known)})" if known else ""
        return f"{place}: unknown field{hint}"
    if item["type"].endswith("_type"):
        got = item["input"]
        message = f"{message}, not {type(got).__name__} {got!r:.60}"
        if isinstance(got, bool):
            message += ": YAML reads yes, no, on and off as true and false: put the word in quotes"
        elif isinstance(got, str) and item["type"] == "float_type":
            message += ": YAML reads 1e-5 as text: write 1.0e-5"
    return f"{place}: {message}" if place else message


def _fields_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The fields of the model that stands at a location, found through the JSON schema."""
    schema = model.model_json_schema()
    node: dict[str, Any] = schema
    for step in location:
        node = _resolve(schema, node)
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(step) or node.get("additionalProperties") or {}
    return sorted(_resolve(schema, node).get("properties", {}))


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for option in node.get("anyOf", []):
        if "$ref" in option:
            node = option
    if "$ref" in node:
        found: dict[str, Any] = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
        return found
    return node


def read_mapping(path: Path) -> Source:
    """One mapping file.

    Raises:
        BadData: everything that is wrong with it, its file name included.
    """
    mapping, text = read_model(path, Mapping)
    if path.stem != mapping.name:
        raise BadData(
            [Problem(path, *locate(text, ("name",)), f"the file must be named after it: {mapping.name}.yaml")]
        )
    return Source(path, path.parent.name, mapping, text)


def mapping_files(folder: Path) -> list[Path]:
    """All mapping files below `mappings/`, in a stable order."""
    return sorted(path for path in folder.glob("*/*.yaml") if path.name != MODULE_FILE)


def read_data(folder: Path) -> Data:
    """Everything under `mappings/`.

    Raises:
        BadData: all problems of all files, not the first.
    """
    data, problems = read_all(folder)
    if problems or data is None:
        raise BadData(problems)
    return data


def read_all(folder: Path) -> tuple[Data | None, list[Problem]]:
    """What can be read under `mappings/`, and all problems of what cannot; nothing without the conventions."""
    problems: list[Problem] = []
    modules: dict[str, Module] = {}
    sources: list[Source] = []
    conventions: Conventions | None = None

    try:
        conventions, _ = read_model(folder / "conventions.yaml", Conventions)
    except BadData as error:
        problems += error.problems
    outside = Outside()
    if (folder / OUTSIDE_FILE).exists():
        try:
            outside, _ = read_model(folder / OUTSIDE_FILE, Outside)
        except BadData as error:
            problems += error.problems
    for path in sorted(folder.glob(f"*/{MODULE_FILE}")):
        try:
            modules[path.parent.name], _ = read_model(path, Module)
        except BadData as error:
            problems += error.problems
    for path in mapping_files(folder):
        try:
            sources.append(read_mapping(path))
        except BadData as error:
            problems += error.problems
        if not (path.parent / MODULE_FILE).exists():
            problems.append(Problem(path.parent / MODULE_FILE, 1, 1, "every module needs this file"))
    data = Data(folder, conventions, modules, outside, tuple(sources)) if conventions else None
    return data, sorted(set(problems))
