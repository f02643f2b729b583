"""Bodies of requests are received before anything asks for them; each, and all that are held, have a size."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import RETRY_AFTER, document, problem_response
from api.source.parse import MAX_SOURCE

MAX_BODY = 6 * MAX_SOURCE + 1000  # bytes: JSON may write a character as \\uXXXX
MAX_HELD = 24_000_000  # bytes of all bodies that are being received or worked on
FREE = 65_536  # bytes of each that do not count: whoever sends a page of code is let in beside those who send much


class Bodies:
    """Answers 413 or 503 itself, as soon as it is known: a body is never held beyond its bounds.

    The server waits for a body 30 seconds at most.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return None
        counted = 0
        body = bytearray()
        try:
            size = _announced(scope)
            while True:
                more = max(0, max(size, len(body)) - FREE) - counted
                if max(size, len(body)) > MAX_BODY:
                    return await _too_large(scope, receive, send)
                if more > 0 and self._held + more > MAX_HELD:
                    return await _busy(scope, receive, send)
                if more > 0:
                    counted += more
                    self._held += more
                message = await receive()
                if message["type"] != "http.request":
                    raise ClientDisconnect
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    break
            if len(body) > MAX_BODY:
                return await _too_large(scope, receive, send)
            await self._app(scope, _received(bytes(body), receive), send)
        finally:
            self._held -= counted
        return None


def _announced(scope: Scope) -> int:
    """Bytes that the client says it sends; the HTTP server holds it to them."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() and len(told) < 19 else MAX_BODY + 1


def _received(body: bytes, receive: Receive) -> Receive:
    """The body as one message, then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"The body is larger than {MAX_BODY} bytes; send one file at a time."
    problem = document(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "invalid-request", detail)
    await problem_response(problem)(scope, receive, send)


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    detail = "Many large bodies are being received: send this one again in a moment."
    problem = document(HTTPStatus.SERVICE_UNAVAILABLE, "busy", detail)
    await problem_response(problem, {"Retry-After": RETRY_AFTER})(scope, receive, send)
