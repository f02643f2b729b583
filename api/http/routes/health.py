"""Is the server alive, and can it answer? For orchestrators and load balancers."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus

from fastapi import FastAPI, Response
from pydantic import BaseModel

from api.http.problems import Problem, documented
from api.lookup.catalogue import Catalogue


class Health(BaseModel):
    """The state of the server."""

    status: str


def add_routes(app: FastAPI, catalogue: Catalogue) -> None:
    """Add the routes over a dataset."""
    tags: list[str | Enum] = ["Health"]

    @app.get("/healthz", summary="Alive", tags=tags, response_model=Health)
    async def get_health(response: Response) -> Health:
        """The process runs and answers."""
        response.headers["Cache-Control"] = "no-store"
        return Health(status="ok")

    @app.get(
        "/readyz",
        summary="Ready",
        tags=tags,
        response_model=Health,
        responses=documented(HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def get_readiness(response: Response) -> Health:
        """The database can be read."""
        response.headers["Cache-Control"] = "no-store"
        if not catalogue.database.ping():
            detail = "The database cannot be read: write it again with `python -m loader build` and restart."
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", detail)
        return Health(status="ok")
