"""Other roads to public names, and the counts of uses: read, checked, told."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.model.inventory import Inventory, InventoryError
from loader.model.roads import Former, Roads, read_roads
from loader.model.uses import PACKAGES, Uses, read_uses
from loader.reading.data import read_common
from tests.support.dataset import Dataset

FOLDER = Path(__file__).parent.parent.parent / "mappings"


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return Inventory.load(FOLDER / "inventory")


@pytest.fixture(scope="module")
def roads() -> Roads:
    return read_roads(FOLDER / "inventory")


def told(roads: Roads, former: Former) -> dict[str, str]:
    return {road.name: road.told for road in roads.all(former)}


def test_every_road_leads_to_a_public_name(roads: Roads, inventory: Inventory) -> None:
    common, problems = read_common(FOLDER)
    assert common is not None
    assert problems == []
    lost = [road.name for road in roads.all(common.former) if road.to and inventory.find(road.to) is None]
    assert lost == []
    assert len(roads.paths) > 3000
    assert len({*roads.former, *roads.version_1, *common.former.names}) > 700


def test_a_road_tells_what_it_is_to_the_name() -> None:
    roads = Roads(
        paths={"torch.a.B": "torch.B"},
        former={"tf.old": "tf.new"},
        version_1=["tf.gone"],
        keywords={"tf.new": {"keep_dims": "keepdims", "seed2": None}},
        reordered=["tf.old"],
        removed=["tf.contrib"],
    )
    assert told(roads, Former(arguments={"nb": "filters"})) == {
        "torch.a.B": "torch.a.B being the same object as torch.B",
        "tf.old": "tf.old being an earlier name of tf.new, whose argument keep_dims is keepdims now, seed2 is gone, "
        "whose arguments stood in another order",
        "tf.gone": "tf.gone belongs to TensorFlow 1, and only tf.compat.v1 still has it",
        "tf.contrib": "tf.contrib belongs to TensorFlow 1, and is gone from it",
        "nb": "nb is what earlier Keras called the argument filters: a search for it finds the calls",
    }


def test_what_is_written_by_hand_goes_before_the_table() -> None:
    roads = Roads(former={"tf.old": "tf.new"}, version_1=["tf.gone"])
    found = {road.name: road.to for road in roads.all(Former(names={"tf.old": "tf.better", "tf.gone": "tf.there"}))}
    assert found == {"tf.old": "tf.better", "tf.gone": "tf.there"}


def test_counted_names_are_public_and_from_the_packages_that_are_named(inventory: Inventory) -> None:
    uses = read_uses(FOLDER / "inventory")
    assert uses.packages == PACKAGES
    assert [name for name in uses.names if inventory.find(name) is None] == []
    assert uses.names["torch.nn.LSTM"] > uses.names.get("torch.lstm", 0)


def test_weight_of_uses_is_of_ones_own_framework() -> None:
    uses = Uses(names={"torch.cat": 99, "torch.rare": 9, "tf.concat": 9})
    assert uses.weight("torch.cat", "torch") == uses.weight("tf.concat", "tf") == 1
    assert uses.weight("torch.rare", "torch") == pytest.approx(0.5)
    assert uses.weight("torch.never", "torch") == Uses().weight("torch.cat", "torch") == 0


@pytest.mark.parametrize("read", [read_roads, read_uses])
def test_broken_file_says_what_writes_it(tmp_path: Path, read: object) -> None:
    for name in ("roads.json", "uses.json"):
        (tmp_path / name).write_text('{"names": 3, "paths": 3}', encoding="utf-8")
    assert callable(read)
    with pytest.raises(InventoryError, match=r"json: not a .* write it again with `python -m examples\.inventory"):
        read(tmp_path)


def test_former_name_that_leads_nowhere_is_a_problem(dataset: Dataset) -> None:
    path = dataset.mappings / "former.yaml"
    text = "names:\n  tf.old: tf.concat\n  tf.older: tf.konkat\n  tf.reshape: tf.concat\n"
    path.write_text(text, encoding="utf-8")
    inputs = dataset.inputs()
    assert inputs.checks is not None
    misspelt, public = inputs.checks.together()
    assert str(misspelt).startswith(f"{path}:3:3: there is no public name tf.konkat")
    assert "tf.concat" in str(misspelt)
    assert str(public) == f"{path}:4:3: tf.reshape is no former name: it is a public name today"
