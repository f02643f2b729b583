"""Some addresses have several representations: JSON for programs, a page for a browser, text for a terminal; and pages
are in two languages."""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.accept import preferred, prefers_chinese

Representations = dict[str, str]
_NAME = re.compile(r"/\w+(?:\.\w+)+")
_FILES = (".atom", ".html", ".js", ".json", ".md", ".sqlite", ".txt", ".webmanifest", ".xml")
_PAGE = re.compile(
    r"/(?:(?:modules|programs|coverage)\.html|differences|integrations|port|(?:module|program|missing)/[\w.]+)?"
)
CHINESE = "/zh"


def representations(path: str) -> Representations:
    """Of what is at a path, the address of each media type, the default first; empty where there is one only."""
    here = {"application/json": path}
    if path.startswith("/modules/"):
        return {**here, "text/html": f"/module/{path.removeprefix('/modules/')}"}
    if path.startswith("/programs/"):
        return {**here, "text/html": f"/program/{path.removeprefix('/programs/')}"}
    if path in ("/modules", "/programs", "/coverage"):
        return {**here, "text/html": f"{path}.html"}
    if _is_name(path):  # a mapping: its page is what stands there itself
        return {"text/html": path, "text/plain": f"{path}.txt", "text/markdown": f"{path}.md"}
    return {}


def _is_name(path: str) -> bool:
    return _NAME.fullmatch(path) is not None and not path.endswith(_FILES)


def _wants_chinese(path: str, query: bytes, headers: Headers) -> bool:
    """Whether a page is to be shown in Chinese instead: its reader prefers that, and comes from elsewhere.

    Within the site its links lead, so that a reader may stay in the other language. Browsers tell where a reader comes
    from over HTTPS and on their own machine; where nothing is told, only the first page is chosen.
    """
    if not prefers_chinese(headers.get("accept-language", "")):
        return False
    came = headers.get("sec-fetch-site")
    return came != "same-origin" if came else path == "/" and not query


class Negotiation:
    """Leads to the representation's own address, so that nothing behind it keeps two answers under one address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        chosen = path = scope["path"]
        offered = representations(path)
        vary = ["Accept"] if offered else []
        if offered:
            accepted = b",".join(value for name, value in scope["headers"] if name == b"accept").decode("latin-1")
            chosen = offered[preferred(accepted, offered, next(iter(offered)))]
        if _PAGE.fullmatch(chosen) or _is_name(chosen):
            vary += ["Accept-Language", "Sec-Fetch-Site"]
            if _wants_chinese(path, scope["query_string"], Headers(scope=scope)):
                query = scope["query_string"].decode("latin-1")
                headers = {"Vary": ", ".join(vary), "Cache-Control": "no-store"}
                address = f"{CHINESE}{chosen}{'?' if query else ''}{query}"
                await RedirectResponse(address, HTTPStatus.TEMPORARY_REDIRECT, headers)(scope, receive, send)
                return
        if not vary:
            await self._app(scope, receive, send)
            return

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message["headers"])}
                found = MutableHeaders(scope=message)
                for header in vary:
                    found.add_vary_header(header)
            await send(message)

        if chosen != path:
            scope = {**scope, "path": chosen, "raw_path": chosen.encode()}
        await self._app(scope, receive, varying)
