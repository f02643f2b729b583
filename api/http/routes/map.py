"""/map: the twin of a name, in either direction."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.http.direct import DirectRoute
from api.http.parameters import documented_query, read_query
from api.http.problems import InvalidParameter, Problem, ProblemDocument, document_of, documented
from api.http.services import json_response, services_of
from api.http.sources import refusal, while_connected
from api.lookup.catalogue import BriefMapAnswer, CallAnswer, Catalogue, MapAnswer, with_call
from api.lookup.language import LANG, Lang
from api.lookup.problems import NoAnswer
from api.port.answer import CALL_SECONDS, is_call, port_call
from api.scan.queue import Busy, aside
from api.source.budget import Budget
from loader.model.dotted import Side

MOST_NAMES = 100  # of one request: as many different calls as a long file has


class ManyAnswer(BaseModel):
    """The answer to one name of several, or why there is none."""

    query: str
    found: MapAnswer | BriefMapAnswer | None
    problem: ProblemDocument | None


class MapAnswers(BaseModel):
    """The answers to several names, in the order asked for."""

    side: Side
    names: list[ManyAnswer]


class MapQuery(BaseModel):
    """The parameters of /map."""

    torch: list[str] = Field(
        [],
        max_length=MOST_NAMES,
        description="A PyTorch name as typed: `nn.Conv2d`, `torch.cat`, `F.relu`, `Tensor.view`, `x.view(`, "
        "`optim.Adam`, with or without a call behind it. Give either this or `tf`; repeat it for several names.",
    )
    tf: list[str] = Field(
        [],
        max_length=MOST_NAMES,
        description="A TensorFlow or Keras name as typed: `tf.concat`, `layers.Conv2D`, `keras.layers.Dense`. "
        "Give either this or `torch`; repeat it for several names.",
    )
    limit: int | None = Field(
        None,
        ge=1,
        le=20,
        description="How many answers to give in full, for each name; the others come by id. 3 for one name, 1 for "
        "several or in brief.",
    )
    view: Literal["full", "brief"] = Field(
        "full", description="`brief`: about a kilobyte for each answer, for a hover: see the schema BriefMapping."
    )
    lang: Lang = Field("en", description=LANG)


router = APIRouter(route_class=DirectRoute, tags=["Look up"])


@router.get(
    "/map",
    summary="The twin of a name",
    response_model=MapAnswer | BriefMapAnswer | MapAnswers,
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
    openapi_extra=documented_query(MapQuery),
)
async def map_name(request: Request) -> Response:
    """Give `torch` or `tf`: the answers come best first, each saying why it is one, with names, arguments,
    drop-in, notes, weights, examples and evidence. Several names: each has its answer or its problem."""
    query = read_query(MapQuery, request)
    if bool(query.torch) == bool(query.tf):
        raise _not_one(both=bool(query.torch))
    side: Side = "torch" if query.torch else "tf"
    names = query.torch or query.tf
    catalogue = services_of(request).catalogue
    brief = query.view == "brief"
    if len(names) == 1:
        found = catalogue.map(names[0], side, query.limit or (1 if brief else 3), brief=brief, lang=query.lang)
        call = await _ported(request, names[0], side) if is_call(names[0]) else None
        return json_response(with_call(found, call))
    return json_response(_map_all(catalogue, names, side, query.limit or 1, brief=brief, lang=query.lang))


async def _ported(request: Request, text: str, side: Side) -> CallAnswer | None:
    services = services_of(request)
    to: Side = "tf" if side == "torch" else "torch"

    async def porting(budget: Budget) -> CallAnswer | None:
        return await aside(port_call, services.catalogue, text, services.libraries[to], budget)

    try:
        return await while_connected(request.receive, porting, Budget(seconds=CALL_SECONDS))
    except Busy as error:
        raise refusal(error) from None


def _map_all(catalogue: Catalogue, names: list[str], side: Side, limit: int, *, brief: bool, lang: Lang) -> bytes:
    """The MapAnswers to several names, as JSON; a name without an answer does not fail the others."""
    parts: list[bytes] = []
    for text in names:
        found, problem = b"null", b"null"
        try:
            found = catalogue.map(text, side, limit, brief=brief, lang=lang)
        except NoAnswer as error:
            problem = document_of(error).model_dump_json().encode()
        parts.append(b'{"query":%b,"found":%b,"problem":%b}' % (json.dumps(text).encode(), found, problem))
    return b'{"side":%b,"names":[%b]}' % (json.dumps(side).encode(), b",".join(parts))


def _not_one(*, both: bool) -> Problem:
    told = "torch and tf were both given: ask for one at a time" if both else "neither torch nor tf was given"
    detail = f"{told}. For example /map?torch=nn.Conv2d or /map?tf=tf.concat."
    message = "give exactly one of torch and tf"
    errors = [InvalidParameter(parameter=name, message=message) for name in ("torch", "tf")]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors=errors)
