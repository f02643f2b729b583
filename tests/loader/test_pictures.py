"""Pictures: drawn from what was measured, left out when that no longer holds, readable without seeing them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from loader.model.mapping import Mapping
from loader.proof.evidence import example_hash
from loader.publish.pictures import Curves, Panel, Pictures, Windows, drawn, read_pictures
from loader.reading.data import read_mapping
from tests.support.dataset import Dataset

PANEL = Panel(title="value", x=[-1, 0, 1], torch=[0, 0, 1], tf=[0, 0.5, 1], largest=0.5)


@pytest.fixture
def mapping(dataset: Dataset) -> Mapping:
    return read_mapping(dataset.path("tensors/torch.clamp")).mapping


def pictures_of(mapping: Mapping, hash: str | None = None) -> Pictures:
    example = mapping.examples[0]
    curves = Curves(example=example.name, hash=hash or example_hash(mapping, example), panels=[PANEL, PANEL])
    windows = Windows(title="padding", hash="0", pixels=3, torch=[[-1, 0]], tf=[[0, 1], [2, 3]])
    versions = {"torch": "2.13.0", "tensorflow": "2.21.0", "keras": "3.15.1"}
    return Pictures(versions=versions, curves={mapping.name: [curves]}, windows={mapping.name: [windows]})


def test_drawing_is_svg_with_title_and_description(mapping: Mapping) -> None:
    curves, windows = drawn(mapping, pictures_of(mapping))
    for figure, drawings in ((curves, 2), (windows, 1)):
        tree = ElementTree.fromstring(figure)
        found = tree.findall(".//svg")
        assert len(found) == drawings
        for drawing in found:
            assert drawing.find("title") is not None
            assert drawing.findtext("desc")
        assert "style=" not in figure  # the policy of the pages forbids it
    assert "largest difference 0.5 in the value" in curves
    assert "pixels 1 to 1 and padding" in windows


def test_picture_of_a_changed_example_is_left_out(mapping: Mapping) -> None:
    assert [figure for figure in drawn(mapping, pictures_of(mapping, "0" * 16)) if "value" in figure] == []


def test_unreadable_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pictures.json").write_text("{}{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"examples\.pictures"):
        read_pictures(tmp_path / "pictures.json")
