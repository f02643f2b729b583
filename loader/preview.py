"""The `preview` command: the page of one mapping in a browser, made again and shown again whenever its file is saved.

A database of this mapping alone is built in a temporary folder and served by `python -m api` as a process of its own,
with a page that asks for its dataset every second and loads itself again when that is another one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from loader.checks.check import Checks
from loader.database.build import Inputs, build, read_inputs
from loader.files import FileError
from loader.model.inventory import InventoryError
from loader.proof.evidence import path_of
from loader.reading.data import SUFFIX, mapping_files, read_mapping, read_mappings, translation_of
from loader.reading.problems import BadData

LOOK_EVERY = 0.3  # seconds


class Preview:
    """A mapping and the folder in which its database is built."""

    def __init__(self, path: Path, inputs: Inputs, folder: Path) -> None:
        self.database = folder / "preview.sqlite"
        self._path = path
        self._evidence = path_of(inputs.evidence, path.stem)
        self._alone = folder / "evidence"  # evidence of other mappings would be evidence of nothing
        self._alone.mkdir()
        self._inputs = replace(
            inputs,
            common=replace(inputs.common, files=(path,)),
            evidence=self._alone,
            mappings=lambda report: read_mappings((path,), report),
            programs=(),
            checks=None,
        )

    def state(self) -> list[int]:
        """When what is shown was last saved: other numbers mean that it has to be made again."""
        files = (self._path, translation_of(self._path), self._evidence)
        return [file.stat().st_mtime_ns if file.exists() else 0 for file in files]

    def make(self) -> bool:
        """Print what is wrong with the file, and build the database; False where the file cannot be shown."""
        if self._evidence.exists():
            shutil.copy(self._evidence, self._alone)
        try:
            source = read_mapping(self._path)
            build(self._inputs, self.database)
        except (BadData, FileError, ValueError) as error:
            print(error, file=sys.stderr)
            return False
        for problem in Checks(self._inputs.common, self._inputs.inventory).of(source):
            print(problem, file=sys.stderr)
        return True


@contextmanager
def serving(database: Path, port: int) -> Iterator[None]:
    """A server over a database as long as the block lasts."""
    environment = {**os.environ, "TWINTENSOR_DATABASE": str(database), "TWINTENSOR_PREVIEW": "true"}
    command = [sys.executable, "-m", "api", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def find(mappings: Path, name: str) -> Path | None:
    """The file of a mapping, by its name or its path."""
    given = Path(name)
    if given.suffix == SUFFIX:
        return given if given.is_file() else None
    return next((path for path in mapping_files(mappings) if path.stem == name), None)


def report(mappings: Path, evidence: Path, name: str, port: int, *, browser: bool) -> int:
    """Show a mapping until interrupted; the exit code."""
    path = find(mappings, name)
    if path is None:
        print(f"no mapping is called {name}: `python -m loader new {name}` writes a first draft", file=sys.stderr)
        return 2
    try:
        inputs = read_inputs(mappings, evidence)
    except (BadData, InventoryError, FileError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="twintensor-") as folder, suppress(KeyboardInterrupt):
        _show(Preview(path, inputs, Path(folder)), f"http://127.0.0.1:{port}/{path.stem}", port, browser=browser)
    return 0


def _show(preview: Preview, address: str, port: int, *, browser: bool) -> None:
    """Serve what the file says, again after each save; only an interruption ends it."""
    seen = preview.state()
    while not preview.make():
        seen = _next(preview, seen)
    print(f"{address}  (Ctrl-C ends)", flush=True)
    while True:
        with serving(preview.database, port):
            if browser:
                webbrowser.open(address)
                browser = False
            seen = _next(preview, seen)
            while not preview.make():
                seen = _next(preview, seen)


def _next(preview: Preview, seen: list[int]) -> list[int]:
    """Wait until something is saved."""
    while (now := preview.state()) == seen:
        time.sleep(LOOK_EVERY)
    return now
