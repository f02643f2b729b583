"""Tests of the whole ask the project's own dataset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.port.plan.library import Library
from loader.database.build import build, read_inputs

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def whole_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own dataset, built; shared, so only read."""
    target = tmp_path_factory.mktemp("whole") / "twintensor.sqlite"
    build(read_inputs(ROOT / "mappings", ROOT / "examples/evidence"), target)
    return target


@pytest.fixture(scope="module")
def catalogue(whole_database: Path) -> Iterator[Catalogue]:
    opened = Database(whole_database)
    yield Catalogue(opened)
    opened.close()


@pytest.fixture(scope="module")
def library(catalogue: Catalogue) -> Library:
    return Library(catalogue)
