"""Answers given before, given again: the data of a running server never change.

What takes time in an answer is finding the route, reading parameters, compressing; all of it comes out the same
for the same address. So the finished messages are kept, the least recently used ones are forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.accept import codings

Key = tuple[bytes, bytes, bytes]
LARGEST = 1 / 16  # of the whole: one answer must not push all others out
LONGEST_ADDRESS = 2000  # bytes of path and query: longer ones are asked once
LONGEST_CODINGS = 500  # bytes of Accept-Encoding
_HELD = 2500  # bytes that the headers and the objects of one answer take
_CONDITIONS = frozenset((b"if-none-match", b"if-modified-since", b"range", b"authorization", b"cookie"))


@dataclass(frozen=True, slots=True)
class _Answer:
    start: Message
    body: Message
    size: int


class ResponseCache:
    """Keeps complete answers to plain GET requests: status 200, `Cache-Control: public`, varying by coding only."""

    def __init__(self, app: ASGIApp, *, megabytes: int) -> None:
        self._app = app
        self._room = megabytes * 1_000_000
        self._used = 0
        self._kept: OrderedDict[Key, _Answer] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope) if self._room else None
        if key is None:
            await self._app(scope, receive, send)
        elif (answer := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            await send(answer.start)
            await send(answer.body)
        else:
            await self._app(scope, receive, self._recording(key, send))

    def _recording(self, key: Key, send: Send) -> Send:
        start: Message | None = None

        async def record(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message if _is_reusable(message) else None
            elif start is not None:
                if not message.get("more_body", False):
                    self._keep(key, start, message)
                start = None  # an answer in several pieces is not kept
            await send(message)

        return record

    def _keep(self, key: Key, start: Message, body: Message) -> None:
        size = len(body.get("body", b"")) + sum(map(len, key)) + _HELD
        if size > self._room * LARGEST or key in self._kept:
            return
        self._kept[key] = _Answer(start, body, size)
        self._used += size
        while self._used > self._room:
            _, oldest = self._kept.popitem(last=False)
            self._used -= oldest.size


def _key(scope: Scope) -> Key | None:
    """What the answer depends on; None where it depends on more than address and coding."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    given: list[bytes] = []
    for name, value in scope["headers"]:
        if name in _CONDITIONS:
            return None
        if name == b"accept-encoding":
            given.append(value)
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return None
    accepted = b",".join(given)
    if len(accepted) > LONGEST_CODINGS:
        return None
    # However a client writes what it takes, the answers in the coding that it gets are the same.
    coding = codings(accepted.decode("latin-1"))[:1]
    return scope["raw_path"], scope["query_string"], "".join(coding).encode()


def _is_reusable(start: Message) -> bool:
    headers = dict(start["headers"])
    varies = {part.strip().lower() for part in headers.get(b"vary", b"").split(b",")}
    is_public = headers.get(b"cache-control", b"").startswith(b"public")
    return start["status"] == 200 and is_public and varies <= {b"", b"accept-encoding"}
