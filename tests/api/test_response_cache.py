"""Kept answers: the same as new ones, never to the wrong question, within their room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from api.http.middleware.response_cache import ResponseCache
from api.settings import Settings


class Counting:
    """An application that counts its calls and answers with the path."""

    def __init__(self, *, status: int = 200, size: int = 10, headers: dict[str, str] | None = None) -> None:
        self.calls = 0
        self.status, self.size = status, size
        self.headers = {"cache-control": "public, max-age=9"} if headers is None else headers

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        self.calls += 1
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": scope["raw_path"].ljust(self.size)})


def ask(app: Any, path: str = "/a", query: str = "", method: str = "GET", **headers: str) -> bytes:
    """The body of the answer to one request."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "raw_path": path.encode(), "query_string": query.encode()}
    asyncio.run(app({**scope, "path": path, "headers": pairs}, receive, send))
    return b"".join(message.get("body", b"") for message in sent)


def test_same_question_is_answered_once() -> None:
    inner = Counting()
    app = ResponseCache(inner, megabytes=1)
    assert ask(app) == ask(app) == b"/a        "
    assert inner.calls == 1


def test_other_questions_are_answered_anew() -> None:
    inner = Counting()
    app = ResponseCache(inner, megabytes=1)
    questions: list[dict[str, str]] = [
        {}, {"path": "/b"}, {"query": "x=1"}, {"accept_encoding": "br"}, {"method": "HEAD"},
        {"if_none_match": '"x"'}, {"cookie": "a=b"},
    ]  # fmt: skip
    for question in questions:
        ask(app, **question)
    assert inner.calls == len(questions)


@pytest.mark.parametrize(
    "inner",
    [
        Counting(status=404),
        Counting(headers={}),
        Counting(headers={"cache-control": "no-store"}),
        Counting(headers={"cache-control": "public", "vary": "Accept-Encoding, Accept"}),
        Counting(size=100_000),  # more than a sixteenth of the room
    ],
)
def test_what_may_change_or_is_too_large_is_not_kept(inner: Counting) -> None:
    app = ResponseCache(inner, megabytes=1)
    ask(app)
    ask(app)
    assert inner.calls == 2


def test_without_room_nothing_is_kept() -> None:
    inner = Counting()
    app = ResponseCache(inner, megabytes=0)
    ask(app)
    ask(app)
    assert inner.calls == 2


def test_room_is_bounded_and_the_least_used_is_forgotten() -> None:
    inner = Counting(size=50_000)
    app = ResponseCache(inner, megabytes=1)
    for number in range(19):
        ask(app, f"/{number}")
    ask(app, "/0")  # used again: /1 is now the oldest
    for number in range(19, 21):
        ask(app, f"/{number}")
    assert inner.calls == 21
    ask(app, "/0")
    assert inner.calls == 21
    ask(app, "/1")
    assert inner.calls == 22
    assert app._used <= 1_000_000


def test_long_addresses_and_headers_are_not_kept() -> None:
    inner = Counting()
    app = ResponseCache(inner, megabytes=1)
    for _ in range(2):
        ask(app, query="x" * 3000)
        ask(app, accept_encoding="br, " * 1000)
    assert inner.calls == 4
    assert app._used == 0


def test_keys_are_counted() -> None:
    """Answers of some bytes with addresses of 2 kB: what is held stays within the room."""
    app = ResponseCache(Counting(size=10), megabytes=1)
    for number in range(2000):
        ask(app, query=f"{number:01990}")
    assert sum(sum(map(len, key)) for key in app._kept) < app._used <= 1_000_000
    assert len(app._kept) < 500


@pytest.mark.parametrize("accepted", ["gzip, br", "br;q=1.0, gzip", "br,gzip,deflate", "br, x-other"])
def test_one_coding_is_one_answer(accepted: str) -> None:
    inner = Counting()
    app = ResponseCache(inner, megabytes=1)
    ask(app, accept_encoding="br")
    ask(app, accept_encoding=accepted)
    assert inner.calls == 1


@pytest.fixture
def anew(database: Path) -> Iterator[TestClient]:
    """A client of a server that keeps nothing."""
    with TestClient(create_app(Settings(database=database, response_cache_megabytes=0))) as client:
        yield client


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
def test_kept_answers_equal_new_ones(client: TestClient, anew: TestClient, coding: str) -> None:
    for path in ("/map?torch=nn.Conv2d", "/search?q=relu", "/mappings/torch.cat", "/healthz", "/map?torch=nothing"):
        headers = {"Accept-Encoding": coding}
        first, again, new = (c.get(path, headers=headers) for c in (client, client, anew))
        assert first.content == again.content == new.content
        assert first.headers == again.headers == new.headers
