"""Workers that hang: at their start, and when they are told to end."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from api.serving import workers
from api.serving.workers import Supervisor


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


def test_a_worker_that_hangs_at_its_start_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "START", 4)
    monkeypatch.setattr(workers, "GRACE", 1)
    mark = tmp_path / "mark"
    monkeypatch.setenv("TWINTENSOR_TEST_MARK", str(mark))
    config = uvicorn.Config(
        "tests.api.test_workers:hanging", factory=True, workers=1, port=0, lifespan="off", log_level="error"
    )
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    supervisor = Supervisor(config, [config.bind_socket()])
    ending = threading.Timer(40, supervisor.should_exit.set)
    ending.start()

    def stop_when_replaced() -> None:
        while not supervisor.should_exit.wait(0.2):
            if supervisor._served:
                supervisor.should_exit.set()

    threading.Thread(target=stop_when_replaced, daemon=True).start()
    try:
        supervisor.run()
    finally:
        ending.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
    first, second = mark.read_text(encoding="utf-8").split()
    assert supervisor._served == {int(second)} != {int(first)}
    assert not any(worker.process.is_alive() for worker in supervisor.processes)
