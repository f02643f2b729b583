"""Running for long: the database replaced under the server, several workers, a cache in front of them."""

from __future__ import annotations

import asyncio
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.settings import Settings
from tests.bench.load import ask
from tests.bench.process import server
from tests.support.dataset import Dataset
from tests.support.live import serving

PATHS = ["/map?torch=nn.Conv2d", "/search?q=relu", "/torch.clamp", "/torch.cat.md", "/version", "/differences", "/"]


def test_database_replaced_under_a_running_server(dataset: Dataset, tmp_path: Path) -> None:
    """Every answer is the old one until the server is started again; none fails."""
    path = dataset.build(tmp_path / "served.sqlite")
    changed = dataset.path("tensors/torch.cat")
    with TestClient(create_app(Settings(database=path, response_cache_megabytes=0))) as client:
        old = {name: client.get(name).content for name in [*PATHS, "/twintensor.sqlite"]}
        for summary in ("Joined.", "Joined again."):
            text = changed.read_text(encoding="utf-8")
            changed.write_text(text.replace("Join tensors along an existing axis.", summary), encoding="utf-8")
            dataset.build(path)
            assert {name: client.get(name).content for name in old} == old
            found = client.post("/scan", json={"source": "import torch\ntorch.cat([a])"}).json()
            assert found["calls"][0]["twin"]["summary"] == "Join tensors along an existing axis."
    with TestClient(create_app(Settings(database=path))) as client:
        assert client.get("/version").content != old["/version"]


def test_no_request_fails_while_the_database_is_replaced(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "served.sqlite"
    shutil.copy(database, path)
    done = threading.Event()

    def replace() -> None:
        while not done.wait(0.02):
            shutil.copy(database, tmp_path / "fresh.sqlite")
            (tmp_path / "fresh.sqlite").replace(path)

    with server(["-m", "api"], path) as (_, port):
        thread = threading.Thread(target=replace)
        thread.start()
        try:
            load = asyncio.run(ask(port, PATHS, connections=4, seconds=1))  # raises on any status but 200
        finally:
            done.set()
            thread.join()
    assert load.requests >= 40


def test_workers_take_the_new_database_one_after_the_other(dataset: Dataset, tmp_path: Path) -> None:
    """SIGHUP renews the workers: no request fails, each answer belongs to the old dataset or to the new one."""
    path = dataset.build(tmp_path / "served.sqlite")
    seen: list[str] = []
    with server(["-m", "api", "serve", "--workers", "2"], path) as (process, port):
        changed = dataset.path("tensors/torch.cat")
        text = changed.read_text(encoding="utf-8")
        old = asked(port)
        changed.write_text(text.replace("Join tensors along an existing axis.", "Joined."), encoding="utf-8")
        dataset.build(path)
        assert asked(port) == old  # until told
        process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while len(seen) < 50 or len(set(seen[-50:])) > 1 or seen[-1] == old:
            assert time.monotonic() < deadline, "the workers were not renewed"
            seen.append(asked(port))
            time.sleep(0.02)
    assert len({old, *seen}) == 2


def asked(port: int) -> str:
    """The dataset that answers; twice if a connection ends without an answer, as HTTP allows a client to."""
    for last in (False, True):
        try:
            response = httpx.get(f"http://127.0.0.1:{port}/mappings/torch.cat", timeout=20, verify=False)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            if last:
                raise
        else:
            assert response.status_code == 200
            return f"{response.headers['etag']} {response.json()['summary']}"
    raise AssertionError


VARYING = ("accept", "accept-encoding", "accept-language", "sec-fetch-site")  # what answers may vary by


class Cache:
    """A shared cache as HTTP describes it: keeps public answers by address and by the headers that they vary by."""

    def __init__(self, behind: list[str]) -> None:
        self._behind = behind
        self._kept: dict[tuple[str, ...], tuple[int, list[tuple[bytes, bytes]], bytes]] = {}
        self.hits = self.turn = 0

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        sent = {name.decode(): value.decode() for name, value in scope["headers"]}
        varying = {name: sent[name] for name in VARYING if name in sent}
        key = (scope["raw_path"].decode(), scope["query_string"].decode(), *(sent.get(name, "") for name in VARYING))
        if key not in self._kept:
            self.turn += 1
            address = self._behind[self.turn % len(self._behind)] + (f"{key[0]}?{key[1]}" if key[1] else key[0])
            kept = await fetched(address, varying)
            headers = dict(kept[1])
            assert set(headers.get(b"vary", b"").lower().split(b", ")) <= {b"", *(name.encode() for name in VARYING)}
            if b"public" in headers.get(b"cache-control", b""):
                self._kept[key] = kept
        else:
            self.hits += 1
            kept = self._kept[key]
        status, raw, body = kept
        tag = dict(raw).get(b"etag", b"").decode()
        if tag and sent.get("if-none-match") == tag:
            status, body = 304, b""
            raw = [item for item in raw if item[0] != b"content-length"]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


async def fetched(address: str, headers: dict[str, str]) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body as they were sent, still compressed."""
    async with httpx.AsyncClient(verify=False) as client, client.stream("GET", address, headers=headers) as answer:
        body = b"".join([piece async for piece in answer.aiter_raw()])
        return answer.status_code, [(name.lower(), value) for name, value in answer.headers.raw], body


def received(address: str, headers: dict[str, str]) -> tuple[int, dict[bytes, bytes], bytes]:
    """What an answer is to its receiver: all but when it was sent, and the connection."""
    status, raw, body = asyncio.run(fetched(address, headers))
    kept = (b"etag", b"vary", b"cache-control", b"content-type", b"content-encoding", b"content-location")
    return status, {name: value for name, value in raw if name in kept}, body


@pytest.fixture(scope="module")
def workers(database: Path) -> Iterator[list[str]]:
    """Two servers, each a process of its own, over the same database."""
    with ExitStack() as stack:
        ports = [stack.enter_context(server(["-m", "api"], database))[1] for _ in range(2)]
        yield [f"http://127.0.0.1:{port}" for port in ports]


@pytest.mark.parametrize(
    ("accept", "coding"), [("*/*", "identity"), ("text/html", "br"), ("text/plain", "gzip"), ("*/*", "zstd")]
)
def test_two_workers_and_a_cache_give_identical_answers(workers: list[str], accept: str, coding: str) -> None:
    cache = Cache(workers)
    tags: dict[str, bytes] = {}
    with serving(cache) as front:
        addresses = [*workers, front.address, front.address]  # the cache asks for it, the cache has it
        for path in [*PATHS, "/openapi.json", "/static/nothing", "/map?torch=nothing"]:
            headers = {"Accept": accept, "Accept-Encoding": coding}
            first, *others = (received(f"{address}{path}", headers) for address in addresses)
            assert [other == first for other in others] == [True] * 3, path
            if tag := first[1].get(b"etag"):
                tags[path] = tag
                conditional = {**headers, "If-None-Match": tag.decode()}
                again = [received(f"{address}{path}", conditional) for address in addresses]
                assert [(status, told[b"etag"], body) for status, told, body in again] == [(304, tag, b"")] * 4
            if path.startswith("/map?torch=nn"):
                assert first[1].get(b"content-encoding", b"identity").decode() == coding
    assert len(set(tags.values())) == len(tags) >= len(PATHS)
    assert cache.hits >= 3 * len(PATHS)
