"""Reading and writing of files: devices, pipes, sizes, links, full disks, and what is left behind."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from loader.files import FileError, destination, read_bounded, replacing, write_text


def test_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    """A named pipe without a writer would wait for ever, a device may never end."""
    pipe, link = tmp_path / "pipe.yaml", tmp_path / "zero.yaml"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    for path in (pipe, link):
        with pytest.raises(FileError, match="cannot be read: it is not a regular file"):
            read_bounded(path, 10)
    with pytest.raises(FileError, match="cannot be read: it is not a regular file"):
        read_bounded(tmp_path, 10)
    with pytest.raises(FileError, match=r"no\.yaml: cannot be read: No such file"):
        read_bounded(tmp_path / "no.yaml", 10)


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(3 * 2**30)  # sparse: takes no room
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileError, match="3,221,225,472 bytes: such a file may have 1,000 at most"):
        read_bounded(large, 1000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000  # kilobytes


def test_size_that_the_system_does_not_tell() -> None:
    """Files of /proc say that they are empty."""
    with pytest.raises(FileError, match="2 bytes: such a file may have 1 at most"):
        read_bounded(Path("/proc/self/status"), 1)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "deep" / "target.txt", tmp_path / "link.txt"
    link.symlink_to(target)
    write_text(link, "one")
    write_text(link, "two")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "two"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["deep", "link.txt", "target.txt"]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    (tmp_path / "file").touch()
    for path, why in (
        (tmp_path, "it is a folder; give the name of a file"),
        (Path("/dev/null"), "it is not a regular file"),
        (circle, "it is a symbolic link that leads to itself"),
        (tmp_path / "file" / "x", "File exists; what stands before the last / must be a folder"),
        (Path("/proc/self/x"), "No such file or directory"),
    ):
        with pytest.raises(FileError) as caught:
            destination(path)
        assert str(caught.value) == f"{path}: cannot be written: {why}"


def test_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    write_text(path, "old")

    def fill_up() -> None:
        with replacing(path) as temporary:
            temporary.write_text("ne", encoding="utf-8")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(FileError, match="No space left on device; make room"):
        fill_up()
    assert [one.name for one in tmp_path.iterdir()] == ["x.txt"]
    assert path.read_text(encoding="utf-8") == "old"


def test_room_is_tried_before_the_work(tmp_path: Path) -> None:
    """In a process that may write files of a thousand bytes only: the system itself refuses, as on a full disk."""
    code = f"""
import resource, signal
from pathlib import Path
from loader.files import FileError, destination
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
folder = Path({str(tmp_path)!r})
destination(folder / "small", 1000)
try:
    destination(folder / "large", 1001)
except FileError as error:
    print(error)
print(list(folder.iterdir()))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == f"{tmp_path}/large: cannot be written: File too large\n[]\n"


def test_killed_writer_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    write_text(path, "old")
    code = f"""
import os, signal
from pathlib import Path
from loader.files import replacing
with replacing(Path({str(path)!r})) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert path.read_text(encoding="utf-8") == "old"
    write_text(path, "new")
    assert [one.name for one in tmp_path.iterdir()] == ["x.txt"]
