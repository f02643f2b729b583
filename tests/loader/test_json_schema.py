"""The JSON Schema that editors use, and the command that writes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loader.__main__ import main

ROOT = Path(__file__).parent.parent.parent


def test_committed_schema_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--check", "--mappings", str(ROOT / "mappings")]) == 0
    assert capsys.readouterr().err == ""


def test_stale_schema_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--check", "--mappings", str(tmp_path)]) == 1
    assert "python -m loader schema" in capsys.readouterr().err

    assert main(["schema", "--mappings", str(tmp_path)]) == 0
    assert main(["schema", "--check", "--mappings", str(tmp_path)]) == 0


def test_schema_offers_the_short_forms() -> None:
    """An argument and an input may be a plain string; an editor must not underline it."""
    definitions = json.loads((ROOT / "mappings" / "schema.json").read_text(encoding="utf-8"))["$defs"]
    inputs = definitions["Example"]["properties"]["inputs"]["additionalProperties"]["anyOf"]
    arguments = definitions["Overload"]["properties"]["parameters"]["additionalProperties"]["anyOf"]
    assert {"type": "string"} in inputs
    assert {"type": "string"} in arguments
