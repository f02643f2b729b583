"""Compressed answers that are the same bytes from every worker."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

from api.http.accept import codings

_MAGIC = b"\x1f\x8b\x08\x00"  # of gzip without optional fields, as RFC 1952 has it; four bytes of time follow


class Compression:
    """zstd, br or gzip, as the client asks. Around answers that tell already that they vary by coding."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = b",".join(value for name, value in scope.get("headers", ()) if name == b"accept-encoding")
        if accepted and scope["type"] == "http" and codings(accepted.decode("latin-1")):
            await self._compressing(scope, receive, _settled(send))
        else:
            await self._app(scope, receive, send)


def _settled(send: Send) -> Send:
    """What compressing adds, taken out again: a second `Vary`, and the time that gzip writes into its header."""
    is_zipped = False

    async def settled(message: Message) -> None:
        nonlocal is_zipped
        if message["type"] == "http.response.start":
            headers = [(name, _once(value) if name == b"vary" else value) for name, value in message["headers"]]
            is_zipped = (b"content-encoding", b"gzip") in headers
            message = {**message, "headers": headers}
        elif is_zipped:  # only the first piece of a body begins with the header
            body = message.get("body", b"")
            is_zipped = not body
            if body.startswith(_MAGIC):
                message = {**message, "body": _MAGIC + bytes(4) + body[8:]}
        await send(message)

    return settled


def _once(listed: bytes) -> bytes:
    return b", ".join(dict.fromkeys(listed.split(b", ")))
