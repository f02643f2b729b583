"""Run one side of an example: the parts of its script, with gradients and carried weights."""

from __future__ import annotations

import contextlib
import io
import linecache
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from examples.compare.gradients import differentiated, tf_gradients, tf_scalar, torch_gradients
from examples.compare.rounding import NONE, UNITS, Change, computed
from examples.compare.values import Leaf, is_float_tensor, leaves
from examples.frameworks import np, reset, tf, torch
from loader.model.state import StateEntry
from loader.proof.script import Script, Shapes, carried, carry_code

PRINTED = 4000  # characters kept of what a snippet prints


class BadExample(Exception):
    """The example cannot be run as it stands; the message says what to change."""


@dataclass
class Run:
    """What one side gave. `error` is what it raised; then nothing else is set."""

    outputs: dict[str, dict[str, Leaf]] = field(default_factory=dict)
    gradients: dict[str, Any] = field(default_factory=dict)
    weight_gradients: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    shapes: dict[str, tuple[tuple[int, ...], str]] = field(default_factory=dict)
    printed: str = ""
    error: Exception | None = None
    gradient_error: Exception | None = None
    inputs: dict[str, Any] = field(default_factory=dict)


class _Bounded(io.StringIO):
    """Keeps the first characters; a snippet may print megabytes."""

    def write(self, text: str) -> int:
        if self.tell() < PRINTED:
            super().write(text[: PRINTED - self.tell()])
        return len(text)


def execute(code: str, namespace: dict[str, Any], name: str) -> None:
    """Run code in a namespace; its source is found under `<name>`."""
    # AutoGraph and TorchScript read the source of functions: it must be found under the name it is compiled with.
    linecache.cache[f"<{name}>"] = (len(code), None, code.splitlines(keepends=True), f"<{name}>")
    exec(compile(code, f"<{name}>", "exec"), namespace)


def _caught(run: Run, action: Callable[[], None]) -> Run:
    printed = _Bounded()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            action()
    except BadExample:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a snippet raises is a result to report
        run.error = error
    run.printed = printed.getvalue()
    return run


def _floats(namespace: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: namespace[name] for name in names if is_float_tensor(namespace.get(name))}


def _collect(run: Run, script: Script, namespace: dict[str, Any]) -> list[Any]:
    results = []
    for name in script.compare:
        if name not in namespace:
            raise BadExample(f"compare: nothing is called {name!r} after the snippet has run")
        run.outputs[name] = leaves(namespace[name])
        results.append(namespace[name])
    return results


def _inputs_of(namespace: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: np.array(namespace[name]) for name in names if isinstance(namespace.get(name), np.ndarray)}


def run_torch(script: Script, names: list[str], carry: str | None, seed: int, *, gradients: bool) -> Run:
    """The PyTorch side. Weights of the carried layer are drawn and loaded before the tail runs.

    Gradients are taken with respect to the float inputs `names`, except those that PyTorch refuses.
    """
    runs: list[Run] = []

    def attempt(wanted: list[str]) -> Run:
        runs.append(_torch_once(script, wanted, carry, seed, gradients=gradients))
        if runs[-1].error is not None:
            raise runs[-1].error
        return runs[-1]

    try:
        return differentiated(attempt, names if gradients else [])[0]
    except BadExample:
        raise
    except Exception:  # noqa: BLE001 - what a snippet raises is a result to report
        return runs[-1]


def rerun_torch(script: Script, before: Run, carry: str | None, seed: int, change: Change, *, wide: bool) -> Run:
    """The PyTorch side again, its inputs and carried weights changed, in double precision if `wide`.

    Raises:
        Exception: whatever the snippet raises.
    """
    gradients = bool(before.gradients or before.weight_gradients)
    run = _torch_once(
        script, list(before.gradients), carry, seed, gradients=gradients, change=change, wide=wide,
        unit=unit_of(before), shapes=before.shapes,
    )  # fmt: skip
    if run.error is not None:
        raise run.error
    return run


def unit_of(run: Run) -> float:
    """The unit of the coarsest dtype among the results, which intermediate results may have too."""
    units = [UNITS.get(leaf.dtype, 0.0) for parts in run.outputs.values() for leaf in parts.values()]
    return max(units, default=0.0) or UNITS["float32"]


def _torch_once(
    script: Script,
    names: list[str],
    carry: str | None,
    seed: int,
    *,
    gradients: bool,
    change: Change = NONE,
    wide: bool = False,
    unit: float = UNITS["float32"],
    shapes: Shapes | None = None,
) -> Run:
    """`shapes` are those of the state dict of an earlier run, in the dtypes in which weights are drawn."""
    run = Run()
    reset(seed)
    namespace: dict[str, Any] = {"__name__": "__main__"}

    def action() -> None:
        execute(script.imports, namespace, "imports")
        execute(script.inputs, namespace, "inputs")
        _change_inputs(namespace, change, wide=wide)
        with computed(change, wide=wide, unit=unit):
            compute()

    def compute() -> None:
        starts = {}
        if gradients:
            starts = _floats(namespace, names)
            for name, leaf in starts.items():
                namespace[name] = leaf.requires_grad_().clone()  # a clone, so that in-place methods are allowed
        execute(script.definitions, namespace, "drop-in")
        execute(script.head, namespace, "torch")
        parameters: dict[str, Any] = {}
        if carry is not None:
            if script.build:
                execute(script.build, namespace, "torch")
            layer = namespace[carry]
            run.shapes = dict(shapes or _shapes(layer))
            execute(carry_code(carry, {}, run.shapes, "torch"), namespace, "weights")
            for value, changed in zip(*_changed_state(layer, change, wide=wide), strict=True):
                value.copy_(changed)
            parameters = dict(layer.named_parameters()) if gradients else {}
        execute(script.tail, namespace, "torch")
        results = _collect(run, script, namespace)
        if gradients:
            trainable = {k: p for k, p in parameters.items() if p.requires_grad}
            found = torch_gradients(results, [*starts.values(), *trainable.values()])
            run.gradients = dict(zip(starts, found, strict=False))
            run.weight_gradients = dict(zip(trainable, found[len(starts) :], strict=True))
        if carry is not None:
            run.state = {k: v.detach().numpy().copy() for k, v in namespace[carry].state_dict().items()}

    return _caught(run, action)


def _shapes(layer: Any) -> dict[str, tuple[tuple[int, ...], str]]:
    return {
        key: (tuple(value.shape), str(value.dtype).removeprefix("torch.")) for key, value in layer.state_dict().items()
    }


def _change_inputs(namespace: dict[str, Any], change: Change, *, wide: bool) -> None:
    """Tensors are changed in place: a list of parameters holds them too."""
    if change == NONE and not wide:
        return
    inputs: dict[str, Any] = {k: v for k, v in namespace.items() if isinstance(v, torch.Tensor | np.ndarray)}
    for name, value in change(inputs, wide=wide).items():
        if isinstance(value, torch.Tensor):
            inputs[name].data = value
        else:
            namespace[name] = value


def _changed_state(layer: Any, change: Change, *, wide: bool) -> tuple[list[Any], list[Any]]:
    if change == NONE:
        return [], []
    state = [value.data for value in layer.state_dict().values()]
    return state, change(state, wide=wide)


def run_tf(
    script: Script,
    names: list[str],
    carry: str | None,
    recipe: dict[str, StateEntry],
    shapes: dict[str, tuple[tuple[int, ...], str]],
    seed: int,
    *,
    gradients: bool,
) -> Run:
    """The TensorFlow side; the layer is built by a first call, then gets its weights by the recipe alone."""
    run = Run()
    reset(seed)
    namespace: dict[str, Any] = {"__name__": "__main__"}

    def action() -> None:
        execute(script.imports, namespace, "imports")
        execute(script.inputs, namespace, "inputs")
        execute(script.definitions, namespace, "drop-in")
        starts = _floats(namespace, names) if gradients else {}
        tape: Any
        with tf.GradientTape() if gradients else contextlib.nullcontext() as tape:
            for value in starts.values():
                tape.watch(value)
            execute(script.head, namespace, "tf")
            variables: dict[str, Any] = {}
            if carry is not None:
                if script.build:
                    execute(script.build, namespace, "tf")
                variables = find_variables(namespace[carry], recipe)
                execute(carry_code(carry, recipe, shapes, "tf"), namespace, "weights")
            execute(script.tail, namespace, "tf")
            results = _collect(run, script, namespace)
            total = tf_scalar(results) if gradients else None
        if gradients:
            trained = {k: v.value for k, v in variables.items() if v.trainable}
            try:
                found = tf_gradients(tape, total, [*starts.values(), *trained.values()])
            except Exception as error:  # noqa: BLE001 - an operation without a gradient is a result to report
                run.gradient_error = error
            else:
                run.gradients = dict(zip(starts, found, strict=False))
                run.weight_gradients = dict(zip(trained, found[len(starts) :], strict=True))
        run.state = {entry: np.array(variable.numpy()) for entry, variable in variables.items()}

    return _caught(run, action)


def find_variables(layer: Any, recipe: dict[str, StateEntry]) -> dict[str, Any]:
    """The Keras variable of each step of the recipe.

    Raises:
        BadExample: no variable, or more than one, ends with the path of the recipe; or one is left out.
    """
    if not hasattr(layer, "weights"):
        raise BadExample(f"carry: {type(layer).__name__} is not a Keras layer, it cannot receive weights")
    paths = {variable.path: variable for variable in layer.weights}
    found: dict[str, Any] = {}
    for name, step in carried(recipe).items():
        ends = [path for path in paths if ("/" + path).endswith("/" + step.path)]
        if len(ends) != 1:
            what = "no variable" if not ends else f"{len(ends)} variables"
            has = ", ".join(paths)
            raise BadExample(f"state.{step.entry}: {what} of the layer end with {step.path!r}; it has {has}")
        found[name] = paths[ends[0]]
    received = {id(variable) for variable in found.values()}
    left = [path for path, v in paths.items() if id(v) not in received and "seed_generator" not in path]
    if left:
        raise BadExample(f"state: nothing is carried to {', '.join(left)}")
    return found


def transformed(
    recipe: dict[str, StateEntry], state: dict[str, Any], shapes: dict[str, tuple[int, ...]], *, linear: bool = False
) -> dict[str, Any]:
    """The PyTorch state (or gradients, with `linear`) as the recipe turns it into Keras variables.

    `shapes` are those of the variables. Steps that combine several entries are left out when gradients are
    asked for: the gradient of a sum is not the sum of the gradients.
    """
    result = {}
    for name, step in carried(recipe).items():
        if linear and ("state" in step.transform or state.get(step.entry) is None):
            continue
        known = {"np": np, "w": state[step.entry], "state": state, "shape": shapes[name]}
        result[name] = eval(step.transform, known)
    return result
