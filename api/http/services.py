"""What the routes ask, made once for an application."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request
from starlette.responses import Response

from api.lookup.catalogue import Catalogue
from api.lookup.language import Lang
from api.port.plan.library import Library
from api.search.results import Search
from api.views.html import Pages
from api.views.languages import language_at
from loader.model.dotted import Side


@dataclass(frozen=True)
class Services:
    """The dataset, and what is made of it."""

    catalogue: Catalogue
    search: Search
    libraries: Mapping[Side, Library]  # by the framework that is ported to
    pages: Mapping[Lang, Pages]
    public_url: str  # where readers find the server, if it was said; else the host that they asked


def install(app: FastAPI, services: Services) -> None:
    """Let the routes of an application find its services."""
    app.state.services = services


def services_of(request: Request) -> Services:
    """The services of the application that was asked."""
    services: Services = request.app.state.services
    return services


def pages_of(request: Request) -> Pages:
    """The pages in the language of the address that was asked for."""
    return services_of(request).pages[language_at(request.scope["path"]).lang]


# It stands in some answers thousands of times, so that its length counts.
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
BY_HOST = {"Vary": "Host"}  # of an answer with addresses in it: no cache gives it to those who ask another host


def site_of(request: Request) -> str:
    """Where the reader finds this server: scheme and host of addresses in an answer."""
    stated = services_of(request).public_url
    host = request.headers.get("host", "")
    if stated or not _HOST.fullmatch(host):
        return stated
    return f"{request.url.scheme}://{host}"


def json_response(body: bytes | str) -> Response:
    """A finished JSON text as an answer."""
    return Response(body, media_type="application/json")
