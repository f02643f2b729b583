"""The committed pictures are those that the examples give today."""

from __future__ import annotations

import json
from pathlib import Path

from examples.pictures import WINDOWS, _window
from loader.model.inventory import Inventory
from loader.proof.evidence import example_hash
from loader.publish.pictures import FILE, digest, read_pictures
from loader.reading.data import read_mapping


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
