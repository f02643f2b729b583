"""The record of what each dataset changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loader.__main__ import main
from tests.support.dataset import Dataset


def record(dataset: Dataset) -> Any:
    assert main(["changes", "--mappings", str(dataset.mappings)]) == 0
    return json.loads((dataset.mappings / "inventory" / "changes.json").read_text(encoding="utf-8"))["changes"]


def test_additions_changes_and_removals(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    first = record(dataset)
    assert len(first) == 1
    assert "torch.cat" in first[0]["added"]
    assert record(dataset) == first
    assert "nothing changed" in capsys.readouterr().out

    files = {path.stem: path for path in dataset.mappings.glob("*/torch.*.yaml")}
    text = files["torch.cat"].read_text(encoding="utf-8")
    files["torch.cat"].write_text(text.replace("how to join two tensors", "join, please"), encoding="utf-8")
    assert record(dataset) == first  # how people ask is no news

    files["torch.cat"].write_text(text.replace("summary: Join", "summary: Glue"), encoding="utf-8")
    files["torch.relu"].unlink()
    newest, oldest = record(dataset)
    assert (newest["added"], newest["changed"], newest["removed"]) == ([], ["torch.cat"], ["torch.relu"])
    assert [oldest] == first


def test_file_of_something_else_is_refused(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    (dataset.mappings / "inventory" / "changes.json").write_text("[]", encoding="utf-8")
    assert main(["changes", "--mappings", str(dataset.mappings)]) == 1
    assert "changes.json: not a file of changes" in capsys.readouterr().err
