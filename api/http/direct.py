"""Routes that are called without FastAPI's reading of parameters, which takes longer than most answers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class DirectRoute(APIRoute):
    """Documented like any other. An endpoint that asks for the request and texts of its path only gets just these."""

    def get_route_handler(self) -> Handler:
        asked = self.dependant
        others = (asked.query_params, asked.header_params, asked.cookie_params, asked.body_params, asked.dependencies)
        is_plain = asked.request_param_name == "request" and not any(others) and asked.response_param_name is None
        if not is_plain or any(field.field_info.annotation is not str for field in asked.path_params):
            return super().get_route_handler()
        endpoint = self.endpoint

        async def handle(request: Request) -> Response:
            response: Response = await endpoint(request, **request.path_params)
            return response

        return handle
