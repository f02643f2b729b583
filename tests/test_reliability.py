"""Running for long: the database replaced under the server, several workers, a cache in front of them."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.settings import Settings
from tests.bench.__main__ import server
from tests.bench.load import ask
from tests.dataset import Dataset
from tests.live import serving

PATHS = ["/map?torch=nn.Conv2d", "/search?q=relu", "/torch.clamp", "/torch.cat.md", "/version", "/differences", "/"]


def test_database_replaced_under_a_running_server(dataset: Dataset, tmp_path: Path) -> None:
    """Every answer is the old one until the server is started again; none fails."""
    path = dataset.build(tmp_path / "served.sqlite")
    changed = dataset.path("tensors/torch.cat")
    with TestClient(create_app(Settings(database=path, replay_megabytes=0))) as client:
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


class Cache:
    """A shared cache as HTTP describes it: keeps public answers by address and the headers that they vary by."""

    def __init__(self, behind: list[str]) -> None:
        self._behind = behind
        self._kept: dict[tuple[str, ...], tuple[int, list[tuple[bytes, bytes]], bytes]] = {}
        self.hits = self.turn = 0

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        sent = {name.decode(): value.decode() for name, value in scope["headers"] if name != b"host"}
        key = (scope["raw_path"].decode(), scope["query_string"].decode(), sent.get("accept", ""))
        if key not in self._kept:
            self.turn += 1
            address = self._behind[self.turn % len(self._behind)] + (f"{key[0]}?{key[1]}" if key[1] else key[0])
            async with httpx.AsyncClient() as client:
                headers = {"accept": sent.get("accept", "*/*"), "accept-encoding": "identity"}
                answer = await client.get(address, headers=headers)
            assert set(answer.headers.get("vary", "").lower().split(", ")) <= {"", "accept", "accept-encoding"}
            kept = (answer.status_code, [(k.lower(), v) for k, v in answer.headers.raw], answer.content)
            if "public" in answer.headers.get("cache-control", ""):
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


@pytest.fixture(scope="module")
def workers(database: Path) -> Iterator[list[str]]:
    """Two servers, each a process of its own, over the same database."""
    with ExitStack() as stack:
        ports = [stack.enter_context(server(["-m", "api"], database))[1] for _ in range(2)]
        yield [f"http://127.0.0.1:{port}" for port in ports]


@pytest.mark.parametrize("accept", ["*/*", "text/html", "text/plain"])
def test_two_workers_and_a_cache_give_identical_answers(workers: list[str], accept: str) -> None:
    cache = Cache(workers)
    with serving(cache) as front:
        for path in [*PATHS, "/openapi.json", "/static/nothing", "/map?torch=nothing"]:
            headers = {"Accept": accept, "Accept-Encoding": "identity"}
            answers = [httpx.get(f"{address}{path}", headers=headers) for address in [*workers, front.address] * 2]
            assert len({(a.status_code, a.headers.get("etag"), a.headers.get("vary"), a.content) for a in answers}) == 1
            if tag := answers[0].headers.get("etag"):
                again = [httpx.get(f"{a}{path}", headers={**headers, "If-None-Match": tag}) for a in workers]
                again.append(httpx.get(f"{front.address}{path}", headers={**headers, "If-None-Match": tag}))
                assert [(answer.status_code, answer.content) for answer in again] == [(304, b"")] * 3
    assert cache.hits >= len(PATHS)


def test_workers_answer_alike_in_every_coding(workers: list[str]) -> None:
    for coding in ("gzip", "br", "zstd"):
        one, two = (httpx.get(f"{address}/torch.clamp", headers={"Accept-Encoding": coding}) for address in workers)
        assert (one.content, one.headers["etag"]) == (two.content, two.headers["etag"])
