"""The derived inverse of a state recipe, checked on the weights that an example carries."""

from __future__ import annotations

from typing import Any

from examples.execution.execute import transformed
from examples.frameworks import np
from loader.model.inverse import NotInvertible, inverse
from loader.model.state import State
from loader.proof.script import carried

Shapes = dict[str, tuple[int, ...]]


def lost_on_the_way_back(recipe: State, state: dict[str, Any], shapes: Shapes) -> list[str]:
    """The Keras variables that are not the same again after the way back to PyTorch and there once more.

    `recipe` is written out for the entries of `state`; `shapes` are those of the variables, by the recipe's steps. A
    recipe without a way back loses nothing: none is published.
    """
    try:
        back = inverse(recipe)
    except NotInvertible:
        return []
    there = transformed(recipe, state, shapes)
    variables = {step.path: there[name] for name, step in carried(recipe).items()}
    entries = {name: step.path for name, step in carried(back).items()}
    made = transformed(back, variables, {name: tuple(state[entry].shape) for name, entry in entries.items()})
    try:
        again = transformed(recipe, {entries[name]: value for name, value in made.items()}, shapes)
    except KeyError:  # an entry that the way back does not make
        again = {}
    return [
        step.path
        for name, step in carried(recipe).items()
        if name not in again or not np.array_equal(again[name], there[name], equal_nan=True)
    ]
