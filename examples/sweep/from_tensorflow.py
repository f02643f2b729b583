"""One sample of a TensorFlow name: run in TensorFlow, and by its drop-in in PyTorch.

An object (layer, loss, initializer, ...) is made by the constructor's arguments and then used. A layer is built by a
first call; its variables are drawn, and the module gets them by the mapping's recipe before the call that counts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from examples.compare.gradients import tf_gradients, tf_scalar, torch_gradients
from examples.compare.values import Leaf, float_tensors, leaves, torch_array
from examples.execution.execute import BadExample, transformed
from examples.frameworks import keras, np, reset, tf, torch
from examples.recording.values import Dtype, Sparse, to_tensorflow
from examples.sweep.binding import taken
from examples.sweep.crossing import DropIns, filling, to_torch
from examples.sweep.samples import Sample
from loader.model.state import State, StateEntry
from loader.proof.script import carried, expand

SEED = 1
UPDATES = 3  # of a metric, before its reset
STEPS = 50  # of a schedule
NARROW = ("float16", "bfloat16", "float32")  # what is computed in double precision too


@dataclass
class Ran:
    """What one side gave. The states are those of a layer, before and after the call, by variable or entry."""

    results: dict[str, Leaf]
    gradients: list[Any]
    weight_gradients: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def run_original(
    sample: Sample,
    wanted: list[int],
    *,
    wide: bool = False,
    seed: int = SEED,
    state: dict[str, Any] | None = None,
) -> Ran:
    """The sample in TensorFlow. `wanted` are the float arguments (by position among them) whose gradients are taken.

    `state` is given to a layer, instead of what is drawn for it. `wide` computes in double precision.
    """
    reset(seed)
    args, kwargs = _widened((sample.args, sample.kwargs)) if wide else (sample.args, sample.kwargs)
    if wide or "float64" in dtypes_of((args, kwargs)):
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
    args, kwargs = to_tensorflow((args, kwargs))
    floats = float_tensors((args, kwargs))
    starts = [floats[position] for position in wanted]
    thing, variables = _made(sample, args, kwargs)
    for path, value in (state or _drawn_state(variables)).items() if not sample.initial else ():
        variables[path].assign(value)
    if variables and hasattr(thing, "finalize_state"):
        thing.finalize_state()  # as Keras does after loading: it computes with what it derived from its variables
    before = _values(variables)
    trained = {path: variable.value for path, variable in variables.items() if variable.trainable}
    if isinstance(thing, keras.Layer) and thing._call_has_training_arg:
        kwargs = kwargs | {"training": sample.training}
    tape: Any
    with tf.GradientTape() if wanted else contextlib.nullcontext() as tape:
        for tensor in starts:
            tape.watch(tensor)
        result = use(sample.function, thing, args, kwargs)
        total = tf_scalar(result) if wanted else None
    found = tf_gradients(tape, total, [*starts, *trained.values()]) if wanted else []
    weight_gradients = dict(zip(trained, found[len(starts) :], strict=False))
    return Ran(leaves(result), found[: len(starts)], weight_gradients, before, _values(variables))


def _made(sample: Sample, args: Any, kwargs: Any) -> tuple[Any, dict[str, Any]]:
    """What is used, and the variables of a layer by the paths that recipes know."""
    if sample.construct is None:
        return sample.function, {}
    thing = sample.function(*to_tensorflow(sample.construct[0]), **to_tensorflow(sample.construct[1]))
    if not isinstance(thing, keras.Layer):
        return thing, {}
    thing(*args, **kwargs)
    found = {variable.path.partition("/")[2]: variable for variable in thing.variables}
    return thing, {path: variable for path, variable in found.items() if "seed_generator" not in path}


def _drawn_state(variables: dict[str, Any]) -> dict[str, Any]:
    """Values for the float variables of a layer: what an initializer gives is too often all zeros or ones."""
    rng = np.random.default_rng(SEED)
    drawn = {}
    for path, variable in variables.items():
        if "float" in str(variable.dtype):
            shape = tuple(variable.shape)
            positive = path.endswith("variance")
            drawn[path] = rng.uniform(0.5, 1.5, size=shape) if positive else 0.5 * rng.normal(size=shape)
    return drawn


def _values(variables: dict[str, Any]) -> dict[str, Any]:
    return {path: np.array(variable.numpy()) for path, variable in variables.items()}


def _widened(value: Any) -> Any:
    """Arrays of single or half precision, and dtypes that are asked for, in double precision."""
    if isinstance(value, np.ndarray) and value.dtype.name in NARROW:
        return value.astype("float64")
    if isinstance(value, Sparse):
        return replace(value, array=_widened(value.array))
    if isinstance(value, Dtype) and value.name == "float32":
        return Dtype("float64")
    if type(value) in (list, tuple):
        return type(value)(_widened(part) for part in value)
    if type(value) is dict:
        return {
            key: "float64" if (key, part) == ("dtype", "float32") else _widened(part) for key, part in value.items()
        }
    return value


def dtypes_of(value: Any) -> set[str]:
    """The dtypes of the arrays in arguments."""
    return set(_dtypes(value))


def _dtypes(value: Any) -> Iterator[str]:
    if isinstance(value, np.ndarray):
        yield value.dtype.name
    elif isinstance(value, Sparse):
        yield value.array.dtype.name
    elif isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _dtypes(part)


def run_drop_in(
    drop_in: Callable[..., Any],
    sample: Sample,
    recipe: State,
    state: dict[str, Any],
    wanted: list[int],
    drop_ins: DropIns,
    *,
    seed: int = SEED,
) -> tuple[Ran, dict[str, StateEntry]]:
    """The sample by its drop-in, and the recipe written out for the variables of this layer.

    Raises:
        BadExample: the recipe leaves an entry of the module or a variable of the layer out.
        NoCounterpart: an argument is an object of TensorFlow without a drop-in.
    """
    torch.manual_seed(seed)
    torch.set_default_dtype(torch.float64 if "float64" in dtypes_of((sample.args, sample.kwargs)) else torch.float32)
    try:
        args, kwargs = to_torch(sample.args, drop_ins), to_torch(sample.kwargs, drop_ins)
        floats = float_tensors((args, kwargs))
        starts = [floats[position].requires_grad_() for position in wanted]
        if sample.construct is None:
            result = drop_in(*args, **taken(drop_in, kwargs))
            return Ran(leaves(result), torch_gradients(result, starts)), {}
        making = (
            filling(drop_ins)
            if isinstance(sample.function, type) and issubclass(sample.function, keras.Layer)
            else drop_ins
        )
        positional, named = to_torch(sample.construct[0], making), to_torch(sample.construct[1], making)
        thing = drop_in(*positional, **taken(drop_in, named))
        if not isinstance(thing, torch.nn.Module):
            result = use(sample.function, thing, args, kwargs)
            return Ran(leaves(result), torch_gradients(result, starts)), {}
        steps = _loaded(thing, recipe, state, (args, kwargs), keep=sample.initial)
        result = thing.train(sample.training)(*args, **kwargs)
        parameters = dict(thing.named_parameters())
        found = torch_gradients(result, [*starts, *parameters.values()])
        gradients = dict(zip(parameters, found[len(starts) :], strict=True))
        return Ran(leaves(result), found[: len(starts)], gradients, {}, _state(thing)), steps
    finally:
        torch.set_default_dtype(torch.float32)


def _state(module: Any) -> dict[str, Any]:
    return {name: np.array(torch_array(value)) for name, value in module.state_dict().items()}


def _loaded(
    module: Any, recipe: State, state: dict[str, Any], call: tuple[Any, Any], *, keep: bool
) -> dict[str, StateEntry]:
    """The recipe for these variables, after the module was given what it makes of them; `keep`: it keeps its own."""
    module.eval()
    with torch.no_grad():
        module(*call[0], **call[1])  # a lazy module makes its parameters when it is first called
    try:
        steps = expand(recipe, list(state))
    except KeyError as error:
        raise BadExample(str(error.args[0])) from None
    entries = module.state_dict()
    if missing := [step.path for step in carried(steps).values() if step.path not in entries]:
        raise BadExample(f"state: the module has no {', '.join(missing)}; it has {', '.join(entries)}")
    made = transformed(steps, state, {name: tuple(entries[step.path].shape) for name, step in carried(steps).items()})
    loaded = {step.path: torch.from_numpy(np.array(made[name])) for name, step in carried(steps).items()}
    left = [name for name in entries if name not in loaded and not name.endswith("num_batches_tracked")]
    if left:
        raise BadExample(f"state: nothing is carried to {', '.join(left)}")
    if not keep:
        module.load_state_dict(loaded, strict=False)
    return steps


def in_entries(
    ran: Ran, steps: dict[str, StateEntry], shapes: dict[str, tuple[int, ...]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """State and gradients of a layer's variables, as the entries of the module that the recipe makes of them."""
    paths = {name: step.path for name, step in carried(steps).items()}
    known = {name: shapes[path] for name, path in paths.items()}
    after = transformed(steps, ran.after, known)
    gradients = transformed(steps, ran.weight_gradients, known, linear=True)
    return {paths[name]: value for name, value in after.items()}, {paths[name]: g for name, g in gradients.items()}


def use(original: Any, thing: Any, args: Any, kwargs: Any) -> Any:
    """What `thing`, an object of the class `original` or of its drop-in, gives when it is used.

    A metric gives its results after updates and after a reset, a schedule its rates; everything else is called.
    """
    if isinstance(original, type) and issubclass(original, keras.Metric):
        return _results(thing, args, kwargs)
    if isinstance(original, type) and issubclass(original, keras.optimizers.schedules.LearningRateSchedule):
        return [float(thing(step)) for step in range(STEPS)]
    return thing(*args, **kwargs)


def _results(metric: Any, args: Any, kwargs: Any) -> list[Any]:
    results = []
    for shift in range(UPDATES):
        metric.update_state(*(_rolled(value, shift) for value in args[:1]), *args[1:], **kwargs)
        results.append(metric.result())
    metric.reset_state()
    metric.update_state(*args, **kwargs)
    return [*results, metric.result()]


def _rolled(value: Any, shift: int) -> Any:
    """The first input with its rows in another order, so that each update counts something else."""
    if isinstance(value, torch.Tensor):
        return value.roll(shift, 0) if value.ndim else value
    if isinstance(value, tf.Tensor):
        return tf.roll(value, shift, 0) if value.shape.rank else value
    return value
