"""What texts name: `compile(optimizer="adam")` and `activation="gelu"` stand for names of Keras."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

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
FORMER = {"swish": "silu"}  # texts that Keras takes for another name
DEPENDING = ("accuracy", "acc", "crossentropy", "ce")  # what these are, the loss and the shapes decide


def named(uses: list[Use], ending: Callable[[str], Iterable[str]]) -> Iterator[Use]:
    """A use for each text that names something, at the place of the text.

    `ending`: TensorFlow's public names with this last part, in letters of either case.
    """
    for use in uses:
        if use.side != "tf" or use.call is None:
            continue
        for name, value in _arguments(use, use.call):
            for text in value.elts if isinstance(value, ast.List | ast.Tuple) else [value]:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    full = _full(NAMESPACES[name], text.value, ending)
                    if full is not None:
                        yield Use(text, full, "tf", "inferred")


def _arguments(use: Use, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    if leaf(use.name) == "compile":
        yield from zip(COMPILED, call.args, strict=False)
    yield from ((k.arg, k.value) for k in call.keywords if k.arg in NAMESPACES)


def _full(namespace: str, text: str, ending: Callable[[str], Iterable[str]]) -> str | None:
    """The public name that a text stands for, rather in its own letters than in others; None where it is none."""
    if text in DEPENDING:
        return None
    for last in (FORMER.get(text, text), text.replace("_", "")):
        exact = f"{namespace}.{last}"
        found = [full for full in sorted(ending(last)) if full.casefold() == exact.casefold()]
        if found:
            return exact if exact in found else found[0]
    return None
