"""/search: full text over names, summaries, questions and notes."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from api.http.direct import DirectRoute
from api.http.parameters import documented_query, read_query
from api.http.problems import documented
from api.http.services import json_response, services_of
from api.lookup.bounds import MAX_TEXT
from api.lookup.language import LANG, Lang
from api.search.results import Filters, SearchAnswer


class SearchQuery(Filters):
    """The parameters of /search."""

    q: str = Field(
        "",
        max_length=MAX_TEXT,
        description="Words or part of a name, in English or Chinese: `moving average`, `conv`, `张量拼接`. "
        "Empty: everything.",
    )
    limit: int = Field(20, ge=1, le=100, description="Results on a page.")
    offset: int = Field(0, ge=0, le=100_000, description="Results to skip.")
    lang: Lang = Field("en", description=LANG)


router = APIRouter(route_class=DirectRoute, tags=["Look up"])


@router.get(
    "/search",
    summary="Find mappings by words",
    response_model=SearchAnswer,
    responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY),
    openapi_extra=documented_query(SearchQuery),
)
async def search_mappings(request: Request) -> Response:
    """Exact names come first, then beginnings of names, then words in summary, questions and notes.
    Facets count what each filter would leave."""
    query = read_query(SearchQuery, request)
    search = services_of(request).search
    answer = search.find(query.q, query, limit=query.limit, offset=query.offset, lang=query.lang)
    return json_response(answer.model_dump_json())
