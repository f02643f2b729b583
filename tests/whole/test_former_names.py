"""Names by other roads: each known one of TensorFlow 1 and earlier Keras is answered, or told what became of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from api.lookup.catalogue import Catalogue
from api.lookup.problems import NoAnswer
from loader.model.dotted import Side
from loader.model.roads import read_roads
from loader.reading.data import read_common

MAPPINGS = Path(__file__).parent.parent.parent / "mappings"
OWN_FILE = re.compile("^exact name$|another name of|other capitals")


def first(catalogue: Catalogue, name: str, side: Side) -> tuple[str, str]:
    answer = json.loads(catalogue.map(name, side, 1))["answers"][0]
    return answer["mapping"]["id"], answer["why"]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("torch.nn.modules.conv.Conv2d", "torch.nn.Conv2d"),
        ("nn.modules.Conv2d", "torch.nn.Conv2d"),
        ("torch.optim.adam.Adam", "torch.optim.Adam"),
        ("torch.functional.unique_consecutive", "torch.unique_consecutive"),
        ("torch.nn.parameter.Parameter", "torch.nn.Parameter"),
        ("torch.nn.modules.module.Module.train", "torch.nn.Module.train"),
        ("torch.utils.data.dataloader.DataLoader", "torch.utils.data.DataLoader"),
        ("torch.cuda.FloatTensor", "torch.FloatTensor"),
        ("__add__", "torch.add"),
        ("torch.Tensor.__matmul__", "torch.matmul"),
    ],
)
def test_name_of_pytorch_by_another_road(catalogue: Catalogue, name: str, id: str) -> None:
    assert first(catalogue, name, "torch")[0] == id


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("keras.src.layers.convolutional.conv2d.Conv2D", {"torch.nn.Conv2d", "tf.keras.layers.Conv2D"}),
        ("tensorflow.python.keras.layers.Dense", {"torch.nn.Linear", "tf.keras.layers.Dense"}),
        ("tensorflow.python.ops.math_ops.reduce_sum", {"torch.sum", "tf.reduce_sum"}),
        ("keras.layers.core.Dense", {"torch.nn.Linear", "tf.keras.layers.Dense"}),
        ("tf.compat.v1.log", {"torch.log", "tf.math.log"}),
        ("tf.compat.v1.nn.softmax", {"torch.nn.functional.softmax", "tf.nn.softmax"}),
        ("tf.log", {"torch.log", "tf.math.log"}),
        ("tf.space_to_depth", {"tf.nn.space_to_depth", "torch.nn.PixelUnshuffle"}),
        ("tf.layers.dense", {"torch.nn.Linear", "tf.keras.layers.Dense"}),
        ("tf.extract_image_patches", {"tf.image.extract_patches", "torch.nn.Unfold"}),
        ("tf.train.AdamOptimizer", {"torch.optim.Adam", "tf.keras.optimizers.Adam"}),
        ("CuDNNGRU", {"torch.nn.GRU", "tf.keras.layers.GRU"}),
        ("tf.Tensor.__add__", {"torch.add", "tf.add"}),
    ],
)
def test_former_name_answers_with_both_of_today(catalogue: Catalogue, name: str, names: set[str]) -> None:
    assert names <= set(catalogue.map(name, "tf", 3).decode().replace('"', " ").replace(",", " ").split())


def test_every_former_name_is_answered_or_told_what_became_of_it(catalogue: Catalogue) -> None:
    common, _ = read_common(MAPPINGS)
    roads = read_roads(MAPPINGS / "inventory")
    assert common is not None
    today = {**roads.former, **common.former.names}
    known = {*today, *roads.version_1, *roads.removed}
    untold: list[str] = []
    answered = 0
    for name in sorted(known):
        try:
            why = first(catalogue, name, "tf")[1]
            answered += 1
            is_told = (
                name not in today
                or today[name] in why
                or why == "exact name"
                or "another name of" in why
                or "capitals" in why
            )
        except NoAnswer as error:
            is_told = error.kind in ("removed", "not-mapped-yet") and today.get(name, name) in error.detail
        if not is_told:
            untold.append(name)
    assert untold == []
    assert len(known) > 700
    assert answered > 300


@pytest.mark.parametrize("name", ["border_mode", "nb_filter"])
def test_former_argument_is_told(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(NoAnswer, match=f"{name} is what earlier Keras called the argument"):
        catalogue.map(name, "tf", 1)


@pytest.mark.parametrize("name", ["tf.Session.run", "tf.Session.close"])
def test_what_belonged_to_a_class_that_is_gone_leads_to_it(catalogue: Catalogue, name: str) -> None:
    answer, why = first(catalogue, name, "tf")
    assert answer == "tf.Session"
    assert f"{name} belonging to tf.Session" in why


@pytest.mark.parametrize("name", ["torch.nn.Linear.no_such", "torch.no_such.name"])
def test_what_no_class_of_today_has_is_not_answered_by_the_class(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(NoAnswer):
        catalogue.map(name, "torch", 1)
