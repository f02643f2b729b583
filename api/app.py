"""The application: a database, the interfaces to it, and what surrounds every request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from api.http import openapi, problems, services
from api.http.direct import Straight
from api.http.middleware.answers import Answers
from api.http.middleware.bodies import Bodies
from api.http.middleware.compression import Compression
from api.http.middleware.heads import conditional, everywhere, varying_by_coding
from api.http.middleware.negotiation import Negotiation
from api.http.middleware.response_cache import ResponseCache
from api.http.routes import data, documentation, files, health, map, pages, port, scan, search, web
from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.lookup.language import Lang
from api.mcp.interface import LazyInterface, Sessions
from api.port.plan.library import libraries
from api.search.results import Search
from api.serving.damage import end_when_damaged
from api.serving.interpreter import share
from api.settings import VERSION, Settings
from api.views.html import Pages, html
from api.views.languages import LANGUAGES, language_at


def create_served(settings: Settings | None = None) -> FastAPI:
    """The application of a server's process, which ends when its database is damaged. Raises what `create_app` does."""
    return create_app(settings, watched=True)


def create_app(settings: Settings | None = None, *, watched: bool = False) -> FastAPI:
    """A new application over the database that the settings name.

    Raises:
        DatabaseError: there is no database, or it cannot be read.
    """
    settings = settings or Settings()
    database = Database(settings.database)
    catalogue = Catalogue(database)
    finder = Search(catalogue)
    ports = libraries(catalogue)
    stated = "public_url" in settings.model_fields_set  # else: the host that was asked
    public_url = settings.public_url.rstrip("/") if stated else ""

    def load_mcp() -> tuple[ASGIApp, Sessions]:
        from api.mcp.tools import load  # half of what a start would have to import

        hosts, origins = settings.mcp_hosts, settings.mcp_origins
        return load(catalogue, finder, ports, public_url=public_url, version=VERSION, hosts=hosts, origins=origins)

    mcp = LazyInterface(load_mcp)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watch = None
        if watched:
            watch = asyncio.create_task(end_when_damaged(database.is_whole))
            share()
        async with mcp.running():
            yield
        if watch is not None:
            watch.cancel()
        database.close()

    app = FastAPIOffline(
        docs_url=None,  # see routes.documentation
        redoc_url=None,
        title=openapi.TITLE,
        version=VERSION,
        description=openapi.DESCRIPTION,
        license_info={"name": "Data: CC0-1.0, code: MIT"},
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # nobody is told anything
        redirect_slashes=False,  # such a redirect would name whatever host the request named
    )
    site = {
        lang: Pages(catalogue, finder, settings.repository, language, preview=settings.preview)
        for lang, language in LANGUAGES.items()
    }
    provided = services.Services(catalogue, finder, ports, site, public_url)
    services.install(app, provided)
    # Files take every name with an ending.
    routers = [one.router for one in (map, scan, port, search, data, web, documentation, files, health)]
    known = {
        f"{language.root}/{name}": pages.known_mapping_page
        for language in LANGUAGES.values()
        for name in database.numbers
    }
    app.router.routes.append(Straight(routers, known))
    for router in routers:
        app.include_router(router)
    # No GET: a client that asks for news would be held for ever, and there are none.
    app.router.routes.append(Route("/mcp", mcp, methods=["POST", "DELETE"], include_in_schema=False))
    for language in LANGUAGES.values():  # last: a mapping's page takes every path that looks like a name
        app.include_router(pages.router, prefix=language.root)
    problems.install(app, partial(_nothing_at, site))
    openapi.install(app, provided)

    version = f"{VERSION}/{catalogue.about.dataset}"
    kept = conditional(
        version=version, max_age=settings.max_age, stale_while_revalidate=settings.stale_while_revalidate
    )
    # The last one added is the outermost: what is given again has been through all of them.
    app.add_middleware(Bodies)
    app.add_middleware(Answers, rules=(kept, everywhere, varying_by_coding))
    app.add_middleware(Compression)
    app.add_middleware(ResponseCache, megabytes=settings.response_cache_megabytes)
    app.add_middleware(Negotiation)
    return app


def _nothing_at(site: dict[Lang, Pages], path: str, detail: str) -> Response:
    language = language_at(path)
    path = path.removeprefix(language.root)
    return html(site[language.lang].not_found(path.strip("/").replace("/", "."), detail), HTTPStatus.NOT_FOUND)


def _operation_id(route: APIRoute) -> str:
    return route.name
