"""pytest collects worked programs: `pytest examples/programs/text_gru`, with -k, -x, --lf and -n as usual.

A program passes when both frameworks agree *and* the committed evidence says the same; `--record` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from examples.runner.client import ROOT
from examples.runner.plugin import WORKER
from examples.runner.request import Request
from loader.proof.programs import ProgramEvidence, Worked, read_evidence, read_program, write_evidence
from loader.reading.problems import BadData


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name != "program.yaml":
        return None
    collector: pytest.Collector = ProgramFile.from_parent(parent, path=file_path)
    return collector


class ProgramFile(pytest.File):
    """One `program.yaml`."""

    def collect(self) -> Iterator[pytest.Item]:
        try:
            worked = read_program(self.path.parent)
        except BadData as error:
            raise self.CollectError(str(error)) from None
        yield Parity.from_parent(self, name="parity", worked=worked)


class Failure(Exception):
    """A verdict with its place; shown without a traceback."""


class Parity(pytest.Item):
    """One program in both frameworks, run in the worker process."""

    def __init__(self, *, worked: Worked, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.worked = worked

    def runtest(self) -> None:
        worker = self.config.stash[WORKER]
        if self.worked.program.fresh:
            worker.stop()  # devices can only be set up before TensorFlow starts
        answer = worker.ask(Request("program", self.path.parent))
        if self.worked.program.fresh:
            worker.stop()  # nobody else expects those devices
        if "failure" in answer:
            self._fail(answer["failure"])
        evidence = ProgramEvidence.model_validate(answer["evidence"])
        if self.config.getoption("--record"):
            write_evidence(self.worked, evidence)
        else:
            self._reproduced(evidence)

    def _reproduced(self, evidence: ProgramEvidence) -> None:
        path = self.path.parent
        again = f"run `pytest {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path} --record` and commit it"
        old = read_evidence(self.worked)
        if old is None:
            self._fail(f"it holds, but there is no evidence of it: {again}")
        if old.hash != evidence.hash:
            self._fail(f"the evidence is stale, the program has changed since: {again}")
        if old.versions != evidence.versions:
            self._fail(f"the evidence is of {json.dumps(old.versions)}, these are {evidence.versions}: {again}")
        bound = self.worked.program.bound  # other processors round elsewhere, as the other framework does
        for which, losses in evidence.losses.items():
            for step, (was, now) in enumerate(zip(old.losses[which], losses, strict=True), start=1):
                if abs(was - now) > bound * max(1.0, abs(was)):
                    self._fail(f"the curve of {which} is not reproduced: step {step} was {was}, is {now}. {again}")

    def _fail(self, message: str) -> NoReturn:
        raise Failure(f"{self.path}: {message}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failure | BadData):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.worked.name} {self.name}"
