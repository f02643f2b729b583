"""The files under `mappings/`: which they are, and what they hold as checked objects."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from loader.files import FileError, read_bounded
from loader.model.dataset import Conventions, Module, ModuleTranslation, Outside
from loader.model.mapping import Mapping, Translation
from loader.model.roads import Former
from loader.reading.explain import explain
from loader.reading.problems import BadData, Problem
from loader.reading.yaml_text import MAX_BYTES, CodeNode, first_item, locate, locate_in_code, parse_yaml

Model = TypeVar("Model", bound=BaseModel)

CONVENTIONS_FILE = "conventions.yaml"
MODULE_FILE = "module.yaml"
OUTSIDE_FILE = "outside.yaml"
FORMER_FILE = "former.yaml"
SUFFIX = ".yaml"
CHINESE = ".zh.yaml"  # the end of a translation, which stands beside what it translates


@dataclass(frozen=True)
class Translated(Generic[Model]):
    """A translation with the file that it came from."""

    path: Path
    text: str
    content: Model

    def problem(self, message: str, *where: str | int) -> Problem:
        """A problem at a place of the file, named by keys and indices."""
        return Problem(self.path, *locate(self.text, where), message)


@dataclass(frozen=True)
class Source:
    """A mapping with the file that it came from, and its translation, where it has one that can be read."""

    path: Path
    module: str
    mapping: Mapping
    text: str
    chinese: Translated[Translation] | None = None

    def problem(self, message: str, *where: str | int) -> Problem:
        """A problem at a place of the file, named by keys and indices: `("examples", 0, "torch")`."""
        return Problem(self.path, *locate(self.text, where), message)

    def problem_in_code(self, message: str, node: CodeNode, *where: str | int) -> Problem:
        """A problem at a node of the Python code that stands at a place of the file."""
        return Problem(self.path, *locate_in_code(self.text, node, where), message)


@dataclass(frozen=True)
class Common:
    """What is hand-written under `mappings/` about all mappings."""

    folder: Path
    conventions: Conventions
    modules: dict[str, Module]
    outside: Outside
    former: Former
    files: tuple[Path, ...]  # of all mappings; each is named after the id of its mapping
    chinese: dict[str, Translated[ModuleTranslation]]  # of modules


@dataclass(frozen=True)
class Data(Common):
    """Everything hand-written under `mappings/`."""

    sources: tuple[Source, ...]

    def __iter__(self) -> Iterator[Source]:
        return iter(self.sources)


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
        message = f"the file must be named after it: {mapping.name}{SUFFIX}"
        raise BadData([Problem(path, *locate(text, ("name",)), message)])
    return Source(path, path.parent.name, mapping, text)


def mapping_files(folder: Path) -> list[Path]:
    """All mapping files below `mappings/`, in a stable order."""
    return sorted(
        path for path in folder.glob(f"*/*{SUFFIX}") if path.name != MODULE_FILE and not path.name.endswith(CHINESE)
    )


def translation_of(path: Path) -> Path:
    """The file that holds, or would hold, the Chinese of a mapping or a module."""
    return path.with_name(path.name.removesuffix(SUFFIX) + CHINESE)


def original_of(path: Path) -> Path:
    """What a translation translates; any other file itself."""
    return path.with_name(path.name.removesuffix(CHINESE) + SUFFIX) if path.name.endswith(CHINESE) else path


def read_translation(path: Path, model: type[Model]) -> Translated[Model] | None:
    """The translation of a mapping or a module, where there is one.

    Raises:
        BadData: everything that is wrong with its form.
    """
    beside = translation_of(path)
    if not beside.exists():
        return None
    content, text = read_model(beside, model)
    return Translated(beside, text, content)


def pairs_of(files: Iterable[Path]) -> dict[str, str]:
    """The mappings that are about each other's first twin, by name: one pair seen from both sides.

    Only the beginning of each file is looked at.
    """
    firsts: dict[str, str | None] = {}
    for path in files:
        with contextlib.suppress(FileError):  # told where the whole file is read
            firsts[path.stem] = first_item(read_bounded(path, MAX_BYTES), "twins")
    return {name: twin for name, twin in firsts.items() if twin is not None and firsts.get(twin) == name}


def passed_over(folder: Path) -> Iterator[Problem]:
    """Files that look like data, and that nothing reads."""
    own = {folder / CONVENTIONS_FILE, folder / OUTSIDE_FILE, folder / FORMER_FILE, *folder.glob(f"*/*{SUFFIX}")}
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
    common, problems = read_common(folder)
    files = common.files if common else mapping_files(folder)
    sources = tuple(read_mappings(files, problems.append))
    data = Data(**vars(common), sources=sources) if common else None
    return data, sorted(set(problems))


def read_common(folder: Path) -> tuple[Common | None, list[Problem]]:
    """What concerns all mappings, and all problems of these files; nothing without the conventions."""
    problems = list(passed_over(folder))

    def attempt(path: Path, model: type[Model]) -> Model | None:
        try:
            return read_model(path, model)[0]
        except BadData as error:
            problems.extend(error.problems)
            return None

    conventions = attempt(folder / CONVENTIONS_FILE, Conventions)
    outside = attempt(folder / OUTSIDE_FILE, Outside) if (folder / OUTSIDE_FILE).exists() else None
    former = attempt(folder / FORMER_FILE, Former) if (folder / FORMER_FILE).exists() else None
    modules: dict[str, Module] = {}
    chinese: dict[str, Translated[ModuleTranslation]] = {}
    for path in sorted(folder.glob(f"*/{MODULE_FILE}")):
        if module := attempt(path, Module):
            modules[path.parent.name] = module
        try:
            if told := read_translation(path, ModuleTranslation):
                chinese[path.parent.name] = told
        except BadData as error:
            problems.extend(error.problems)
    files = tuple(mapping_files(folder))
    for module_folder in sorted({path.parent for path in files}):
        if not (module_folder / MODULE_FILE).exists():
            problems.append(Problem(module_folder / MODULE_FILE, 1, 1, "every module needs this file"))
    if conventions is None:
        return None, problems
    return Common(folder, conventions, modules, outside or Outside(), former or Former(), files, chinese), problems


def read_mappings(paths: Iterable[Path], report: Callable[[Problem], None]) -> Iterator[Source]:
    """Those mappings that can be read, one after the other; the problems of the others are reported."""
    for path in paths:
        try:
            source = read_mapping(path)
        except BadData as error:
            for problem in error.problems:
                report(problem)
            continue
        try:
            yield replace(source, chinese=read_translation(path, Translation))
        except BadData as error:
            for problem in error.problems:
                report(problem)
            yield source
