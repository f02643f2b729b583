"""pytest collects mappings: `pytest mappings/layers/torch.nn.Linear.yaml`, with -k, -x, --lf and -n as usual.

Each example, each sweep of a drop-in, and each of them in all ways of running TensorFlow, is a test. It passes when it
holds *and* the committed evidence says the same; `--record` writes the evidence instead of comparing it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from examples.runner.client import ROOT, Worker
from examples.runner.records import (
    EVIDENCE,
    MEASURED,
    changes,
    dtype_faults,
    keys_of,
    needless,
    table_of,
    undeclared,
    write_records,
)
from examples.runner.request import Kind, Request
from loader.proof import evidence as ev
from loader.proof.script import traceable
from loader.reading.data import CHINESE, MODULE_FILE, Source, read_mapping
from loader.reading.problems import BadData

WORKER = pytest.StashKey[Worker]()
WITHOUT_EXAMPLES = pytest.StashKey[list[Path]]()
RECORDED = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write the evidence of the mappings that are run")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WORKER] = Worker()
    config.stash[WITHOUT_EXAMPLES] = []
    config.stash[RECORDED] = []


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[WORKER].stop()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".yaml" or file_path.parent.parent.name != "mappings":
        return None
    if file_path.name != MODULE_FILE and not file_path.name.endswith(CHINESE):
        mapping: pytest.Collector = MappingFile.from_parent(parent, path=file_path)
        return mapping
    if parent.session.isinitpath(file_path):  # named on the command line, perhaps by `*.yaml`
        other: pytest.Collector = TextFile.from_parent(parent, path=file_path)
        return other
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[RECORDED]:
        terminalreporter.write_line(line)
    for path in config.stash[WITHOUT_EXAMPLES]:
        terminalreporter.write_line(f"{_relative(path)} holds no examples: it describes a module, or translates")


class TextFile(pytest.File):
    """The description of a module, or a translation: there is nothing to run."""

    def collect(self) -> Iterator[pytest.Item]:
        self.config.stash[WITHOUT_EXAMPLES].append(self.path)
        return iter(())


class MappingFile(pytest.File):
    """One YAML file."""

    def collect(self) -> Iterator[pytest.Item]:
        if self.config.getoption("--record") and not self.path.is_relative_to(ROOT):
            told = f"this environment belongs to {ROOT}, where nothing would be recorded of this file"
            raise self.CollectError(f"{self.path}: {told}: run `python -m pytest` from the folder that holds it")
        try:
            source = read_mapping(self.path)
        except BadData as error:
            raise self.CollectError(str(error)) from None
        mapping = source.mapping
        first = traceable(mapping)
        for index, example in enumerate(mapping.examples):
            yield Check.from_parent(self, name=example.name, kind="example", source=source, index=index)
            if example is first:
                yield Check.from_parent(self, name="modes-example", kind="snippet", source=source, index=index)
        for index, overload in enumerate(mapping.signatures):
            if overload.drop_in is None:
                continue
            yield Check.from_parent(self, name=f"sweep-{index}", kind="sweep", source=source, index=index)
            if mapping.side != "torch":
                continue  # its drop-in is written in PyTorch, which has no such modes
            yield Check.from_parent(self, name=f"modes-{index}", kind="modes", source=source, index=index)
            yield Check.from_parent(self, name=f"domain-{index}", kind="domain", source=source, index=index)


class Failure(Exception):
    """A verdict with the place in the YAML file; shown without a traceback."""


class Check(pytest.Item):
    """One request to the worker process; `index` is that of an example, or of a signature."""

    def __init__(self, *, kind: Kind, source: Source, index: int, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.kind, self.source, self.index = kind, source, index

    @property
    def of_example(self) -> bool:
        return self.kind in ("example", "snippet")

    def runtest(self) -> None:
        mapping = self.source.mapping
        name = mapping.examples[self.index].name if self.of_example else ""
        worker = self.config.stash[WORKER]
        answer = worker.ask(Request(self.kind, self.path, name, self.index))
        if "failure" in answer:
            self._fail(answer["failure"])
        if (record := answer["evidence"]) is None:
            return  # its framework has no samples for this name: its examples are the proof
        committed = ev.read_evidence(EVIDENCE, mapping.name)
        if self.kind == "modes":
            for mode, told in undeclared(mapping, record):
                remedy = f"mend it, or say under exceptions.modes.{mode} why it cannot be and what to write instead"
                self._fail(f"the drop-in does not run in the mode {mode} ({told}): {remedy}")
        if self.kind in ("modes", "snippet"):
            for mode in needless(mapping, committed, self._key(), record):
                self._fail(f"exceptions.modes.{mode} is not needed: everything runs in this mode. Remove it")
        if self.kind == "domain":
            for fault in dtype_faults(mapping, record):
                self._fail(fault)
        if self.config.getoption("--record"):
            payload = {"mapping": mapping.name, "table": table_of(self.kind), "key": self._key(), "record": record}
            self.user_properties.append(("evidence", json.dumps(payload | {"versions": worker.versions})))
        else:
            self._reproduced(committed, record, worker.versions)

    def _key(self) -> str:
        mapping = self.source.mapping
        if self.kind == "example":
            return mapping.examples[self.index].name
        return ev.SNIPPET if self.kind == "snippet" else keys_of(mapping)[self.index]

    def _reproduced(self, committed: ev.Evidence | None, record: dict[str, Any], versions: dict[str, str]) -> None:
        again = f"run `.venv-verify/bin/python -m pytest {_relative(self.path)} --record` and commit the evidence"
        table = table_of(self.kind)
        old = None if committed is None else getattr(committed, table).get(self._key())
        if old is None and table in MEASURED:
            return
        if committed is None or old is None:
            self._fail(f"it holds, but there is no evidence of it: {again}")
        if committed.versions != versions:
            self._fail(f"the evidence is of {committed.versions}, these are {versions}: {again}")
        kept = old.model_dump(mode="json")
        if kept["hash"] != record["hash"]:
            self._fail(f"it holds, but the evidence is stale, the mapping has changed since: {again}")
        found = list(changes(kept, record))
        if found:
            self._fail("the evidence is not reproduced:\n" + "\n".join(found) + f"\nIf that is right, {again}")

    def _fail(self, message: str) -> NoReturn:
        place = ("examples", self.index) if self.of_example else ("signatures", self.index, "drop_in")
        raise Failure(str(self.source.problem(message, *place)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.source.mapping.name} {self.name}"


def _relative(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for name, value in report.user_properties:
        if name == "evidence" and report.when == "call" and report.passed:
            _COLLECTED.append(json.loads(str(value)))


_COLLECTED: list[dict[str, Any]] = []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Merge what was recorded into the evidence files; only where no xdist worker is."""
    if hasattr(session.config, "workerinput") or not session.config.getoption("--record"):
        return
    by_mapping: dict[str, list[dict[str, Any]]] = {}
    for payload in _COLLECTED:
        by_mapping.setdefault(payload["mapping"], []).append(payload)
    for mapping_id, payloads in sorted(by_mapping.items()):
        write_records(mapping_id, payloads)
        session.config.stash[RECORDED].append(f"wrote {ev.path_of(EVIDENCE, mapping_id)}{_worth_reading(payloads)}")


def _worth_reading(payloads: list[dict[str, Any]]) -> str:
    """What the evidence says that no failure does: samples under limits, corners in which the drop-in is wrong."""
    told = []
    for payload in payloads:
        record = payload["record"]
        if payload["table"] == "sweeps":
            counts = record["dtypes"].values()
            told.append(
                f"{sum(c['samples'] for c in counts)} samples, {sum(c['limited'] for c in counts)} under limits"
            )
        elif payload["table"] == "domains":
            wrong = [corner for corner, held in record["corners"].items() if held["wrong"]]
            told += [f"wrong in the corners: {', '.join(wrong)}"] if wrong else []
        elif payload["table"] == "examples" and record["outcome"] == "differ":
            told.append(f"{payload['key']} differs in {', '.join(record['differs'])}")
    return f" ({'; '.join(told)})" if told else ""
