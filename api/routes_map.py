"""/map: the twin of a name, in either direction."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.catalogue import Catalogue, MapAnswer
from api.parameters import documented_query, read_query
from api.problems import InvalidParameter, Problem, documented


class MapQuery(BaseModel):
    """The parameters of /map."""

    torch: str | None = Field(
        None,
        description="A PyTorch name as typed: `nn.Conv2d`, `torch.cat`, `F.relu`, `Tensor.view`, `x.view(`, "
        "`optim.Adam`, with or without a call behind it. Give either this or `tf`.",
    )
    tf: str | None = Field(
        None,
        description="A TensorFlow or Keras name as typed: `tf.concat`, `layers.Conv2D`, `keras.layers.Dense`. "
        "Give either this or `torch`.",
    )
    limit: int = Field(3, ge=1, le=20, description="How many answers to give in full; the others come by id.")


def add_routes(app: FastAPI, catalogue: Catalogue) -> None:
    """Add the routes over a dataset."""
    tags: list[str | Enum] = ["Look up"]

    @app.get(
        "/map",
        summary="The twin of a name",
        tags=tags,
        response_model=MapAnswer,
        responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
        openapi_extra=documented_query(MapQuery),
    )
    async def map_name(request: Request) -> Response:
        """Give `torch` or `tf`: the answers come best first, each saying why it is one, with names, arguments,
        drop-in, notes, weights, examples and the evidence."""
        query = read_query(MapQuery, request)
        if query.torch is not None and query.tf is None:
            body = catalogue.map(query.torch, "torch", query.limit)
        elif query.tf is not None and query.torch is None:
            body = catalogue.map(query.tf, "tf", query.limit)
        else:
            raise _not_one(both=query.torch is not None)
        return Response(body, media_type="application/json")


def _not_one(*, both: bool) -> Problem:
    told = "torch and tf were both given: ask for one at a time" if both else "neither torch nor tf was given"
    detail = f"{told}. For example /map?torch=nn.Conv2d or /map?tf=tf.concat."
    message = "give exactly one of torch and tf"
    errors = [InvalidParameter(parameter=name, message=message) for name in ("torch", "tf")]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors=errors)
