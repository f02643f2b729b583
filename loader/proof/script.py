"""The complete, runnable script of an example: shown on its page, and run by the verification.

A script has five parts: imports, inputs, head (up to the layer that receives weights), carry (the weights)
and tail. Both the page and the runner use these parts, so what is shown is what was run.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Literal

from loader import python_code
from loader.model.dotted import OTHER, Side
from loader.model.example import Example
from loader.model.fields import as_expression
from loader.model.mapping import Mapping
from loader.model.signature import Overload, Rewrite
from loader.model.state import State, StateEntry, weight_pattern

SEED = 0
Shapes = Dictionary[str, tuple[tuple[int, ...], str]]  # state dict entry -> shape, dtype

IMPORTS: dict[Side, str] = {
    "torch": "import numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn",
    "tf": "import keras\nimport numpy as np\nimport tensorflow as tf",
}
WRAP: dict[Side, dict[str, str]] = {
    "torch": {"tensor": "torch.from_numpy(np.array({}))", "variable": "torch.from_numpy(np.array({}))"},
    "tf": {"tensor": "tf.constant({})", "variable": "tf.Variable({})"},
}

# Optimizers are compared by what they do to two parameters over ten steps; the rate changes on the way.
OPTIMIZER_INPUTS = """\
data = rng.normal(size=(7, 5)).astype("float32")
target = rng.normal(size=(7, 3)).astype("float32")
weight = rng.normal(size=(5, 3)).astype("float32")
bias = rng.normal(size=(3,)).astype("float32")"""
OPTIMIZER_BEFORE: dict[Side, str] = {
    "torch": """\
data, target = torch.from_numpy(data), torch.from_numpy(target)
weight, bias = torch.nn.Parameter(torch.from_numpy(weight)), torch.nn.Parameter(torch.from_numpy(bias))
params = [weight, bias]""",
    "tf": """\
weight, bias = tf.Variable(weight), tf.Variable(bias)
params = [weight, bias]""",
}
OPTIMIZER_AFTER: dict[Side, str] = {
    "torch": """\
weights, biases, losses = [], [], []
for step in range(10):
    if step == 5:
        for group in optimizer.param_groups:
            group["lr"] *= 0.3
    optimizer.zero_grad()
    loss = torch.mean((data @ weight + bias - target) ** 2)
    loss.backward()
    optimizer.step()
    weights.append(weight.detach().clone())
    biases.append(bias.detach().clone())
    losses.append(loss.detach())
weights, biases, losses = torch.stack(weights), torch.stack(biases), torch.stack(losses)""",
    "tf": """\
weights, biases, losses = [], [], []
for step in range(10):
    if step == 5:
        optimizer.learning_rate = optimizer.learning_rate * 0.3
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((data @ weight + bias - target) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, params), params))
    weights.append(tf.identity(weight))
    biases.append(tf.identity(bias))
    losses.append(loss)
weights, biases, losses = tf.stack(weights), tf.stack(biases), tf.stack(losses)""",
}
SCHEDULE_BEFORE: dict[Side, str] = {"torch": "params = [torch.nn.Parameter(torch.ones(1))]", "tf": ""}
SCHEDULE_AFTER: dict[Side, str] = {
    "torch": """\
rates = []
for step in range(50):
    rates.append(optimizer.param_groups[0]["lr"])
    optimizer.step()
    scheduler.step()""",
    "tf": "rates = [float(schedule(step)) for step in range(50)]",
}


@dataclass(frozen=True)
class Script:
    """The parts of a script, in the order in which they run."""

    imports: str
    inputs: str
    definitions: str
    head: str
    build: str
    tail: str
    compare: tuple[str, ...]

    def text(self, carry: str = "") -> str:
        """The whole program; `carry` is the code that gives the layer its weights."""
        build = f"{self.build}  # the first call creates the variables" if self.build else ""
        shown = [f"print({name!r}, {name})" for name in self.compare]
        blocks = [
            self.imports, self.inputs, self.definitions, self.head, build if carry else "", carry, self.tail,
            "\n".join(shown),
        ]  # fmt: skip
        return "\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n"


def harness(mapping: Mapping, example: Example) -> Literal["optimizer", "schedule"] | None:
    """The loop that an example of an optimizer or scheduler runs in, unless it compares values of its own."""
    if example.compare:
        return None
    kinds: dict[str, Literal["optimizer", "schedule"]] = {"optimizer": "optimizer", "scheduler": "schedule"}
    return kinds.get(mapping.kind)


def compared(mapping: Mapping, example: Example) -> tuple[str, ...]:
    """The names whose values are compared."""
    in_loop = {"optimizer": ("weights", "biases", "losses"), "schedule": ("rates",), None: ()}
    return tuple(example.compare) or in_loop[harness(mapping, example)]


def build_script(mapping: Mapping, example: Example, side: Side, seed: int = SEED) -> Script:
    """The script of one side of an example; another seed draws other inputs."""
    code = getattr(example, side).strip("\n")
    inputs = _inputs(example, side, seed)
    loop = harness(mapping, example)
    if loop == "optimizer":
        inputs += "\n" + OPTIMIZER_INPUTS + "\n" + OPTIMIZER_BEFORE[side]
        code += "\n" + OPTIMIZER_AFTER[side]
    elif loop == "schedule":
        inputs += "\n" + SCHEDULE_BEFORE[side]
        code += "\n" + SCHEDULE_AFTER[side]
    head, build, tail = _split(code, example.carry)
    return Script(
        imports=IMPORTS[side],
        inputs=inputs,
        definitions=_definitions(mapping, example, side),
        head=head,
        build=build if side == "tf" or _definitions(mapping, example, side) else "",
        tail=tail,
        compare=compared(mapping, example),
    )


def drop_in_name(overload: Overload) -> str | None:
    """The name of the function that a drop-in defines (its last top-level `def`)."""
    if overload.drop_in is None:
        return None
    defined = python_code.functions(overload.drop_in)
    return defined[-1].name if defined else None


def in_place_of_drop_in(overload: Overload, rewrite: Rewrite) -> Overload:
    """The overload with what a rewrite says as its drop-in, of the same name and parameters."""
    function = python_code.functions(overload.drop_in or "")[-1]
    signature = f"def {function.name}({ast.unparse(function.args)}):"
    return overload.model_copy(update={"drop_in": f"{signature}\n    return {as_expression(rewrite.to)}\n"})


def used_drop_ins(mapping: Mapping, example: Example) -> list[Overload]:
    """The drop-ins whose function the snippet on the other side calls by name."""
    code = getattr(example, OTHER[mapping.side])
    used = python_code.names(code)
    return [overload for overload in mapping.signatures if drop_in_name(overload) in used]


def is_called(mapping: Mapping, overload: Overload) -> bool:
    """Whether an example calls the drop-in of a signature by its name."""
    return any(overload in used_drop_ins(mapping, example) for example in mapping.examples)


def _definitions(mapping: Mapping, example: Example, side: Side) -> str:
    if side == mapping.side:
        return ""
    return "\n\n".join((overload.drop_in or "").strip() for overload in used_drop_ins(mapping, example))


def _inputs(example: Example, side: Side, seed: int) -> str:
    lines = [f"rng = np.random.default_rng({seed})"]
    for name, given in example.inputs.items():
        if given.as_ == "python":
            lines.append(f"{name} = {given.value}")
            continue
        lines.append(f'{name} = np.asarray({given.value}, dtype="{given.dtype}")')
    for name, given in example.inputs.items():
        wrap = WRAP[side].get(given.as_)
        if wrap:
            lines.append(f"{name} = {wrap.format(name)}")
    return "\n".join(lines)


def _split(code: str, carry: str | None) -> tuple[str, str, str]:
    """Head (through the statement that makes the layer), the first call of the layer, and the tail."""
    if carry is None:
        return "", "", code
    lines = code.splitlines()
    for statement in python_code.parse(code).body:
        assigns = any(
            isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id == carry for n in ast.walk(statement)
        )
        if assigns and not isinstance(statement, ast.FunctionDef | ast.ClassDef):
            end = statement.end_lineno or 0
            tail = "\n".join(lines[end:])
            return "\n".join(lines[:end]), _first_call(tail, carry), tail
    return "", "", code


def _first_call(code: str, layer: str) -> str:
    for node in python_code.nodes(code):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == layer:
            return ast.unparse(node)
    return ""


def expand(weights: State, entries: list[str]) -> dict[str, StateEntry]:
    """The recipe written out for the entries of a state dict; `{k}` becomes the number.

    Raises:
        KeyError: an entry of the state dict that the recipe does not mention.
    """
    recipe: dict[str, StateEntry] = {}
    for entry in entries:
        for pattern, weight in weights.items():
            found = weight_pattern(pattern).fullmatch(entry)
            if found is None:
                continue
            number = found.groupdict().get("k")

            recipe[entry] = weight if number is None else _numbered(weight, number)
            break
        else:
            raise KeyError(f"the weight recipe does not say what becomes of {entry!r}")
    return recipe


def _numbered(weight: StateEntry, number: str) -> StateEntry:
    def fill(text: str | None) -> str | None:
        return None if text is None else text.replace("{k}", number)

    to = {fill(k): fill(v) for k, v in weight.to.items()} if isinstance(weight.to, dict) else fill(weight.to)
    return weight.model_copy(update={"to": to, "into": fill(weight.into), "transform": fill(weight.transform)})


@dataclass(frozen=True)
class Carried:
    """One step of a recipe: a state dict entry, the end of the variable's path, and the expression for it."""

    entry: str
    path: str
    transform: str

    @property
    def needs_shape(self) -> bool:
        """Whether the expression speaks of the shape of the variable."""
        return "shape" in python_code.names(self.transform)


def carried(recipe: dict[str, StateEntry]) -> dict[str, Carried]:
    """The steps of a recipe, named after their entry, and after the variable too where an entry feeds several."""
    return {
        entry if len(weight.transforms) == 1 else f"{entry} to {path}": Carried(entry, path, transform)
        for entry, weight in recipe.items()
        for path, transform in weight.transforms.items()
    }


def draw_state(shapes: Shapes) -> str:
    """Code that draws the weights, the same on both sides. Variances are positive, counters stay zero."""
    lines = ["state = {"]
    for name, (shape, dtype) in shapes.items():
        if not dtype.startswith(("float", "bfloat")):
            value = f'np.zeros({shape}, dtype="{dtype}")'
        elif name.endswith("var"):
            value = f'rng.uniform(0.5, 1.5, size={shape}).astype("{dtype}")'
        else:
            value = f'(0.5 * rng.normal(size={shape})).astype("{dtype}")'
        lines.append(f'    "{name}": {value},')
    return "\n".join([*lines, "}"])


def carry_code(layer: str, recipe: dict[str, StateEntry], shapes: Shapes, side: Side) -> str:
    """Code that draws the weights and gives them to the layer."""
    drawn = draw_state(shapes)
    if side == "torch":
        load = f"{layer}.load_state_dict({{name: torch.from_numpy(np.array(w)) for name, w in state.items()}})"
        return f"{drawn}\n{load}"
    lines = [drawn, f"variables = {{v.path: v for v in {layer}.weights}}"]
    for step in carried(recipe).values():
        lines.append(f'w = state["{step.entry}"]')
        target = f'next(v for path, v in variables.items() if ("/" + path).endswith("/{step.path}"))'
        if step.needs_shape:
            lines += [f"variable = {target}", "shape = variable.shape"]
            target = "variable"
        lines.append(f"{target}.assign({step.transform})")
    return "\n".join(lines)


TRACED_KINDS = ("function", "method", "layer", "loss", "class")  # the others are no computation on tensors


def tensors_of(example: Example) -> list[str]:
    """The inputs that both sides receive as tensors."""
    return [name for name, given in example.inputs.items() if given.as_ == "tensor"]


def traceable(mapping: Mapping) -> Example | None:
    """The first example that matches and computes on tensors: what a reader copies first."""
    if mapping.kind not in TRACED_KINDS:
        return None
    return next((e for e in mapping.examples if e.outcome == "match" and tensors_of(e)), None)
