"""The pages for people, at `/` and at the name of each mapping."""

from __future__ import annotations

from functools import cache, partial
from http import HTTPStatus
from mimetypes import guess_type

from fastapi import FastAPI, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api.http.problems import Problem
from api.lookup.catalogue import Catalogue
from api.lookup.resolve import resolve
from api.search.results import FILTERS, Filters
from api.views.html import HERE, Pages, address, html

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def add_routes(app: FastAPI, catalogue: Catalogue, public_url: str) -> None:
    """Add the routes over a dataset; the last ones of an application: a mapping's page takes every path with a dot."""
    public_url = public_url.rstrip("/")
    files = {path.name: path.read_bytes() for path in sorted((HERE / "static").iterdir())}
    pages = Pages(catalogue, {name: address(name, body) for name, body in files.items()})
    get = partial(app.get, include_in_schema=False)
    coverage, integrations = cache(pages.coverage), cache(partial(pages.integrations, public_url))
    programs, program = cache(pages.programs), cache(pages.program)

    @get("/static/{name}")
    async def get_static(name: str) -> Response:
        if name not in files:
            raise Problem(HTTPStatus.NOT_FOUND, "unknown-path", f"There is no file {name!r}.")
        return Response(files[name], media_type=guess_type(name)[0], headers=FOR_EVER)

    @get("/")
    async def home_page(request: Request) -> Response:
        given = {name: value for name, value in request.query_params.items() if name in FILTERS and value}
        try:
            filters = Filters.model_validate(given)
        except ValidationError:
            filters = Filters()  # a value that nobody offered: as if there were none
        return html(pages.home(request.query_params.get("q", ""), filters))

    @get("/modules.html")
    async def modules_page() -> Response:
        return html(pages.modules())

    @get("/module/{name}")
    async def module_page(name: str) -> Response:
        try:
            return html(pages.module(name))
        except KeyError:
            return html(pages.not_found(name, f"No module is called “{name}”."), HTTPStatus.NOT_FOUND)

    @get("/programs.html")
    async def programs_page() -> Response:
        return html(programs())

    @get("/program/{name}")
    async def program_page(name: str) -> Response:
        try:
            return html(program(name))
        except KeyError:
            detail = f"No worked program is called “{name}”."
            return html(pages.not_found(name, detail), HTTPStatus.NOT_FOUND)

    @get("/coverage.html")
    async def coverage_page() -> Response:
        return html(coverage())

    @get("/integrations")
    async def integrations_page() -> Response:
        return html(integrations())

    @get("/differences")
    async def differences_page(page: int = 1) -> Response:
        try:
            return html(pages.differences(page))
        except KeyError:
            return html(pages.not_found(str(page), "There are fewer pages of differences."), HTTPStatus.NOT_FOUND)

    @get("/{library}.{rest}")  # a name has a dot; any other path is not taken for one
    async def mapping_page(library: str, rest: str, request: Request) -> Response:
        name = f"{library}.{rest}"
        number = catalogue.database.numbers.get(name)
        if number is not None:
            return html(pages.mapping(number))
        for answer in [*resolve(catalogue.database, name, "torch"), *resolve(catalogue.database, name, "tf")]:
            return RedirectResponse(f"/{catalogue.database.listed[answer.mapping].id}", HTTPStatus.TEMPORARY_REDIRECT)
        if "text/html" in request.headers.get("accept", ""):
            return html(pages.not_found(name, f"There is no page for “{name}”."), HTTPStatus.NOT_FOUND)
        detail = f"There is nothing at {request.url.path}; /docs lists what there is."
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-path", detail)
