"""The generated documentation: complete, true, usable without a network and by chatbots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.samples import SAMPLE_SOURCE

OPERATIONS = {
    "map_name", "scan_source", "port_source",
    "search_mappings", "get_mapping", "list_modules", "get_module", "get_coverage", "get_version",
    "list_programs", "get_program",
    "get_problem_kind", "get_health", "get_readiness",
}  # fmt: skip


@pytest.fixture(scope="session")
def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def test_operation_ids_are_stable(document: Any) -> None:
    assert {operation["operationId"] for _, operation in operations(document)} == OPERATIONS


def test_every_route_and_parameter_is_described(document: Any) -> None:
    for path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])


def test_descriptions_fit_the_limits_of_chatbots(document: Any) -> None:
    for path, operation in operations(document):
        assert len(operation["description"]) <= 300, path
        for parameter in operation.get("parameters", []):
            assert len(parameter["description"]) <= 700, (path, parameter["name"])


def examples(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Status, address and documented answer of each example."""
    for _, operation in operations(document):
        for status, response in operation["responses"].items():
            for content in response.get("content", {}).values():
                for url, example in content.get("examples", {}).items():
                    yield status, url, example["value"]


def test_every_route_has_an_example(document: Any) -> None:
    for path, operation in operations(document):
        assert operation["responses"]["200"]["content"]["application/json"]["examples"], path


def test_examples_are_real_answers(client: TestClient, document: Any) -> None:
    for status, url, value in examples(document):
        body = {"source": SAMPLE_SOURCE} if url in ("/scan", "/port") else None
        response = client.post(url, json=body) if body else client.get(url)
        assert str(response.status_code) == status, url
        assert response.json() == value, url


def test_errors_are_documented_as_they_are(document: Any) -> None:
    for path, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (path, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert {"404", "422"} <= set(document["paths"]["/map"]["get"]["responses"])


def test_references_lead_somewhere(document: Any) -> None:
    for name in re.findall(r"#/components/schemas/(\w+)", str(document)):
        assert name in document["components"]["schemas"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_documentation_needs_no_other_host(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text)
    assert loaded
    for address in loaded:
        assert address.startswith("/"), address
        assert client.get(address).status_code == 200
