"""The worked programs by address."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from typing import Annotated

from fastapi import FastAPI, Path
from starlette.responses import Response

from api.http.problems import Problem, documented
from api.lookup.catalogue import Catalogue
from loader.publish.program_document import ProgramDocument, ProgramList

ProgramName = Annotated[str, Path(description="The name of a worked program; /programs lists them.")]


def add_routes(app: FastAPI, catalogue: Catalogue) -> None:
    """Add the routes over a dataset."""
    tags: list[str | Enum] = ["Data"]
    unknown = documented(HTTPStatus.NOT_FOUND)

    @app.get("/programs", summary="All worked programs", tags=tags, response_model=ProgramList)
    async def list_programs() -> Response:
        """Whole programs that train to the same curve in both frameworks, with the differences that were measured."""
        return Response(catalogue.page("programs"), media_type="application/json")

    @app.get(
        "/programs/{name}", summary="One worked program", tags=tags, response_model=ProgramDocument, responses=unknown
    )
    async def get_program(name: ProgramName) -> Response:
        """Both sources in aligned sections, the losses of each step, and what a port of the names alone gets wrong."""
        try:
            return Response(catalogue.page(f"programs/{name}"), media_type="application/json")
        except KeyError:
            detail = f"No worked program is called {name!r}; /programs lists them."
            raise Problem(HTTPStatus.NOT_FOUND, "unknown-program", detail) from None
