"""The OpenAPI document: FastAPI's own, completed with real answers from the dataset that is served."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http import problems
from api.http.routes.scan import SAMPLE
from api.lookup.catalogue import Catalogue
from api.scan.answer import scan
from api.search.results import Filters, search
from loader.publish.document import ModuleList
from loader.publish.program_document import ProgramList

TITLE = "twintensor"
DESCRIPTION = """\
Every PyTorch call and its TensorFlow twin, each proven by running both.

Start with [/map?torch=nn.Conv2d](/map?torch=nn.Conv2d) or [/map?tf=tf.concat](/map?tf=tf.concat).

All answers are JSON and may be read from any origin. Each carries an `ETag`: send it back as `If-None-Match`,
and while nothing has changed the answer is 304. `HEAD` works wherever `GET` does. Every error is a problem document
(RFC 9457) of type `application/problem+json`; its `detail` says what to do, and a 404 carries `suggestions`.
"""


@dataclass(frozen=True)
class Sample:
    """A request whose real answer stands in the documentation."""

    path: str
    status: int
    url: str
    answer: Callable[[], str | bytes]
    method: str = "get"


def samples(catalogue: Catalogue) -> Iterator[Sample]:
    """At least one request for every route, and the errors that people meet."""
    names = _known_names(catalogue)
    for side in ("torch", "tf"):
        if name := names.get(side):
            yield Sample("/map", 200, f"/map?{side}={name}&limit=1", partial(catalogue.map, name, side, 1))
    yield Sample("/map", 404, "/map?torch=nn.Conv2dd", partial(catalogue.map, "nn.Conv2dd", "torch", 5))
    found = partial(search, catalogue, "conv", Filters(), limit=3, offset=0)
    yield Sample("/search", 200, "/search?q=conv&limit=3", lambda: found().model_dump_json())
    yield Sample("/scan", 200, "/scan", lambda: scan(catalogue, SAMPLE).model_dump_json(), "post")
    for mapping in [item.id for item in catalogue.database.listed.values()][:1]:
        yield Sample("/mappings/{id}", 200, f"/mappings/{mapping}", partial(catalogue.mapping, mapping))
    yield Sample("/mappings/{id}", 404, "/mappings/torch.nn.Conv2dd", partial(catalogue.mapping, "torch.nn.Conv2dd"))
    for module in ModuleList.model_validate_json(catalogue.page("modules")).modules[:1]:
        path = f"modules/{module.id}"
        yield Sample("/modules/{id}", 200, f"/{path}", partial(catalogue.page, path))
    for program in ProgramList.model_validate_json(catalogue.page("programs")).programs[:1]:
        path = f"programs/{program.name}"
        yield Sample("/programs/{name}", 200, f"/{path}", partial(catalogue.page, path))
    for path in ("modules", "programs", "coverage", "version"):
        yield Sample(f"/{path}", 200, f"/{path}", partial(catalogue.page, path))
    for path in ("/healthz", "/readyz"):
        yield Sample(path, 200, path, lambda: '{"status":"ok"}')
    unknown = json.dumps({"type": "/problems/unknown-name", "meaning": problems.KINDS["unknown-name"]})
    yield Sample("/problems/{kind}", 200, "/problems/unknown-name", lambda: unknown)


def _known_names(catalogue: Catalogue) -> dict[str, str]:
    """A name of each side that has an answer: the usual examples where the dataset has them."""
    found: dict[str, str] = {}
    for side, wanted in (("torch", "nn.Conv2d"), ("tf", "tf.concat")):
        mapped = sorted(catalogue.suggester.mapped("torch" if side == "torch" else "tf"))
        if any(name.endswith(wanted) for name in mapped):
            found[side] = wanted
        elif mapped:
            found[side] = mapped[0]
    return found


def install(app: FastAPI, catalogue: Catalogue) -> None:
    """Let `/openapi.json` give the completed document; it is made when first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, catalogue)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def _document(app: FastAPI, catalogue: Catalogue) -> dict[str, Any]:
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
    for sample in samples(catalogue):
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
    except problems.Problem as problem:
        return problem.document.model_dump(mode="json")
