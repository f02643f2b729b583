"""Mappings, evidence and inventories to the database that is served.

One mapping after the other is read, checked, rendered and written, and none is kept, so that memory hardly grows with
the data. The database is written beside its final place and renamed when complete, so that whoever opens it finds the
old one or the new one. The same input gives the same bytes.
"""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loader.changes import Changes, read_changes
from loader.checks.check import Checks
from loader.database import sqlite, tables
from loader.database.rows import (
    Names,
    argument_names,
    mapping_row,
    public_names,
    road_rows,
    vocabulary,
    weight,
    word_row,
    written,
)
from loader.files import FileError, destination, replacing
from loader.model.inventory import Inventory, InventoryError
from loader.model.roads import Roads, read_roads
from loader.model.state import State
from loader.model.uses import Uses, read_uses
from loader.names import namings
from loader.proof.evidence import Evidence, path_of, read_evidence
from loader.proof.programs import Worked, read_programs
from loader.publish.document import ChangeList
from loader.publish.download import packed
from loader.publish.measured import Published
from loader.publish.pages import Overview, Page, render_pages
from loader.publish.pictures import FILE, Pictures, picture_pages, read_pictures
from loader.publish.program_pages import program_pages, render_programs
from loader.publish.render import brief, render_mapping
from loader.reading.data import Common, Source, pairs_of, read_common, read_mappings
from loader.reading.problems import BadData, Problem

TARGET = Path("build/twintensor.sqlite")
ROOM = 64 * 2**20  # bytes, about twice a database: so much is tried to be had before the work begins
Progress = Callable[[str], None]
Report = Callable[[Problem], None]


@dataclass(frozen=True)
class Inputs:
    """What a build reads; the mappings are read one by one while it runs."""

    common: Common
    inventory: Inventory
    evidence: Path
    mappings: Callable[[Report], Iterable[Source]]
    pairs: dict[str, str] = field(default_factory=dict)
    roads: Roads = field(default_factory=Roads)
    uses: Uses = field(default_factory=Uses)
    changes: Changes = field(default_factory=Changes)
    pictures: Pictures = field(default_factory=Pictures)
    programs: tuple[Worked, ...] = ()
    checks: Checks | None = None

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
    """Read what concerns all mappings, and the inventories.

    Raises:
        BadData: the conventions cannot be read, or a worked program; every problem found.
        InventoryError: an inventory is missing or unreadable, or what is generated beside it.
        ValueError: the file of the pictures is unreadable.
    """
    common, problems = read_common(mappings)
    if common is None:
        raise BadData(problems)
    inventory = Inventory.load(mappings / "inventory")

    def read(report: Report) -> Iterator[Source]:
        for problem in problems:
            report(problem)
        return read_mappings(common.files, report)

    pictures = read_pictures(evidence.parent / FILE.name)
    worked = tuple(read_programs(programs)) if programs else ()
    return Inputs(
        common,
        inventory,
        evidence,
        read,
        pairs_of(common.files),
        read_roads(mappings / "inventory"),
        read_uses(mappings / "inventory"),
        read_changes(mappings / "inventory"),
        pictures,
        worked,
        Checks(common, inventory),
    )


def build(inputs: Inputs, target: Path = TARGET, progress: Progress = lambda _: None) -> Built:
    """Write the database to `target`, atomically.

    Raises:
        BadData: whatever is wrong with the data or the evidence; all problems are listed.
        FileError: the target cannot be written.
        BlockingIOError: another build is writing the same target.
    """
    with locked(target), replacing(target, ROOM) as temporary:
        try:
            with closing(sqlite.connect(temporary)) as connection:
                version, overview = _fill(connection, inputs, progress)
                sqlite.compact(connection)
        except sqlite3.OperationalError as error:
            raise FileError(target, f"cannot be written: {error}") from error
    verified = sum(one.status == "verified" for one in overview.briefs)
    return Built(target, version, len(overview.briefs), verified, target.stat().st_size)


def _fill(connection: sqlite3.Connection, inputs: Inputs, progress: Progress) -> tuple[str, Overview]:
    """Everything that is published, written; the version of the dataset, and what is told of all mappings."""
    filling = _Filling(connection, inputs)
    problems: list[Problem] = []
    for number, source in enumerate(inputs.mappings(problems.append), start=1):
        progress(f"{number}/{len(inputs.common.files)} {source.mapping.name}")
        if found := inputs.checks.of(source) if inputs.checks else []:
            problems += found
            continue
        try:
            filling.add(number, source)
        except (ValueError, FileError) as error:
            problems.append(source.problem(str(error)))
    progress("")
    problems += inputs.checks.together() if inputs.checks else []
    problems += filling.evidence_of_nothing() if not problems else []  # it may belong to a file that was not read
    if problems:
        raise BadData(problems)
    return filling.finish(), filling.overview


class _Filling:
    """A database that is being filled: mapping by mapping, then what is said of all of them."""

    def __init__(self, connection: sqlite3.Connection, inputs: Inputs) -> None:
        self.overview = Overview()
        self._connection = connection
        self._inputs = inputs
        self._basics = {mapping_id for module in inputs.common.modules.values() for mapping_id in module.reading}
        self._names = Names(self._basics)
        self._vocabulary: Counter[str] = Counter()
        self._digest = hashlib.sha256()
        self._shows_pictures = inputs.versions.items() <= inputs.pictures.versions.items()
        self._recipes: dict[str, State] = {}
        self._evidence: set[Path] = set()

    def add(self, number: int, source: Source) -> None:
        """Render a mapping and write all that follows from it alone. Raises ValueError: see `render_mapping`."""
        inputs, mapping = self._inputs, source.mapping
        self._evidence.add(path_of(inputs.evidence, mapping.name))
        evidence = read_evidence(inputs.evidence, mapping.name)
        document = render_mapping(
            source.module,
            mapping,
            inputs.inventory,
            evidence,
            inputs.expected(evidence),
            inputs.pairs.get(mapping.name),
            source.chinese.content if source.chinese else None,
        )
        body = document.model_dump_json().encode()
        self._digest.update(body)
        found = namings(mapping, inputs.inventory)
        listed = brief(document)
        self.overview.add(document, listed, found)
        self._recipes[mapping.name] = mapping.state
        used = weight(mapping, inputs.uses, inputs.inventory)
        self._names.add(number, mapping, found, used)
        row = mapping_row(number, listed, body, basic=mapping.name in self._basics, weight=used)
        sqlite.add(self._connection, tables.MappingRow, [row])
        if self._shows_pictures:
            self._add_pages(picture_pages(mapping, inputs.pictures))
        arguments = argument_names(mapping, inputs.inventory, inputs.roads, inputs.common.former)
        words = word_row(number, mapping, found, arguments)
        self._vocabulary.update(written(words))
        sqlite.add_words(self._connection, words)

    def evidence_of_nothing(self) -> Iterator[Problem]:
        """Evidence whose mapping is not there."""
        for path in sorted(self._inputs.evidence.glob("*.json")):
            if path not in self._evidence:
                yield Problem(path, 1, 1, "this is evidence of no mapping: delete it")

    def finish(self) -> str:
        """Write what is said of all mappings; the version of the dataset.

        Raises:
            BadData: a worked program names a recipe that there is not, or its evidence cannot be read.
        """
        inputs = self._inputs
        programs = render_programs(list(inputs.programs), self._recipes, inputs.versions)
        version = self._version(programs)
        sqlite.add(self._connection, tables.NameRow, self._names.rows())
        sqlite.add(self._connection, tables.PublicName, public_names(inputs.inventory))
        roads = road_rows(inputs.roads, inputs.common.former)
        sqlite.add(self._connection, tables.RoadRow, roads)
        self._add_pages(render_pages(self.overview, inputs.common, inputs.inventory, inputs.versions, version))
        self._add_pages(program_pages(programs))
        self._add_pages([Page.of("changes", ChangeList(changes=inputs.changes.changes))])
        sqlite.add(self._connection, tables.Word, vocabulary(self._vocabulary, inputs.uses.words))
        self._add_download()
        return version

    def _version(self, programs: Iterable[Published]) -> str:
        """Twelve hexadecimal digits that change whenever something published changes."""
        inputs = self._inputs
        for program in programs:
            self._digest.update(program.model_dump_json().encode())
        for name, module in inputs.common.modules.items():
            self._digest.update(f"{name}{module.model_dump_json()}".encode())
        for name, chinese in inputs.common.chinese.items():
            self._digest.update(f"{name}{chinese.content.model_dump_json()}".encode())
        self._digest.update(inputs.pictures.model_dump_json().encode())
        for told in (inputs.common.outside, inputs.common.former, inputs.roads, inputs.uses, inputs.changes):
            self._digest.update(told.model_dump_json().encode())
        for entry in [*inputs.inventory.torch.values(), *inputs.inventory.tf.values()]:
            self._digest.update(repr(entry).encode())
        return self._digest.hexdigest()[:12]

    def _add_pages(self, pages: Iterable[Page]) -> None:
        rows: Iterator[dict[str, Any]] = ({"path": page.path, "body": page.body} for page in pages)
        sqlite.add(self._connection, tables.Page, rows)

    def _add_download(self) -> None:
        """The dataset in one file, from what was written."""
        ((version,),) = self._connection.execute("SELECT body FROM page WHERE path = 'version'")
        documents = (document for (document,) in self._connection.execute("SELECT document FROM mapping ORDER BY id"))
        rows = ({"number": number, "body": piece} for number, piece in enumerate(packed(version, documents)))
        sqlite.add(self._connection, tables.DownloadPiece, rows)


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """One build at a time writes a target.

    Raises:
        FileError: the target cannot be written, see `destination`.
        BlockingIOError: another build is writing it.
    """
    file = destination(target)
    with file.with_name(f"{file.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(error.errno, f"another build is writing {target}: wait for it to end") from None
        yield


def report(mappings: Path, evidence: Path, target: Path, programs: Path | None = None) -> int:
    """The `build` command: builds, tells what it made or everything that is wrong; the exit code."""
    try:
        built = build(read_inputs(mappings, evidence, programs), target, progress_line())
    except (BadData, InventoryError, FileError, BlockingIOError, ValueError) as error:
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
