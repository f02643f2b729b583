"""Mappings, evidence and inventories to the database that is served.

The database is written beside its final place and renamed when complete, so that whoever opens it finds the
old one or the new one. The same input gives the same bytes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Table, insert
from sqlmodel import SQLModel, create_engine

from loader.checks.check import check_data
from loader.database import tables
from loader.database.rows import Row, mapping_rows, name_rows, public_names, vocabulary, word_rows
from loader.model.inventory import Inventory, InventoryError
from loader.proof.evidence import Evidence, path_of, read_evidence
from loader.proof.programs import Worked, read_programs
from loader.publish import document as doc
from loader.publish.pages import render_pages
from loader.publish.pictures import FILE, Pictures, picture_rows, read_pictures
from loader.publish.program_document import ProgramDocument
from loader.publish.program_pages import program_pages, render_programs
from loader.publish.render import render_mapping
from loader.reading.data import Data, read_all
from loader.reading.problems import BadData, Problem

TARGET = Path("build/twintensor.sqlite")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Inputs:
    """Everything that a build reads, in memory."""

    data: Data
    inventory: Inventory
    evidence: Path
    pictures: Pictures = field(default_factory=Pictures)
    programs: tuple[Worked, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        """The frameworks that the inventories, and with them the dataset, speak of."""
        return {"torch": self.inventory.versions["torch"], "tensorflow": self.inventory.versions["tf"]}

    def expected(self, evidence: Evidence | None) -> dict[str, str]:
        """The versions to hold evidence against; the inventories do not tell Keras's, TensorFlow brings it along."""
        return {**(evidence.versions if evidence else {}), **self.versions}


@dataclass(frozen=True)
class Built:
    """What a build made."""

    path: Path
    version: str
    mappings: int
    verified: int
    size: int


def read_inputs(mappings: Path, evidence: Path, programs: Path | None = None) -> Inputs:
    """Read and check all that is hand-written, and the inventories.

    Raises:
        BadData: every problem found.
        InventoryError: an inventory is missing or unreadable.
        ValueError: the file of the pictures is unreadable.
    """
    data, problems = read_all(mappings)
    inventory = Inventory.load(mappings / "inventory")
    if data is not None:
        problems += check_data(data, inventory)
    if problems or data is None:
        raise BadData(problems)
    pictures = read_pictures(evidence.parent / FILE.name)
    return Inputs(data, inventory, evidence, pictures, tuple(read_programs(programs)) if programs else ())


def build(inputs: Inputs, target: Path = TARGET, progress: Progress = lambda _: None) -> Built:
    """Write the database to `target`, atomically.

    Raises:
        BadData: evidence that cannot be read or does not fit its mapping; all problems are listed.
        BlockingIOError: another build is writing the same target.
    """
    documents = _render(inputs, progress)
    recipes = {source.mapping.name: source.mapping.state for source in inputs.data}
    programs = render_programs(list(inputs.programs), recipes, inputs.versions)
    version = _dataset_version(documents, programs, inputs)
    with replacing(target) as temporary:
        engine = create_engine(f"sqlite:///{temporary}")
        with engine.begin() as connection:
            _fill(connection, documents, inputs, version)
            _insert(connection, tables.Page, program_pages(programs))
        engine.dispose()
        _compact(temporary)
    verified = sum(document.status == "verified" for document in documents)
    return Built(target, version, len(documents), verified, target.stat().st_size)


def _render(inputs: Inputs, progress: Progress) -> list[doc.MappingDocument]:
    problems: list[Problem] = []
    documents: list[doc.MappingDocument] = []
    for position, source in enumerate(inputs.data, start=1):
        progress(f"{position}/{len(inputs.data.sources)} {source.mapping.name}")
        try:
            evidence = read_evidence(inputs.evidence, source.mapping.name)
            documents.append(
                render_mapping(
                    source.module,
                    source.mapping,
                    inputs.inventory,
                    evidence,
                    inputs.expected(evidence),
                    inputs.data.pair_of(source.mapping),
                )
            )
        except ValueError as error:
            problems.append(source.problem(str(error)))
    progress("")
    known = {path_of(inputs.evidence, source.mapping.name) for source in inputs.data}
    problems += [
        Problem(path, 1, 1, "this is evidence of no mapping: delete it")
        for path in inputs.evidence.glob("*.json")
        if path not in known
    ]
    if problems:
        raise BadData(problems)
    return documents


def _dataset_version(documents: list[doc.MappingDocument], programs: list[ProgramDocument], inputs: Inputs) -> str:
    """Twelve hexadecimal digits that change whenever something published changes."""
    digest = hashlib.sha256()
    for document in [*documents, *programs]:
        digest.update(document.model_dump_json().encode())
    for name, module in inputs.data.modules.items():
        digest.update(f"{name}{module.model_dump_json()}".encode())
    digest.update(inputs.pictures.model_dump_json().encode())
    digest.update(inputs.data.outside.model_dump_json().encode())
    for entry in [*inputs.inventory.torch.values(), *inputs.inventory.tf.values()]:
        digest.update(repr(entry).encode())
    return digest.hexdigest()[:12]


def _fill(connection: Connection, documents: list[doc.MappingDocument], inputs: Inputs, version: str) -> None:
    data, inventory = inputs.data, inputs.inventory
    mappings = [source.mapping for source in data]
    basics = {mapping_id for module in data.modules.values() for mapping_id in module.reading}
    SQLModel.metadata.create_all(connection, tables=[_table(model) for model in tables.ALL])
    _insert(connection, tables.MappingRow, mapping_rows(documents, basics))
    _insert(connection, tables.NameRow, name_rows(mappings, inventory, basics))
    _insert(connection, tables.PublicName, public_names(inventory))
    _insert(connection, tables.Page, picture_rows(mappings, inputs.pictures, inputs.versions))
    _insert(connection, tables.Page, render_pages(documents, data, inventory, inputs.versions, version))
    for statement in tables.FULL_TEXT:
        connection.exec_driver_sql(statement)
    words = list(word_rows(mappings, inventory))
    _insert(connection, tables.Word, vocabulary(words))
    if words:
        for statement in tables.FILL_FULL_TEXT:
            connection.exec_driver_sql(statement, words)


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel, unknown to its types
    return table


def _insert(connection: Connection, model: type[SQLModel], rows: Iterable[Row]) -> None:
    batch = list(rows)
    if batch:
        connection.execute(insert(_table(model)), batch)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary file that takes the place of `target` once it is complete and on disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.building")
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(error.errno, f"another build is writing {target}: wait for it to end") from None
        for leftover in target.parent.glob(f"{temporary.name}*"):
            leftover.unlink()  # of a build that was killed
        try:
            yield temporary
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _compact(path: Path) -> None:
    """Merge the full-text segments and write the pages in order: smaller, and the same bytes every time."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for table in ("words", "remarks", "pieces"):
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
    finally:
        connection.close()


def report(mappings: Path, evidence: Path, target: Path, programs: Path | None = None) -> int:
    """The `build` command: builds, tells what it made or everything that is wrong; the exit code."""
    try:
        built = build(read_inputs(mappings, evidence, programs), target, progress_line())
    except (BadData, InventoryError, BlockingIOError, ValueError) as error:
        print(error, file=sys.stderr)
        if isinstance(error, BadData):
            print(f"{len(error.problems)} problem(s); {target} is unchanged", file=sys.stderr)
        return 1
    print(
        f"{built.path}: {built.mappings} mappings ({built.verified} verified), "
        f"{built.size / 1e6:.1f} MB, dataset {built.version}"
    )
    return 0


def progress_line() -> Progress:
    """Prints progress over itself where a person watches, and nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(text: str) -> None:
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    return show
