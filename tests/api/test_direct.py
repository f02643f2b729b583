"""Routes called directly: only those whose endpoint asks for nothing that FastAPI would have to read."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match
from starlette.testclient import TestClient
from starlette.types import Scope

from api.http.direct import DirectRoute, Straight

router = APIRouter(route_class=DirectRoute)


@router.get("/plain")
async def plain(request: Request) -> Response:
    return PlainTextResponse(request.url.path)


@router.get("/text/{name}")
async def text(request: Request, name: str) -> Response:
    return PlainTextResponse(f"{request.method} {name}")


@router.get("/number/{count}")
async def number(count: int) -> Response:
    return PlainTextResponse(str(count + 1))


@router.get("/query")
async def query(page: int = 1) -> Response:
    return PlainTextResponse(str(page + 1))


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    return app


@pytest.mark.parametrize(
    ("path", "told"), [("/plain", "/plain"), ("/text/a%20b", "GET a b"), ("/number/4", "5"), ("/query?page=2", "3")]
)
def test_each_endpoint_gets_what_it_asks_for(app: FastAPI, path: str, told: str) -> None:
    assert TestClient(app).get(path).text == told


@pytest.mark.parametrize("path", ["/number/x", "/query?page=x"])
def test_what_must_be_read_is_checked(app: FastAPI, path: str) -> None:
    assert TestClient(app).get(path).status_code == 422


@pytest.mark.parametrize(("path", "read"), [("/plain", False), ("/text/a", False), ("/number/4", True)])
def test_parameters_are_read_only_where_there_are_some(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, path: str, read: bool
) -> None:
    calls: list[object] = []

    async def solve(**given: object) -> None:
        calls.append(given)
        raise RuntimeError("read")

    monkeypatch.setattr("fastapi.routing.solve_dependencies", solve)
    TestClient(app, raise_server_exceptions=False).get(path)
    assert bool(calls) == read


def test_they_are_documented(app: FastAPI) -> None:
    (parameter,) = app.openapi()["paths"]["/text/{name}"]["get"]["parameters"]
    assert (parameter["name"], parameter["in"]) == ("name", "path")


def test_a_path_without_parts_is_found_at_once_and_answers_as_its_route_does(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    matches = DirectRoute.matches

    def count(self: DirectRoute, scope: Scope) -> tuple[Match, Scope]:
        looked.append(scope["path"])
        return matches(self, scope)

    monkeypatch.setattr(DirectRoute, "matches", count)
    app.router.routes.insert(0, Straight([router]))
    client = TestClient(app)
    assert client.get("/plain").text == "/plain"
    assert client.get("/text/a").text == "GET a"
    assert client.get("/query?page=2").text == "3"
    assert client.post("/plain").status_code == 405
    assert set(looked) == {"/text/a", "/query", "/plain"}  # the last one by the POST
    looked.clear()
    client.get("/plain")
    assert not looked


def test_a_page_of_a_mapping_is_found_at_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: DirectRoute, scope: Scope) -> tuple[Match, Scope]:
        raise AssertionError(scope["path"])

    before = {path: client.get(path).text for path in ("/torch.cat", "/zh/torch.cat")}
    monkeypatch.setattr(DirectRoute, "matches", refuse)
    for path, text in before.items():
        assert client.get(path, headers={"Cookie": "not=kept"}).text == text
        assert client.head(path).status_code == 200
