"""Workers that hang: at their start, and when they are told to end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from api.serving import workers
from api.serving.workers import Supervisor

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def hanging() -> ASGIApp:
    """The first worker hangs before it serves and hears no signal; those after it serve."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    mark = Path(os.environ["TWINTENSOR_TEST_MARK"])
    with mark.open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    if len(mark.read_text(encoding="utf-8").split()) == 1:
        time.sleep(600)

    async def app(_: Scope, __: Receive, ___: Send) -> None:
        raise RuntimeError("asked")

    return app


def serving() -> ASGIApp:
    """Each worker serves."""
    with Path(os.environ["TWINTENSOR_TEST_MARK"]).open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")

    async def app(_: Scope, __: Receive, ___: Send) -> None:
        raise RuntimeError("asked")

    return app


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where each worker writes its process."""
    monkeypatch.setattr(workers, "GRACE", 1)
    monkeypatch.setenv("TWINTENSOR_TEST_MARK", str(tmp_path / "mark"))
    return tmp_path / "mark"


def begun(mark: Path) -> list[int]:
    return [int(line) for line in mark.read_text(encoding="utf-8").split()] if mark.exists() else []


@contextmanager
def supervised(factory: str, count: int, then: Callable[[Supervisor], None]) -> Iterator[Supervisor]:
    """Run a supervisor, in this thread for its signals, until `then` has returned in another one."""
    config = uvicorn.Config(
        f"tests.api.test_workers:{factory}",
        factory=True,
        workers=count,
        port=0,
        lifespan="off",
        log_level="error",
        timeout_worker_healthcheck=60,
        timeout_graceful_shutdown=1,
    )
    before = {number: signal.getsignal(number) for number in SIGNALS}
    with config.bind_socket() as listening, ThreadPoolExecutor() as pool:
        supervisor = Supervisor(config, [listening])

        def act() -> None:
            try:
                then(supervisor)
            finally:
                supervisor.should_exit.set()

        acting = pool.submit(act)
        try:
            supervisor.run()
            acting.result()
            yield supervisor
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            assert not any(worker.process.is_alive() for worker in supervisor.processes)


def wait(supervisor: Supervisor, until: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not until() and not supervisor.should_exit.is_set():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


def test_a_worker_that_hangs_at_its_start_is_replaced(mark: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "START", 4)
    with supervised("hanging", 1, lambda one: wait(one, lambda: bool(one._served), 40)) as supervisor:
        first, second = begun(mark)
        assert supervisor._served == {second} != {first}


def test_an_end_is_heard_while_a_worker_is_silent(mark: Path) -> None:
    told: list[float] = []

    def stop_one(supervisor: Supervisor) -> None:
        wait(supervisor, lambda: len(supervisor._served) == 2)
        os.kill(begun(mark)[0], signal.SIGSTOP)
        time.sleep(2)  # it is being asked whether it is well
        told.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGTERM)
        wait(supervisor, lambda: False)

    with supervised("serving", 2, stop_one):
        assert time.monotonic() - told[0] < 15  # with a grace of one second; uvicorn waits for its 60 first


def test_the_dead_are_replaced_while_a_worker_is_silent_and_then_it_is(
    mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "HEALTH", 600)  # the silent one stays until the dead one is replaced

    def stop_one_and_kill_one(supervisor: Supervisor) -> None:
        wait(supervisor, lambda: len(supervisor._served) == 2)
        silent, dead = begun(mark)
        os.kill(silent, signal.SIGSTOP)
        os.kill(dead, signal.SIGKILL)
        wait(supervisor, lambda: len(supervisor._served) == 3, 120)
        assert silent in {worker.pid for worker in supervisor.processes}
        monkeypatch.setattr(workers, "HEALTH", 1)
        wait(supervisor, lambda: len(supervisor._served) == 4)
        assert silent not in {worker.pid for worker in supervisor.processes}

    with supervised("serving", 2, stop_one_and_kill_one):
        assert len(begun(mark)) == 4


def test_renewing_ends_a_silent_worker(mark: Path) -> None:
    def stop_one(supervisor: Supervisor) -> None:
        wait(supervisor, lambda: len(supervisor._served) == 2)
        os.kill(begun(mark)[0], signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGHUP)
        wait(supervisor, lambda: len(supervisor._served) == 4)

    with supervised("serving", 2, stop_one) as supervisor:
        old, new = set(begun(mark)[:2]), set(begun(mark)[2:])
        assert {worker.pid for worker in supervisor.processes} == new != old
