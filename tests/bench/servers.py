"""Several servers in one process, chosen by the first part of the path; all return the same bytes for one name.

`python -m tests.bench.servers DATABASE PORT`. `/fresh/...` is the application without kept answers, so that every
request is answered anew; it also has a route `/fresh/same` that returns the bytes, with all that surrounds an answer.
`/plain/...` is a FastAPI route with nothing around it, `/bare/...` a Starlette one. The rest is the application.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi import Response as FastAPIResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.settings import Settings


def plain_fastapi(body: bytes) -> FastAPI:
    """FastAPI as it comes, one route that returns bytes."""
    app = FastAPI()

    @app.get("/plain/map")
    async def plain() -> FastAPIResponse:
        return FastAPIResponse(body, media_type="application/json")

    return app


def bare_starlette(body: bytes) -> Starlette:
    """Starlette, one route that returns bytes."""

    async def bare(_: Request) -> Response:
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/bare/map", bare)])


def unkept(database: Path, body: bytes) -> FastAPI:
    """The application without kept answers, with a route that returns the bytes."""
    app = create_app(Settings(database=database, response_cache_megabytes=0))

    @app.get("/same")
    async def same() -> FastAPIResponse:
        return FastAPIResponse(body, media_type="application/json")

    return app


def below(app: ASGIApp) -> ASGIApp:
    """The application under a further first part of the path."""

    async def strip(scope: Scope, receive: Receive, send: Send) -> None:
        path = "/" + scope["path"].split("/", 2)[2]
        await app({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    return strip


def sharing(project: ASGIApp, others: dict[str, ASGIApp]) -> ASGIApp:
    """One process, several applications."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        first = scope.get("path", "/").split("/", 2)[1:2]
        await others.get(first[0] if first else "", project)(scope, receive, send)

    return dispatch


def main(database: Path, port: int) -> None:
    """Serve until ended."""
    catalogue = Catalogue(Database(database))
    ids = [item.id for item in catalogue.database.summaries.values()]
    name = "torch.nn.Conv2d" if "torch.nn.Conv2d" in ids else ids[-1]
    body = catalogue.map(name, "tf" if name.startswith("tf.") else "torch", 5)
    others: dict[str, ASGIApp] = {
        "fresh": below(unkept(database, body)),
        "plain": plain_fastapi(body),
        "bare": bare_starlette(body),
    }
    app = sharing(create_app(Settings(database=database)), others)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
