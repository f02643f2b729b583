"""The way back of a state recipe, executed: what comes back is what was there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loader.model.inverse import NotInvertible, inverse
from loader.model.state import State, StateEntry

SWAPPED = "np.concatenate(np.split(w, 3)[1::-1] + np.split(w, 3)[2:])"


def carried(recipe: State, state: dict[str, Any], shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    """What a recipe makes of a state; `shapes` are those of what it makes."""
    made = {}
    for entry, weight in recipe.items():
        for path, transform in weight.transforms.items():
            known = {"np": np, "w": state[entry], "state": state, "shape": shapes.get(path)}
            made[path] = eval(transform, known)
    return made


@pytest.mark.parametrize(
    ("transform", "shape", "target"),
    [
        ("w", (3, 4), (3, 4)),
        ("w.T", (3, 4), (4, 3)),
        ("w.transpose(2, 3, 1, 0)", (2, 3, 4, 5), (4, 5, 3, 2)),
        ("w.T.reshape(shape)", (6, 5), (5, 2, 3)),
        ("w.transpose(1, 2, 0).reshape(shape)", (2, 3, 4), (12, 2)),
        ("w.reshape(3, 2, -1).transpose(2, 0, 1)", (6, 5), (5, 3, 2)),
        (f"{SWAPPED}.T", (6, 5), (5, 6)),
        ("w[0]", (1, 5), (5,)),
    ],
)
def test_one_entry_comes_back(transform: str, shape: tuple[int, ...], target: tuple[int, ...]) -> None:
    recipe = {"weight": StateEntry(to="kernel", transform=transform)}
    state = {"weight": np.arange(np.prod(shape)).reshape(shape)}
    there = carried(recipe, state, {"kernel": target})
    back = carried(inverse(recipe), there, {"weight": shape})
    assert np.array_equal(back["weight"], state["weight"])


def test_blocks_that_become_variables_are_joined_again() -> None:
    parts = {f"{part}/kernel": f"np.split(w, 3)[{i}].T.reshape(shape)" for i, part in enumerate(("q", "k", "v"))}
    recipe = {"in_proj": StateEntry(to=parts)}
    state = {"in_proj": np.arange(72).reshape(12, 6)}
    there = carried(recipe, state, dict.fromkeys(parts, (6, 2, 2)))
    way_back = inverse(recipe)
    assert way_back["k/kernel"].into == "q/kernel"
    assert np.array_equal(carried(way_back, there, {"in_proj": (12, 6)})["in_proj"], state["in_proj"])


def test_rows_that_were_stacked_come_apart() -> None:
    both = "np.stack([np.concatenate(np.split(b, 3)[1::-1] + np.split(b, 3)[2:]) for b in (w, state['bias_hh'])])"
    recipe = {"bias_ih": StateEntry(to="bias", transform=both), "bias_hh": StateEntry(into="bias_ih")}
    state = {"bias_ih": np.arange(6), "bias_hh": 10 + np.arange(6)}
    there = carried(recipe, state, {})
    back = carried(inverse(recipe), there, {})
    assert {name: value.tolist() for name, value in back.items()} == {k: v.tolist() for k, v in state.items()}


def test_a_sum_comes_back_as_the_sum_and_zeros() -> None:
    recipe = {"bias_ih": StateEntry(to="bias", transform="w + state['bias_hh']"), "bias_hh": StateEntry(into="bias_ih")}
    back = carried(inverse(recipe), {"bias": np.arange(4)}, {"bias_ih": (4,), "bias_hh": (4,)})
    assert back["bias_ih"].tolist() == [0, 1, 2, 3]
    assert back["bias_hh"].tolist() == [0, 0, 0, 0]


def test_numbered_entries_keep_their_number_and_entries_without_counterpart_are_left_out() -> None:
    recipe = {
        "blocks.{k}.weight": StateEntry(to="block_{k}/kernel", transform="w.T"),
        "num_batches_tracked": StateEntry(unused="Keras does not count the batches"),
    }
    assert inverse(recipe) == {"block_{k}/kernel": StateEntry(to="blocks.{k}.weight", transform="w.T")}


def test_of_two_layouts_the_first_is_meant() -> None:
    recipe = {
        "fused": StateEntry(to={"q": "np.split(w, 2)[0]", "k": "np.split(w, 2)[1]"}),
        "q_weight": StateEntry(to="q"),
    }
    assert inverse(recipe)["q"].to == "fused"


@pytest.mark.parametrize(
    "transform",
    ["w.mean(0)", "2 * w", "w[:6].T", "np.split(w, 3)[1]", "np.concatenate(np.split(w, 3)[1:])", "np.abs(w)"],
)
def test_what_cannot_be_undone_is_refused(transform: str) -> None:
    with pytest.raises(NotInvertible):
        inverse({"weight": StateEntry(to="kernel", transform=transform)})
