"""Where a database cannot be written: told before the work, in one line, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loader.__main__ import main
from loader.database import build as building
from tests.support.dataset import Dataset


def build(dataset: Dataset, output: Path) -> int:
    folders = ["--mappings", str(dataset.mappings), "--evidence", str(dataset.evidence)]
    return main(["build", *folders, "--programs", str(dataset.programs), "--output", str(output)])


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mapping is read before the place is known to be good."""

    def read(*_: object) -> None:
        raise AssertionError("a mapping is read")

    monkeypatch.setattr(building, "read_mappings", read)


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("folder", "it is a folder; give the name of a file"),
        ("file/x.sqlite", "File exists; what stands before the last / must be a folder"),
        ("circle", "it is a symbolic link that leads to itself"),
        ("/dev/null", "it is not a regular file"),
        ("/proc/self/x.sqlite", "No such file or directory"),
    ],
)
def test_place_that_cannot_be_written(
    dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str, why: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert build(dataset, tmp_path / output) == 1
    assert capsys.readouterr().err == f"{tmp_path / output}: cannot be written: {why}\n"
    assert list((tmp_path / "folder").iterdir()) == []  # nor a lock


def test_link_stays_a_link(dataset: Dataset, tmp_path: Path) -> None:
    target, link = tmp_path / "data" / "real.sqlite", tmp_path / "link.sqlite"
    link.symlink_to(target)
    assert build(dataset, link) == 0
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize(
    ("room", "told"),
    [(building.ROOM // 2, "cannot be written: File too large"), (building.ROOM, "cannot be written: ")],
    ids=["before", "while"],
)
def test_full_disk(dataset: Dataset, tmp_path: Path, room: int, told: str) -> None:
    """A process that may write files of some size only stands for a disk: the system refuses in the same places."""
    target = tmp_path / "out" / "x.sqlite"
    if room == building.ROOM:  # enough at the trial, not enough for what is written then
        grow = "sqlite.add_words = lambda connection, row: connection.execute('CREATE TABLE t AS SELECT zeroblob(9e7)')"
    else:
        grow = "building.read_mappings = None"
    code = f"""
import resource, signal, sys
from loader.__main__ import main
from loader.database import build as building, sqlite
{grow}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
sys.exit(main(["build", "--mappings", {str(dataset.mappings)!r}, "--evidence", {str(dataset.evidence)!r},
    "--programs", {str(dataset.programs)!r}, "--output", {str(target)!r}]))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith(f"{target}: {told}")
    assert len(result.stderr.splitlines()) == 1
    assert {path.name for path in target.parent.iterdir()} <= {"x.sqlite.lock"}


def test_folder_that_may_not_be_written(dataset: Dataset, tmp_path: Path) -> None:
    """As an ordinary user; the superuser may write anywhere."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    code = f"""
import os, sys
from pathlib import Path
from loader.database import build as building
from loader.files import FileError, destination
if os.getuid() == 0:
    os.setuid(65534)
try:
    destination(Path({str(locked / "x.sqlite")!r}))
except FileError as error:
    print(error.why)
"""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "cannot be written: Permission denied; choose a folder that may be written to\n"
    assert dataset.mappings.exists()
