"""The database, opened for reading only. All SQL of the server stands here."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from loader.model.dotted import Side
from loader.names import Role


class DatabaseError(Exception):
    """The database is missing or is not one of ours; the message says what to do."""


class NameHit(NamedTuple):
    """A name that ends as asked. `ending` is the matching part in its own letters."""

    ending: str
    name: str
    role: Role
    of: str
    mapping: int


class RoadHit(NamedTuple):
    """A name that is no public one, and the one that it leads to; empty where it is gone. `told` says how."""

    name: str
    to: str
    told: str


@dataclass(frozen=True, slots=True)
class MappingSummary:
    """What a search needs of a mapping."""

    number: int
    id: str
    module: str
    kind: str
    relation: str
    modes: tuple[str, ...]
    basic: bool
    weight: float  # how much code uses it, from 0 to 1


TextTable = Literal["words", "remarks"]  # names, summaries and questions; notes
# How much a place counts in a full text: names, arguments, summary, questions; notes.
_PLACES: dict[TextTable, str] = {"words": "bm25(0.5, 0.1, 1.5, 0.5)", "remarks": "bm25(1.0)"}
_NAME = "SELECT ending, name, role, of, mapping FROM name WHERE key = ? AND side = ?"


class Database:
    """Read-only access to the published data. One connection, for which threads take turns: scans have their own."""

    def __init__(self, path: Path) -> None:
        """Open the database.

        Raises:
            DatabaseError: there is no database at `path`, or it is not one of ours.
        """
        if not path.is_file():
            raise DatabaseError(f"no database at {path}: `python -m loader build` writes it")
        # Immutable: the build replaces the file, it never changes one. So SQLite needs no locks.
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False, cached_statements=64)
        self._turn = threading.Lock()
        try:
            self.summaries = self._list()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise DatabaseError(
                f"{path} cannot be read ({error}): write it again with `python -m loader build`"
            ) from None
        self.numbers = {item.id: item.number for item in self.summaries.values()}
        self._file = os.open(
            path, os.O_RDONLY
        )  # held open: a download is the database that answers, even after a new build
        opened = os.fstat(self._file)
        self.size, self._written = opened.st_size, opened.st_mtime_ns

    def close(self) -> None:
        self._connection.close()
        os.close(self._file)

    def pieces(self, size: int = 1 << 16) -> Iterator[bytes]:
        """The file itself, `size` bytes at a time; any number of readers at once."""
        for offset in range(0, self.size, size):
            yield os.pread(self._file, size, offset)

    def is_whole(self) -> bool:
        """Whether the file that was opened is still as it was: nobody cut it, wrote into it, or made it unreadable.

        A new build takes the place of the file by its name and changes nothing here.
        """
        try:
            now = os.fstat(self._file)
            last = os.pread(self._file, 1, self.size - 1)  # from the file, not from a page that SQLite holds
            return (now.st_size, now.st_mtime_ns) == (self.size, self._written) and bool(last)
        except OSError:
            return False

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        """Everything that a query gives, read before another thread may ask."""
        with self._turn:
            return self._connection.execute(query, values).fetchall()

    def _list(self) -> dict[int, MappingSummary]:
        rows = self._rows("SELECT number, id, module, kind, relation, modes, basic, weight FROM mapping ORDER BY id")
        return {
            number: MappingSummary(number, name, module, kind, relation, tuple(modes.split()), basic, weight)
            for number, name, module, kind, relation, modes, basic, weight in rows
        }

    def names(self, key: str, side: Side) -> list[NameHit]:
        """The names with this ending, the best answer first."""
        return [*map(NameHit._make, self._rows(f"{_NAME} ORDER BY rank", key, side))]

    def method_names(self, key: str, side: Side) -> list[NameHit]:
        """Like `names`, only those that belong to a class."""
        return [*map(NameHit._make, self._rows(f"{_NAME} AND method ORDER BY rank", key, side))]

    def roads(self, key: str) -> list[RoadHit]:
        """Where a name leads that is no public one, or that was one once."""
        query = 'SELECT name, "to", told FROM road WHERE key = ? ORDER BY length(name), name'
        return [RoadHit(*row) for row in self._rows(query, key)]

    def document(self, number: int) -> bytes:
        """The rendered document of a mapping."""
        (document,) = self.documents((number,))
        return document

    def documents(self, numbers: Iterable[int]) -> list[bytes]:
        """The rendered documents of several mappings, in the order asked for."""
        return self._column("document", numbers)

    def briefs(self, numbers: Iterable[int]) -> list[bytes]:
        """The rendered lines of several mappings, in the order asked for."""
        return self._column("brief", numbers)

    def _column(self, column: Literal["document", "brief"], numbers: Iterable[int]) -> list[bytes]:
        wanted = list(numbers)
        places = ",".join("?" * len(wanted))
        found = dict(self._rows(f"SELECT number, {column} FROM mapping WHERE number IN ({places})", *wanted))
        return [found[number] for number in wanted]

    def page(self, path: str) -> bytes | None:
        """An answer that depends on no parameter: `modules`, `modules/tensors`, `coverage`, `version`."""
        found = self._rows("SELECT body FROM page WHERE path = ?", path)
        return bytes(found[0][0]) if found else None

    def download(self) -> Iterator[bytes]:
        """The whole dataset as JSON in gzip, piece by piece; each is read when it is asked for."""
        ((count,),) = self._rows("SELECT count(*) FROM download")
        for number in range(count):
            yield self._rows("SELECT body FROM download WHERE number = ?", number)[0][0]

    def download_size(self) -> int:
        """Bytes of all pieces of `download`."""
        ((size,),) = self._rows("SELECT sum(length(body)) FROM download")
        return int(size)

    def public_names(self, leaf_key: str, side: Side) -> list[tuple[str, str]]:
        """The framework's names with this last part, each with its canonical name, mapped or not."""
        query = "SELECT name, canonical FROM public_name WHERE leaf = ? AND side = ? ORDER BY length(name), name"
        return [(name, canonical) for name, canonical in self._rows(query, leaf_key, side)]

    def all_names(self, side: Side) -> tuple[set[str], set[str]]:
        """All names that have an answer, and all public names, of one side."""
        mapped = self._rows("SELECT DISTINCT name FROM name WHERE side = ? AND role != 'related'", side)
        public = self._rows("SELECT name FROM public_name WHERE side = ?", side)
        return {name for (name,) in mapped}, {name for (name,) in public}

    def words(self) -> dict[str, int]:
        """Every word of the full text as it is written, in order, with the number of mappings that have it."""
        return dict(self._rows("SELECT word, count FROM word ORDER BY word"))

    def with_prefix(self, key: str, limit: int) -> list[int]:
        """Mappings one of whose names begins so, shorter names first."""
        query = (
            "SELECT mapping FROM name WHERE key >= ? AND key < ? AND role != 'related' "
            "GROUP BY mapping ORDER BY min(length(key)), min(rank) LIMIT ?"
        )
        return [number for (number,) in self._rows(query, key, key + "\U0010ffff", limit)]

    def whole_names(self) -> list[tuple[str, Role, int]]:
        """Every name that has an answer, in its own letters, with its role and the mapping that answers."""
        query = "SELECT name, role, mapping FROM name WHERE ending = name AND role != 'related'"
        return [(name, role, number) for name, role, number in self._rows(query)]

    def endings_with(self, beginning: str, limit: int) -> list[str]:
        """Names and their endings of two parts or more that begin so, in their own letters."""
        query = (
            "SELECT DISTINCT ending FROM name WHERE key >= ? AND key < ? AND instr(ending, '.') "
            "AND substr(ending, 1, ?) = ? ORDER BY ending LIMIT ?"
        )
        key = beginning.casefold()
        return [row[0] for row in self._rows(query, key, key + "\U0010ffff", len(beginning), beginning, limit)]

    def with_words(self, table: TextTable, match: str, limit: int) -> list[tuple[int, float]]:
        """Mappings whose text matches an FTS5 expression, best first, each with its weight."""
        query = f"SELECT rowid, -rank FROM {table} WHERE {table} MATCH ? AND rank MATCH ? ORDER BY rank, rowid LIMIT ?"
        return [(number, weight) for number, weight in self._rows(query, match, _PLACES[table], limit)]

    def weights(self, table: TextTable, match: str) -> list[tuple[int, float]]:
        """All mappings whose text matches an FTS5 expression, in no order, each with its weight."""
        return self._rows(
            f"SELECT rowid, -rank FROM {table} WHERE {table} MATCH ? AND rank MATCH ?", match, _PLACES[table]
        )

    def question_weights(self, match: str) -> list[tuple[int, float]]:
        """All questions that match an FTS5 expression, in no order, by their row, each with its weight."""
        return self._rows("SELECT rowid, -rank FROM asked WHERE asked MATCH ?", match)

    def with_piece(self, match: str, limit: int) -> list[int]:
        """Mappings one of whose names contains a piece of at least three letters."""
        query = "SELECT rowid FROM pieces WHERE pieces MATCH ? ORDER BY rank, rowid LIMIT ?"
        return [number for (number,) in self._rows(query, match, limit)]
