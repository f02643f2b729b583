"""The pages for people, at `/` and at the name of each mapping."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api.http.accept import preferred
from api.http.direct import DirectRoute
from api.http.problems import MEDIA_TYPE, Problem, nothing_at
from api.http.services import BY_HOST, pages_of, services_of, site_of
from api.lookup.bounds import bounded
from api.lookup.problems import NoAnswer
from api.search.results import FILTERS, Filters
from api.views.html import html
from api.views.named import subject

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}

# Included last into an application, for each language: a mapping's page takes every path with a dot.
router = APIRouter(route_class=DirectRoute, include_in_schema=False)


@router.get("/static/{name}")
async def get_static(request: Request, name: str, v: str = "") -> Response:
    """A file of the pages. Only the address with its own version says for ever what the file says now."""
    asset = pages_of(request).assets.get(name)
    if asset is None:
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-path", f"There is no file {bounded(name)!r}.")
    return Response(asset.body, media_type=asset.media_type, headers=FOR_EVER if v == asset.version else None)


@router.get("/")
async def home_page(request: Request) -> Response:
    given = {name: value for name, value in request.query_params.items() if name in FILTERS and value}
    try:
        filters = Filters.model_validate(given)
    except ValidationError:
        filters = Filters()  # a value that nobody offered: as if there were none
    return html(pages_of(request).home(request.query_params.get("q", ""), filters))


@router.get("/modules.html")
async def modules_page(request: Request) -> Response:
    return html(pages_of(request).modules())


@router.get("/module/{name}")
async def module_page(request: Request, name: str) -> Response:
    pages = pages_of(request)
    try:
        return html(pages.module(name))
    except NoAnswer as error:
        return html(pages.not_found(name, error.detail), HTTPStatus.NOT_FOUND)


@router.get("/programs.html")
async def programs_page(request: Request) -> Response:
    return html(pages_of(request).programs)


@router.get("/program/{name}")
async def program_page(request: Request, name: str) -> Response:
    pages = pages_of(request)
    try:
        return html(pages.program(name))
    except NoAnswer as error:
        return html(pages.not_found(name, error.detail), HTTPStatus.NOT_FOUND)


@router.get("/coverage.html")
async def coverage_page(request: Request) -> Response:
    return html(pages_of(request).coverage)


@router.get("/integrations")
async def integrations_page(request: Request) -> Response:
    answer = html(pages_of(request).integrations(site_of(request)))
    answer.headers.update(BY_HOST)
    return answer


@router.get("/differences")
async def differences_page(request: Request, module: str = "", what: str = "", page: int = 1) -> Response:
    pages = pages_of(request)
    try:
        return html(pages.differences(module, what, page))
    except KeyError:
        return html(pages.not_found(str(page), "There are fewer pages of differences."), HTTPStatus.NOT_FOUND)


@router.get("/missing/{namespace}")
async def missing_page(request: Request, namespace: str) -> Response:
    pages = pages_of(request)
    try:
        return html(pages.missing(namespace))
    except KeyError:
        detail = f"Neither framework has public names below “{bounded(namespace)}”."
        return html(pages.not_found(namespace, detail), HTTPStatus.NOT_FOUND)


@router.get("/{library}.{rest}")  # a name has a dot; any other path is not taken for one
async def mapping_page(request: Request, library: str, rest: str) -> Response:
    services = services_of(request)
    name = f"{library}.{rest}"
    if name in services.catalogue.database.numbers:
        return await known_mapping_page(request)
    if about := subject(services.catalogue, name):
        return RedirectResponse(f"{pages_of(request).language.root}/{about}", HTTPStatus.TEMPORARY_REDIRECT)
    try:
        return html(pages_of(request).name(name))
    except NoAnswer as error:
        if preferred(request.headers.get("accept", ""), ["text/html"], MEDIA_TYPE) == "text/html":
            return html(pages_of(request).not_found(name, error.detail), HTTPStatus.NOT_FOUND)
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-path", nothing_at(request.url.path)) from None


async def known_mapping_page(request: Request) -> Response:
    """The page at the very id of a mapping, where most readers arrive."""
    pages = pages_of(request)
    name = request.scope["path"].removeprefix(f"{pages.language.root}/")
    return html(pages.mapping(services_of(request).catalogue.database.numbers[name]))
