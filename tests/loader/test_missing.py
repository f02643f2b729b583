"""Names without an answer: which they are, and in which order."""

from __future__ import annotations

import json

import pytest

from loader.__main__ import main
from tests.support.dataset import Dataset


def listed(dataset: Dataset, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["missing", "--mappings", str(dataset.mappings), *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_names_that_no_mapping_answers(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither twins nor methods nor aliases are missing; what an answer only uses is."""
    assert listed(dataset, capsys) == ["tf.cumsum", "tf.einsum", "tf.maximum", "torch.cumsum"]
    assert listed(dataset, capsys, "torch") == ["torch.cumsum"]
    assert listed(dataset, capsys, "tf.math") == ["tf.cumsum", "tf.maximum"]
    assert listed(dataset, capsys, "torch.nn") == []


def test_most_used_first(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    prior = dataset.mappings / "inventory" / "usage.json"
    prior.write_text(json.dumps({"torch.cumsum": 1500, "tf.linalg.einsum": 7, "torch.cat": 9}), encoding="utf-8")
    assert listed(dataset, capsys) == ["torch.cumsum  1,500", "tf.einsum  7", "tf.cumsum", "tf.maximum"]


def test_what_is_wrong_is_told(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["missing", "--mappings", str(dataset.mappings)]
    assert main([*arguments, "torch.nowhere"]) == 2
    assert capsys.readouterr().err == "no public name stands in torch.nowhere\n"
    for content in ("[", "[1]", '{"a": "b"}'):
        prior = dataset.mappings / "prior.json"
        prior.write_text(content, encoding="utf-8")
        assert main([*arguments, "--prior", str(prior)]) == 1
        assert capsys.readouterr().err.startswith(f"{prior}: ")
