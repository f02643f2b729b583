"""What the routes ask, made once for an application."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI, Request
from starlette.responses import Response

from api.lookup.catalogue import Catalogue
from api.port.plan.library import Library
from api.search.results import Search
from api.views.html import Pages


@dataclass(frozen=True)
class Services:
    """The dataset, and what is made of it."""

    catalogue: Catalogue
    search: Search
    library: Library
    pages: Pages


def install(app: FastAPI, services: Services) -> None:
    """Let the routes of an application find its services."""
    app.state.services = services


def services_of(request: Request) -> Services:
    """The services of the application that was asked."""
    services: Services = request.app.state.services
    return services


def json_response(body: bytes | str) -> Response:
    """A finished JSON text as an answer."""
    return Response(body, media_type="application/json")
