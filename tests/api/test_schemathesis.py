"""Requests made from the server's own OpenAPI document; every answer must be as documented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from api.settings import Settings

# That exactly one of two parameters is needed is a rule that OpenAPI cannot express.
CANNOT_SAY = [positive_data_acceptance]


def test_every_operation_answers_as_documented(database: Path) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(Settings(database=database)))
    tested = 0
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # an operation that cannot be read fails here

        @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:
            case.call_and_validate(excluded_checks=CANNOT_SAY if case.path == "/map" else [])

        check()
        tested += 1
    assert tested > 10
