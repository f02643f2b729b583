"""Writing a database file: the tables of `loader.database.tables`, filled row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from loader.database import tables
from loader.text import MOST_QUESTIONS

Row = dict[str, Any]


def connect(path: Path) -> sqlite3.Connection:
    """A new file with all tables, empty; one that is not filled to the end is thrown away, so no journal is kept."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")  # whoever renames the file brings it to disk
    for model in tables.ALL:
        table = _table(model)
        connection.execute(_sql(CreateTable(table)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(_sql(CreateIndex(index)))
    for statement in tables.FULL_TEXT:
        connection.execute(statement)
    return connection


def add(connection: sqlite3.Connection, model: type[SQLModel], rows: Iterable[Row]) -> None:
    """Insert rows; they are taken one by one and none is kept."""
    connection.executemany(_insertion(model), rows)


def add_words(connection: sqlite3.Connection, row: Row) -> None:
    """Insert what the full text knows of one mapping."""
    for statement in tables.FILL_FULL_TEXT:
        connection.execute(statement, row)
    first = row["number"] * MOST_QUESTIONS
    connection.executemany(tables.FILL_ASKED, enumerate(row["asked"], start=first))


def compact(connection: sqlite3.Connection) -> None:
    """Merge the full-text segments and write the pages in order: smaller, and the same bytes every time."""
    connection.commit()
    for table in ("words", "asked", "remarks", "pieces"):
        connection.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("VACUUM")


@cache
def _insertion(model: type[SQLModel]) -> str:
    return _sql(insert(_table(model)))


def _sql(statement: Any) -> str:
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel, unknown to its types
    return table
