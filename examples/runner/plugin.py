"""pytest collects mappings: `pytest mappings/layers/torch.nn.Linear.yaml`, with -k, -x, --lf and -n as usual.

Each example and each sweep is a test. It passes when it holds *and* the committed evidence says the same;
`--record` writes the evidence instead of comparing it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from examples.runner.client import ROOT, Worker
from loader.proof import evidence as ev
from loader.reading.data import MODULE_FILE, Source, read_mapping
from loader.reading.problems import BadData

WORKER = pytest.StashKey[Worker]()
RECORDS = pytest.StashKey[dict[str, dict[str, Any]]]()
WITHOUT_EXAMPLES = pytest.StashKey[list[Path]]()
EVIDENCE = ROOT / ev.FOLDER
MAPPINGS = ROOT / "mappings"
NOISE = 20.0  # how much larger than recorded a difference may be on another CPU, while within tolerance


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write the evidence of the mappings that are run")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WORKER] = Worker()
    config.stash[RECORDS] = {}
    config.stash[WITHOUT_EXAMPLES] = []


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[WORKER].stop()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".yaml" or file_path.parent.parent.name != "mappings":
        return None
    if file_path.name != MODULE_FILE:
        mapping: pytest.Collector = MappingFile.from_parent(parent, path=file_path)
        return mapping
    if parent.session.isinitpath(file_path):  # named on the command line, perhaps by `*.yaml`
        other: pytest.Collector = ModuleFile.from_parent(parent, path=file_path)
        return other
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for path in config.stash[WITHOUT_EXAMPLES]:
        terminalreporter.write_line(f"{_relative(path)} describes a module and holds no examples")


class ModuleFile(pytest.File):
    """The description of a module, which has nothing to run."""

    def collect(self) -> Iterator[pytest.Item]:
        self.config.stash[WITHOUT_EXAMPLES].append(self.path)
        return iter(())


class MappingFile(pytest.File):
    """One YAML file."""

    def collect(self) -> Iterator[pytest.Item]:
        try:
            source = read_mapping(self.path)
        except BadData as error:
            raise self.CollectError(str(error)) from None
        for index, example in enumerate(source.mapping.examples):
            yield Check.from_parent(self, name=example.name, kind="example", source=source, index=index)
        for index, overload in enumerate(source.mapping.signatures):
            if overload.drop_in is not None and source.mapping.side == "torch":
                yield Check.from_parent(self, name=f"sweep-{index}", kind="sweep", source=source, index=index)


class Failure(Exception):
    """A verdict with the place in the YAML file; shown without a traceback."""


class Check(pytest.Item):
    """One example or one sweep, run in the worker process."""

    def __init__(self, *, kind: str, source: Source, index: int, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.kind, self.source, self.index = kind, source, index

    def runtest(self) -> None:
        worker = self.config.stash[WORKER]
        name = self.name if self.kind == "example" else str(self.index)
        answer = worker.ask(self.kind, self.path, name)
        if "failure" in answer:
            self._fail(answer["failure"])
        record = answer["evidence"]
        if self.kind == "sweep" and record["source"] == "none":
            return  # torch has no samples for this name: its examples are the proof
        if self.config.getoption("--record"):
            payload = {"mapping": self.source.mapping.name, "kind": self.kind, "key": self._key(), "record": record}
            self.user_properties.append(("evidence", json.dumps(payload | {"versions": worker.versions})))
        else:
            self._reproduced(record, worker.versions)

    def _key(self) -> str:
        if self.kind == "example":
            return self.name
        return ev.sweep_key(self.index, self.source.mapping.signatures[self.index])

    def _reproduced(self, record: dict[str, Any], versions: dict[str, str]) -> None:
        again = f"run `pytest {_relative(self.path)} --record` and commit the evidence"
        committed = ev.read_evidence(EVIDENCE, self.source.mapping.name)
        table = {} if committed is None else (committed.examples if self.kind == "example" else committed.sweeps)
        old = table.get(self._key())
        if committed is None or old is None:
            self._fail(f"it holds, but there is no evidence of it: {again}")
        if committed.versions != versions:
            self._fail(f"the evidence is of {committed.versions}, these are {versions}: {again}")
        kept = old.model_dump(mode="json")
        if kept["hash"] != record["hash"]:
            self._fail(f"the evidence is stale, the mapping has changed since: {again}")
        for field in ("methods", "also"):
            if kept.get(field) is None:  # recorded before these were counted
                record, kept = _without(record, field), _without(kept, field)
        changes = list(_changes(kept, record))
        if changes:
            self._fail("the evidence is not reproduced:\n" + "\n".join(changes) + f"\nIf that is right, {again}")

    def _fail(self, message: str) -> NoReturn:
        place = ("examples", self.index) if self.kind == "example" else ("signatures", self.index, "drop_in")
        raise Failure(str(self.source.problem(message, *place)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.source.mapping.name} {self.name}"


def _without(record: dict[str, Any], field: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != field}


def _relative(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def _changes(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """What is no longer the same; differences may vary in size, not in kind."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if key == "max_rel":
                continue  # next to zero it is whatever rounding makes of it, on this processor
            if key in ("max_abs", "p_value", "errors"):
                yield from _sizes(old.get(key), new.get(key), f"{place}.{key}")
            else:
                yield from _changes(old.get(key), new.get(key), f"{place}.{key}")
    elif old != new:
        yield f"{place.lstrip('.')}: was {old!r}, is {new!r}"


def _sizes(old: Any, new: Any, place: str) -> Iterator[str]:
    numbers = isinstance(old, float | int) and isinstance(new, float | int)
    if numbers and new > 1e-2 and not old / NOISE < new < old * NOISE:
        yield f"{place.lstrip('.')}: was {old!r}, is {new!r}"


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


def write_records(mapping_id: str, payloads: list[dict[str, Any]]) -> None:
    """Update one evidence file; entries that the mapping no longer has are dropped."""
    path = next(iter(MAPPINGS.glob(f"*/{mapping_id}.yaml")), None)
    if path is None:
        return
    mapping = read_mapping(path).mapping
    versions = payloads[0]["versions"]
    old = ev.read_evidence(EVIDENCE, mapping_id) if ev.path_of(EVIDENCE, mapping_id).exists() else None
    kept = old if old is not None and old.versions == versions else ev.Evidence(mapping=mapping_id, versions=versions)
    examples, sweeps = dict(kept.examples), dict(kept.sweeps)
    for payload in payloads:
        if payload["kind"] == "example":
            examples[payload["key"]] = ev.ExampleEvidence.model_validate(payload["record"])
        else:
            sweeps[payload["key"]] = ev.SweepEvidence.model_validate(payload["record"])
    names = {example.name for example in mapping.examples}
    keys = {ev.sweep_key(i, overload) for i, overload in enumerate(mapping.signatures)}
    ev.write_evidence(
        EVIDENCE,
        ev.Evidence(
            mapping=mapping_id,
            versions=versions,
            examples={k: v for k, v in examples.items() if k in names},
            sweeps={k: v for k, v in sweeps.items() if k in keys},
            rewrites=ev.derive_rewrites(mapping),
        ),
    )
