"""The application: a database, the doors to it, and what surrounds every request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline

from api import mcp
from api.http import openapi, problems
from api.http.middleware.compression import Compression
from api.http.middleware.conditional import ConditionalRequests
from api.http.middleware.negotiation import Negotiation
from api.http.middleware.origins import OpenToAllOrigins
from api.http.middleware.response_cache import Replay
from api.http.routes import data as routes_data
from api.http.routes import files as routes_files
from api.http.routes import health as routes_health
from api.http.routes import map as routes_map
from api.http.routes import pages as routes_pages
from api.http.routes import programs as routes_programs
from api.http.routes import scan as routes_scan
from api.http.routes import search as routes_search
from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.settings import Settings

VERSION = "0.1.0"


def create_app(settings: Settings | None = None) -> FastAPI:
    """A new application over the database that the settings name.

    Raises:
        DatabaseError: there is no database, or it cannot be read.
    """
    settings = settings or Settings()
    database = Database(settings.database)
    catalogue = Catalogue(database)
    tools = mcp.create_tools(catalogue, settings, VERSION)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.session_manager.run():
            yield
        database.close()

    app = FastAPIOffline(
        title=openapi.TITLE,
        version=VERSION,
        description=openapi.DESCRIPTION,
        license_info={"name": "Data: CC0-1.0, code: MIT"},
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
    )
    for door in (routes_map, routes_scan, routes_search, routes_data, routes_programs, routes_files, routes_health):
        door.add_routes(app, catalogue)
    mcp.add_routes(app, tools, settings)
    routes_pages.add_routes(
        app, catalogue, settings.public_url
    )  # last: a mapping's page takes every path that looks like a name
    problems.install(app)
    openapi.install(app, catalogue)

    # The last one added is the outermost: what is given again has been through all of them.
    app.add_middleware(
        ConditionalRequests,
        version=f"{VERSION}/{catalogue.about.dataset}",
        max_age=settings.max_age,
        stale_while_revalidate=settings.stale_while_revalidate,
    )
    app.add_middleware(OpenToAllOrigins)
    app.add_middleware(Compression)
    app.add_middleware(Replay, megabytes=settings.replay_megabytes)
    app.add_middleware(Negotiation)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
