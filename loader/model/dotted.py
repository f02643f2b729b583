"""The parts of a dotted name."""

from __future__ import annotations

from typing import Literal

Side = Literal["torch", "tf"]
OTHER: dict[Side, Side] = {"torch": "tf", "tf": "torch"}
FRAMEWORK: dict[Side, str] = {"torch": "PyTorch", "tf": "TensorFlow"}


def leaf(name: str) -> str:
    """The last part: `Conv2d` of `torch.nn.Conv2d`."""
    return name.rpartition(".")[2]


def namespace(name: str) -> str:
    """What stands before the last part: `torch.nn` of `torch.nn.Conv2d`; empty where nothing does."""
    return name.rpartition(".")[0]


def side_of(name: str) -> Side:
    """The framework that a full name belongs to."""
    return "tf" if name.partition(".")[0] in ("tf", "keras", "tensorflow") else "torch"
