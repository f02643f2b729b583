"""What happens to every answer: rules complete its head, HEAD and 304 lose their body, an error has an answer too."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.middleware.heads import Rule
from api.http.problems import internal

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE, OPTIONS",
    # Those of /mcp among them; which origins may use it is checked by the request itself.
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match, Last-Event-ID, "
    "Mcp-Protocol-Version, Mcp-Session-Id",
    "Access-Control-Max-Age": "86400",
}


class Answers:
    """The rules, in one pass.

    A HEAD is a GET whose body is not sent. An error that nobody handled is answered here, because the framework's own
    last resort lies outside of all middlewares.
    """

    def __init__(self, app: ASGIApp, *, rules: Sequence[Rule]) -> None:
        self._app = app
        self._rules = tuple(rules)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        is_started = False
        is_bodyless = method == "HEAD"

        async def complete(message: Message) -> None:
            nonlocal is_started, is_bodyless
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"]]}
                for rule in self._rules:
                    rule(scope, message)
                is_started = True
                is_bodyless = is_bodyless or message["status"] == 304
            elif is_bodyless and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if method == "OPTIONS" and "access-control-request-method" in Headers(scope=scope):
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, complete)
            return
        try:
            await self._app({**scope, "method": "GET"} if method == "HEAD" else scope, receive, complete)
        except ClientDisconnect:
            return  # nobody is there to be told
        except Exception as error:
            if is_started:
                raise
            await internal(method, scope["path"], error)(scope, receive, complete)
