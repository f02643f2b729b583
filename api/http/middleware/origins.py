"""Pages of any origin may read every answer (CORS)."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READABLE = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"ETag, Mcp-Session-Id")]
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE, OPTIONS",
    # Those of /mcp among them; which origins may use it is checked by the request itself.
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match, Last-Event-ID, "
    "Mcp-Protocol-Version, Mcp-Session-Id",
    "Access-Control-Max-Age": "86400",
}


class OpenToAllOrigins:
    """The same headers on every answer, asked for or not: so a shared cache may give one answer to all.

    (Starlette's middleware varies its answer with the origin, and takes ten times as long.)
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_READABLE]
            await send(message)

        if scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope):
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, readable)
        else:
            await self._app(scope, receive, readable)
