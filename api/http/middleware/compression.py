"""Compressed answers that are the same bytes from every worker."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

_MAGIC = b"\x1f\x8b\x08\x00"  # of gzip without optional fields, as RFC 1952 has it; four bytes of time follow


class Compression:
    """zstd, br or gzip, as the client asks. Gzip writes into its header when it was made, which is taken out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        zipped = False

        async def timeless(message: Message) -> None:
            nonlocal zipped
            if message["type"] == "http.response.start":
                headers = message["headers"]
                zipped = (b"content-encoding", b"gzip") in headers
                # What has no body varies like what has one.
                if message["status"] in (200, 304) and not any(name == b"vary" for name, _ in headers):
                    message = {**message, "headers": [*headers, (b"vary", b"Accept-Encoding")]}
            elif zipped:  # only the first piece of a body begins with the header
                body = message.get("body", b"")
                zipped = not body
                if body.startswith(_MAGIC):
                    message = {**message, "body": _MAGIC + bytes(4) + body[8:]}
            await send(message)

        await self._app(scope, receive, timeless)
