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
    """The parameters of a request; unknown ones are ignored.

    Raises:
        RequestValidationError: a parameter is not of its kind.
    """
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None


def documented_query(model: type[BaseModel]) -> dict[str, Any]:
    """The `openapi_extra` of a route whose query is read as this model. The model has simple fields only."""
    schema = model.model_json_schema()
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
