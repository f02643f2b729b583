"""One model of a source and of its port: outputs, gradients and three training steps compared."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examples.compare.values import leaves, to_tf
from examples.frameworks import np, reset, tf, torch

RATE = 0.01  # of the three steps of plain gradient descent
STEPS = 3
# Rounding of float32 grows with depth: the error is measured against the largest number of the result.
TOLERANCE = 1e-4
OF_A_PART = 1e-5  # one part adds little to what it is given


@dataclass
class Verdict:
    """What became of one model."""

    model: str
    outputs: float | None = None
    gradients: float | None = None
    steps: float | None = None
    problem: str | None = None
    differing: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        measured = [m for m in (self.outputs, self.gradients, self.steps) if m is not None]
        return self.problem is None and bool(measured) and max(measured) <= TOLERANCE

    def __str__(self) -> str:
        if self.problem:
            return f"{self.model}: {self.problem}"
        parts = [
            f"{name} {value:.1e}"
            for name, value in (("outputs", self.outputs), ("gradients", self.gradients), ("three steps", self.steps))
            if value is not None
        ]
        word = "equal" if self.is_equal else "DIFFERENT"
        first = f"; the first part that differs is {self.differing[0]}" if self.differing else ""
        return f"{self.model}: {word} ({', '.join(parts)}){first}"


@dataclass(frozen=True)
class Recipe:
    """How a model is built and what it is fed, as the docstring of its file says."""

    build: str
    inputs: list[str]


def recipes_of(source: str) -> list[Recipe]:
    """The lines `build: Net(10)` and `inputs: float32 (2, 3, 32, 32)` of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(source)) or ""
    builds = re.findall(r"(?m)^build: (.+)$", docstring)
    inputs = re.findall(r"(?m)^inputs: (.+)$", docstring)
    return [
        Recipe(build.strip(), [part.strip() for part in given.split(";")])
        for build, given in zip(builds, inputs, strict=False)
    ]


def draw(text: str, rng: Any) -> Any:
    """`float32 (2, 3)` or `int64 (2, 5) < 10` as numbers."""
    match = re.fullmatch(r"(\w+) (\([\d, ]*\))(?: < (\d+))?", text)
    if match is None:
        raise ValueError(f"inputs: {text!r} is not like `float32 (2, 3)` or `int64 (2, 5) < 10`")
    dtype, shape = match[1], ast.literal_eval(match[2])
    if dtype.startswith("int"):
        return rng.integers(0, int(match[3] or 5), size=shape).astype(dtype)
    if dtype == "bool":
        return rng.random(size=shape) < 0.5
    return rng.normal(size=shape).astype(dtype)


def prove(source: str, ported: str, weights: str, recipe: Recipe, save: Path | None = None) -> Verdict:
    """Run both and compare; the weights of the Keras model are written to `save`."""
    verdict = Verdict(recipe.build)
    rng = np.random.default_rng(0)
    arrays = [draw(text, rng) for text in recipe.inputs]
    reset(0)
    theirs: dict[str, Any] = {"__name__": "source"}
    exec(compile(source, "<source>", "exec"), theirs)
    model = eval(recipe.build, theirs)
    randomize(model, rng)
    state = {name: value.detach().numpy().copy() for name, value in model.state_dict().items()}
    reset(0)
    ours: dict[str, Any] = {"__name__": "ported"}
    try:
        exec(compile(ported, "<ported>", "exec"), ours)
        exec(compile(weights, "<weights>", "exec"), ours)
        twin = eval(recipe.build.replace("torch.", "tf."), ours)
        given = [to_tf(torch.from_numpy(array)) for array in arrays]
        twin(*given, training=False)
        ours["load_state"](twin, state)
        if save is not None:
            twin.save_weights(save)
        initial = twin.get_weights()
        compare(verdict, model, twin, arrays, given)
        if not verdict.is_equal:
            model.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in state.items()})
            twin.set_weights(initial)
            model.eval()
            verdict.differing = differing_layers(model, twin, [torch.from_numpy(a) for a in arrays], given)
    except NotImplementedError as error:
        verdict.problem = f"not ported: {error}"
    except Exception as error:  # noqa: BLE001 - whatever the ported file raises is the verdict
        verdict.problem = f"the port raised {type(error).__name__}: {str(error)[:600]}"
    return verdict


def randomize(model: Any, rng: Any) -> None:
    """Statistics and scales away from their first values, which hide mistakes."""
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point and (
                "running" in name or (value.ndim == 1 and not name.endswith("inv_freq"))
            ):
                noise = (
                    rng.uniform(0.5, 1.5, size=value.shape)
                    if "var" in name
                    else rng.normal(0, 0.1, size=value.shape) + (1.0 if name.endswith("weight") else 0.0)
                )
                value.copy_(torch.from_numpy(np.asarray(noise, dtype="float32")))


def compare(verdict: Verdict, model: Any, twin: Any, arrays: list[Any], given: list[Any]) -> None:
    """Outputs of inference; gradients and three steps of training, where nothing is drawn."""
    feeds = [torch.from_numpy(array) for array in arrays]
    model.eval()
    with torch.no_grad():
        wanted = model(*feeds)
    found = twin(*given, training=False)
    verdict.outputs = distance(wanted, found)
    if any(
        type(part).__name__.startswith(("Dropout", "AlphaDropout")) and part.p > 0 for part in model.modules()
    ) or any(getattr(part, "dropout", 0.0) and isinstance(part.dropout, float) for part in model.modules()):
        return  # what is dropped is drawn
    model.train()
    # PyTorch adds two biases up in an LSTM, Keras has one: of two that move, the sum moves twice as far.
    held = {
        id(p)
        for part in model.modules()
        if isinstance(part, torch.nn.LSTM)
        for n, p in part.named_parameters()
        if "bias_hh" in n
    }
    parameters = [p for p in model.parameters() if p.requires_grad and id(p) not in held]
    rng = np.random.default_rng(1)
    seeds: list[Any] = []
    errors: list[float] = []
    for step in range(STEPS):
        result = [leaf for leaf in _floats(model(*feeds)) if leaf.requires_grad]
        if not seeds:
            seeds = [rng.normal(size=tuple(leaf.shape)).astype("float32") for leaf in result]
        loss = sum((leaf * torch.from_numpy(seed)).mean() for leaf, seed in zip(result, seeds, strict=True))
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
        with tf.GradientTape() as tape:
            outputs = _floats(twin(*given, training=True))
            ours = tf.add_n([tf.reduce_mean(leaf * seed) for leaf, seed in zip(outputs, seeds, strict=False)])
        their_gradients = tape.gradient(ours, twin.trainable_variables)
        errors.append(abs(float(loss.detach()) - float(ours)) / max(1.0, abs(float(loss.detach()))))
        if step == 0:
            verdict.gradients = gradient_distance(gradients, their_gradients)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                if gradient is not None:
                    parameter -= RATE * gradient
        for variable, gradient in zip(twin.trainable_variables, their_gradients, strict=True):
            if gradient is not None:
                variable.assign_sub(RATE * tf.convert_to_tensor(gradient))
    verdict.steps = max(errors)


def differing_layers(model: Any, twin: Any, feeds: list[Any], given: list[Any]) -> list[str]:
    """The parts of the model by their paths that make of equal inputs other outputs; inner ones before outer ones."""
    theirs: dict[str, tuple[Any, Any]] = {}
    hooks = []
    for name, part in model.named_modules():

        def keep(_part: Any, inputs: Any, output: Any, name: str = name) -> None:
            theirs.setdefault(
                name, (_copied(list(inputs)), _copied(output))
            )  # an inner part ends before the one around it

        hooks.append(part.register_forward_hook(keep))
    with torch.no_grad():
        model(*feeds)
    for hook in hooks:
        hook.remove()
    ours = _calls_of_parts(twin, list(theirs), given)
    return [
        name or "the model itself"
        for name, (inputs, output) in theirs.items()
        if name in ours
        and distance(_floats(inputs), _floats(ours[name][0])) <= OF_A_PART
        and distance(output, ours[name][1]) > OF_A_PART
    ]


def _calls_of_parts(twin: Any, names: list[str], given: list[Any]) -> dict[str, tuple[Any, Any]]:
    """What the parts of a Keras model were given first and gave, in one call."""
    found: dict[str, tuple[Any, Any]] = {}
    calls: list[tuple[Any, Any]] = []
    for name in names:
        part = part_at(twin, name)
        if not hasattr(part, "call"):
            continue
        call = part.call

        def keep(*args: Any, name: str = name, call: Any = call, **kwargs: Any) -> Any:
            output = call(*args, **kwargs)
            found.setdefault(name, (list(args), output))
            return output

        calls.append((part, call))
        part.call = keep
    twin(*given, training=False)
    for part, call in reversed(calls):
        part.call = call
    return found


def part_at(twin: Any, path: str) -> Any:
    """The layer that a path of PyTorch's names leads to; None where there is none."""
    part = twin
    for step in path.split(".") if path else []:
        if isinstance(part, dict):
            part = part.get(step)
        elif step.isdigit():
            within = list(getattr(part, "layers", part) if not isinstance(part, list | tuple) else part)
            part = within[int(step)] if int(step) < len(within) else None
        else:
            own = getattr(part, f"{step}_", None)  # renamed, because Keras has the name itself
            part = getattr(part, step, None) if own is None else own
        if part is None:
            return None
    return part


def _copied(value: Any) -> Any:
    """A result as it is now: what follows may change it in place."""
    return torch.utils._pytree.tree_map(lambda leaf: leaf.clone() if isinstance(leaf, torch.Tensor) else leaf, value)


def _floats(value: Any) -> list[Any]:
    """The floating tensors of a result, in order."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _floats(item)]
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in _floats(item)]
    if isinstance(value, torch.Tensor):
        return [value] if value.is_floating_point() else []
    return [value] if tf.is_tensor(value) and value.dtype.is_floating else []


def gradient_distance(theirs: Any, ours: Any) -> float:
    """The squares of all gradients, sorted: a layout keeps them, a mistake does not."""
    a = np.sort(
        np.concatenate([np.abs(g.numpy()).ravel() for g in theirs if g is not None and float(g.abs().max()) > 0])
    )
    b = np.sort(np.concatenate([np.abs(np.asarray(tf.convert_to_tensor(g))).ravel() for g in ours if g is not None]))
    b = b[b.size - min(a.size, b.size) :]
    a = a[a.size - b.size :]
    return float(np.max(np.abs(a - b)) / max(1e-6, float(np.max(a)))) if a.size else 0.0


def distance(wanted: Any, found: Any) -> float:
    """The largest difference, relative to the largest number; infinite where shapes differ."""
    theirs, ours = leaves(wanted), leaves(found)
    worst = 0.0
    if len(theirs) != len(ours):
        return float("inf")
    for (_, a), (_, b) in zip(theirs.items(), ours.items(), strict=True):
        if a.array is None or b.array is None:
            continue
        if a.array.shape != b.array.shape:
            return float("inf")
        if a.array.size and a.array.dtype.kind in "fc":
            worst = max(worst, float(np.max(np.abs(a.array - b.array)) / max(1.0, float(np.max(np.abs(a.array))))))
        elif a.array.size and not np.array_equal(a.array, b.array):
            return float("inf")
    return worst
