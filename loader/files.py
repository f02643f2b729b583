"""Files as the loader reads and writes them: bounded reading, and writing that leaves the old file or the new one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileError(Exception):
    """A file cannot be read or written; the message says which one, why and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}")


def read_bounded(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes; devices and pipes are never opened for reading.

    Raises:
        FileError: it is no regular file, is larger, or cannot be read.
    """
    try:
        # Without O_NONBLOCK the opening of a named pipe would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FileError(path, "cannot be read: it is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        try:
            data = b"" if status.st_size > limit else file.read(limit + 1)
        except OSError as error:
            raise FileError(path, f"cannot be read: {error.strerror}") from None
    size = max(status.st_size, len(data))
    if size > limit:
        raise FileError(path, f"{size:,} bytes: such a file may have {limit:,} at most")
    return data


def read_text(path: Path, limit: int) -> str:
    """The text of a regular file of at most `limit` bytes. Raises FileError, also where it is not UTF-8."""
    try:
        return read_bounded(path, limit).decode("utf-8")
    except UnicodeDecodeError:
        raise FileError(path, "not UTF-8: save the file with that encoding") from None


def destination(path: Path, size: int = 0) -> Path:
    """The file that is written for `path`: where it leads, if it is a symbolic link, which stays what it is.

    `size` is about how many bytes will be written. The folder is made; that there is room is tried, not guessed.

    Raises:
        FileError: the place is a folder or a device, the folder cannot be written to, or the disk is full.
    """
    try:
        target = path.resolve()
        if target.is_dir():
            raise FileError(path, "cannot be written: it is a folder; give the name of a file")
        if target.exists() and not target.is_file():
            raise FileError(path, "cannot be written: it is not a regular file")
        target.parent.mkdir(parents=True, exist_ok=True)
        trial = _beside(target, f"{os.getpid()}.trial")
        try:
            descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC)
            try:
                os.posix_fallocate(descriptor, 0, max(size, 1))
            finally:
                os.close(descriptor)
        finally:
            trial.unlink(missing_ok=True)
    except RuntimeError:
        raise FileError(path, "cannot be written: it is a symbolic link that leads to itself") from None
    except OSError as error:
        raise FileError(path, _cannot_be_written(error)) from None
    return target


@contextmanager
def replacing(target: Path, size: int = 0) -> Iterator[Path]:
    """A temporary file that takes the place of `target` once it is complete and on disk; it has about `size` bytes.

    What fails leaves the old file as it was and nothing beside it; what is killed leaves the temporary file.

    Raises:
        FileError: see `destination`; or the disk filled up while the file was written.
    """
    file = destination(target, size)
    temporary = _beside(file, "part")
    try:
        temporary.unlink(missing_ok=True)  # left by a process that was killed
        try:
            yield temporary
            _to_disk(temporary)
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
        _to_disk(file.parent)
    except OSError as error:
        raise FileError(target, _cannot_be_written(error)) from error


def write_text(path: Path, text: str) -> None:
    """Write a text file, UTF-8, so that whoever reads it finds the old one or the new one.

    Raises:
        FileError: it cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(f"{file.name}.{ending}")


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_be_written(error: OSError) -> str:
    advice = {
        errno.EEXIST: "; what stands before the last / must be a folder",
        errno.ENOSPC: "; make room on the disk",
        errno.EDQUOT: "; make room within the quota",
        errno.EROFS: "; choose a folder that may be written to",
        errno.EACCES: "; choose a folder that may be written to",
        errno.EPERM: "; choose a folder that may be written to",
    }
    return f"cannot be written: {error.strerror or error}{advice.get(error.errno or 0, '')}"
