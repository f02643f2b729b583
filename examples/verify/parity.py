"""Run one worked program in both frameworks from the same weights, and measure how far they part.

The PyTorch program builds its model and hands the weights over by the recipes of the mappings. Then both train on the
same batches; per-step losses, parameters and predictions are compared. The program as people port it starts from the
same weights as well, and has to part from the others: a port that cannot be told from a faithful one shows nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.compare.values import tf_array, torch_array
from examples.execution.execute import find_variables, transformed
from examples.frameworks import np, reset, tf, torch, versions
from examples.sources import module_from
from loader.model.state import State, StateEntry
from loader.proof.programs import FILES, Carried, Differences, Program, ProgramEvidence, Worked, read_program
from loader.proof.script import expand
from loader.reading.data import read_mapping

SEED = 7
DIGITS = 7  # of a recorded loss: float32 has no more
APART = 5.0  # times the tolerance that a port has to differ to be told from a faithful program
ROOT = Path(__file__).parent.parent.parent


class Unequal(Exception):
    """The program does not hold; the message says by how much, and where."""


@dataclass
class Trained:
    """What one program gave. Parameters by their PyTorch name; arrays are NumPy's."""

    losses: list[float]
    before: Any
    parameters: dict[str, Any]
    predictions: Any


def measure(folder: Path) -> ProgramEvidence:
    """Run a program and its port.

    Raises:
        Unequal: they part by more than rounding explains, or the port does not part.
    """
    worked = read_program(folder)
    recipes = read_recipes(worked.program)
    start, by_torch = _run_torch(worked)
    by_tf = _run_tf(worked, "tf", start, recipes)
    ported = _run_tf(worked, "ported", start, recipes)
    shapes = {name: value.shape for name, value in by_tf.parameters.items()}
    by_torch.parameters = _converted(worked.program, by_torch.parameters, recipes, shapes)
    evidence = ProgramEvidence(
        program=worked.name,
        hash=worked.hash(recipes),
        versions=versions(),
        losses={"torch": _short(by_torch), "tf": _short(by_tf), "ported": _short(ported)},
        first=_largest(by_torch.before, by_tf.before),
        faithful=_differences(by_torch, by_tf, worked.program),
        ported=_differences(by_torch, ported, worked.program),
        drifts={d.parameter: _of_parameter(by_torch, by_tf, d.parameter) for d in worked.program.drifts},
    )
    _check(worked.program, evidence, by_torch, by_tf)
    return evidence


def read_recipes(program: Program) -> dict[str, State]:
    """The weight recipes that a program uses, by mapping.

    Raises:
        Unequal: there is no such mapping, or it has no recipe.
    """
    found: dict[str, State] = {}
    for name in {carried.recipe for carried in program.weights if carried.recipe}:
        paths = list((ROOT / "mappings").glob(f"*/{name}.yaml"))
        weights = read_mapping(paths[0]).mapping.state if paths else {}
        if not weights:
            raise Unequal(f"weights: no mapping {name} with a recipe for its state")
        found[name] = weights
    return found


def _load(worked: Worked, which: str) -> Any:
    """A program as a module of its own, wherever its folder is."""
    return module_from(worked.folder / FILES[which], f"program_{worked.name}_{which}")


# PyTorch


def _run_torch(worked: Worked) -> tuple[dict[str, Any], Trained]:
    """The weights before training, and what came of them."""
    reset(SEED)
    program = _load(worked, "torch")
    model = program.build()
    start = _torch_state(model)
    before = _array(program.predict(model))
    losses = [float(loss) for loss in program.train(model)]
    trained = Trained(losses, before, _torch_state(model), _array(program.predict(model)))
    _check_saving(program, model, trained.predictions)
    return start, trained


def _torch_state(model: Any) -> dict[str, Any]:
    entries = model if isinstance(model, dict) else model.state_dict()
    return {name: torch_array(value).copy() for name, value in entries.items()}


# TensorFlow


def _run_tf(worked: Worked, which: str, start: dict[str, Any], recipes: dict[str, State]) -> Trained:
    """`start`: the state of the PyTorch model before training."""
    reset(SEED)
    program = _load(worked, which)
    model = program.build()
    variables = _variables_for(model, worked.program, start, recipes)
    shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
    for name, value in _converted(worked.program, start, recipes, shapes).items():
        if value.shape != shapes[name]:
            raise Unequal(f"weights: {name} comes as {value.shape}, its variable is {shapes[name]}")
        variables[name].assign(value)
    before = _array(program.predict(model))
    losses = [float(loss) for loss in program.train(model)]
    parameters = {name: tf_array(variable).copy() for name, variable in variables.items()}
    trained = Trained(losses, before, parameters, _array(program.predict(model)))
    if which == "tf":
        _check_saving(program, model, trained.predictions)
    return trained


# State


def _converted(
    program: Program, state: dict[str, Any], recipes: dict[str, State], shapes: dict[str, tuple[int, ...]]
) -> dict[str, Any]:
    """The PyTorch state in Keras's layout; `shapes` are those of the variables.

    Raises:
        Unequal: the program does not say what becomes of an entry.
    """
    if not program.weights:
        return state  # plain tensors on both sides
    found: dict[str, Any] = {}
    used: set[str] = set()
    for carried in program.weights:
        entries, prefix = _entries(state, carried), _prefix(carried)
        own = {name.removeprefix(prefix): shape for name, shape in shapes.items() if name.startswith(prefix)}
        values = transformed(_recipe(carried, list(entries), recipes), entries, own)
        found |= {prefix + step: np.asarray(value) for step, value in values.items()}
        used |= {prefix + entry for entry in entries}
    if left := state.keys() - used:
        raise Unequal(f"weights: nothing is said of {', '.join(sorted(left))}")
    return found


def _variables_for(model: Any, program: Program, start: dict[str, Any], recipes: dict[str, State]) -> dict[str, Any]:
    """The variable for each step of the recipes, found by the recipes alone.

    Raises:
        Unequal: a variable receives nothing.
    """
    if not program.weights:
        return {name: model[name] for name in start}
    found: dict[str, Any] = {}
    for carried in program.weights:
        prefix = _prefix(carried)
        recipe = _recipe(carried, list(_entries(start, carried)), recipes)
        variables = find_variables(_at(model, carried.tf), recipe)
        found |= {prefix + step: variable for step, variable in variables.items()}
    received = {id(variable) for variable in found.values()}
    missed = [v.path for v in _variables(model) if id(v) not in received and "seed_generator" not in v.path]
    if missed:
        raise Unequal(f"weights: nothing is carried to {', '.join(missed)}")
    return found


def _prefix(carried: Carried) -> str:
    return f"{carried.torch}." if carried.torch else ""


def _entries(state: dict[str, Any], carried: Carried) -> dict[str, Any]:
    """The entries of one module. Without a recipe, those of its submodules are not among them."""
    prefix = _prefix(carried)
    own = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    return {name: value for name, value in own.items() if carried.recipe or "." not in name}


def _recipe(carried: Carried, entries: list[str], recipes: dict[str, State]) -> dict[str, StateEntry]:
    return (
        expand(recipes[carried.recipe], entries) if carried.recipe else {name: StateEntry(to=name) for name in entries}
    )


def _at(model: Any, path: str) -> Any:
    """The layer at a path: keys of a dict, numbers and names of layers, attributes."""
    for step in path.split(".") if path else []:
        if isinstance(model, dict):
            model = model[step]
        elif step.isdigit():
            model = model.layers[int(step)]
        elif step in {layer.name for layer in getattr(model, "layers", [])}:
            model = model.get_layer(step)
        else:
            model = getattr(model, step)
    return model


def _variables(model: Any) -> Iterator[Any]:
    for part in model.values() if isinstance(model, dict) else [model]:
        yield from part.weights


# Comparison


def _array(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return torch_array(value)
    return tf_array(value) if isinstance(value, tf.Tensor) else np.asarray(value)


def _check_saving(program: Any, model: Any, predictions: Any) -> None:
    """What is saved and loaded again predicts the same, to the last bit."""
    with tempfile.TemporaryDirectory() as folder:
        restored = _array(program.predict(program.save_and_load(model, Path(folder))))
    if not np.array_equal(restored, predictions):
        raise Unequal(f"{program.__name__}: the model predicts something else after saving and loading")


def _largest(one: Any, other: Any) -> float:
    """The largest difference, relative to the largest value where that is above 1."""
    one, other = np.asarray(one, "float64"), np.asarray(other, "float64")
    if one.shape != other.shape:
        raise Unequal(f"shapes: {one.shape} in PyTorch, {other.shape} in TensorFlow")
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise Unequal("a value is not finite")
    return _rounded(np.abs(one - other).max() / max(1.0, np.abs(one).max()), 3) if one.size else 0.0


def _part(one: float, other: float) -> float:
    return abs(one - other) / max(1.0, abs(one))


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _differences(one: Trained, other: Trained, program: Program) -> Differences:
    drifting = {drift.parameter for drift in program.drifts}
    names = [name for name in other.parameters if name not in drifting]
    return Differences(
        loss=_rounded(max(map(_part, one.losses, other.losses)), 3),
        parameters=max(_of_parameter(one, other, name) for name in names),
        predictions=_largest(one.predictions, other.predictions),
    )


def _of_parameter(one: Trained, other: Trained, name: str) -> float:
    return _largest(one.parameters[name], other.parameters[name])


def _short(trained: Trained) -> list[float]:
    return [_rounded(loss, DIGITS) for loss in trained.losses]


def _check(program: Program, evidence: ProgramEvidence, by_torch: Trained, by_tf: Trained) -> None:
    bound = program.bound
    steps = len(evidence.losses["torch"])
    if steps != program.steps:
        raise Unequal(f"steps: {program.steps} are declared, {steps} were taken")
    for what, size in {"predictions before training": evidence.first, **evidence.faithful.model_dump()}.items():
        if not size <= bound:
            pairs = enumerate(zip(by_torch.losses, by_tf.losses, strict=True), start=1)
            step = next((n for n, (a, b) in pairs if _part(a, b) > bound), None)
            since = f"; losses part from step {step} on" if step else ""
            parts = {name: _of_parameter(by_torch, by_tf, name) for name in by_tf.parameters}
            worst = sorted(parts, key=lambda name: -parts[name])[:4]
            listed = ", ".join(f"{name} by {parts[name]:.2g}" for name in worst)
            raise Unequal(
                f"{what}: {size:.2g} apart, {bound:.2g} is what rounding explains{since}; parameters: {listed}"
            )
    for drift in program.drifts:
        size = evidence.drifts[drift.parameter]
        if not bound / 10 < size <= drift.limit:  # what drifts is noise: other processors make more or less of it
            raise Unequal(f"drifts: {drift.parameter} is {size:.2g} apart; that is no drift, or more than declared")
    if not max(evidence.ported.loss, evidence.ported.parameters, evidence.ported.predictions) > APART * bound:
        raise Unequal(
            f"as ported: only {evidence.ported.loss:.2g} apart: that port cannot be told from the faithful one"
        )
