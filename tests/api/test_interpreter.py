"""Reading a long source leaves the interpreter to others: threads in short turns, full collections rarely."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import app
from api.settings import Settings

PROGRAM = """
import gc, statistics, threading, time
from api.serving import interpreter
kept = [[] for _ in range(200_000)]
interpreter.share()

full = []
gc.callbacks.append(lambda phase, told: full.append(phase) if told["generation"] == 2 else None)
ended = False
def work():
    while not ended:
        trees = [[[n]] for n in range(1000)]

thread = threading.Thread(target=work)
thread.start()
waits = []
for _ in range(100):
    began = time.perf_counter()
    time.sleep(0)
    waits.append(time.perf_counter() - began)
ended = True
thread.join()
print(statistics.median(waits), len(gc.get_objects()))
"""


def test_threads_take_short_turns_and_what_stays_is_not_collected() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    wait, objects = ran.stdout.split()
    assert float(wait) < 0.003  # of 5 ms otherwise
    assert int(objects) < 100_000


@pytest.mark.parametrize("served", [True, False])
def test_only_a_server_s_process_is_set_so(database: Path, monkeypatch: pytest.MonkeyPatch, served: bool) -> None:
    called: list[bool] = []
    monkeypatch.setattr(app, "share", lambda: called.append(True))
    make = app.create_served if served else app.create_app
    with TestClient(make(Settings(database=database))):
        assert called == [True] * served
