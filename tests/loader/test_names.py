"""Names: their parts, their endings, and which mapping a name finds first."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from loader.model.dotted import leaf, namespace, side_of
from loader.model.inventory import Entry, Inventory
from loader.model.mapping import Mapping
from loader.names import closeness, endings, is_method, key, namings
from loader.reading.yaml_text import parse_yaml
from loader.text import name_words, spaced, written_words

INVENTORY = Inventory(
    torch={"torch.sum": Entry("torch.sum", "torch", "function")},
    tf={"tf.reduce_sum": Entry("tf.reduce_sum", "tf", "function", aliases=("tf.math.reduce_sum",))},
    versions={"torch": "2.13.0", "tf": "2.21.0"},
)


def mapping(text: str) -> Mapping:
    loaded, _ = parse_yaml(Path("x.yaml"), f"{dedent(text)}\nkind: function\nsummary: Adds.\n".encode())
    return Mapping.model_validate(loaded)


def test_parts() -> None:
    assert (leaf("torch.nn.Conv2d"), namespace("torch.nn.Conv2d")) == ("Conv2d", "torch.nn")
    assert (leaf("Conv2d"), namespace("Conv2d")) == ("Conv2d", "")
    assert list(endings("a.b.c")) == ["a.b.c", "b.c", "c"]
    assert key("Conv2D") == key("conv2d")


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("torch.nn", "torch"),
        ("tf.nn.relu", "tf"),
        ("keras.layers.Dense", "tf"),
        ("tensorflow.concat", "tf"),
        ("x", "torch"),
    ],
)
def test_side(name: str, side: str) -> None:
    assert side_of(name) == side


@pytest.mark.parametrize(
    ("name", "expected"),
    [("torch.nn.Module.train", True), ("torch.nn.Conv2d", False), ("torch._C._Tensor.x", True), ("train", False)],
)
def test_method(name: str, expected: bool) -> None:
    assert is_method(name) is expected


def test_every_name_is_found_once_in_its_closest_role() -> None:
    one = mapping(
        "name: torch.sum\nmethods: [sum]\ntwins: [tf.reduce_sum]\nuses: [torch.sum, tf.cast]\nrelation: renamed"
    )
    assert {naming.name: (naming.side, naming.role) for naming in namings(one, INVENTORY)} == {
        "torch.sum": ("torch", "canonical"),
        "torch.Tensor.sum": ("torch", "method"),
        "tf.reduce_sum": ("tf", "answer"),
        "tf.math.reduce_sum": ("tf", "alias"),
        "tf.cast": ("tf", "related"),
    }


def test_like_word_comes_before_a_close_relation() -> None:
    alike = mapping("name: torch.sum\ntwins: [tf.reduce_sum]\nrelation: composed")
    close = mapping("name: torch.sum_to_size\ntwins: [tf.reduce_sum]\nrelation: identical")

    def rank(one: Mapping) -> tuple[float | str, ...]:
        naming = next(naming for naming in namings(one, INVENTORY) if naming.name == "tf.reduce_sum")
        return closeness(naming, one)

    assert sorted([close, alike], key=rank) == [alike, close]


def test_words_of_a_name() -> None:
    assert name_words("nn.MaxPool2d") == ["nn", "max", "pool", "2d", "maxpool2d", "maxpool", "pool2d", "mp"]


def test_chinese_is_set_apart() -> None:
    assert spaced("张量cat拼接") == "张 量 cat 拼 接"
    assert written_words("Join two Tensors at 2d, 张量") == {"join", "two", "tensors"}
