"""How near a name is to what was typed of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.lookup.database import Database
from api.search.leaves import Leaves


@pytest.fixture(scope="module")
def database_of_the_dataset(database: Path) -> Database:
    return Database(database)


def nearest(database: Database, text: str) -> str:
    near, _ = Leaves(database).beginning(text)
    return database.summaries[max(near, key=lambda number: near[number])].id


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("clamp", "torch.clamp"),
        ("clipbyvalue", "torch.clamp"),  # marks between words do not count
        ("clip_by_val", "torch.clamp"),
        ("Conv2d", "torch.nn.Conv2d"),
    ],
)
def test_nearest(database_of_the_dataset: Database, text: str, id: str) -> None:
    assert nearest(database_of_the_dataset, text) == id


def test_whole_names_are_told_from_beginnings(database_of_the_dataset: Database) -> None:
    leaves = Leaves(database_of_the_dataset)
    clamp = database_of_the_dataset.numbers["torch.clamp"]
    near, whole = leaves.beginning("clamp")
    begun, not_whole = leaves.beginning("cla")
    assert (near[clamp], clamp in whole) == (1.0, True)
    assert 0 < begun[clamp] < 0.5  # it goes on inside a word
    assert clamp not in not_whole
    assert leaves.beginning("") == ({}, set())
