"""Query parameters as a pydantic model: documented by its schema, read in one step.

FastAPI reads each parameter by itself, which for /map takes longer than finding the answer.
"""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


def read_query(model: type[Model], request: Request) -> Model:
    """The parameters of a request.

    Raises:
        RequestValidationError: a parameter is not of its kind, or there is none of its name.
    """
    if unknown := [name for name in request.query_params if name not in model.model_fields]:
        message = f"there is no such parameter; there are {', '.join(model.model_fields)}"
        raise RequestValidationError([{"loc": ("query", name), "msg": message} for name in dict.fromkeys(unknown)])
    try:
        return model.model_validate(_given(model, request))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None


def documented_query(model: type[BaseModel]) -> dict[str, Any]:
    """The `openapi_extra` of a route whose query is read as this model. The model has simple fields only."""
    schema = model.model_json_schema()
    for field in schema["properties"].values():
        _leave_out_null(field)
    required = schema.get("required", [])
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": field.pop("description"),
            "schema": field,
        }
        for name, field in schema["properties"].items()
    ]
    return {"parameters": parameters}


def _given(model: type[BaseModel], request: Request) -> dict[str, str | list[str]]:
    """The last value of each parameter; all values of one that may be repeated."""
    given: dict[str, str | list[str]] = dict(request.query_params)
    for name, field in model.model_fields.items():
        if name in given and field.annotation == list[str]:
            given[name] = request.query_params.getlist(name)
    return given


def _leave_out_null(field: dict[str, Any]) -> None:
    """A query cannot say null, only leave a parameter out; a tool that read `null` there would send the word."""
    kinds = [kind for kind in field.pop("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        field |= kinds[0]
    if field.get("default", "") is None:
        del field["default"]
