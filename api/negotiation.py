"""Some addresses have two faces: JSON for programs, a page for whoever asks for HTML."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def page_of(path: str) -> str | None:
    """The address of the page that shows what is at a path as JSON; None where there is none."""
    if path.startswith("/modules/"):
        return f"/module/{path.removeprefix('/modules/')}"
    if path.startswith("/programs/"):
        return f"/program/{path.removeprefix('/programs/')}"
    return {"/modules": "/modules.html", "/coverage": "/coverage.html", "/programs": "/programs.html"}.get(path)


class Negotiation:
    """Leads to the page's own address, so that nothing behind it keeps two answers under one address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = page_of(scope["path"]) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if page is None:
            await self._app(scope, receive, send)
            return

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message["headers"])}  # a kept answer stays as it is
                MutableHeaders(scope=message).add_vary_header("Accept")
            await send(message)

        if any(name == b"accept" and b"text/html" in value for name, value in scope["headers"]):
            scope = {**scope, "path": page, "raw_path": page.encode()}
        await self._app(scope, receive, varying)
