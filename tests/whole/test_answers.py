"""The project's own dataset answers every name that its readers come with."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.whole.answers import read_names, unanswered


def test_every_name_is_answered(whole_database: Path) -> None:
    assert len(list(read_names())) > 500
    with TestClient(create_app(Settings(database=whole_database))) as client:
        assert unanswered(client) == []
