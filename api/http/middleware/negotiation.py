"""Some addresses have several representations: JSON for programs, a page for a browser, text for a terminal."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.accept import preferred

Representations = dict[str, str]
_NAME = re.compile(r"/\w+(?:\.\w+)+")
_FILES = (".html", ".json", ".md", ".sqlite", ".txt")


def representations(path: str) -> Representations:
    """Of what is at a path, the address of each media type, the default first; empty where there is one only."""
    here = {"application/json": path}
    if path.startswith("/modules/"):
        return {**here, "text/html": f"/module/{path.removeprefix('/modules/')}"}
    if path.startswith("/programs/"):
        return {**here, "text/html": f"/program/{path.removeprefix('/programs/')}"}
    if path in ("/modules", "/programs", "/coverage"):
        return {**here, "text/html": f"{path}.html"}
    if _NAME.fullmatch(path) and not path.endswith(_FILES):  # a mapping: its page is what stands there itself
        return {"text/html": path, "text/plain": f"{path}.txt", "text/markdown": f"{path}.md"}
    return {}


class Negotiation:
    """Leads to the representation's own address, so that nothing behind it keeps two answers under one address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_read = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        offered = representations(scope["path"]) if is_read else {}
        if not offered:
            await self._app(scope, receive, send)
            return

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message["headers"])}
                MutableHeaders(scope=message).add_vary_header("Accept")
            await send(message)

        accepted = b",".join(value for name, value in scope["headers"] if name == b"accept").decode("latin-1")
        chosen = offered[preferred(accepted, offered, next(iter(offered)))]
        if chosen != scope["path"]:
            scope = {**scope, "path": chosen, "raw_path": chosen.encode()}
        await self._app(scope, receive, varying)
