"""Weak ETags, 304 and Cache-Control for every successful answer, and HEAD for every GET."""

from __future__ import annotations

from hashlib import blake2b

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
_KEPT_BY_304 = (b"etag", b"cache-control", b"vary", b"content-location", b"date")


class ConditionalRequests:
    """Answers are a function of dataset, path and query, so their ETag is made of these and nothing is hashed twice.

    A response that brings its own Cache-Control (health checks, errors) passes unchanged.
    """

    def __init__(self, app: ASGIApp, *, version: str, max_age: int, stale_while_revalidate: int) -> None:
        self._app = app
        self._version = version.encode()
        policy = f"public, max-age={max_age}, stale-while-revalidate={stale_while_revalidate}"
        self._cache_control = (b"cache-control", policy.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        bodyless = head

        async def conditional(message: Message) -> None:
            nonlocal bodyless
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers: Headers = message["headers"]
                if not any(name == b"cache-control" for name, _ in headers):
                    tag = self._tag(scope, headers)
                    headers = [*headers, (b"etag", tag), self._cache_control]
                    message = {**message, "headers": headers}
                    if _asks_for(scope, tag):
                        kept = [header for header in headers if header[0] in _KEPT_BY_304]
                        message = {**message, "status": 304, "headers": kept}
                        bodyless = True
            elif message["type"] == "http.response.body" and bodyless:
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"} if head else scope, receive, conditional)

    def _tag(self, scope: Scope, headers: Headers) -> bytes:
        """The content type takes part: one address may have several representations."""
        kind = next((value for name, value in headers if name == b"content-type"), b"")
        parts = (self._version, scope["raw_path"], scope["query_string"], kind)
        return b'W/"%s"' % blake2b(b"\0".join(parts), digest_size=8).hexdigest().encode()


def _asks_for(scope: Scope, tag: bytes) -> bool:
    """Whether the client already has this answer. Weak comparison: `W/` does not count."""
    opaque = tag.removeprefix(b"W/")
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            return any(given.strip().removeprefix(b"W/") in (opaque, b"*") for given in value.split(b","))
    return False
