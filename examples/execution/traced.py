"""The ways in which TensorFlow is really run: traced, with sizes that are not known, compiled, in a functional model.

A call is traced once per mode and must give what it gives eagerly, gradients too. The tensors among its arguments are
the inputs of the traced function; everything else is known while tracing, as it is in users' code.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from examples.compare.gradients import tf_scalar
from examples.compare.values import float_tensors, tf_array
from examples.frameworks import keras, np, tf
from loader.model.mapping import Mode


class Endless(Exception):
    """Python iterates over a dataset while TensorFlow traces: each step gives another symbol, without end."""


LONGEST = 200  # characters kept of an error
_ERROR = re.compile(r"\w*(Error|Exception): ")
STEPS = 3  # samples of the batch that a model is fitted to, in batches of two: the last one is smaller


def told_error(error: Exception) -> str:
    """An error in one line: TensorFlow and Keras put the traceback of user code around the message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    inner = [line for line in lines if _ERROR.match(line)]
    return (inner[-1] if inner else f"{type(error).__name__}: {lines[0] if lines else ''}")[:LONGEST]


@dataclass(frozen=True)
class Traced:
    """A call as a function of its tensors; `held` are the positions of those whose sizes are always known."""

    function: Callable[[list[Any]], Any]
    tensors: list[Any]
    held: frozenset[int] = frozenset()

    def run(self, mode: Mode, wanted: list[int], weights: list[Any]) -> tuple[Any, list[Any]]:
        """Results in a mode, and the gradients of the wanted float tensors (by position among them), as arrays.

        `weights` are those of the eager results, whose shapes are known (`tf_weights`).
        """
        kept: dict[str, Any] = {}

        def body(tensors: list[Any], weights: list[Any]) -> tuple[list[Any], list[Any]]:
            with _finite(), tf.GradientTape() as tape:
                starts = [float_tensors(tensors)[position] for position in wanted]
                tape.watch(starts)
                result = self.function(tensors)
                total = tf_scalar(result, weights) if wanted else None
            gradients = [None] * len(starts) if total is None else tape.gradient(total, starts)
            kept.update(result=result, gradients=gradients)
            # What is no tensor is known while tracing; it must not become one.
            return list(filter(tf.is_tensor, tf.nest.flatten(result))), list(filter(tf.is_tensor, gradients))

        signature = (
            [_spec(tensor, mode, held=i in self.held) for i, tensor in enumerate(self.tensors)],
            [_spec(weight, mode, held=False) for weight in weights],
        )
        traced = tf.function(body, input_signature=signature, jit_compile=mode == "xla")
        found, gradients = map(iter, traced(self.tensors, weights))
        parts = [next(found) if tf.is_tensor(part) else part for part in tf.nest.flatten(kept["result"])]
        arrays = [tf_array(next(gradients)) if tf.is_tensor(part) else None for part in kept["gradients"]]
        return tf.nest.pack_sequence_as(kept["result"], parts), arrays


@contextlib.contextmanager
def _finite() -> Iterator[None]:
    """Inside, iterating over a dataset raises `Endless`."""

    def refuse(_dataset: Any) -> Any:
        raise Endless

    with patch.object(tf.data.Dataset, "__iter__", refuse):
        yield


def _spec(tensor: Any, mode: Mode, *, held: bool) -> Any:
    """What is known of a tensor while tracing."""
    shape = list(tensor.shape)
    if not held and mode == "unknown-batch":
        shape[:1] = [None] * len(shape[:1])
    if not held and mode == "unknown-sizes":
        shape = [None] * len(shape)
    return tf.TensorSpec(shape, tensor.dtype)


def functional_model(call: Callable[[list[Any]], Any], tensors: list[Any], classes: dict[str, Any]) -> Any:
    """What a layer gives in a functional model with an unknown batch size, saved and loaded; two steps of `fit` run.

    `call` calls the layer with its inputs, `classes` are what loading needs to know.
    """
    inputs = [keras.Input(tuple(tensor.shape[1:]), dtype=tensor.dtype.name) for tensor in tensors]
    model = keras.Model(inputs, call(inputs))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        restored = keras.models.load_model(path, custom_objects=classes)
    result = model(tensors)
    _fit(restored, tensors, result)
    return result


def _fit(model: Any, tensors: list[Any], result: Any) -> None:
    if not (tf.is_tensor(result) and result.dtype.is_floating and result.shape.rank and result.shape[0]):
        return
    data = [np.resize(tensor.numpy(), (STEPS, *tensor.shape[1:])) for tensor in tensors]
    target = np.zeros((STEPS, *result.shape[1:]), result.dtype.as_numpy_dtype)
    model.compile(optimizer="sgd", loss="mse")
    model.fit(data, target, batch_size=2, epochs=1, shuffle=False, verbose=0)
