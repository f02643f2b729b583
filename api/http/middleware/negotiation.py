"""Some addresses have several faces: JSON for programs, a page for whoever asks for HTML, text for a terminal."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Faces = dict[bytes, str]
_NAME = re.compile(r"/\w+(?:\.\w+)+")
_FILES = (".html", ".json", ".md", ".sqlite", ".txt")


def faces_of(path: str) -> Faces:
    """The addresses of what is at a path in another media type; empty where there is one face only."""
    if path.startswith("/modules/"):
        return {b"text/html": f"/module/{path.removeprefix('/modules/')}"}
    if path.startswith("/programs/"):
        return {b"text/html": f"/program/{path.removeprefix('/programs/')}"}
    if path in ("/modules", "/programs", "/coverage"):
        return {b"text/html": f"{path}.html"}
    if _NAME.fullmatch(path) and not path.endswith(_FILES):  # a mapping: its page is what stands there itself
        return {b"text/html": path, b"text/plain": f"{path}.txt", b"text/markdown": f"{path}.md"}
    return {}


class Negotiation:
    """Leads to the face's own address, so that nothing behind it keeps two answers under one address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        faces = faces_of(scope["path"]) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else {}
        if not faces:
            await self._app(scope, receive, send)
            return

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message["headers"])}  # a kept answer stays as it is
                MutableHeaders(scope=message).add_vary_header("Accept")
            await send(message)

        accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
        chosen = next((address for media, address in faces.items() if media in accepted), scope["path"])
        if chosen != scope["path"]:
            scope = {**scope, "path": chosen, "raw_path": chosen.encode()}
        await self._app(scope, receive, varying)
