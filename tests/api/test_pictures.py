"""Pictures stand on the page of their mapping, if they were measured with the versions that the dataset speaks of."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from loader.publish.pictures import FILE, Pictures, Windows
from tests.support.dataset import VERSIONS, Dataset


def test_picture_stands_on_the_page(dataset: Dataset, tmp_path: Path) -> None:
    windows = Windows(title="padding", hash="0", pixels=3, torch=[[-1, 0]], tf=[[0, 1], [2, 3]])
    pictures = Pictures(versions=VERSIONS, windows={"torch.clamp": [windows]})
    file = dataset.evidence.parent / FILE.name
    file.write_text(pictures.model_dump_json(), encoding="utf-8")
    with TestClient(create_app(Settings(database=dataset.build(tmp_path / "with.sqlite")))) as client:
        assert "<svg" in client.get("/torch.clamp").text
        assert "<svg" not in client.get("/torch.cat").text
    file.write_text(pictures.model_dump_json().replace("2.13.0", "2.12.0"), encoding="utf-8")
    with TestClient(create_app(Settings(database=dataset.build(tmp_path / "without.sqlite")))) as client:
        assert "<svg" not in client.get("/torch.clamp").text
