"""The verdict on one example: both sides run, everything compared, every keyword argument mutated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scipy import stats

from examples.compare.results import Difference, compare_gradients, compare_leaf, compare_trees
from examples.compare.values import Leaf, array_leaf
from examples.frameworks import np
from examples.runner.execute import BadExample, Run, run_tf, run_torch, transformed
from examples.verify.mutate import mutations
from examples.verify.way_back import lost_on_the_way_back
from loader.model.example import Example, Input
from loader.model.mapping import Mapping
from loader.proof.evidence import Compared, ExampleEvidence, Mutations, example_hash
from loader.proof.script import SEED, build_script, compared, expand

SEEDS = (SEED, SEED + 1)  # a result that was typed in, or that fits by luck, does not survive other inputs
REJECTED_BELOW = 1e-4  # p value under which two random samples count as differently distributed


class Failed(Exception):
    """The example does not hold; the message shows both values and the difference."""


class Outcome:
    """What both sides gave for one seed, compared."""

    def __init__(self, mapping: Mapping, example: Example, seed: int, *, tf_code: str | None, gradients: bool) -> None:
        self.example, self.mapping = example, mapping
        names = [name for name, given in example.inputs.items() if _is_float(given)]
        ours = build_script(mapping, example, "torch", seed)
        theirs = build_script(mapping, _with_tf(example, tf_code), "tf", seed)
        self.torch = run_torch(ours, names, example.carry, seed, gradients=gradients)
        recipe = {}
        if example.carry and self.torch.error is None:
            try:
                recipe = expand(mapping.recipe(example), list(self.torch.shapes))
            except KeyError as error:
                raise Failed(str(error.args[0])) from None
        self.recipe = recipe
        names = list(self.torch.gradients)  # without those that PyTorch refuses
        self.tf = run_tf(theirs, names, example.carry, recipe, self.torch.shapes, seed, gradients=gradients)
        self.with_gradients = gradients
        self.outputs: dict[str, Compared] = {}
        self.gradients: dict[str, Compared] = {}
        self.state: dict[str, Compared] = {}
        self.p_value: float | None = None
        self.differences: list[Difference] = []
        if self.torch.error is None and self.tf.error is None:
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
                tolerance=self.example.tolerance,
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
            if lost := lost_on_the_way_back(self.recipe, self.torch.state, self._shapes()):
                raise Failed(f"state: the recipe that is derived for the other direction loses {', '.join(lost)}")

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
                self.p_value = min(p_value, self.p_value if self.p_value is not None else 1.0)
                if p_value < REJECTED_BELOW:
                    text = (
                        f"the distributions differ (p = {p_value:.2g}): mean {a.mean():.4g} and {b.mean():.4g}, "
                        f"standard deviation {a.std():.4g} and {b.std():.4g}, "
                        f"range {a.min():.4g}..{a.max():.4g} and {b.min():.4g}..{b.max():.4g}"
                    )
                    yield Difference("values", name + path, text)

    def _gradients(self) -> Iterator[Difference]:
        if not self.with_gradients:
            return
        pairs = {name: (ours, self.tf.gradients.get(name)) for name, ours in self.torch.gradients.items()}
        ours_weights = transformed(self.recipe, self.torch.weight_gradients, self._shapes(), linear=True)
        for entry, ours in ours_weights.items():
            if entry in self.tf.weight_gradients:
                pairs[f"{self.example.carry}.{entry}"] = (ours, self.tf.weight_gradients[entry])
        if self.tf.gradient_error is not None and any(_nonzero(ours) for ours, _ in pairs.values()):
            yield Difference("gradients", "gradient", f"TensorFlow has none: {self.tf.gradient_error!s:.200}")
            return
        for name, (ours, theirs) in pairs.items():
            verdict = compare_gradients(f"gradient of {name}", ours, theirs, self.example.tolerance)
            if verdict is None:
                continue
            self.gradients[name] = verdict.compared
            for difference in verdict.differences:
                missing = "PyTorch" if ours is None else "TensorFlow" if theirs is None else None
                hint = f" (no gradient reaches it in {missing})" if missing else ""
                yield Difference("gradients", difference.name, difference.message + hint)

    def _state(self) -> Iterator[Difference]:
        if self.example.carry is None:
            return
        expected = transformed(self.recipe, self.torch.state, self._shapes())
        for entry, ours in expected.items():
            theirs = self.tf.state[entry]
            verdict = compare_leaf(
                f"state {entry}",
                array_leaf(ours),
                array_leaf(theirs),
                aspect="state",
                tolerance=self.example.tolerance,
            )
            self.state[entry] = verdict.compared
            yield from verdict.differences

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: tuple(value.shape) for name, value in self.tf.state.items()}

    def failure(self) -> str | None:
        """Why the two sides do not agree, or None if they do."""
        for side, run in (("PyTorch", self.torch), ("TensorFlow", self.tf)):
            if run.error is not None:
                return f"{side} raised {type(run.error).__name__}: {run.error!s:.600}"
        if self.differences:
            return "\n".join(f"{d.name} ({d.aspect}): {d.message}" for d in self.differences)
        return None


def _with_tf(example: Example, code: str | None) -> Example:
    return example if code is None else example.model_copy(update={"tf": code})


def _is_float(given: Input) -> bool:
    return given.as_ in ("tensor", "variable") and given.dtype.startswith(("float", "bfloat", "complex"))


def _nonzero(array: Any) -> bool:
    return array is not None and bool(np.any(array != 0))


def verify_example(mapping: Mapping, example: Example) -> ExampleEvidence:
    """Run an example and judge it.

    Raises:
        Failed: it does not hold, or proves nothing; the message says why.
        BadExample: it cannot be run as it stands.
    """
    if example.outcome == "error":
        return _expected_error(mapping, example)
    first = Outcome(mapping, example, SEEDS[0], tf_code=None, gradients=_gradients_wanted(example))
    if example.outcome == "differ":
        return _counter_example(mapping, example, first)
    reason = first.failure()
    if reason is not None:
        raise Failed(reason)
    _check_inputs(mapping, example)
    _check_reasons(mapping, example, first)
    second = Outcome(mapping, example, SEEDS[1], tf_code=None, gradients=first.with_gradients)
    reason = second.failure()
    if reason is not None:
        raise Failed(f"with other inputs (seed {SEEDS[1]}): {reason}")
    _check_outputs(mapping, example, first.torch, second.torch)
    return _evidence(mapping, example, first, outcome="match").model_copy(
        update={"mutations": _mutate(mapping, example, gradients=first.with_gradients)}
    )


def _gradients_wanted(example: Example) -> bool:
    return example.gradients is None and example.random is None and bool(example.inputs or example.carry)


def _evidence(mapping: Mapping, example: Example, done: Outcome, outcome: Any) -> ExampleEvidence:
    return ExampleEvidence(
        hash=example_hash(mapping, example),
        outcome=outcome,
        outputs=done.outputs,
        gradients=done.gradients,
        state=done.state,
        state_shapes=done.torch.shapes,
        differs=sorted({d.aspect for d in done.differences}),
        p_value=None if done.p_value is None else float(f"{done.p_value:.2g}"),
    )


def _counter_example(mapping: Mapping, example: Example, done: Outcome) -> ExampleEvidence:
    for side, run in (("PyTorch", done.torch), ("TensorFlow", done.tf)):
        if run.error is not None:
            raise Failed(f"a counter-example must run: {side} raised {type(run.error).__name__}: {run.error!s:.600}")
    differs = sorted({d.aspect for d in done.differences})
    if differs != sorted(example.differ):
        found = ", ".join(differs) or "nothing"
        detail = "\n".join(f"{d.name} ({d.aspect}): {d.message}" for d in done.differences)
        raise Failed(f"must differ in {', '.join(example.differ)}; what differs is {found}\n{detail}".rstrip())
    return _evidence(mapping, example, done, outcome="differ")


def _expected_error(mapping: Mapping, example: Example) -> ExampleEvidence:
    done = Outcome(mapping, example, SEEDS[0], tf_code=None, gradients=False)
    errors = {}
    for side, run in (("torch", done.torch), ("tf", done.tf)):
        expected = example.error.get(side)  # type: ignore[call-overload]
        raised = None if run.error is None else [cls.__name__ for cls in type(run.error).__mro__]
        if expected is None and raised is not None:
            raise Failed(f"{side} raised {raised[0]}, which `error` does not expect: {run.error!s:.600}")
        if expected is not None and raised is None:
            raise Failed(f"{side} was to raise {expected}, and raised nothing")
        if expected is not None and raised is not None:
            if expected not in raised:
                raise Failed(f"{side} was to raise {expected}, and raised {raised[0]}: {run.error!s:.600}")
            errors[side] = f"{raised[0]}: {str(run.error).strip().splitlines()[0] if str(run.error).strip() else ''}"[
                :200
            ]
    return ExampleEvidence(hash=example_hash(mapping, example), outcome="error", errors=errors)


def _check_inputs(mapping: Mapping, example: Example) -> None:
    """Inputs must not be such that a wrong mapping could pass: zeros, equal sizes, one repeated value."""
    namespace: dict[str, Any] = {"np": np}
    lines = build_script(mapping, example, "torch").inputs.splitlines()
    exec("import numpy as np\n" + "\n".join(x for x in lines if "torch" not in x), namespace)
    for name, given in example.inputs.items():
        value = namespace[name]
        if given.as_ == "python" or not isinstance(value, np.ndarray):
            continue
        weak = _weakness(value)
        if weak and given.allow is None:
            raise Failed(f"inputs.{name}: {weak}: a wrong mapping could pass. Change it, or give the reason in `allow`")
        if not weak and given.allow is not None:
            raise Failed(f"inputs.{name}: `allow` is not needed: remove it")


def _weakness(value: Any) -> str | None:
    sizes = [size for size in value.shape if size > 1]
    if len(set(sizes)) < len(sizes):
        return f"the sizes {list(value.shape)} are not all different"
    if value.dtype.kind in "fc" and bool(np.any(value == 0)):
        return "it contains zeros"
    if value.size > 1 and bool(np.all(value == value.reshape(-1)[0])):
        return "all its elements are equal"
    return None


def _check_reasons(mapping: Mapping, example: Example, done: Outcome) -> None:
    """A reason that is no longer needed is an error, so that none outlives its cause."""
    if example.gradients is not None:
        again = Outcome(mapping, example, SEEDS[0], tf_code=None, gradients=True)
        given = (*again.torch.gradients.values(), *again.torch.weight_gradients.values())
        if again.failure() is None and any(gradient is not None for gradient in given):
            raise Failed("the reason under `gradients` is not needed: the gradients match. Remove it")
    if example.tolerance is not None:
        strict = example.model_copy(update={"tolerance": None})
        if Outcome(mapping, strict, SEEDS[0], tf_code=None, gradients=done.with_gradients).failure() is None and (
            Outcome(mapping, strict, SEEDS[1], tf_code=None, gradients=done.with_gradients).failure() is None
        ):
            raise Failed("the tolerance is not needed: the default one of the dtype is met. Remove it")


def _check_outputs(mapping: Mapping, example: Example, first: Run, second: Run) -> None:
    names = compared(mapping, example)
    for name in names:
        for path, leaf in first.outputs[name].items():
            if leaf.is_float and bool(np.any(np.isnan(leaf.array))):
                raise Failed(f"{name}{path}: NaN on both sides proves nothing: choose other inputs")
    tensors = [n for n, given in example.inputs.items() if given.as_ != "python"]
    if not tensors or example.random is not None:
        return
    unchanged = all(_same(first.outputs[name], second.outputs[name]) for name in names)
    if unchanged and example.constant is None:
        raise Failed(
            "the result does not depend on the input: it is the same for other inputs. "
            "Change the example, or say why under `constant`"
        )
    if not unchanged and example.constant is not None:
        raise Failed("`constant` is not needed: the result depends on the input. Remove it")


def _same(ours: dict[str, Leaf], theirs: dict[str, Leaf]) -> bool:
    return list(ours) == list(theirs) and all(np.array_equal(ours[p].array, theirs[p].array) for p in ours)


def _mutate(mapping: Mapping, example: Example, *, gradients: bool) -> Mutations:
    """Drop each keyword of the TensorFlow snippet; what still passes must be declared under `unproved`."""
    total, unproved = 0, set()
    for label, code in mutations(example.tf):
        total += 1
        if all(_passes(mapping, example, seed, code, gradients=gradients) for seed in SEEDS):
            unproved.add(label)
    undeclared = sorted(unproved - set(example.unproved))
    if undeclared:
        raise Failed(
            f"the example passes without {', '.join(undeclared)}: choose inputs for which it matters, leave it out "
            "of the snippet, or give the reason under `unproved`"
        )
    needless = sorted(set(example.unproved) - unproved)
    if needless:
        raise Failed(f"unproved: {', '.join(needless)} is proved (or not in the snippet): remove it")
    return Mutations(total=total, proved=total - len(unproved), unproved=sorted(unproved))


def _passes(mapping: Mapping, example: Example, seed: int, code: str, *, gradients: bool) -> bool:
    try:
        return Outcome(mapping, example, seed, tf_code=code, gradients=gradients).failure() is None
    except (BadExample, Failed):
        return False
