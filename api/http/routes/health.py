"""Is the server alive, and can it answer? For orchestrators and load balancers."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.http.problems import Problem, documented
from api.http.services import services_of


class Health(BaseModel):
    """The state of the server."""

    status: str


router = APIRouter(tags=["Health"])


@router.get("/healthz", summary="Alive", response_model=Health)
async def get_health(response: Response) -> Health:
    """The process runs and answers."""
    response.headers["Cache-Control"] = "no-store"
    return Health(status="ok")


@router.get(
    "/readyz",
    summary="Ready",
    response_model=Health,
    responses=documented(HTTPStatus.SERVICE_UNAVAILABLE),
)
async def get_readiness(request: Request, response: Response) -> Health:
    """The database is as it was when the server opened it."""
    response.headers["Cache-Control"] = "no-store"
    if not services_of(request).catalogue.database.is_whole():
        detail = "The database was changed under the server: write it with `python -m loader build` and restart."
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", detail)
    return Health(status="ok")
