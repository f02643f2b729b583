"""What surrounds every answer: caching, compression, other origins, errors, health."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.lookup.database import Database, DatabaseError
from api.settings import Settings
from loader.publish.document import CoverageDocument, MappingDocument, ModuleDocument, ModuleList, VersionDocument
from tests.support.dataset import Dataset

CACHEABLE = ["/map?torch=torch.cat", "/search?q=conv", "/mappings/torch.cat", "/modules", "/coverage", "/version"]


def test_mapping_by_id(client: TestClient) -> None:
    document = MappingDocument.model_validate_json(client.get("/mappings/torch.cat").content)
    assert document.overloads[0].sweep is not None
    assert document.overloads[0].sweep.matched == 18


def test_unknown_mapping_gets_suggestions(client: TestClient) -> None:
    response = client.get("/mappings/torch.catt")
    assert response.status_code == 404
    assert response.json()["suggestions"][0]["name"] == "torch.cat"


def test_modules_in_reading_order(client: TestClient) -> None:
    modules = ModuleList.model_validate_json(client.get("/modules").content).modules
    assert [(module.id, module.mappings, module.verified) for module in modules] == [
        ("tensors", 5, 2),
        ("layers", 6, 1),
    ]


def test_module_lists_its_mappings(client: TestClient) -> None:
    module = ModuleDocument.model_validate_json(client.get("/modules/layers").content)
    assert len(module.mappings) == 6
    assert client.get("/modules/no-such").json()["type"] == "/problems/unknown-module"


def test_coverage_counts_each_object_once(client: TestClient) -> None:
    coverage = CoverageDocument.model_validate_json(client.get("/coverage").content)
    assert (coverage.torch.names, coverage.torch.answered) == (17, 16)  # all but cumsum
    assert (coverage.tf.names, coverage.tf.answered) == (12, 9)  # maximum is only leant on
    keras = next(n for n in coverage.tf.namespaces if n.namespace == "tf.keras.layers")
    assert (keras.names, keras.answered) == (2, 2)


def test_coverage_tells_the_sweeps_of_either_side_apart(client: TestClient) -> None:
    proof = CoverageDocument.model_validate_json(client.get("/coverage").content).proof
    torch, tf = proof.drop_ins
    assert (torch.side, tf.side) == ("torch", "tf")
    assert (torch.swept, torch.samples) == (1, 20)  # torch.cat
    assert (tf.swept, tf.samples) == (0, 0)
    assert proof.samples == torch.samples + tf.samples
    assert torch.written >= torch.swept


def test_version_names_dataset_and_frameworks(client: TestClient) -> None:
    version = VersionDocument.model_validate_json(client.get("/version").content)
    assert (version.mappings, version.verified) == (11, 3)
    assert version.frameworks["torch"] == "2.13.0"
    assert len(version.dataset) == 12


@pytest.mark.parametrize("path", CACHEABLE)
def test_unchanged_answers_are_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["etag"].startswith('W/"')
    assert "max-age" in first.headers["cache-control"]

    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-type" not in again.headers
    listed = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"].removeprefix("W/")}'})
    assert listed.status_code == 304
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_tags_differ_between_addresses(client: TestClient) -> None:
    tags = [client.get(path).headers["etag"] for path in [*CACHEABLE, "/search?q=relu", "/map?torch=torch.clamp"]]
    assert len(set(tags)) == len(tags)


def test_tag_changes_with_the_dataset(dataset: Dataset, tmp_path: Path, client: TestClient) -> None:
    path = dataset.path("layers/torch.relu")
    path.write_text(path.read_text(encoding="utf-8").replace("become", "are made"), encoding="utf-8")
    with TestClient(create_app(Settings(database=dataset.build(tmp_path / "x.sqlite")))) as changed:
        assert changed.get("/modules").headers["etag"] != client.get("/modules").headers["etag"]


def test_errors_are_neither_cached_nor_tagged(client: TestClient) -> None:
    tag = client.get("/map?torch=torch.cat").headers["etag"]
    response = client.get("/map?torch=nothing", headers={"If-None-Match": f"{tag}, *"})
    assert response.status_code == 404
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_answers_are_compressed_and_keep_their_tag(client: TestClient, coding: str) -> None:
    path = "/mappings/torch.nn.Conv2d"
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    packed = client.get(path, headers={"Accept-Encoding": coding})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == coding
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]


def test_pages_of_other_origins_may_read(client: TestClient) -> None:
    response = client.get("/version", headers={"Origin": "https://example.org"})
    assert response.headers["access-control-allow-origin"] == "*"
    preflight = client.options(
        "/version",
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "If-None-Match",
        },
    )
    assert preflight.status_code == 204
    allowed = preflight.headers["access-control-allow-headers"].split(", ")
    assert {"If-None-Match", "Content-Type", "Mcp-Protocol-Version"} <= set(allowed)


@pytest.mark.parametrize("path", [*CACHEABLE, "/healthz", "/docs"])
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


def test_head_of_an_error_has_no_body(client: TestClient) -> None:
    head = client.head("/map?torch=nothing")
    assert head.status_code == 404
    assert head.content == b""


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nowhere", 404, "unknown-path"),
        ("POST", "/map", 405, "method-not-allowed"),
        ("DELETE", "/mappings/torch.cat", 405, "method-not-allowed"),
        ("GET", "/problems/nonsense", 404, "unknown-path"),
    ],
)
def test_every_error_is_a_problem_document(client: TestClient, method: str, path: str, status: int, kind: str) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == f"/problems/{kind}"
    assert response.json()["status"] == status
    assert client.get(response.json()["type"]).status_code == 200


def test_defect_of_the_server_is_a_problem_document_without_details(database: Path) -> None:
    app: FastAPI = create_app(Settings(database=database))

    @app.get("/fails")
    async def fail() -> None:
        raise RuntimeError("a secret")

    response = TestClient(app, raise_server_exceptions=False).get("/fails")
    assert response.status_code == 500
    assert response.json()["type"] == "/problems/internal"
    assert "secret" not in response.text


def test_health_is_never_cached(client: TestClient) -> None:
    for path in ("/healthz", "/readyz"):
        response = client.get(path)
        assert response.json() == {"status": "ok"}
        assert response.headers["cache-control"] == "no-store"


def test_not_ready_without_a_database(database: Path) -> None:
    with TestClient(create_app(Settings(database=database))) as client:
        assert client.get("/readyz").status_code == 200
    closed = client.get("/readyz")  # leaving the server's lifespan closed the database
    assert closed.status_code == 503
    assert closed.json()["type"] == "/problems/not-ready"


def test_missing_database_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="python -m loader build"):
        create_app(Settings(database=tmp_path / "none.sqlite"))


@pytest.mark.parametrize("content", [b"", b"not a database"])
def test_broken_database_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.sqlite"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="python -m loader build"):
        Database(path)


def test_database_is_opened_for_reading_only(database: Path) -> None:
    opened = Database(database)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened._connection.execute("DELETE FROM mapping")
    opened.close()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWINTENSOR_DATABASE", str(tmp_path / "x.sqlite"))
    monkeypatch.setenv("TWINTENSOR_PORT", "9000")
    settings = Settings()
    assert (settings.database, settings.port) == (tmp_path / "x.sqlite", 9000)


def test_threads_take_turns_at_the_database(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan has a thread of its own, and asks while others ask."""
    opened = Database(database)
    connection, inside, most = opened._connection, [0], [0]

    class Slow:
        def execute(self, query: str, values: tuple[str | int, ...]) -> Slow:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.005)
            self.found = connection.execute(query, values)
            return self

        def fetchall(self) -> list[tuple[object, ...]]:
            time.sleep(0.005)
            inside[0] -= 1
            return self.found.fetchall()

    monkeypatch.setattr(opened, "_connection", Slow())
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: opened.page("version"), range(8)))) == 1
    assert most == [1]
    monkeypatch.undo()
    opened.close()


def test_ready_only_while_the_database_is_whole(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "served.sqlite"
    shutil.copy(database, path)
    with TestClient(create_app(Settings(database=path))) as client:
        assert client.get("/readyz").status_code == 200
        shutil.copy(database, tmp_path / "next.sqlite")
        (tmp_path / "next.sqlite").replace(path)  # a new build takes the name, the server keeps its file
        assert client.get("/readyz").status_code == 200
    with TestClient(create_app(Settings(database=path))) as client:
        os.truncate(path, path.stat().st_size // 2)
        assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("path", ["/map?torch=nn.Conv2d", "/torch.cat", "/modules", "/version"])
@pytest.mark.parametrize("accepted", ["gzip", "br", "identity"])
def test_not_modified_and_head_vary_alike(client: TestClient, path: str, accepted: str) -> None:
    headers = {"Accept-Encoding": accepted}
    full = client.get(path, headers=headers)
    again = client.get(path, headers={**headers, "If-None-Match": full.headers["etag"]})
    head = client.head(path, headers=headers)
    assert (again.status_code, head.status_code) == (304, 200)
    assert again.headers["vary"] == head.headers["vary"] == full.headers["vary"]


@pytest.mark.parametrize("path", ["/", "/version", "/nothing", "/docs", "/redoc", "/openapi.json", "/torch.cat.md"])
def test_every_answer_says_what_it_is(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_only_the_right_version_of_a_file_is_kept_for_ever(client: TestClient) -> None:
    page = client.get("/").text
    right = next(part.partition('"')[0] for part in page.split('href="') if part.startswith("/static/style.css?v="))
    assert "immutable" in client.get(right).headers["cache-control"]
    for wrong in ("/static/style.css", "/static/style.css?v=old"):
        assert "immutable" not in client.get(wrong).headers["cache-control"]


def test_no_redirect_repeats_a_foreign_host(client: TestClient) -> None:
    for path in ("/map/", "/modules/", "/static-offline-docs", "/nn.Conv2d", "//evil.example/"):
        response = client.get(path, headers={"Host": "evil.example"}, follow_redirects=False)
        assert "evil.example" not in response.headers.get("location", "")


def test_a_defect_is_a_problem_that_any_origin_may_read(database: Path) -> None:
    app = create_app(Settings(database=database))

    @app.get("/defect")
    async def defect() -> None:
        raise RuntimeError("planted")

    with TestClient(app) as client:
        response = client.get("/defect")
    assert response.status_code == 500
    assert response.json()["type"] == "/problems/internal"
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/html;q=0", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        ("text/html;q=0.3, application/json;q=0.4", "application/json"),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/*", "text/html"),
        ("*/*", "application/json"),
        ("nonsense, text/html", "application/json"),
        ("application/json-text/html", "application/json"),
    ],
)
def test_accept_is_read_by_its_qualities(client: TestClient, accept: str, wanted: str) -> None:
    assert client.get("/modules", headers={"Accept": accept}).headers["content-type"].startswith(wanted)
