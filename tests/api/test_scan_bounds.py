"""Any source in bounded time: work grows with the source, ends when nobody waits, and the queue has a length."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.scan import queue
from api.scan.answer import ScanAnswer, scan
from api.scan.queue import AT_ONCE, MOST_WAITING, Busy, scan_aside
from api.source.budget import Budget, Cancelled, TooLarge
from api.source.parse import MAX_SOURCE

SECONDS = 3.0  # of processor time; the first three took more than 20 s each before

HOSTILE = {
    "many targets of a long comparison": "a=" * 4000 + "<".join(["x"] * 4000),
    "calls on long operands": ("(" + "<".join(["x"] * 500) + ")" + ".v(1)" * 80 + "\n") * 150,
    "many errors in one piece": "if x:\n" + (" x = 1\n" * 1000) * 20 + " = =\n" * 30,
    "fields of an f-string": "f'" + "{x:{x}}" * 28_000 + "'",
    "a name that grows": "import torch as a\n" + "a=a.x;a()\n" * 19_000,
    "functions in functions": "".join(" " * n + "def f():\n" for n in range(90)) + " " * 90 + "x;" * 60_000,
    "names that nobody has": "import torch\n" + "".join(f"torch.m{n}();" for n in range(13_000)),
}


@pytest.fixture(scope="module")
def catalogue(database: Path) -> Catalogue:
    return Catalogue(Database(database))


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_sources_take_no_longer_than_others(catalogue: Catalogue, kind: str) -> None:
    began = time.process_time()
    with suppress(TooLarge):  # a clear refusal is as good
        scan(catalogue, HOSTILE[kind][:MAX_SOURCE])
    assert time.process_time() - began < SECONDS


def test_time_grows_with_the_source_only(catalogue: Catalogue) -> None:
    """Ten times the text: about ten times the time, where a quadratic reader takes a hundred."""

    def seconds(times: int) -> float:
        text = "a=" * times + "<".join(["x"] * times)
        began = time.process_time()
        scan(catalogue, text)
        return time.process_time() - began

    small = min(seconds(2_000) for _ in range(3))
    assert min(seconds(20_000) for _ in range(2)) < 40 * small


def test_a_budget_ends_the_work(catalogue: Catalogue) -> None:
    with pytest.raises(TooLarge, match="too many parts"):
        scan(catalogue, "x\n" * 100, Budget(nodes=50))


def test_a_cancelled_scan_ends_at_its_next_step(catalogue: Catalogue) -> None:
    budget = Budget()
    budget.cancel()
    with pytest.raises(Cancelled):
        scan(catalogue, "import torch\n", budget)


def test_the_queue_has_a_length(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()

    def slow(*_: Any) -> ScanAnswer:
        go_on.wait(20)
        return ScanAnswer(calls=[])

    monkeypatch.setattr(queue, "scan", slow)

    async def many() -> list[Any]:
        waiting = [asyncio.ensure_future(scan_aside(catalogue, "")) for _ in range(AT_ONCE + MOST_WAITING + 3)]
        while sum(task.done() for task in waiting) < 3:
            await asyncio.sleep(0.01)
        go_on.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    refused = [answer for answer in asyncio.run(many()) if isinstance(answer, Busy)]
    assert len(refused) == 3
