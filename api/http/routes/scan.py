"""/scan: the framework calls of a source."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from api.http.problems import Problem, documented
from api.http.samples import SAMPLE_SOURCE
from api.http.services import services_of
from api.http.sources import refusal, while_connected
from api.scan.answer import ScanAnswer
from api.scan.queue import Busy, scan_aside
from api.source.budget import Budget, TooLarge
from api.source.parse import MAX_SOURCE


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
    catalogue = services_of(request).catalogue
    try:
        asked = ScanRequest.model_validate_json(await request.body())
        scanning = partial(scan_aside, catalogue, asked.source)
        answer = await while_connected(request.receive, scanning, Budget())
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None
    except (TooLarge, Busy) as error:
        raise refusal(error) from None
    return Response(answer.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/scan", include_in_schema=False)
async def explain_scan() -> Response:
    """A browser or a reader that only looks is told how to ask."""
    detail = (
        'Send a Python source by POST, as JSON: curl -d \'{"source": "import torch; torch.cat([])"}\' '
        "-H 'Content-Type: application/json' to this address; /docs lets you try it."
    )
    raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", detail, headers={"Allow": "POST"})
