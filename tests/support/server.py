"""Servers over the built dataset, as fixtures; the areas that need one name them in their own `conftest.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.support.live import Live, serving


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
