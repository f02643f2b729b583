"""What becomes of a state dict: the recipe that carries weights from PyTorch to Keras."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, model_validator

from loader.model.fields import Strict, Text, ValueExpression


class StateEntry(Strict):
    """How one entry of the PyTorch state dict becomes a Keras variable, or several.

    `to` is the end of the Keras variable's path (`kernel`, `forward_lstm/lstm_cell/kernel`). `transform` is
    a NumPy expression over `w` (this entry), `state` (all entries, by name), `shape` (that of the variable)
    and `np`. An entry that feeds several variables gives a transform for each: `to: {path: transform}`.
    An entry that another one consumes says `into`; one without a counterpart says `unused` and why. `{k}` in
    the name stands for a number and may be repeated in `to`, `into` and `transform`.
    """

    to: str | Annotated[dict[str, ValueExpression], Field(min_length=2)] | None = Field(
        None,
        description="End of the path of the Keras variable that receives the entry; several, each with its transform.",
        examples=["kernel", {"query/kernel": "w[:4].T", "key/kernel": "w[4:].T"}],
    )
    transform: ValueExpression = Field(
        "w",
        description="NumPy expression over `w` (this entry), `state` (all entries), `shape` (of the variable), `np`.",
        examples=["w.transpose(2, 3, 1, 0)"],
    )
    into: str | None = Field(None, description="The other entry that consumes this one.", examples=["weight"])
    unused: Text | None = Field(
        None, description="Why the entry has no counterpart.", examples=["Keras counts batches in the optimizer."]
    )

    @model_validator(mode="after")
    def _one_destination(self) -> Self:
        if sum(x is not None for x in (self.to, self.into, self.unused)) != 1:
            raise ValueError("give exactly one of: to, into, unused")
        if isinstance(self.to, dict) and self.transform != "w":
            raise ValueError("`to` has a transform for each variable already: leave out `transform`")
        return self

    @property
    def transforms(self) -> dict[str, str]:
        """The expression for each variable, by the end of its path."""
        return self.to if isinstance(self.to, dict) else {} if self.to is None else {self.to: self.transform}


State = dict[str, StateEntry]


def weight_pattern(name: str) -> re.Pattern[str]:
    """The state dict entries that a recipe name stands for; `{k}` is a number."""
    return re.compile(re.escape(name).replace(re.escape("{k}"), r"(?P<k>\d+)", 1))
