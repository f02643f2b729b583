"""The measure of rounding: what it allows, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from examples.compare.rounding import UNITS, Change, Reference, computed, judge

UNIT = UNITS["float32"]


def reference(function: Callable[[Any], Any], given: Any) -> Reference:
    def run(change: Change, wide: bool) -> dict[str, Any]:
        x = change(given, wide=wide)
        with computed(change, wide=wide):
            return {"y": function(x).numpy()}

    return Reference(run)


def softmax(x: Any) -> Any:
    return torch.softmax(x, -1)


def cancelling(x: Any) -> Any:
    return (x + 1000.0) - 1000.0


@pytest.mark.parametrize(
    ("function", "wrong", "within"),
    [
        (softmax, lambda y: y, True),
        (softmax, lambda y: y * (1 + 3e-7), True),
        (softmax, lambda y: y * (1 + 1e-5), False),  # an epsilon or a factor
        (cancelling, lambda y: y + 3e-5, True),  # what the numbers on the way have lost
        (cancelling, lambda y: y + 3e-3, False),
        (torch.floor, lambda y: y, True),
        (torch.floor, lambda y: y - 1, False),  # a jump is no rounding
    ],
)
def test_rounding_is_told_from_mistakes(function: Any, wrong: Any, within: bool) -> None:
    x = torch.tensor([[0.5, -1.25, 2.0], [3.0, 0.125, -0.75]])
    ours = function(x).numpy()
    theirs = wrong(ours.astype("float64")).astype("float32")
    assert judge("y", ours, theirs, UNIT, reference(function, x)).within is within


def test_infinities_and_nan_stand_in_the_same_places() -> None:
    ours = np.array([np.inf, np.nan, 1.0], "float32")
    assert judge("y", ours, ours.copy(), UNIT, None).within
    assert not judge("y", ours, np.array([np.inf, 1.0, 1.0], "float32"), UNIT, None).within
    assert not judge("y", ours, np.array([-np.inf, np.nan, 1.0], "float32"), UNIT, None).within


def test_everything_is_computed_in_double_precision() -> None:
    with computed(Change(0, 0.0), wide=True):
        made = torch.ones(2, dtype=torch.float32) / 3
        assert made.float().half().numpy().dtype == np.float64
    assert torch.ones(1).dtype is torch.float32
