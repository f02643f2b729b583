"""HTTP of uvicorn and httptools, bounded: heads have a length, clients a time, unread requests a number.

uvicorn reads whatever a connection sends: heads of any length, and as many requests in advance as fit into what was
received, each of them with the state of a request. Here they wait as the bytes that they are, and reading pauses.
"""

from __future__ import annotations

import asyncio
import resource
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 32_768  # bytes of request line and headers
MAX_AHEAD = 8  # requests that wait for the one before them
PIECE = 4096  # bytes that are parsed at once: some hundred of the shortest requests
HEAD_SECONDS = 10.0  # for a request's head, from its first byte; for the first byte of a connection
BODY_SECONDS = 30.0  # for a body
READ_SECONDS = 60.0  # for taking off what was sent, before it goes on
RESERVE = 64  # file descriptors for everything but connections
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def most_connections() -> int:
    """How many connections leave enough file descriptors for the rest."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, soft - RESERVE)


class _Flow(FlowControl):
    """Reading does not go on while bytes are held back."""

    holding = False

    def resume_reading(self) -> None:
        if not self.holding:
            super().resume_reading()


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._stage = "head"  # of the request that is being received: head, body, or idle between requests
        self._watched = ""
        self._head = 0
        self._held = b""
        self._deadline: asyncio.TimerHandle | None = None
        self._write_deadline: asyncio.TimerHandle | None = None

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = self._flow = _Flow(transport)
        self._watch()
        if len(self.connections) > most_connections():
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stage = "idle"
        self._held = b""
        self._watch()
        self.resume_writing()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        """Give up one connection on which nothing is being answered, else this one."""
        waiting = (c for c in self.connections if isinstance(c, BoundedProtocol) and c is not self and c.is_waiting)
        next(waiting, self).transport.abort()

    @property
    def is_waiting(self) -> bool:
        """Whether the client has nothing to get."""
        return (self.cycle is None or self.cycle.response_complete) and not self.transport.is_closing()

    # Requests

    def data_received(self, data: bytes) -> None:
        self._held += data
        if not self._flow.holding:
            self._parse()

    def _parse(self) -> None:
        """As much of what was received as may be looked at now."""
        while self._held and self.parser is not None and not self.transport.is_closing():
            if len(self.pipeline) >= MAX_AHEAD:
                self._flow.pause_reading()
                self._flow.holding = True
                break
            piece, self._held = self._held[:PIECE], self._held[PIECE:]
            if self._stage != "body":
                self._head += len(piece)
            super().data_received(piece)
            if self._stage != "body" and self._head > MAX_HEAD:
                self.transport.write(_TOO_LONG)
                self.transport.close()
        self._watch()

    def on_message_begin(self) -> None:
        self._stage = "head"
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stage = "body"
        self._head = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stage = "idle"
        super().on_message_complete()
        if self.cycle.response_complete and not self.pipeline:  # it was answered before its body had come
            self._unset_keepalive_if_required()
            handler = self.timeout_keep_alive_handler
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, handler)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._flow.holding and len(self.pipeline) < MAX_AHEAD:
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self._flow.holding = False
        self._parse()
        self._flow.resume_reading()

    # Time

    def _watch(self) -> None:
        """Let the clock run from the beginning of a stage, whatever is received within it."""
        if self._stage == self._watched:
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if self._stage != "idle":
            seconds = HEAD_SECONDS if self._stage == "head" else BODY_SECONDS
            self._deadline = self.loop.call_later(seconds, self._give_up)
        self._watched = self._stage

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_deadline = self.loop.call_later(READ_SECONDS, self._give_up)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._write_deadline is not None:
            self._write_deadline.cancel()
            self._write_deadline = None

    def _give_up(self) -> None:
        self.transport.abort()
