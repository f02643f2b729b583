"""The same data as files: a mapping as Markdown or JSON beside its page, `/llms.txt`, and the whole dataset."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from api.lookup.catalogue import Catalogue
from api.lookup.resolve import resolve
from api.views.markdown import llms_txt, markdown
from loader.publish.document import MappingDocument, ModuleDocument, ModuleList
from loader.publish.program_document import ProgramList

MARKDOWN = "text/markdown; charset=utf-8"


def add_routes(app: FastAPI, catalogue: Catalogue) -> None:
    """Add the routes over a dataset. They are not operations of the API, so its document leaves them out."""

    @app.get("/llms.txt", include_in_schema=False)
    async def get_llms_txt() -> Response:
        listed = ModuleList.model_validate_json(catalogue.page("modules")).modules
        modules = [ModuleDocument.model_validate_json(catalogue.page(f"modules/{module.id}")) for module in listed]
        programs = ProgramList.model_validate_json(catalogue.page("programs")).programs
        return PlainTextResponse(llms_txt(catalogue.about, modules, programs))

    @app.get("/twintensor.sqlite", include_in_schema=False)
    async def get_database() -> Response:
        headers = {**_attachment("sqlite"), "Content-Length": str(catalogue.database.size)}
        return StreamingResponse(catalogue.database.pieces(), media_type="application/octet-stream", headers=headers)

    @app.get("/twintensor.json", include_in_schema=False)
    async def get_dataset() -> Response:
        return StreamingResponse(_dataset(), media_type="application/json", headers=_attachment("json"))

    @app.get("/differences.json", include_in_schema=False)
    async def get_differences() -> Response:
        return Response(catalogue.page("differences"), media_type="application/json")

    @app.get("/{id}.md", include_in_schema=False)
    async def get_markdown(id: str) -> Response:
        mapping = MappingDocument.model_validate_json(catalogue.mapping(id))
        return Response(markdown(mapping), media_type=MARKDOWN)

    @app.get("/{name}.txt", include_in_schema=False)
    async def get_text(name: str) -> Response:
        """For a terminal: a short name is answered as well, no redirect to follow."""
        found = [*resolve(catalogue.database, name, "torch"), *resolve(catalogue.database, name, "tf")]
        number = catalogue.database.numbers.get(name) or next((answer.mapping for answer in found), None)
        body = catalogue.mapping(name) if number is None else catalogue.database.document(number)
        return PlainTextResponse(markdown(MappingDocument.model_validate_json(body)))

    @app.get("/{id}.json", include_in_schema=False)
    async def get_json(id: str) -> Response:
        return Response(catalogue.mapping(id), media_type="application/json")

    async def _dataset() -> AsyncIterator[bytes]:  # async: a thread for each document would take longer
        yield b'{"version":' + catalogue.page("version") + b',"mappings":['
        for position, number in enumerate(catalogue.database.listed):
            yield (b"," if position else b"") + catalogue.database.document(number)
        yield b"]}"

    def _attachment(suffix: str) -> dict[str, str]:
        return {"Content-Disposition": f'attachment; filename="twintensor-{catalogue.about.dataset}.{suffix}"'}
