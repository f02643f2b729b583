"""The preview of one mapping: its database alone, made again when it is saved."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from loader.__main__ import main
from loader.database.build import read_inputs
from loader.preview import Preview, find
from tests.support.dataset import Dataset


@pytest.fixture
def preview(dataset: Dataset, tmp_path: Path) -> Preview:
    folder = tmp_path / "preview"
    folder.mkdir()
    path = find(dataset.mappings, "torch.cat")
    assert path is not None
    return Preview(path, read_inputs(dataset.mappings, dataset.evidence), folder)


def summaries(preview: Preview) -> list[str]:
    with closing(sqlite3.connect(preview.database)) as connection:
        return [row[0] for row in connection.execute("SELECT json_extract(brief, '$.summary') FROM mapping")]


def test_only_this_mapping_is_built_and_again_when_it_is_saved(
    dataset: Dataset, preview: Preview, capsys: pytest.CaptureFixture[str]
) -> None:
    assert preview.make()
    assert len(summaries(preview)) == 1
    before = preview.state()
    path = find(dataset.mappings, "torch.cat")
    assert path is not None
    text = path.read_text(encoding="utf-8")

    path.write_text(text.replace("summary: Join", "summary: Glue"), encoding="utf-8")
    assert preview.state() != before
    assert preview.make()
    assert summaries(preview)[0].startswith("Glue")

    path.write_text("name: torch.cat\n", encoding="utf-8")
    assert not preview.make()  # the page stays as it was
    assert "summary: Field required" in capsys.readouterr().err
    assert summaries(preview)[0].startswith("Glue")


def test_problems_are_told_and_the_page_is_shown(
    dataset: Dataset, preview: Preview, capsys: pytest.CaptureFixture[str]
) -> None:
    path = find(dataset.mappings, "torch.cat")
    assert path is not None
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("summary: Join", "summary: TODO Join"), encoding="utf-8")
    assert preview.make()
    assert "fill in the TODO" in capsys.readouterr().err


def test_unknown_name_is_told(dataset: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["preview", "torch.nothing", "--mappings", str(dataset.mappings), "--evidence", str(dataset.evidence)]
    assert main(arguments) == 2
    assert "no mapping is called torch.nothing" in capsys.readouterr().err
    assert find(dataset.mappings, str(dataset.mappings / "nowhere.yaml")) is None
