"""Bodies of requests: each has a size, all that are held at once have one, and what is too much is told at once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.http.middleware import bodies
from api.http.middleware.bodies import FREE, MAX_BODY
from api.settings import Settings
from tests.api.test_slow_clients import connect, port_of
from tests.bench.process import resident, server
from tests.support.live import Live, serving

HUGE = "x" * 4_000_000
SMALL = {"source": "import torch\ntorch.cat([a])\n"}


@pytest.fixture(scope="module")
def running(database: Path) -> Iterator[Live]:
    with serving(create_app(Settings(database=database))) as live:
        yield live


@pytest.mark.parametrize("path", ["/scan", "/port", "/zh/port", "/mcp", "/map", "/nothing"])
@pytest.mark.parametrize("chunked", [False, True])
def test_four_megabytes_are_refused_at_once(running: Live, path: str, chunked: bool) -> None:
    """With their length told beforehand, not a byte is waited for."""
    head = b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" % path.encode()
    body = json.dumps({"source": HUGE}).encode()
    sent = head + b"Content-Length: %d\r\n\r\n" % len(body)
    if chunked:
        sent = head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b" % (MAX_BODY + 1, body[: MAX_BODY + 1])
    began = time.process_time()
    with connect(port_of(running), sent) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    assert time.process_time() - began < 1


@pytest.mark.parametrize("form", ["q", "torch", "tf"])
def test_four_megabytes_in_an_address_are_refused(running: Live, form: str) -> None:
    path = "/search" if form == "q" else "/map"
    with connect(port_of(running), f"GET {path}?{form}={HUGE[:100_000]}".encode()) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("told", [b"-1", b"9" * 30])
def test_lengths_that_are_none_are_refused(running: Live, told: bytes) -> None:
    head = b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: %b\r\n\r\n{}" % told
    with connect(port_of(running), head) as connection:
        assert connection.recv(100).split()[1] in (b"400", b"413")


def test_bodies_together_are_bounded_and_small_ones_go_on(database: Path) -> None:
    """Sixty clients that announce a megabyte each and send most of it, slowly."""
    announced = b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
    with server(["-m", "api"], database) as (process, port), ExitStack() as stack:
        address = f"http://127.0.0.1:{port}/scan"
        before = resident(process)
        for _ in range(60):
            stack.enter_context(connect(port, announced + b" " * FREE))
        large = httpx.post(address, content=b" " * 900_000, timeout=20)
        assert (large.status_code, large.json()["type"]) == (503, "/problems/busy")
        assert int(large.headers["retry-after"]) > 0
        assert httpx.post(address, json=SMALL, timeout=20).status_code == 200
        assert resident(process) - before < 100


def test_room_is_given_back(running: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever became of the bodies before: read, refused, or given up by the client."""
    monkeypatch.setattr(bodies, "MAX_HELD", 1_000_000)
    for _ in range(3):
        connect(port_of(running), b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n {").close()
    deadline = time.monotonic() + 20
    for _ in range(5):
        while (status := httpx.post(f"{running.address}/scan", content=b" " * 900_000).status_code) == 503:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert status == 422
