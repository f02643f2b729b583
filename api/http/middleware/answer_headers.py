"""What every answer carries: pages of any origin may read it (CORS), and a browser takes it for what it says it is."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import internal

HEADERS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Mcp-Session-Id, Retry-After"),
    (b"x-content-type-options", b"nosniff"),
)
# Data: nothing in it may run or load. Pages bring a policy of their own.
POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE, OPTIONS",
    # Those of /mcp among them; which origins may use it is checked by the request itself.
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match, Last-Event-ID, "
    "Mcp-Protocol-Version, Mcp-Session-Id",
    "Access-Control-Max-Age": "86400",
}


class AnswerHeaders:
    """The same headers on every answer, asked for or not: so a shared cache may give one answer to all.

    (Starlette's CORS varies its answer with the origin, and takes ten times as long.) An error that nobody handled is
    answered here, because the framework's own last resort lies outside of all middlewares.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def complete(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = [*message["headers"], *HEADERS]
                # A 304 has no policy: it would take the place of that of the page which the reader has.
                if message["status"] != 304 and not any(name == POLICY[0] for name, _ in headers):
                    headers.append(POLICY)
                message = {**message, "headers": headers}
            await send(message)

        if scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope):
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, complete)
            return
        try:
            await self._app(scope, receive, complete)
        except ClientDisconnect:
            return  # nobody is there to be told
        except Exception as error:
            if started:
                raise
            await internal(scope["method"], scope["path"], error)(scope, receive, complete)
