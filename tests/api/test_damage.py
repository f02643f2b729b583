"""A server whose database is cut under it ends, and says why; it would fail half of its answers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.bench.process import server


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_ends_when_its_database_is_damaged(database: Path, tmp_path: Path, workers: str) -> None:
    path, log = tmp_path / "served.sqlite", tmp_path / "log"
    shutil.copy(database, path)
    with log.open("wb") as said, server(["-m", "api", "--workers", workers], path, said=said) as (process, _):
        shutil.copy(database, tmp_path / "next.sqlite")
        (tmp_path / "next.sqlite").replace(path)  # a new build takes the name: the server keeps its file
        with pytest.raises(Exception, match="timed out"):
            process.wait(timeout=5)
    with log.open("wb") as said, server(["-m", "api", "--workers", workers], path, said=said) as (process, _):
        os.truncate(path, path.stat().st_size // 2)
        process.wait(timeout=30)
    assert "The database was changed under the server, which ends" in log.read_text(encoding="utf-8")
