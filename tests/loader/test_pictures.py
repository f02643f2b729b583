"""Pictures: drawn from what was measured, left out when that no longer holds, readable without seeing them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from examples.pictures import WINDOWS, _window
from loader.model.inventory import Inventory
from loader.model.mapping import Mapping
from loader.proof.evidence import example_hash
from loader.publish.pictures import FILE, Curves, Panel, Pictures, Windows, digest, drawn, read_pictures
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


def test_picture_stands_on_the_page(dataset: Dataset, mapping: Mapping, tmp_path: Path) -> None:
    file = dataset.evidence.parent / FILE.name
    file.write_text(pictures_of(mapping).model_dump_json(), encoding="utf-8")
    with TestClient(create_app(Settings(database=dataset.build(tmp_path / "with.sqlite")))) as client:
        assert "<svg" in client.get("/torch.clamp").text
        assert "<svg" not in client.get("/torch.cat").text
    file.write_text(pictures_of(mapping).model_dump_json().replace("2.13.0", "2.12.0"), encoding="utf-8")
    with TestClient(create_app(Settings(database=dataset.build(tmp_path / "without.sqlite")))) as client:
        assert "<svg" not in client.get("/torch.clamp").text


def test_unreadable_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pictures.json").write_text("{}{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"examples\.pictures"):
        read_pictures(tmp_path / "pictures.json")


def test_committed_pictures_are_current() -> None:
    pictures = read_pictures(FILE)
    versions = Inventory.load(Path("mappings/inventory")).versions
    assert (pictures.versions["torch"], pictures.versions["tensorflow"]) == (versions["torch"], versions["tf"])
    files = {path.stem: path for path in Path("mappings").rglob("*.yaml")}
    stale = [
        f"{name}, {curves.example}"
        for name, every in pictures.curves.items()
        for mapping in [read_mapping(files[name]).mapping if name in files else None]
        for curves in every
        if mapping is None
        or curves.hash not in {example_hash(mapping, e) for e in mapping.examples if e.name == curves.example}
    ]
    known = {digest(*code) for code in WINDOWS.values()}
    stale += [name for name, every in pictures.windows.items() if not {windows.hash for windows in every} <= known]
    assert stale == [], "measure them again: python -m examples.pictures"
    assert json.loads(FILE.read_text(encoding="utf-8"))["generated"]


def test_window_adds_the_padding_that_a_gradient_cannot_show() -> None:
    assert _window([1, 1, 0, 0, 0, 0]) == [-1, 0, 1]
    assert _window([0, 1, 1, 1, 0, 0]) == [1, 2, 3]
    assert _window([0, 0, 0, 0, 1, 1]) == [4, 5, 6]
