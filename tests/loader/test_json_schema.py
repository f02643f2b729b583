"""The JSON Schema that editors use, and the command that writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter

from loader.__main__ import main
from loader.model.example import Example, Input
from loader.model.mapping import Limit, Mapping, Note
from loader.model.signature import Counterpart, Overload, Rewrite
from loader.model.state import StateEntry

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


def test_every_field_is_described_with_an_example_that_fits() -> None:
    """An editor teaches a curator: what a field is for, and how it looks."""
    schema = json.loads((ROOT / "mappings" / "schema.json").read_text(encoding="utf-8"))
    models = {"Mapping": schema, **schema["$defs"]}
    fields = {f"{name}.{field}": one for name, model in models.items() for field, one in model["properties"].items()}
    assert len(fields) > 60
    assert [name for name, one in fields.items() if not one.get("description") or not one.get("examples")] == []


@pytest.mark.parametrize("model", [Mapping, Example, Overload, Counterpart, Rewrite, StateEntry, Note, Limit, Input])
def test_examples_of_fields_are_what_the_field_takes(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        for extra in field.metadata:
            kind = Annotated[kind, extra]
        for example in field.examples or []:
            assert TypeAdapter(kind).validate_python(example, strict=True) is not None, name
