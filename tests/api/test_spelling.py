"""Misspelt words: what the field writes is never corrected into another word."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.lookup.database import Database
from api.lookup.spelling import Spelling


@pytest.fixture
def spelling(database: Path, tmp_path: Path) -> Iterator[Spelling]:
    """Over the small dataset, in a field that writes `joiner` and `tenser` too."""
    copy = tmp_path / "known.sqlite"
    copy.write_bytes(database.read_bytes())
    connection = sqlite3.connect(copy)
    connection.executemany("INSERT INTO word VALUES (?, 0)", [("joiner",), ("tenser",)])
    connection.commit()
    connection.close()
    opened = Database(copy)
    yield Spelling(opened)
    opened.close()


def test_word_that_the_field_knows_is_left_alone(spelling: Spelling, database: Path) -> None:
    assert spelling.correct("tenser") is None
    assert Spelling(Database(database)).correct("tenser") is not None


def test_word_is_not_corrected_into_one_that_no_mapping_has(spelling: Spelling) -> None:
    assert spelling.correct("joinerr") != "joiner"
    assert not spelling.has("joiner")
    assert spelling.correct("tensros") == "tensors"
