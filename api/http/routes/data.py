"""The data by address: mappings, modules, coverage, version."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from typing import Annotated

from fastapi import FastAPI, Path
from starlette.responses import Response

from api.http.problems import KINDS, Problem, ProblemKind, documented
from api.lookup.catalogue import Catalogue
from loader.publish.document import CoverageDocument, MappingDocument, ModuleDocument, ModuleList, VersionDocument

MappingId = Annotated[str, Path(description="The id of a mapping: `torch.nn.Conv2d`.")]
ModuleId = Annotated[str, Path(description="The id of a functional module; /modules lists them.")]
KindId = Annotated[str, Path(description="The last part of a problem's `type`.")]


def add_routes(app: FastAPI, catalogue: Catalogue) -> None:
    """Add the routes over a dataset."""
    tags: list[str | Enum] = ["Data"]
    unknown = documented(HTTPStatus.NOT_FOUND)

    def page(path: str) -> Response:
        return Response(catalogue.page(path), media_type="application/json")

    @app.get("/mappings/{id}", summary="One mapping", tags=tags, response_model=MappingDocument, responses=unknown)
    async def get_mapping(id: MappingId) -> Response:
        """Everything about one equivalence, under its permanent address."""
        return Response(catalogue.mapping(id), media_type="application/json")

    @app.get("/modules", summary="All modules", tags=tags, response_model=ModuleList)
    async def list_modules() -> Response:
        """The functional modules in reading order, with the number of their mappings."""
        return page("modules")

    @app.get("/modules/{id}", summary="One module", tags=tags, response_model=ModuleDocument, responses=unknown)
    async def get_module(id: ModuleId) -> Response:
        """A module's introduction and all its mappings."""
        try:
            return page(f"modules/{id}")
        except KeyError:
            detail = f"No module is called {id!r}; /modules lists them."
            raise Problem(HTTPStatus.NOT_FOUND, "unknown-module", detail) from None

    @app.get("/coverage", summary="What is answered, and what is not", tags=tags, response_model=CoverageDocument)
    async def get_coverage() -> Response:
        """Public names of both frameworks that have an answer, per namespace; each object counts once."""
        return page("coverage")

    @app.get("/version", summary="Dataset and frameworks", tags=tags, response_model=VersionDocument)
    async def get_version() -> Response:
        """The version of the dataset, and of the frameworks that its evidence holds for."""
        return page("version")

    @app.get(
        "/problems/{kind}", summary="What a problem means", tags=tags, response_model=ProblemKind, responses=unknown
    )
    async def get_problem_kind(kind: KindId) -> ProblemKind:
        """Explains the `type` of a problem document."""
        if kind not in KINDS:
            detail = f"There is no problem type {kind!r}; there are {', '.join(KINDS)}."
            raise Problem(HTTPStatus.NOT_FOUND, "unknown-path", detail)
        return ProblemKind(type=f"/problems/{kind}", meaning=KINDS[kind])
