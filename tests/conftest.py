"""What several test modules need: a small dataset, its database, and a client of the server over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from loader.database.build import build, read_inputs
from tests.support.dataset import Dataset, write_dataset
from tests.support.live import Live, serving

ROOT = Path(__file__).parent.parent

# Machines are shared and slow at times: how long one example takes says nothing about the code.
hypothesis.settings.register_profile("steady", deadline=None)
hypothesis.settings.load_profile("steady")


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """A dataset of one's own, to change at will."""
    return write_dataset(tmp_path / "data")


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built dataset; shared, so only read."""
    folder = tmp_path_factory.mktemp("published")
    return write_dataset(folder).build(folder / "twintensor.sqlite")


@pytest.fixture(scope="session")
def whole_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own dataset, built; shared, so only read."""
    target = tmp_path_factory.mktemp("whole") / "twintensor.sqlite"
    build(read_inputs(ROOT / "mappings", ROOT / "examples/evidence"), target)
    return target


@pytest.fixture(scope="session")
def client(database: Path) -> Iterator[TestClient]:
    """A client of a server over the built dataset."""
    with TestClient(create_app(Settings(database=database))) as client:
        yield client


@pytest.fixture(scope="module")
def live(database: Path) -> Iterator[Live]:
    """A real server over the built dataset."""
    with serving(create_app(Settings(database=database))) as running:
        yield running
