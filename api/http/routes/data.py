"""The data by address: mappings, modules, worked programs, coverage, version."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.http.problems import KINDS, Problem, ProblemKind, documented
from api.http.services import json_response, services_of
from api.lookup.bounds import bounded
from loader.publish.document import CoverageDocument, MappingDocument, ModuleDocument, ModuleList, VersionDocument
from loader.publish.program_document import ProgramDocument, ProgramList

MappingId = Annotated[str, Path(description="The id of a mapping: `torch.nn.Conv2d`.")]
ModuleId = Annotated[str, Path(description="The id of a functional module; /modules lists them.")]
ProgramName = Annotated[str, Path(description="The name of a worked program; /programs lists them.")]
KindId = Annotated[str, Path(description="The last part of a problem's `type`.")]


router = APIRouter(tags=["Data"])
UNKNOWN = documented(HTTPStatus.NOT_FOUND)


@router.get("/mappings/{id}", summary="One mapping", response_model=MappingDocument, responses=UNKNOWN)
async def get_mapping(request: Request, id: MappingId) -> Response:
    """Everything about one equivalence, under its permanent address."""
    return json_response(services_of(request).catalogue.mapping(id))


@router.get("/modules", summary="All modules", response_model=ModuleList)
async def list_modules(request: Request) -> Response:
    """The functional modules in reading order, with the number of their mappings."""
    return json_response(services_of(request).catalogue.page("modules"))


@router.get("/modules/{id}", summary="One module", response_model=ModuleDocument, responses=UNKNOWN)
async def get_module(request: Request, id: ModuleId) -> Response:
    """A module's introduction and all its mappings."""
    return json_response(services_of(request).catalogue.module(id))


@router.get("/programs", summary="All worked programs", response_model=ProgramList)
async def list_programs(request: Request) -> Response:
    """Whole programs that train to the same curve in both frameworks, with the differences that were measured."""
    return json_response(services_of(request).catalogue.page("programs"))


@router.get("/programs/{name}", summary="One worked program", response_model=ProgramDocument, responses=UNKNOWN)
async def get_program(request: Request, name: ProgramName) -> Response:
    """Both sources in aligned sections, the losses of each step, and what a port of the names alone gets wrong."""
    return json_response(services_of(request).catalogue.program(name))


@router.get("/coverage", summary="What is answered, and what is not", response_model=CoverageDocument)
async def get_coverage(request: Request) -> Response:
    """Public names of both frameworks that have an answer, per namespace; each object counts once."""
    return json_response(services_of(request).catalogue.page("coverage"))


@router.get("/version", summary="Dataset and frameworks", response_model=VersionDocument)
async def get_version(request: Request) -> Response:
    """The version of the dataset, and of the frameworks that its evidence holds for."""
    return json_response(services_of(request).catalogue.page("version"))


@router.get("/problems/{kind}", summary="What a problem means", response_model=ProblemKind, responses=UNKNOWN)
async def get_problem_kind(kind: KindId) -> ProblemKind:
    """Explains the `type` of a problem document."""
    if kind not in KINDS:
        detail = f"There is no problem type {bounded(kind)!r}; there are {', '.join(KINDS)}."
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-path", detail)
    return ProblemKind(type=f"/problems/{kind}", meaning=KINDS[kind])
