"""The files under `mappings/`: which they are, and what they hold as checked objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from loader.files import FileError, read_bounded
from loader.model.mapping import Conventions, Mapping, Module, Outside
from loader.reading.explain import explain
from loader.reading.problems import BadData, Problem
from loader.reading.yaml_text import MAX_BYTES, CodeNode, locate, locate_in_code, parse_yaml

Model = TypeVar("Model", bound=BaseModel)
T = TypeVar("T")

CONVENTIONS_FILE = "conventions.yaml"
MODULE_FILE = "module.yaml"
OUTSIDE_FILE = "outside.yaml"
SUFFIX = ".yaml"


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
        return Problem(self.path, *locate_in_code(self.text, node, where), message)


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


def read_model(path: Path, model: type[Model]) -> tuple[Model, str]:
    """One YAML file as a checked object, and its text.

    Raises:
        BadData: everything that is wrong with this file.
    """
    try:
        data = read_bounded(path, MAX_BYTES)
    except FileError as error:
        raise BadData([Problem(path, 1, 1, error.why)]) from None
    loaded, text = parse_yaml(path, data)
    try:
        return model.model_validate(loaded), text
    except ValidationError as error:
        raise BadData(explain(path, text, error, model)) from None


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
    return sorted(path for path in folder.glob(f"*/*{SUFFIX}") if path.name != MODULE_FILE)


def passed_over(folder: Path) -> Iterator[Problem]:
    """Files that look like data, and that nothing reads."""
    own = {folder / CONVENTIONS_FILE, folder / OUTSIDE_FILE, *folder.glob(f"*/*{SUFFIX}")}
    for path in folder.rglob("*"):
        if path.suffix.lower() not in (SUFFIX, ".yml") or path in own:
            continue
        if path.suffix != SUFFIX:
            yield Problem(path, 1, 1, f"not read: a file of data is named {path.stem}{SUFFIX}")
        else:
            yield Problem(path, 1, 1, f"not read: a mapping stands in MODULE/NAME{SUFFIX}, no higher and no deeper")


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
    problems = list(passed_over(folder))

    def attempt(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except BadData as error:
            problems.extend(error.problems)
            return None

    conventions = attempt(lambda: read_model(folder / CONVENTIONS_FILE, Conventions))
    outside = attempt(lambda: read_model(folder / OUTSIDE_FILE, Outside)) if (folder / OUTSIDE_FILE).exists() else None
    modules: dict[str, Module] = {}
    for path in sorted(folder.glob(f"*/{MODULE_FILE}")):
        if found := attempt(partial(read_model, path, Module)):
            modules[path.parent.name] = found[0]
    sources: list[Source] = []
    for path in mapping_files(folder):
        if source := attempt(partial(read_mapping, path)):
            sources.append(source)
        if not (path.parent / MODULE_FILE).exists():
            problems.append(Problem(path.parent / MODULE_FILE, 1, 1, "every module needs this file"))
    if conventions is None:
        return None, sorted(set(problems))
    data = Data(folder, conventions[0], modules, outside[0] if outside else Outside(), tuple(sources))
    return data, sorted(set(problems))
