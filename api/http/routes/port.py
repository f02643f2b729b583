"""/port: a source in the other framework, as JSON and as a page that needs no script."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from api.http.problems import documented
from api.http.samples import SAMPLE_SOURCE
from api.http.services import pages_of, services_of
from api.http.sources import refusal, while_connected
from api.port.answer import PortAnswer, port
from api.port.listing import source_of
from api.scan.answer import ScanAnswer
from api.scan.queue import Busy, aside, scan_aside
from api.source.budget import MAX_STEPS, Budget, TooLarge
from api.source.parse import MAX_SOURCE
from api.views.html import html
from api.views.languages import CHINESE
from loader.model.dotted import Side

FORM = "application/x-www-form-urlencoded"
NOT_KEPT = {"Cache-Control": "no-store"}


class PortRequest(BaseModel):
    """What to port."""

    source: str = Field(max_length=MAX_SOURCE, description="A module, a cell, or a whole notebook.")
    to: Side = Field("tf", description="The framework to port to: tf for a PyTorch source, torch for a TensorFlow one.")


def _documented_body() -> dict[str, Any]:
    content = {"schema": PortRequest.model_json_schema(), "example": {"source": SAMPLE_SOURCE, "to": "tf"}}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


router = APIRouter(tags=["Look up"])


@router.post(f"{CHINESE.root}/port", include_in_schema=False)
@router.post(
    "/port",
    summary="A source in the other framework",
    response_model=PortAnswer,
    responses=documented(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
    ),
    openapi_extra=_documented_body(),
)
async def port_source(request: Request) -> Response:
    """The ported text, how each call was done, what was left with the reason why, and, to TensorFlow, the text of a
    function that carries PyTorch's weights into the ported model. The code is parsed, never run; what is left fails
    when it is reached."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith(FORM):
        text = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10).get("source", [""])[0]
        return await _page(request, text.replace("\r\n", "\n"))
    try:
        asked = PortRequest.model_validate_json(body)
        answer = await _ported(request, source_of(asked.source), asked.to)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None
    except (TooLarge, Busy) as error:
        raise refusal(error) from None
    return Response(answer.model_dump_json(), media_type="application/json", headers=NOT_KEPT)


@router.get(f"{CHINESE.root}/port", include_in_schema=False)
@router.get("/port", include_in_schema=False)
async def port_page(request: Request) -> Response:
    return html(pages_of(request).port("", None, None, "", "tf"))


async def _ported(request: Request, source: str, to: Side) -> PortAnswer:
    """Raises TooLarge, Busy and ClientDisconnect."""
    services = services_of(request)

    async def porting(budget: Budget) -> PortAnswer:
        return await aside(port, services.catalogue, source, services.libraries[to], budget)

    return await while_connected(request.receive, porting, Budget(MAX_STEPS))


async def _page(request: Request, text: str) -> Response:
    """The page with both sides and every call; what has no calls of PyTorch is ported to it."""
    services = services_of(request)
    source = source_of(text)
    answer: PortAnswer | None = None
    to: Side = "tf"
    found: ScanAnswer | None = None
    problem = ""
    try:
        if len(source) > MAX_SOURCE:
            raise TooLarge(f"the source has more than {MAX_SOURCE} characters: port it in pieces")
        found = await while_connected(request.receive, partial(scan_aside, services.catalogue, source), Budget())
        if found.calls and not any(call.side == "torch" for call in found.calls):
            to = "torch"
        answer = await _ported(request, source, to)
    except (TooLarge, Busy) as error:
        problem = str(error)
    page = html(pages_of(request).port(source, answer, found, problem, to))
    page.headers["Cache-Control"] = "no-store"
    return page
