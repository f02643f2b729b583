"""One sample in either framework: its results, the gradients of its float arguments, the state of a layer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from examples.compare.gradients import tf_gradients, tf_scalar, torch_gradients
from examples.compare.rounding import NONE, UNITS, Change, computed
from examples.compare.values import Leaf, float_tensors, leaves, to_tf, torch_array
from examples.execution.execute import find_variables, transformed
from examples.frameworks import keras, np, reset, tf, torch
from examples.sweep.binding import taken
from examples.sweep.samples import Sample
from examples.sweep.spellings import fresh
from loader.model.state import State
from loader.proof.script import expand


@dataclass(frozen=True)
class Ran:
    """What a framework gave: results, one gradient for each wanted argument, and the state before the call."""

    results: dict[str, Leaf]
    gradients: list[Any]
    state: dict[str, Any] = field(default_factory=dict)

    def unit(self) -> float:
        """The unit of the coarsest dtype among the results, which intermediate results may have too."""
        return max((UNITS.get(leaf.dtype, 0.0) for leaf in self.results.values()), default=0.0) or UNITS["float32"]

    def arrays(self) -> dict[str, Any]:
        """All float results by the names under which they are compared."""
        named = {f"result{path}": leaf.array for path, leaf in self.results.items() if leaf.is_float}
        return named | {f"gradient {i}": g for i, g in enumerate(self.gradients) if g is not None}


def run_torch(
    sample: Sample,
    wanted: list[int],
    change: Change = NONE,
    *,
    wide: bool = False,
    unit: float = UNITS["float32"],
    state: dict[str, Any] | None = None,
    seed: int = 1,
) -> Ran:
    """The sample in PyTorch. `wanted` are the float arguments (by position among them) whose gradients are taken.

    `state` is loaded into a layer, instead of what it draws itself; it changes with the inputs.
    """
    args, kwargs, given = change((fresh(sample.args), fresh(sample.kwargs), state), wide=wide)
    with computed(change, wide=wide, unit=unit):
        floats = float_tensors((args, kwargs))
        starts = [floats[position].requires_grad_() for position in wanted]
        torch.manual_seed(seed)
        if sample.construct is None:
            result = sample.function(*args, **kwargs)
            return Ran(leaves(result), torch_gradients(result, starts))
        layer = sample.function(*sample.construct[0], **sample.construct[1])
        layer = layer.to(_float_dtype(floats)) if floats else layer
        if given:
            layer.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in given.items()})
        before = {name: np.array(torch_array(value)) for name, value in layer.state_dict().items()}
        result = layer.train(sample.training)(*args, **kwargs)
        return Ran(leaves(result), torch_gradients(result, starts), before)


def run_tf(
    drop_in: Callable[..., Any],
    sample: Sample,
    recipe: State,
    state: dict[str, Any],
    wanted: list[int],
    *,
    kept: list[Any] | None = None,
    seed: int = 0,
) -> Ran:
    """The sample in TensorFlow; a layer gets `state`, that of the PyTorch layer, by its recipe.

    The result itself is appended to `kept`.
    """
    args, kwargs = to_tf(sample.args), to_tf(sample.kwargs)
    floats = float_tensors((args, kwargs))
    starts = [floats[position] for position in wanted]
    tape: Any
    with tf.GradientTape() if wanted else contextlib.nullcontext() as tape:
        for tensor in starts:
            tape.watch(tensor)
        if sample.construct is None:
            result = drop_in(*args, **taken(drop_in, kwargs))
        else:
            layer = make_layer(drop_in, sample, recipe, state, seed)
            result = call_layer(layer, sample, args, kwargs)
        total = tf_scalar(result) if wanted else None
    if kept is not None:
        kept.append(result)
    return Ran(leaves(result), tf_gradients(tape, total, starts))


def _float_dtype(tensors: list[Any]) -> Any:
    """The dtype in which a layer computes on these inputs."""
    found = [tensor.dtype for tensor in tensors if tensor.dtype in (torch.float64, torch.float16, torch.bfloat16)]
    return found[0] if found else torch.float32


def make_layer(drop_in: Callable[..., Any], sample: Sample, recipe: State, state: dict[str, Any], seed: int = 0) -> Any:
    """The layer that a drop-in makes, built and with the weights of the PyTorch layer."""
    assert sample.construct is not None
    reset(seed)
    dtype = str(_float_dtype(float_tensors((sample.args, sample.kwargs)))).removeprefix("torch.")
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    positional, named = sample.construct
    layer = drop_in(*to_tf(positional), **taken(drop_in, to_tf(named)))
    steps = expand(recipe, list(state))
    if state and (isinstance(layer, keras.Layer) or any(weight.to for weight in steps.values())):
        layer(*to_tf(sample.args), **to_tf(sample.kwargs))
        variables = find_variables(layer, steps)
        shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
        for name, value in transformed(steps, state, shapes).items() if not sample.initial else ():
            variables[name].assign(value)
    return layer


def call_layer(layer: Any, sample: Sample, args: Any, kwargs: Any) -> Any:
    """The layer called as the sample says: in training or not."""
    if isinstance(layer, keras.Layer):
        return layer(*args, **kwargs, training=sample.training)
    return layer(*args, **kwargs)
