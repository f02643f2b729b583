"""The pytest plugin inside the process that runs Keras's tests: `-p examples.recording.plugin`.

What the tests of one file feed to public names is thinned out at once and written as JSON at the end of the session, to
the path in the environment variable `RECORDING`.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from examples.recording.choose import Chooser
from examples.recording.public import recorded
from examples.recording.values import Spec
from examples.recording.wrap import Recorder, seed

SLOWEST = 60  # seconds for one test; a slower one is stopped, and counts as failed


class _Session:
    """The samples of the files seen so far."""

    def __init__(self) -> None:
        self.test_file = ""
        self.is_on = False
        self.choosers: dict[str, Chooser] = {}
        self.recorder = Recorder(recorded(), self)

    def wants(self, name: str, *, nested: bool) -> bool:
        return self.is_on and self._chooser().wants(name, nested=nested)

    def report(self, name: str, made: Spec | None, call: Spec, *, nested: bool) -> None:
        sample = {"new": {"args": made["args"], "kwargs": made["kwargs"]}} if made else {}
        self._chooser().offer(name, sample | call, nested=nested)

    def _chooser(self) -> Chooser:
        return self.choosers.setdefault(self.test_file, Chooser())


SESSION = pytest.StashKey[_Session]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SESSION] = _Session()


def _stopped(*_: object) -> None:
    raise TimeoutError(f"stopped after {SLOWEST} seconds")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    session = item.config.stash[SESSION]
    session.test_file = item.path.relative_to(item.config.rootpath).as_posix()
    seed()
    signal.signal(signal.SIGALRM, _stopped)
    signal.alarm(SLOWEST)
    session.is_on = True
    try:
        return (yield)
    finally:
        session.is_on = False
        signal.alarm(0)
        session.recorder.forget()


def pytest_sessionfinish(session: pytest.Session) -> None:
    state = session.config.stash[SESSION]
    files = {name: chooser.candidates for name, chooser in sorted(state.choosers.items())}
    Path(os.environ["RECORDING"]).write_text(json.dumps(files), encoding="utf-8")
