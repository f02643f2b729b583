"""What all areas need: a small dataset, its database, and steady property tests. Servers: `tests/support/server.py`."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from tests.support.dataset import Dataset, write_dataset

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
