"""/map: the twin of a name, in either direction."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.http.parameters import documented_query, read_query
from api.http.problems import InvalidParameter, Problem, documented
from api.lookup.catalogue import Catalogue, MapAnswer, MapAnswers
from loader.model.mapping import Side

MOST_NAMES = 100  # of one request: as many different calls as a long file has


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
        "several.",
    )


def add_routes(app: FastAPI, catalogue: Catalogue) -> None:
    """Add the routes over a dataset."""
    tags: list[str | Enum] = ["Look up"]

    @app.get(
        "/map",
        summary="The twin of a name",
        tags=tags,
        response_model=MapAnswer | MapAnswers,
        responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
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
        if len(names) == 1:
            body = catalogue.map(names[0], side, query.limit or 3)
        else:
            body = catalogue.map_all(names, side, query.limit or 1)
        return Response(body, media_type="application/json")


def _not_one(*, both: bool) -> Problem:
    told = "torch and tf were both given: ask for one at a time" if both else "neither torch nor tf was given"
    detail = f"{told}. For example /map?torch=nn.Conv2d or /map?tf=tf.concat."
    message = "give exactly one of torch and tf"
    errors = [InvalidParameter(parameter=name, message=message) for name in ("torch", "tf")]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors=errors)
