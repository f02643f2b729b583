"""Other roads to a public name, as the committed file holds them: paths of definition, names of earlier versions.

The generated part is written by `python -m examples.inventory`; `mappings/former.yaml` completes it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from loader.model.inventory import REGENERATE, read_generated

NAME = "roads.json"
VERSION_1 = "tf.compat.v1."


@dataclass(frozen=True, slots=True)
class Road:
    """A name that leads to a public one; `told` completes the sentence that says why that one is the answer."""

    name: str
    to: str
    told: str


class Former(BaseModel):
    """Earlier names that no table of the installed frameworks tells: `mappings/former.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    names: dict[str, str] = Field({}, description="A name of TensorFlow 1 or earlier Keras, and the one to look up.")
    operators: dict[str, str] = Field({}, description="A method for an operator, and the function that it calls.")
    arguments: dict[str, str] = Field({}, description="An argument of earlier Keras, and what it is called today.")


class Roads(BaseModel):
    """Names that are no public names today, and what they lead to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generated: str = ""
    paths: dict[str, str] = Field({}, description="Paths to the very object that has the public name.")
    on_gpu: dict[str, str] = Field({}, description="Types of tensors on a GPU, each with that on a CPU.")
    former: dict[str, str] = Field({}, description="Names of TensorFlow 1, each with today's.")
    version_1: list[str] = Field([], description="Names of TensorFlow 1 that only tf.compat.v1 still has.")
    keywords: dict[str, dict[str, str | None]] = Field(
        {}, description="For names: arguments of TensorFlow 1, each with today's; null for one that is gone."
    )
    reordered: list[str] = Field([], description="Names of TensorFlow 1 whose arguments stand in another order today.")
    removed: list[str] = Field([], description="Namespaces of TensorFlow 1 that are gone altogether.")

    def all(self, former: Former) -> Iterator[Road]:
        """Every road, each name once; what is written by hand goes before what a table says."""
        for name, to in self.paths.items():
            yield Road(name, to, f"{name} being the same object as {to}")
        for name, to in self.on_gpu.items():
            yield Road(name, to, f"{name} being {to} on a GPU")
        known = {**self.former, **former.names}
        for name, to in known.items():
            yield Road(name, to, f"{name} being an earlier name of {to}{self._arguments_of(name, to)}")
        for name, to in former.operators.items():
            yield Road(name, to, f"{name} being the operator of {to}")
        for name in [*self.version_1, *self.removed]:
            if name not in known:
                left = "and only tf.compat.v1 still has it" if name in self.version_1 else "and is gone from it"
                yield Road(name, "", f"{name} belongs to TensorFlow 1, {left}")
        for old, new in former.arguments.items():
            told = f"{old} is what earlier Keras called the argument {new}: a search for it finds the calls"
            yield Road(old, "", told)

    def _arguments_of(self, name: str, today: str) -> str:
        """What became of the arguments of a former name, for the reader of old code."""
        keywords = self.keywords.get(today, {})
        renamed = [f"{old} is {new} now" if new else f"{old} is gone" for old, new in keywords.items()]
        told = [f", whose argument {', '.join(renamed)}"] if renamed else []
        told += [", whose arguments stood in another order"] if name in self.reordered else []
        return "".join(told)


def read_roads(folder: Path) -> Roads:
    """The roads in a folder of inventories; none where there is no such file.

    Raises:
        InventoryError: the file is not what the command writes.
    """
    return read_generated(folder / NAME, Roads, "a file of roads", REGENERATE)
