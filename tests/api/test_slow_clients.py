"""Clients that do not finish, or send more than they may: the others go on, and the server can always be ended."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.lookup.catalogue import Catalogue
from api.scan import queue
from api.scan.answer import ScanAnswer
from api.serving import protocol, workers
from api.settings import Settings
from api.source.budget import Budget
from tests.bench.process import resident, server
from tests.support.live import Live, serving

HALF_HEAD = b"GET /map?torch=relu HTTP/1.1\r\nHost: x\r\n"
HALF_BODY = b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"
GET = b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def quick(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A server that gives clients little time."""
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "READ_SECONDS"):
        monkeypatch.setattr(protocol, name, 0.5)
    with serving(create_app(Settings(database=database))) as running:
        yield running


def connect(port: int, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(sent)
    return connection


def port_of(live: Live) -> int:
    return int(live.address.rpartition(":")[2])


def everything(connection: socket.socket) -> bytes:
    """What comes until the server ends the connection. A reset is an end too."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionError:
        pass
    return received


@pytest.mark.parametrize("sent", [b"", b"GET", HALF_HEAD, HALF_BODY, GET + HALF_HEAD])
def test_half_requests_are_given_up(quick: Live, sent: bytes) -> None:
    with connect(port_of(quick), sent) as connection:
        began = time.monotonic()
        everything(connection)
        assert time.monotonic() - began < 8


def test_a_client_that_drips_is_given_up(quick: Live) -> None:
    with connect(port_of(quick), HALF_HEAD) as connection, pytest.raises(ConnectionError):
        drip(connection)


def drip(connection: socket.socket) -> None:
    for _ in range(100):
        connection.sendall(b"X-A: b\r\n")
        time.sleep(0.05)


@pytest.mark.parametrize("head", [b"GET /" + b"x" * 100_000, HALF_HEAD + b"X-A: " + b"y" * 100_000])
def test_long_heads_are_refused(quick: Live, head: bytes) -> None:
    with connect(port_of(quick), head) as connection:
        assert everything(connection).startswith(b"HTTP/1.1 431 ")


def test_pipelined_requests_are_all_answered_in_order(quick: Live) -> None:
    names = [f"/problems/{kind}" for kind in ("unknown-name", "internal", "not-ready")] * 50
    sent = b"".join(f"GET {name} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for name in names)
    with connect(port_of(quick), sent + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as connection:
        received = everything(connection)
    found = [part.partition(b'"')[0].decode() for part in received.split(b'{"type":"')[1:]]
    assert found == names


def test_pipelined_requests_wait_as_bytes(database: Path) -> None:
    """30 connections, 0.7 MB of requests each, nobody reads: others are answered, memory stays."""
    with server(["-m", "api"], database) as (process, port), ExitStack() as stack:
        before = resident(process)
        for _ in range(30):
            connection = stack.enter_context(connect(port))
            fill(connection, GET * 20_000)
        began = time.monotonic()
        assert httpx.get(f"http://127.0.0.1:{port}/version", timeout=20).status_code == 200
        assert time.monotonic() - began < 5
        assert resident(process) - before < 200


def fill(connection: socket.socket, data: bytes) -> None:
    """Send as much as the other side takes, and do not wait for it."""
    connection.setblocking(False)
    with suppress(BlockingIOError):
        while data:
            data = data[connection.send(data) :]


def test_idle_connections_make_room(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "most_connections", lambda: 5)
    with serving(create_app(Settings(database=database))) as live, ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(connect(port_of(live), HALF_HEAD))
        assert httpx.get(f"{live.address}/version", timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("count", "sent"), [("1", HALF_BODY), ("2", b"GET /twintensor.sqlite HTTP/1.1\r\nHost: x\r\n\r\n" + HALF_BODY)]
)
def test_the_server_ends_whatever_clients_do(database: Path, count: str, sent: bytes) -> None:
    environment = {"TWINTENSOR_WORKERS": count}
    with server(["-m", "api"], database, environment=environment) as (process, port), connect(port, sent):
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=workers.GRACE + 10)


def test_workers_are_renewed_whatever_clients_do(database: Path) -> None:
    """Half a body and a stalled download keep no old worker: it ends in its time, and the new ones answer."""
    stalled = b"GET /twintensor.sqlite HTTP/1.1\r\nHost: x\r\n\r\n"
    with (
        server(["-m", "api"], database, environment={"TWINTENSOR_WORKERS": "2"}) as (process, port),
        ExitStack() as stack,
    ):
        old = children_of(process.pid)
        for sent in (HALF_BODY, stalled) * 4:
            stack.enter_context(connect(port, sent))
        time.sleep(0.3)
        process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 2 * (workers.GRACE + 10) + 60
        while old & (now := children_of(process.pid)) or len(now) < 2:
            assert time.monotonic() < deadline, "the workers were not renewed"
            assert httpx.get(f"http://127.0.0.1:{port}/version", timeout=20).status_code == 200
            time.sleep(0.5)


def test_a_full_queue_says_when_to_come_back(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()

    def slow(*_: object) -> ScanAnswer:
        go_on.wait(60)
        return ScanAnswer(calls=[])

    monkeypatch.setattr(queue, "scan", slow)
    body = b'{"source": "x"}'
    sent = b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with serving(create_app(Settings(database=database))) as live, ExitStack() as stack:
        for _ in range(queue.AT_ONCE + queue.MOST_WAITING):
            stack.enter_context(connect(port_of(live), sent))
        time.sleep(1)
        refused = httpx.post(f"{live.address}/scan", content=body, timeout=20)
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/busy")
        assert int(refused.headers["retry-after"]) > 0
        assert httpx.get(f"{live.address}/version", timeout=20).status_code == 200
        go_on.set()


def test_a_client_that_goes_ends_its_scan(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over HTTP: the thread is free again at the next step of the work, whatever was left of it."""
    begun, ended = Event(), Event()

    def endless(_: Catalogue, __: str, budget: Budget) -> ScanAnswer:
        begun.set()
        try:
            while True:
                budget.spend(0)
                time.sleep(0.01)
        finally:
            ended.set()

    monkeypatch.setattr(queue, "scan", endless)
    body = b'{"source": "x"}'
    head = b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    with serving(create_app(Settings(database=database))) as live:
        with connect(port_of(live), head + body):
            assert begun.wait(20)
            assert not ended.is_set()
        assert ended.wait(20)


def test_an_aborted_upload_leaves_no_traceback(
    database: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(create_app(Settings(database=database))) as live:
        for _ in range(3):
            connect(port_of(live), HALF_BODY).close()
        assert httpx.get(f"{live.address}/version", timeout=20).status_code == 200
    assert not [record for record in caplog.records if record.exc_info]
    assert "Traceback" not in capfd.readouterr().err


def test_the_log_has_the_lines_of_requests_and_nothing_else(database: Path, tmp_path: Path) -> None:
    """An aborted upload, a call of a tool and an ordinary request: one line for each that was answered."""
    log = tmp_path / "log"
    environment = {"TWINTENSOR_ACCESS_LOG": "1"}
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    arguments = {"params": {"name": "search", "arguments": {"query": "relu"}}}
    accept = {"Accept": "application/json, text/event-stream"}
    with log.open("wb") as said, server(["-m", "api"], database, environment=environment, said=said) as (process, port):
        connect(port, HALF_BODY).close()
        answer = httpx.post(f"http://127.0.0.1:{port}/mcp", json={**ask, **arguments}, headers=accept, timeout=20)
        assert answer.status_code == 200
        assert httpx.get(f"http://127.0.0.1:{port}/version", timeout=20).status_code == 200
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    told = [line for line in log.read_text(encoding="utf-8").splitlines() if "/modules" not in line]
    begun = [line for line in told if line.startswith("INFO:") and '"' not in line]
    requests = [line.partition('"')[2] for line in told if '"' in line]
    assert requests == ['POST /mcp HTTP/1.1" 200 OK', 'GET /version HTTP/1.1" 200 OK']
    assert len(begun) + len(requests) == len(told), told


def test_a_worker_that_is_killed_is_replaced(database: Path) -> None:
    with server(["-m", "api"], database, environment={"TWINTENSOR_WORKERS": "2"}) as (process, port):
        (first, *_) = children = sorted(children_of(process.pid))
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while first in (now := children_of(process.pid)) or len(now) < len(children):
            assert time.monotonic() < deadline, "the worker was not replaced"
            time.sleep(0.1)
        assert httpx.get(f"http://127.0.0.1:{port}/version", timeout=20).status_code == 200


def children_of(pid: int) -> set[int]:
    """The workers of a server: its child processes that run Python code of its own."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return {int(child) for child in told if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


@pytest.mark.parametrize("count", [1, 2])
def test_the_system_holds_little_for_each_reader(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Connections inherit from the socket that listens; without a bound the system takes 4 MB of a stalled download."""
    given: list[socket.socket] = []
    monkeypatch.setattr(workers.Supervisor, "__init__", lambda _, __, sockets: given.extend(sockets))
    monkeypatch.setattr(workers.Supervisor, "run", lambda _: None)
    monkeypatch.setattr("uvicorn.Server.run", lambda _, sockets: given.extend(sockets))
    workers.run("api.app:create_served", workers=count, host="127.0.0.1", port=0)
    (listening,) = given
    with listening:
        assert listening.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * workers.SENT_AHEAD


def test_a_connection_whose_body_came_after_its_answer_ends_too() -> None:
    async def app(scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    with serving(app) as live, connect(port_of(live), HALF_BODY) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")
        connection.sendall(b"x" * 999)
        assert everything(connection) == b""  # after 5 seconds; the socket waits for 10
