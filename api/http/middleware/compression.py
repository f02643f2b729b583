"""Compressed answers that are the same bytes from every worker."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

_MAGIC = b"\x1f\x8b\x08\x00"  # of gzip without optional fields, as RFC 1952 has it; four bytes of time follow

_REDIRECTS = frozenset((301, 302, 303, 307, 308))


class Compression:
    """zstd, br or gzip, as the client asks. Gzip writes into its header when it was made, which is taken out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        zipped = False

        async def timeless(message: Message) -> None:
            nonlocal zipped
            if message["type"] == "http.response.start":
                zipped = (b"content-encoding", b"gzip") in message["headers"]
                message = _varying(message)
            elif zipped:  # only the first piece of a body begins with the header
                body = message.get("body", b"")
                zipped = not body
                if body.startswith(_MAGIC):
                    message = {**message, "body": _MAGIC + bytes(4) + body[8:]}
            await send(message)

        asks = any(name == b"accept-encoding" for name, _ in scope["headers"])
        await (self._compressing if asks else self._app)(scope, receive, timeless)


def _varying(message: Message) -> Message:
    """The start of an answer that tells that it varies by coding, which it does in any coding and without a body."""
    if message["status"] in _REDIRECTS:
        return message
    headers: list[tuple[bytes, bytes]] = message["headers"]
    told = [value for name, value in headers if name == b"vary"]
    if not told:
        headers = [*headers, (b"vary", b"Accept-Encoding")]
    elif b"accept-encoding" not in (together := b", ".join(told)).lower():
        others = [header for header in headers if header[0] != b"vary"]
        headers = [*others, (b"vary", together + b", Accept-Encoding")]
    else:
        return message
    return {**message, "headers": headers}
