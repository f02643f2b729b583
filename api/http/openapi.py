"""The OpenAPI document: FastAPI's own, completed with real answers from the dataset that is served."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http import problems
from api.http.samples import Sample, samples
from api.http.services import Services
from api.lookup.problems import NoAnswer

TITLE = "twintensor"
DESCRIPTION = """\
Every PyTorch call and its TensorFlow twin, each proven by running both.

Start with [/map?torch=nn.Conv2d](/map?torch=nn.Conv2d) or [/map?tf=tf.concat](/map?tf=tf.concat).

All answers are JSON and may be read from any origin. Each carries an `ETag`: send it back as `If-None-Match`,
and while nothing has changed the answer is 304. `HEAD` works wherever `GET` does. Every error is a problem document
(RFC 9457) of type `application/problem+json`; its `detail` says what to do, and a 404 carries `suggestions`.
"""


def install(app: FastAPI, services: Services) -> None:
    """Let `/openapi.json` give the completed document; it is made when first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, services)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def _document(app: FastAPI, services: Services) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
        license_info=app.license_info,
    )
    _drop_default_errors(document)
    document["components"]["schemas"] |= _schemas_of(problems.ProblemDocument)
    for sample in samples(services):
        response = document["paths"][sample.path][sample.method]["responses"][str(sample.status)]
        kind = "application/json" if sample.status == 200 else problems.MEDIA_TYPE
        examples = response["content"][kind].setdefault("examples", {})
        examples[sample.url] = {"summary": f"{sample.method.upper()} {sample.url}", "value": _value(sample)}
    return document


def _drop_default_errors(document: dict[str, Any]) -> None:
    """FastAPI documents its own 422 for every route with parameters; a path is text and cannot be invalid here."""
    for methods in document["paths"].values():
        for method in methods.values():
            responses = method["responses"]
            if "application/json" in responses.get("422", {}).get("content", {}):
                del responses["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def _schemas_of(model: type[problems.ProblemDocument]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions: dict[str, Any] = schema.pop("$defs", {})
    return {**definitions, model.__name__: schema}


def _value(sample: Sample) -> Any:
    try:
        return json.loads(sample.answer())
    except NoAnswer as error:
        return problems.document_of(error).model_dump(mode="json")
