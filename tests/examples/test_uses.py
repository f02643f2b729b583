"""Counting the uses of names in other people's sources; neither framework is asked."""

from __future__ import annotations

from textwrap import dedent

import pytest

from examples.inventory.uses import main, public_names, used_names
from loader.model.inventory import Entry, Inventory
from loader.model.roads import Roads

NAMES = ("torch.cat", "torch.nn.Conv2d", "torch.Tensor.view", "torch.Tensor.values")
INVENTORY = Inventory(
    torch={name: Entry(name, "torch", "function") for name in NAMES},
    tf={"tf.keras.layers.Dense": Entry("tf.keras.layers.Dense", "tf", "class", aliases=("keras.layers.Dense",))},
    versions={},
)
PUBLIC = public_names(INVENTORY, Roads(paths={"keras.src.layers.Dense": "tf.keras.layers.Dense"}))


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import torch\ntorch.cat([])\ntorch.cat([])", {"torch.cat"}),
        ("import torch as t\nt.cat", {"torch.cat"}),
        ("from torch import nn\nnn.Conv2d(3, 4, 5).weight", {"torch.nn.Conv2d"}),
        ("from torch.nn import Conv2d as C\nC(1)", {"torch.nn.Conv2d"}),
        ("import torch\ndef f(x): return x.view(1).values()", {"torch.Tensor.view"}),  # of a dictionary, mostly
        ("def f(x): return x.view(1)", set()),
        ("from .compatible import keras\nkeras.layers.Dense(3)", {"tf.keras.layers.Dense"}),
        ("from tf_keras.src import layers\nlayers.Dense(3)", {"tf.keras.layers.Dense"}),
        ("import tensorflow as tf\ntf.keras.layers.Dense", {"tf.keras.layers.Dense"}),
        ("import torch\nprint 'old'", set()),
    ],
)
def test_names_that_a_source_uses(source: str, names: set[str]) -> None:
    assert used_names(dedent(source), PUBLIC) == names


def test_missing_wheels_are_named_with_what_fetches_them(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "pip download --no-deps" in capsys.readouterr().err
