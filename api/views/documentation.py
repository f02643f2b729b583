"""Where each framework documents a name."""

from __future__ import annotations

from dataclasses import dataclass

from loader.model.dotted import Side, side_of
from loader.names import is_method

TORCH = "https://docs.pytorch.org/docs/stable/generated/"
TENSORFLOW = "https://www.tensorflow.org/api_docs/python/"
# What PyTorch documents on a page of its own, though it belongs to a class.
WITH_A_PAGE_OF_THEIR_OWN = ("torch.Tensor.", "torch.optim.Optimizer.", "torch.Generator.")


@dataclass(frozen=True)
class Documentation:
    """A link to a framework's own documentation."""

    framework: str
    url: str


def documentation(name: str) -> Documentation:
    """The page of a full name, or the place in the page of its class."""
    side: Side = side_of(name)
    owner, _, last = name.rpartition(".")
    if side == "torch":
        page = (
            f"{owner}.html#{name}"
            if is_method(name) and not name.startswith(WITH_A_PAGE_OF_THEIR_OWN)
            else f"{name}.html"
        )
        return Documentation("PyTorch", TORCH + page)
    path = name if name.startswith("tf") else f"tf.{name}"
    if is_method(name):
        return Documentation("TensorFlow", TENSORFLOW + path.rpartition(".")[0].replace(".", "/") + f"#{last}")
    return Documentation("TensorFlow", TENSORFLOW + path.replace(".", "/"))
