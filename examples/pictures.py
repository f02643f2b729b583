"""`python -m examples.pictures` measures what the pictures of the pages show, and writes `examples/pictures.json`.

Activation functions and their gradients over a range of inputs, learning rates over steps, and the pixels that a
padded convolution takes: all of it by running the snippets of the mappings' own examples in both frameworks.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any

from examples.execution.execute import Run, run_tf, run_torch
from examples.frameworks import configure, np, versions
from loader.files import write_text
from loader.model.example import Example, Input
from loader.model.mapping import Mapping
from loader.proof.evidence import example_hash
from loader.proof.script import SEED, build_script, harness
from loader.publish.pictures import FILE, Curves, Panel, Pictures, Windows, digest
from loader.reading.data import read_data

RANGE = "np.linspace(-4, 4, 96)"  # none of these is a whole number, where many functions have a kink
DIGITS = 4  # of each number; a picture needs fewer
VISIBLE = 0.02  # of the height of a picture
ELEMENTWISE = "activations"  # the module whose examples may be curves

# A row of six pixels, a window of three, a step of two. The gradient of each result shows the pixels that it takes.
PIXELS = 6
WINDOWS: dict[str, tuple[str, str]] = {
    "same padding, kernel_size=3, stride=2: padding=1 and padding=\"same\"": (
        """
x = torch.ones(1, 1, 1, 6, requires_grad=True)
y = torch.nn.functional.conv2d(x, torch.ones(1, 1, 1, 3), stride=(1, 2), padding=(0, 1))
taken = [torch.autograd.grad(y[0, 0, 0, n], x, retain_graph=True)[0].numpy().ravel() for n in range(y.shape[3])]
""",
        """
x = tf.Variable(tf.ones((1, 1, 6, 1)))
with tf.GradientTape(persistent=True) as tape:
    y = tf.nn.conv2d(x, tf.ones((1, 3, 1, 1)), strides=(1, 2), padding="SAME")
    results = tf.unstack(y[0, 0, :, 0])
taken = [tape.gradient(result, x).numpy().ravel() for result in results]
""",
    )
}  # fmt: skip
WINDOWED = ("torch.nn.Conv2d", "torch.nn.functional.conv2d")


def measure(mappings: Path) -> Pictures:
    """All pictures of a dataset."""
    configure()
    data = read_data(mappings)
    curves: dict[str, list[Curves]] = {}
    for source in data.sources:
        found = list(_curves(source.module, source.mapping))
        if found:
            curves[source.mapping.name] = found
    known = {source.mapping.name for source in data.sources}
    windows = [_windows(title, *code) for title, code in WINDOWS.items()]
    return Pictures(versions=versions(), curves=curves, windows={name: windows for name in WINDOWED if name in known})


def _curves(module: str, mapping: Mapping) -> Iterator[Curves]:
    """The first example that matches, and the first counter-example: whichever can be drawn."""
    wanted: dict[str, Example] = {}
    for example in mapping.examples:
        wanted.setdefault(example.outcome, example)
    for example in (wanted[outcome] for outcome in ("match", "differ") if outcome in wanted):
        if mapping.kind == "scheduler" and harness(mapping, example) == "schedule":
            panels = _rates(mapping, example)
        elif module == ELEMENTWISE and _has_one_input(example):
            panels = _values(mapping, example)
        else:
            continue
        if panels and (example.outcome == "match" or any(map(_is_visible, panels))):
            yield Curves(example=example.name, hash=example_hash(mapping, example), panels=panels)


def _is_visible(panel: Panel) -> bool:
    """Whether a reader would see that the curves differ."""
    values = [*panel.torch, *panel.tf]
    return panel.largest > VISIBLE * (max(values) - min(values))


def _has_one_input(example: Example) -> bool:
    inputs = list(example.inputs.values())
    return (
        len(inputs) == len(example.compare) == 1
        and (inputs[0].dtype, inputs[0].as_) == ("float32", "tensor")
        and example.carry is None
        and example.random is None
    )


def _rates(mapping: Mapping, example: Example) -> list[Panel]:
    ours, theirs = _run(mapping, example)
    if ours.error or theirs.error:
        return []
    found = [
        np.array([leaf.array.item() for leaf in run.outputs["rates"].values() if leaf.dtype != "sequence"])
        for run in (ours, theirs)
    ]
    return [_panel("learning rate over steps", np.arange(len(found[0])), *found)]


def _values(mapping: Mapping, example: Example) -> list[Panel]:
    """Values and gradients; nothing where a result depends on more than its own input."""
    (name,), (result,) = example.inputs, example.compare
    whole = _over(mapping, example, name, result, RANGE)
    part = _over(mapping, example, name, result, f"{RANGE}[:40]")
    if whole is None or part is None or any(len(values) != len(whole[0]) for values in whole):
        return []
    if any(not np.allclose(values[:40], fewer, atol=1e-6) for values, fewer in zip(whole, part, strict=True)):
        return []
    x = np.linspace(-4, 4, len(whole[0]))
    return [_panel("value", x, whole[0], whole[2]), _panel("gradient", x, whole[1], whole[3])]


def _panel(title: str, x: Any, ours: Any, theirs: Any) -> Panel:
    largest = float(f"{np.abs(ours - theirs).max():.3g}")
    return Panel(title=title, x=_numbers(x), torch=_numbers(ours), tf=_numbers(theirs), largest=largest)


def _over(mapping: Mapping, example: Example, name: str, result: str, inputs: str) -> list[Any] | None:
    """Values and gradients of both sides over inputs; None where they cannot be computed."""
    torch_code = (
        f"{name}.requires_grad_()\n{example.torch}\n"
        f"(slope,) = torch.autograd.grad({result}.sum(), {name})\n{result} = {result}.detach()"
    )
    tf_code = (
        f"with tf.GradientTape() as tape:\n    tape.watch({name})\n{indent(example.tf, '    ')}\n"
        f"slope = tape.gradient({result}, {name})"
    )
    update = {"inputs": {name: Input(value=inputs)}, "torch": torch_code, "tf": tf_code, "compare": [result, "slope"]}
    runs = _run(mapping, example.model_copy(update=update))
    if any(run.error for run in runs):
        return None
    leaves = [run.outputs[output] for run in runs for output in (result, "slope")]
    if any(len(leaf) != 1 or next(iter(leaf.values())).array.ndim != 1 for leaf in leaves):
        return None
    return [next(iter(leaf.values())).array for leaf in leaves]


def _run(mapping: Mapping, example: Example) -> tuple[Run, Run]:
    names = list(example.inputs)
    ours = run_torch(build_script(mapping, example, "torch"), names, None, SEED, gradients=False)
    theirs = run_tf(build_script(mapping, example, "tf"), names, None, {}, {}, SEED, gradients=False)
    return ours, theirs


def _windows(title: str, torch_code: str, tf_code: str) -> Windows:
    taken: dict[str, list[list[int]]] = {}
    for side, code in (("torch", torch_code), ("tf", tf_code)):
        namespace: dict[str, Any] = {}
        exec(f"import {'torch' if side == 'torch' else 'tensorflow as tf'}\n{code}", namespace)
        taken[side] = [_window(row) for row in namespace["taken"]]
    return Windows(title=title, hash=digest(torch_code, tf_code), pixels=PIXELS, torch=taken["torch"], tf=taken["tf"])


def _window(gradient: Any, size: int = 3) -> list[int]:
    """The positions of a window of which the gradient shows those inside the row."""
    inside = [int(position) for position in np.flatnonzero(gradient)]
    missing = size - len(inside)
    before = missing if inside[0] == 0 else 0
    return list(range(inside[0] - before, inside[-1] + 1 + missing - before))


def _numbers(values: Any) -> list[float]:
    return [float(f"{float(value):.{DIGITS}g}") for value in values]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m examples.pictures", description=__doc__)
    parser.add_argument("--mappings", type=Path, default=Path("mappings"))
    options = parser.parse_args()
    pictures = measure(options.mappings)
    write_text(FILE, json.dumps(pictures.model_dump(mode="json"), ensure_ascii=False) + "\n")
    print(f"{FILE}: {len(pictures.curves)} mappings with curves, {len(pictures.windows)} with windows")


if __name__ == "__main__":
    main()
