"""Routes that are called without what FastAPI does to find one and to read its parameters: it takes longer than most
answers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute, APIRouter
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class DirectRoute(APIRoute):
    """Documented like any other. An endpoint that asks for the request and texts of its path only gets just these."""

    @property
    def is_plain(self) -> bool:
        """Whether the endpoint asks for nothing but the request and parts of its path."""
        asked = self.dependant
        others = (asked.query_params, asked.header_params, asked.cookie_params, asked.body_params, asked.dependencies)
        return asked.request_param_name == "request" and not any(others) and asked.response_param_name is None

    def get_route_handler(self) -> Handler:
        asked = self.dependant
        if not self.is_plain or any(field.field_info.annotation is not str for field in asked.path_params):
            return super().get_route_handler()
        endpoint = self.endpoint

        async def handle(request: Request) -> Response:
            response: Response = await endpoint(request, **request.path_params)
            return response

        return handle


class Straight(BaseRoute):
    """The way to the endpoints that ask for the request only: found by their path at once.

    Those of routers at paths without parts, and `known` ones, by whole paths that a route with parts answers likewise.
    Each is a route of its router besides, which documents it and answers what is no GET.
    """

    def __init__(self, routers: Iterable[APIRouter], known: Mapping[str, Handler] | None = None) -> None:
        self._endpoints: dict[str, Handler] = dict(known or {}) | {
            route.path: route.endpoint
            for router in routers
            for route in router.routes
            if isinstance(route, DirectRoute)
            and route.methods == {"GET"}
            and route.is_plain
            and not route.param_convertors
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        is_here = scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in self._endpoints
        return (Match.FULL if is_here else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._endpoints[scope["path"]](Request(scope, receive, send))
        await response(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        raise NoMatchFound(name, path_params)
