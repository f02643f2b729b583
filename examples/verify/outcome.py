"""Both sides of one example, run on the same inputs and compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scipy import stats

from examples.compare.results import Difference, compare_gradients, compare_leaf, compare_trees
from examples.compare.rounding import Change, Reference
from examples.compare.values import array_leaf
from examples.execution.execute import Run, rerun_torch, run_tf, run_torch, transformed
from examples.frameworks import np
from examples.verify.way_back import lost_on_the_way_back
from loader.model.example import Example, Input
from loader.model.mapping import Mapping
from loader.model.state import StateEntry
from loader.proof.evidence import Compared
from loader.proof.script import build_script, compared, expand

REJECTED_BELOW = 1e-4  # p value under which two random samples count as differently distributed


class Failed(Exception):
    """The example does not hold; the message shows both values and the difference."""


class Expected:
    """The PyTorch side for one seed: what TensorFlow must give, and how far rounding may move it."""

    def __init__(self, mapping: Mapping, example: Example, seed: int, *, gradients: bool) -> None:
        self.mapping, self.example, self.seed, self.with_gradients = mapping, example, seed, gradients
        names = [name for name, given in example.inputs.items() if _is_float(given)]
        self._script = build_script(mapping, example, "torch", seed)
        self.run = run_torch(self._script, names, example.carry, seed, gradients=gradients)
        self.recipe: dict[str, StateEntry] = {}
        if example.carry and self.run.error is None:
            try:
                self.recipe = expand(mapping.recipe(example), list(self.run.shapes))
            except KeyError as error:
                raise Failed(str(error.args[0])) from None

    def gradients(self, run: Run, shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
        """Gradients of inputs, and of weights as the recipe carries them; `shapes` are those of the Keras variables."""
        carried = transformed(self.recipe, run.weight_gradients, shapes, linear=True)
        return run.gradients | {f"{self.example.carry}.{entry}": gradient for entry, gradient in carried.items()}

    def reference(self, shapes: dict[str, tuple[int, ...]]) -> Reference:
        """All that is compared, by the names under which it is, in double precision."""

        def again(change: Change, wide: bool) -> dict[str, Any]:
            run = rerun_torch(self._script, self.run, self.example.carry, self.seed, change, wide=wide)
            named = {
                name + path: leaf.array
                for name, parts in run.outputs.items()
                for path, leaf in parts.items()
                if leaf.is_float
            }
            for name, gradient in self.gradients(run, shapes).items():
                if gradient is not None:
                    named[f"gradient of {name}"] = gradient
            state = transformed(self.recipe, run.state, shapes)
            return named | {f"state {entry}": value for entry, value in state.items()}

        return Reference(again)


class Outcome:
    """What TensorFlow gave, compared with what it must. `code` stands for the snippet of the example."""

    def __init__(self, expected: Expected, code: str | None = None) -> None:
        self.example, self.mapping, self.expected = expected.example, expected.mapping, expected
        self.torch = expected.run
        example = self.example if code is None else self.example.model_copy(update={"tf": code})
        script = build_script(self.mapping, example, "tf", expected.seed)
        names = list(self.torch.gradients)  # without those that PyTorch refuses
        self.tf = run_tf(
            script, names, example.carry, expected.recipe, self.torch.shapes, expected.seed,
            gradients=expected.with_gradients,
        )  # fmt: skip
        self.outputs: dict[str, Compared] = {}
        self.gradients: dict[str, Compared] = {}
        self.state: dict[str, Compared] = {}
        self.differences: list[Difference] = []
        if self.torch.error is None and self.tf.error is None:
            self._shapes = {name: tuple(value.shape) for name, value in self.tf.state.items()}
            self._reference = expected.reference(self._shapes)
            self._compare()

    @property
    def is_random(self) -> bool:
        return self.example.random is not None

    def _compare(self) -> None:
        for name in compared(self.mapping, self.example):
            done, found = compare_trees(
                name,
                self.torch.outputs[name],
                self.tf.outputs[name],
                **self._rules(),
                dtypes=self.example.dtypes.get(name),
                values=not self.is_random,
            )
            self.outputs |= done
            self.differences += found
        if self.is_random:
            self.differences += list(self._distribution())
        else:
            self.differences += list(self._gradients())
            self.differences += list(self._state())
            if lost := lost_on_the_way_back(self.expected.recipe, self.torch.state, self._shapes):
                raise Failed(f"state: the recipe that is derived for the other direction loses {', '.join(lost)}")

    def _rules(self) -> dict[str, Any]:
        return {"reference": self._reference, "tolerance": self.example.tolerance}

    def _distribution(self) -> Iterator[Difference]:
        """Two-sample Kolmogorov-Smirnov test, and the range, for each random result."""
        for name in compared(self.mapping, self.example):
            for path, ours in self.torch.outputs[name].items():
                theirs = self.tf.outputs[name].get(path)
                if theirs is None or not ours.is_tensor:
                    continue
                a, b = ours.array.reshape(-1).astype("float64"), theirs.array.reshape(-1).astype("float64")
                if min(a.size, b.size) < 500:
                    raise Failed(f"{name}{path}: {a.size} random numbers prove little: draw 500 or more")
                p_value = float(stats.ks_2samp(a, b).pvalue)
                if p_value < REJECTED_BELOW:
                    text = (
                        f"the distributions differ (p = {p_value:.2g}): mean {a.mean():.4g} and {b.mean():.4g}, "
                        f"standard deviation {a.std():.4g} and {b.std():.4g}, "
                        f"range {a.min():.4g}..{a.max():.4g} and {b.min():.4g}..{b.max():.4g}"
                    )
                    yield Difference("values", name + path, text)

    def _gradients(self) -> Iterator[Difference]:
        if not self.expected.with_gradients:
            return
        theirs_of = dict(self.tf.gradients)
        theirs_of |= {f"{self.example.carry}.{entry}": found for entry, found in self.tf.weight_gradients.items()}
        expected = self.expected.gradients(self.torch, self._shapes)
        pairs = {
            name: (ours, theirs_of.get(name))
            for name, ours in expected.items()
            if name in self.torch.gradients or name in theirs_of  # not of variables that do not train
        }
        if self.tf.gradient_error is not None and any(_nonzero(ours) for ours, _ in pairs.values()):
            yield Difference("gradients", "gradient", f"TensorFlow has none: {self.tf.gradient_error!s:.200}")
            return
        for name, (ours, theirs) in pairs.items():
            verdict = compare_gradients(f"gradient of {name}", ours, theirs, **self._rules())
            if verdict is None:
                continue
            self.gradients[name] = verdict.compared
            for difference in verdict.differences:
                missing = "PyTorch" if ours is None else "TensorFlow" if theirs is None else None
                hint = f" (no gradient reaches it in {missing})" if missing else ""
                yield Difference("gradients", difference.name, difference.message + hint)

    def _state(self) -> Iterator[Difference]:
        for entry, ours in transformed(self.expected.recipe, self.torch.state, self._shapes).items():
            verdict = compare_leaf(
                f"state {entry}",
                array_leaf(ours),
                array_leaf(self.tf.state[entry]),
                aspect="state",
                **self._rules(),
            )
            self.state[entry] = verdict.compared
            yield from verdict.differences

    def failure(self) -> str | None:
        """Why the two sides do not agree, or None if they do."""
        for side, run in (("PyTorch", self.torch), ("TensorFlow", self.tf)):
            if run.error is not None:
                return f"{side} raised {type(run.error).__name__}: {run.error!s:.600}"
        if self.differences:
            return "\n".join(f"{d.name} ({d.aspect}): {d.message}" for d in self.differences)
        return None


def _is_float(given: Input) -> bool:
    return given.as_ in ("tensor", "variable") and given.dtype.startswith(("float", "bfloat", "complex"))


def _nonzero(array: Any) -> bool:
    return array is not None and bool(np.any(array != 0))
