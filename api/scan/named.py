"""What texts name: `compile(optimizer="adam")` and `activation="gelu"` stand for names of Keras."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from api.source.uses import Use
from loader.model.dotted import leaf

# Where Keras looks up a text, by the argument that takes it.
NAMESPACES = {
    "optimizer": "tf.keras.optimizers",
    "loss": "tf.keras.losses",
    "metrics": "tf.keras.metrics",
    "weighted_metrics": "tf.keras.metrics",
    "activation": "tf.keras.activations",
    "recurrent_activation": "tf.keras.activations",
    **{f"{part}_initializer": "tf.keras.initializers" for part in ("kernel", "bias", "recurrent", "embeddings")},
}
COMPILED = ("optimizer", "loss")  # of Model.compile, by place
# Texts that are neither the name itself nor the name in small letters or with underscores.
SHORT = {
    "mse": "mean_squared_error", "mae": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error", "kld": "kl_divergence", "swish": "silu",
}  # fmt: skip
CLASSES = (
    *("SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Adafactor", "Nadam", "Ftrl", "Lion", "Lamb"),
    *("AUC", "MeanIoU", "RandomNormal", "RandomUniform", "TruncatedNormal"),
)
DEPENDING = ("accuracy", "acc", "crossentropy", "ce")  # what these are, the loss and the shapes decide
WRITTEN = {name.lower(): name for name in CLASSES}


def named(uses: list[Use], has: Callable[[str], bool]) -> Iterator[Use]:
    """A use for each text that names something, at the place of the text."""
    for use in uses:
        if use.side != "tf" or use.call is None:
            continue
        for name, value in _arguments(use, use.call):
            for text in value.elts if isinstance(value, ast.List | ast.Tuple) else [value]:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    full = _full(NAMESPACES[name], text.value, has)
                    if full is not None:
                        yield Use(text, full, "tf", "inferred")


def _arguments(use: Use, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    if leaf(use.name) == "compile":
        yield from zip(COMPILED, call.args, strict=False)
    yield from ((k.arg, k.value) for k in call.keywords if k.arg in NAMESPACES)


def _full(namespace: str, text: str, has: Callable[[str], bool]) -> str | None:
    """The public name that a text stands for; None where it is none."""
    if text in DEPENDING:
        return None
    camel = "".join(part.capitalize() for part in text.split("_"))
    for last in (SHORT.get(text.lower(), text), WRITTEN.get(text.lower(), camel)):
        if last.isidentifier() and has(f"{namespace}.{last}"):
            return f"{namespace}.{last}"
    return None
