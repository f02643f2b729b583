"""How many source files use each public name: which of two names a short question means.

The committed file is written by `python -m examples.inventory.uses`; this module only reads it.
"""

from __future__ import annotations

from math import log1p
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from loader.model.dotted import Side
from loader.model.inventory import read_generated

NAME = "uses.json"
REGENERATE = "write it again with `python -m examples.inventory.uses`"
# What is counted: models, layers, training loops and their tests, written for both frameworks. The last releases that
# the registry had; transformers is held at the last one with models for both.
PACKAGES = {
    "diffusers": "0.42.1",
    "keras_hub": "0.32.0",
    "keras_tuner": "1.4.8",
    "lightning": "2.6.6",
    "segmentation_models_pytorch": "0.6.0",
    "tensorflow_datasets": "4.9.10",
    "tensorflow_probability": "0.25.0",
    "tf_keras": "2.21.0",
    "tf_models_official": "2.20.0",
    "timm": "1.0.31",
    "torch_geometric": "2.8.1",
    "torchvision": "0.28.0",
    "transformers": "4.57.6",
}


class Uses(BaseModel):
    """Files that use each name, by canonical name, and where they were counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generated: str = ""
    packages: dict[str, str] = Field({}, description="The version of each package whose sources were counted.")
    files: int = 0
    names: dict[str, int] = {}
    words: list[str] = Field([], description="Words that many of the files have: what is written so is not misspelt.")

    def weight(self, name: str, side: Side) -> float:
        """From 0 for a name that no file uses to 1 for the most used one of its framework, by the logarithm."""
        most = max((count for known, count in self.names.items() if known.startswith(side)), default=0)
        return log1p(self.names.get(name, 0)) / log1p(most) if most else 0.0


def read_uses(folder: Path) -> Uses:
    """The counts in a folder of inventories; none where there is no such file.

    Raises:
        InventoryError: the file is not what the command writes.
    """
    return read_generated(folder / NAME, Uses, "a count of uses", REGENERATE)
