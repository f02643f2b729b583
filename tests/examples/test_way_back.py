"""The derived way back of a state recipe is checked on the weights that are carried."""

from __future__ import annotations

import numpy as np
import pytest

from examples.verify import way_back
from loader.model.inverse import inverse
from loader.model.state import State, StateEntry

RECIPE: State = {"weight": StateEntry(to="kernel", transform="w.T"), "bias": StateEntry(to="bias")}
STATE = {"weight": np.arange(6.0).reshape(2, 3), "bias": np.arange(2.0)}
SHAPES = {"weight": (3, 2), "bias": (2,)}


def test_what_was_transposed_comes_back() -> None:
    assert way_back.lost_on_the_way_back(RECIPE, STATE, SHAPES) == []


def test_a_wrong_way_back_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = inverse(RECIPE) | {"kernel": StateEntry(to="weight", transform="w.reshape(shape)")}
    monkeypatch.setattr(way_back, "inverse", lambda _: wrong)
    assert way_back.lost_on_the_way_back(RECIPE, STATE, SHAPES) == ["kernel"]


def test_an_entry_that_is_left_behind_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way_back, "inverse", lambda _: {"bias": StateEntry(to="bias")})
    assert "kernel" in way_back.lost_on_the_way_back(RECIPE, STATE, SHAPES)


def test_a_recipe_without_a_way_back_claims_none() -> None:
    assert way_back.lost_on_the_way_back({"weight": StateEntry(to="kernel", transform="2 * w")}, STATE, SHAPES) == []
