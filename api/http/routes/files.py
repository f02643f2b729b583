"""The same data as files: a mapping as Markdown or JSON beside its page, `/llms.txt`, and the whole dataset."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from api.http.accept import codings
from api.http.direct import DirectRoute
from api.http.services import json_response, services_of
from api.http.turns import in_turns
from api.lookup.catalogue import Catalogue
from api.views.markdown import llms_txt, markdown
from loader.publish.document import MappingDocument, ModuleDocument, ModuleList
from loader.publish.download import unpacked
from loader.publish.program_document import ProgramList

MARKDOWN = "text/markdown; charset=utf-8"

router = APIRouter(route_class=DirectRoute, include_in_schema=False)  # not operations of the API


@router.get("/llms.txt")
async def get_llms_txt(request: Request) -> Response:
    catalogue = services_of(request).catalogue
    listed = ModuleList.model_validate_json(catalogue.page("modules")).modules
    modules = [ModuleDocument.model_validate_json(catalogue.module(module.id)) for module in listed]
    programs = ProgramList.model_validate_json(catalogue.page("programs")).programs
    return PlainTextResponse(llms_txt(catalogue.about, modules, programs))


@router.get("/twintensor.sqlite")
async def get_database(request: Request) -> Response:
    catalogue = services_of(request).catalogue
    headers = {**_attachment(catalogue, "sqlite"), "Content-Length": str(catalogue.database.size)}
    return StreamingResponse(
        in_turns(catalogue.database.pieces()), media_type="application/octet-stream", headers=headers
    )


@router.get("/twintensor.json")
async def get_dataset(request: Request) -> Response:
    """Compressed as the build left it; unpacked on the way for whoever does not take gzip."""
    catalogue = services_of(request).catalogue
    headers = _attachment(catalogue, "json")
    pieces = catalogue.database.download()
    if "gzip" in codings(",".join(request.headers.getlist("accept-encoding"))):
        headers |= {"Content-Encoding": "gzip", "Content-Length": str(catalogue.database.download_size())}
    else:
        pieces = unpacked(pieces)
    return StreamingResponse(in_turns(pieces), media_type="application/json", headers=headers)


@router.get("/differences.json")
async def get_differences(request: Request) -> Response:
    return json_response(services_of(request).catalogue.page("differences"))


@router.get("/changes.json")
async def get_changes(request: Request) -> Response:
    return json_response(services_of(request).catalogue.page("changes"))


# A short name is answered as well: there is no redirect that a program would have to follow.
@router.get("/{name}.md")
async def get_markdown(request: Request, name: str) -> Response:
    return Response(_text(request, name), media_type=MARKDOWN)


@router.get("/{name}.txt")
async def get_text(request: Request, name: str) -> Response:
    return PlainTextResponse(_text(request, name))


@router.get("/{name}.json")
async def get_json(request: Request, name: str) -> Response:
    return json_response(services_of(request).catalogue.named(name))


def _text(request: Request, name: str) -> str:
    return markdown(MappingDocument.model_validate_json(services_of(request).catalogue.named(name)))


def _attachment(catalogue: Catalogue, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="twintensor-{catalogue.about.dataset}.{suffix}"'}
