"""The benchmark measures what it says: it runs on a small dataset, for moments only."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from tests.bench import __main__ as bench
from tests.bench import loading, porting
from tests.bench.load import ask
from tests.bench.mixture import endurance
from tests.bench.process import server
from tests.bench.quality import read_queries, score
from tests.support.dataset import Dataset


def test_rates_and_start_are_printed(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench.starting(database)
    bench.rates(database, seconds=0.05)
    printed = capsys.readouterr().out
    assert re.search(r"start to first answer +\d+\.\d+ s", printed)
    assert len(re.findall(r"[1-9]\d* requests/s", printed)) == 6


def test_build_of_copies_holds_all_of_them(
    dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.growth(dataset.mappings, dataset.evidence, tmp_path, [1, 10, 50])
    rows = [line.split()[:2] for line in capsys.readouterr().out.strip().splitlines()[1:-1]]
    assert rows == [["1", "11"], ["10", "110"], ["50", "550"]]


def test_endurance_is_told_for_one_and_two_workers(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    endurance(database, seconds=0.2)
    told = re.findall(r"^(\d) workers?, +(.*) +\d+ requests, 0 errors.* p99 +\d", capsys.readouterr().out, re.MULTILINE)
    ways = ("as served", "each anew")
    assert [(workers, how.strip()) for workers, how in told] == [(workers, how) for workers in "12" for how in ways]


def test_quality_is_told_for_both_halves(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench.quality(database)
    assert re.search(r"all +\d+ +0\.\d+.* \d+ +0\.\d+", capsys.readouterr().out)


def test_ports_are_timed_on_sources_of_the_length_that_is_told(database: Path) -> None:
    told = porting.table(Catalogue(Database(database)))
    assert re.findall(r"port of +(\d+) lines +\d+ ms", told) == ["100", "1000"]
    for length in porting.TARGETS:
        sources = porting.sources(length, porting.SOURCES)
        assert len(set(sources)) == porting.SOURCES
        assert all(length <= source.count("\n") < length + 100 for source in sources)


def test_queries_are_many_and_their_answers_exist() -> None:
    queries = read_queries()
    known = {path.stem for path in Path("mappings").rglob("*.yaml")}
    assert len(queries) >= 160
    assert [query.ask for query in queries if not query.want & known] == []
    halves = Counter(query.half for query in queries)
    assert halves["tuned"] == halves["held out"]


def test_score() -> None:
    found = score([1, 2, None, 10])
    assert found.mrr == pytest.approx(0.4)
    assert (found.hit1, found.hit5) == (0.25, 0.5)


def test_client_refuses_to_count_errors(database: Path) -> None:
    with (
        server(["-m", "tests.bench.servers"], database, positional=True) as (_, port),
        pytest.raises(RuntimeError, match="404"),
    ):
        asyncio.run(ask(port, ["/nowhere"], connections=1, seconds=0.1))


def test_loader_is_compared_with_an_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both trees run, in turn; the earlier one is gone afterwards."""
    ran: list[tuple[Path, str]] = []

    def run(tree: Path, command: list[str]) -> tuple[float, float]:
        assert (tree / "loader" / "__main__.py").exists()
        ran.append((tree, command[0]))
        return (2.0, 50.0) if tree == loading.ROOT else (8.0, 100.0)

    monkeypatch.setattr(loading, "run", run)
    table = loading.comparison("HEAD", rounds=2)
    before, own = ran[0][0], loading.ROOT
    assert ran == [(before, "build"), (own, "build")] * 2 + [(before, "check"), (own, "check")] * 2
    assert re.search(r"build +8\.00 s +2\.00 s +0\.25\n +100 MB +50 MB +0\.50\n", table)
    kept = subprocess.run(["git", "worktree", "list"], cwd=loading.ROOT, capture_output=True, text=True, check=True)
    assert str(before) not in kept.stdout
    assert not before.exists()
    assert "not in this clone" in loading.comparison("0123456789")


def test_failed_loader_is_no_figure() -> None:
    with pytest.raises(RuntimeError, match=r"loader check failed: .*no such file or folder"):
        loading.run(loading.ROOT, ["check", "nowhere.yaml"])
