"""/scan: the framework calls of a source."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.http.problems import Problem, documented
from api.http.samples import SAMPLE_SOURCE
from api.http.services import services_of
from api.scan.answer import ScanAnswer
from api.scan.queue import Busy, scan_aside
from api.source.budget import Budget, Cancelled, TooLarge
from api.source.parse import MAX_SOURCE

RETRY_AFTER = "2"  # seconds: what the queue takes to move on
MAX_BODY = 6 * MAX_SOURCE + 1000  # JSON may write a character as \\uXXXX


class ScanRequest(BaseModel):
    """What to scan."""

    source: str = Field(max_length=MAX_SOURCE, description="Python source: a module or a notebook cell.")


def _documented_body() -> dict[str, Any]:
    content = {"schema": ScanRequest.model_json_schema(), "example": {"source": SAMPLE_SOURCE}}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


router = APIRouter(tags=["Look up"])


@router.post(
    "/scan",
    summary="The framework calls of a source",
    response_model=ScanAnswer,
    responses=documented(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
    ),
    openapi_extra=_documented_body(),
)
async def scan_source(request: Request) -> Response:
    """Each call with its position, its twin, and the differences that its own arguments trigger. The code is
    parsed, never run; broken code gives the position of the error and what could still be read."""
    body = await read_body(request)
    try:
        asked = ScanRequest.model_validate_json(body)
        answer = await _while_connected(request, asked.source)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None
    except TooLarge as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", str(error)) from None
    except Busy as error:
        after = {"Retry-After": RETRY_AFTER}
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", str(error), headers=after) from None
    if answer is None:
        raise ClientDisconnect
    return Response(answer.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/scan", include_in_schema=False)
async def explain_scan() -> Response:
    """A browser or a reader that only looks is told how to ask."""
    detail = (
        'Send a Python source by POST, as JSON: curl -d \'{"source": "import torch; torch.cat([])"}\' '
        "-H 'Content-Type: application/json' to this address; /docs lets you try it."
    )
    raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", detail, headers={"Allow": "POST"})


async def _while_connected(request: Request, source: str) -> ScanAnswer | None:
    """The scan of a source; None where the client went away, which ends it."""
    budget = Budget()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        budget.cancel()
        waiting.cancel()

    watching = asyncio.ensure_future(watch())
    waiting = asyncio.ensure_future(scan_aside(services_of(request).catalogue, source, budget))
    try:
        await asyncio.wait([waiting])
    finally:
        watching.cancel()
    if waiting.cancelled():
        return None
    try:
        return waiting.result()
    except Cancelled:
        return None


async def read_body(request: Request) -> bytes:
    """The body of a request, no longer than a source may be. Raises Problem."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            detail = f"The body is larger than {MAX_BODY} bytes; scan one file at a time."
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "invalid-request", detail)
    return bytes(body)
