"""What people type to the name that they mean: `x.view(`, `F.relu`, `nn.Conv2d(3, 6, 5)`, `.view`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from api.lookup.bounds import bounded

# How the usual imports abbreviate: `import torch.nn.functional as F`.
ABBREVIATIONS = {
    "f": "torch.nn.functional",
    "pt": "torch",
    "th": "torch",
    "pytorch": "torch",
    "tensorflow": "tf",
    "k": "tf.keras.backend",
}
# A dotted name that begins so is a path in a library; any other first part may be a variable.
LIBRARIES = frozenset(
    (
        *("torch", "tf", "keras", "nn", "functional", "optim", "layers"),
        *("np", "numpy", "jnp", "jax", "scipy", "pd", "plt", "cv2", "math", "os"),
        *("torchvision", "torchmetrics", "torchkeras", "torchaudio", "torchtext", "lightning", "pytorch_lightning"),
        *("tfa", "tensorflow_addons", "tfp", "tensorflow_probability", "tfds", "tensorflow_datasets"),
        *("hub", "tensorflow_hub", "tensorflow_text", "keras_nlp", "keras_hub", "keras_cv", "transformers", "timm"),
    )
)


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name as it is looked up. `method`: what stands before the last part is a variable, or nothing."""

    name: str
    method: bool = False

    @property
    def leaf(self) -> str:
        return self.name.rpartition(".")[2]


def parse_name(text: str) -> ParsedName | None:
    """The name in what somebody typed; None where there is none.

    A call's parentheses, an assignment, `with`, `await`, `@`, quotes and surrounding spaces are dropped.
    """
    text = unicodedata.normalize("NFKC", bounded(text)).strip().strip("`'\"")
    text = text.partition("(")[0].rpartition("=")[2]
    pieces = re.findall(r"[\w.]+", text)
    if not pieces:
        return None
    name = re.sub(r"\.{2,}", ".", pieces[-1]).rstrip(".")
    if not name.strip("."):
        return None
    if name.startswith("."):
        return ParsedName(name.lstrip("."), method="." not in name.lstrip("."))
    if name.startswith("__") and "." not in name:
        return ParsedName(f"Tensor.{name}")  # an operator: of the classes that have it, a tensor is meant
    first, dot, rest = name.partition(".")
    if dot and first.casefold() in ABBREVIATIONS:
        return ParsedName(f"{ABBREVIATIONS[first.casefold()]}.{rest}")
    is_variable = bool(dot) and first.casefold() not in LIBRARIES
    return ParsedName(name, method=is_variable)
