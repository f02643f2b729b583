"""The verdict on one example: both sides run, everything compared, every keyword argument mutated."""

from __future__ import annotations

from typing import Any, Literal

from examples.compare.values import Leaf
from examples.execution.execute import BadExample, Run
from examples.frameworks import np
from examples.verify.mutate import mutations
from examples.verify.outcome import Expected, Failed, Outcome
from loader.model.example import Example
from loader.model.mapping import Mapping
from loader.proof.evidence import ExampleEvidence, Mutations, example_hash
from loader.proof.script import SEED, build_script, compared

AGREES = "either its inputs never meet the difference, or there is none and it is an example that matches"
SEEDS = (SEED, SEED + 1)  # a result that was typed in, or that fits by luck, does not survive other inputs


def verify_example(mapping: Mapping, example: Example) -> ExampleEvidence:
    """Run an example and judge it.

    Raises:
        Failed: it does not hold, or proves nothing; the message says why.
        BadExample: it cannot be run as it stands.
    """
    if example.outcome == "error":
        return _expected_error(mapping, example)
    with_gradients = _gradients_wanted(example)
    first = Expected(mapping, example, SEEDS[0], gradients=with_gradients)
    outcome = Outcome(first)
    if example.outcome == "differ":
        return _counter_example(mapping, example, outcome)
    reason = outcome.failure()
    if reason is not None:
        raise Failed(reason)
    _check_inputs(mapping, example)
    _check_reasons(mapping, example)
    second = Expected(mapping, example, SEEDS[1], gradients=with_gradients)
    reason = Outcome(second).failure()
    if reason is not None:
        raise Failed(f"with other inputs (seed {SEEDS[1]}): {reason}")
    _check_outputs(mapping, example, first.run, second.run)
    return _evidence(mapping, example, outcome, verdict="match").model_copy(
        update={"mutations": _mutate(example, (first, second))}
    )


def _gradients_wanted(example: Example) -> bool:
    return example.gradients is None and example.random is None and bool(example.inputs or example.carry)


def _evidence(
    mapping: Mapping, example: Example, done: Outcome, verdict: Literal["match", "differ"]
) -> ExampleEvidence:
    return ExampleEvidence(
        hash=example_hash(mapping, example),
        outcome=verdict,
        outputs=done.outputs,
        gradients=done.gradients,
        state=done.state,
        state_shapes=done.torch.shapes,
        differs=sorted({d.aspect for d in done.differences}),
    )


def _counter_example(mapping: Mapping, example: Example, done: Outcome) -> ExampleEvidence:
    for side, run in (("PyTorch", done.torch), ("TensorFlow", done.tf)):
        if run.error is not None:
            raise Failed(f"a counter-example must run: {side} raised {type(run.error).__name__}: {run.error!s:.600}")
    differs = sorted({d.aspect for d in done.differences})
    if differs != sorted(example.differ):
        found = ", ".join(differs) or f"nothing: {AGREES}"
        detail = "\n".join(f"{d.name} ({d.aspect}): {d.message}" for d in done.differences)
        raise Failed(f"must differ in {', '.join(example.differ)}; what differs is {found}\n{detail}".rstrip())
    return _evidence(mapping, example, done, verdict="differ")


def _expected_error(mapping: Mapping, example: Example) -> ExampleEvidence:
    done = Outcome(Expected(mapping, example, SEEDS[0], gradients=False))
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


def _check_reasons(mapping: Mapping, example: Example) -> None:
    """A reason that is no longer needed is an error, so that none outlives its cause."""
    if example.tolerance is not None and example.random is None:
        strict = example.model_copy(update={"tolerance": None})
        if all(_passes(Expected(mapping, strict, seed, gradients=_gradients_wanted(example))) for seed in SEEDS):
            raise Failed("the tolerance is not needed: rounding explains the difference. Remove it")
    if example.gradients is None:
        return
    again = Expected(mapping, example, SEEDS[0], gradients=True)
    given = (*again.run.gradients.values(), *again.run.weight_gradients.values())
    if any(gradient is not None for gradient in given) and Outcome(again).failure() is None:
        raise Failed("the reason under `gradients` is not needed: the gradients match. Remove it")


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


def _mutate(example: Example, both: tuple[Expected, Expected]) -> Mutations:
    """Drop each keyword of the TensorFlow snippet; what still passes must be declared under `unproved`."""
    total, unproved = 0, set()
    for label, code in mutations(example.tf):
        total += 1
        if all(_passes(expected, code) for expected in both):
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


def _passes(expected: Expected, code: str | None = None) -> bool:
    try:
        return Outcome(expected, code).failure() is None
    except (BadExample, Failed):
        return False
