"""Errors as RFC 9457 problem documents: one shape for everything that can go wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.http.accept import preferred
from api.lookup.bounds import bounded
from api.lookup.problems import NoAnswer
from api.lookup.suggest import Suggestion

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "2"  # seconds: what a queue takes to move on
PageFor = Callable[[str, str], Response]  # of an address where nothing is, and the detail
# Problems of an address, which a reader may have followed or typed.
_OF_ADDRESSES = {f"/problems/unknown-{what}" for what in ("path", "mapping", "module", "program")}
log = logging.getLogger("twintensor")

# The kinds of problem, by the last part of their `type`; /problems explains them.
KINDS: dict[str, str] = {
    "unknown-name": "Neither the dataset nor the framework's public names have this name.",
    "not-mapped-yet": "The framework has this name, but the dataset has no answer for it yet.",
    "removed": "An earlier version of the framework had this name: the detail says what became of it.",
    "other-framework": "The name belongs to the other framework: ask with the other parameter.",
    "out-of-scope": "The name belongs to another package, or to nobody: the detail says where to go.",
    "unknown-mapping": "No mapping has this id.",
    "unknown-module": "No module has this id.",
    "unknown-program": "No worked program has this name.",
    "invalid-request": "A parameter is missing, superfluous or not of its kind.",
    "unknown-path": "There is nothing at this path; /docs lists what there is.",
    "method-not-allowed": "This is a reference for reading: GET, HEAD and OPTIONS only.",
    "not-ready": "The server runs, but cannot read its database.",
    "busy": "So many sources are being read that this one would wait too long: ask again in a moment.",
    "internal": "A defect of the server; the request may be fine.",
}


class InvalidParameter(BaseModel):
    """What is wrong with one parameter."""

    parameter: str
    message: str


class ProblemDocument(BaseModel):
    """An error, as RFC 9457 describes it."""

    type: str = Field(description="Which kind of problem; the path explains it.", examples=["/problems/unknown-name"])
    title: str = Field(description="The kind in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What was wrong in this request, and what to do.")
    suggestions: list[Suggestion] = Field([], description="Names that may have been meant, the nearest first.")
    errors: list[InvalidParameter] = Field([], description="The parameters that are wrong.")


class ProblemKind(BaseModel):
    """What a `type` of a problem means."""

    type: str
    meaning: str


def document(
    status: HTTPStatus,
    kind: str,
    detail: str,
    *,
    suggestions: Sequence[Suggestion] = (),
    errors: Sequence[InvalidParameter] = (),
) -> ProblemDocument:
    """The document of a problem; its title says the kind."""
    title = kind.replace("-", " ").capitalize()
    return ProblemDocument(
        type=f"/problems/{kind}",
        title=title,
        status=status,
        detail=detail,
        suggestions=list(suggestions),
        errors=list(errors),
    )


def document_of(error: NoAnswer) -> ProblemDocument:
    """What HTTP says where the dataset has no answer."""
    return document(HTTPStatus.NOT_FOUND, error.kind, error.detail, suggestions=error.suggestions)


class Problem(Exception):
    """Raised by a route to answer with a problem document."""

    def __init__(
        self,
        status: HTTPStatus,
        kind: str,
        detail: str,
        *,
        errors: Sequence[InvalidParameter] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.document = document(status, kind, detail, errors=errors)
        self.headers = headers


def problem_response(problem: ProblemDocument, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to send. Errors are not kept by caches: the next dataset may know the name."""
    return Response(
        problem.model_dump_json(),
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these problems."""
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {int(s): {"description": s.phrase, "content": {MEDIA_TYPE: {"schema": schema}}} for s in statuses}


def install(app: FastAPI, page_for: PageFor) -> None:
    """Answer every error of a route with a problem document, or an unknown address in a browser with a page."""
    app.state.page_for = page_for
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(NoAnswer, _no_answer)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _answer(request: Request, problem: ProblemDocument, headers: Mapping[str, str] | None = None) -> Response:
    """For whoever asked: a program, or a person at an address that leads nowhere."""
    if problem.type in _OF_ADDRESSES:
        accepted = request.headers.get("accept", "")
        if preferred(accepted, [MEDIA_TYPE, "application/json", "text/html"], MEDIA_TYPE) == "text/html":
            page_for: PageFor = request.app.state.page_for
            return page_for(request.url.path, problem.detail)
    return problem_response(problem, headers)


async def _problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return _answer(request, error.document, error.headers)


async def _no_answer(request: Request, error: Exception) -> Response:
    if not isinstance(error, NoAnswer):
        raise error
    return _answer(request, document_of(error))


async def _invalid(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [
        InvalidParameter(parameter=str(item["loc"][-1] if item["loc"] else "body"), message=item["msg"])
        for item in error.errors()
    ]
    detail = "; ".join(f"{item.parameter}: {item.message}" for item in errors)
    return problem_response(document(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors=errors))


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.NOT_FOUND:
        told = document(status, "unknown-path", nothing_at(request.url.path))
    elif status is HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "GET")
        told = document(status, "method-not-allowed", f"{request.method} is not served here: use {allowed}.")
    else:
        told = document(status, "invalid-request", str(error.detail))
    return _answer(request, told, error.headers)


def nothing_at(path: str) -> str:
    """The detail of an unknown path."""
    return f"There is nothing at {bounded(path)}; /docs lists what there is."


def internal(method: str, path: str, error: Exception) -> Response:
    """The answer where the server failed; the log has the reason."""
    log.error("%s %s failed", method, bounded(path), exc_info=error)
    detail = "The server failed on this request; please report it with the address that you asked for."
    return problem_response(document(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail))
