"""Sweeps: a drop-in run on every sample input with which the framework of its name tests itself.

PyTorch ships these samples; of TensorFlow they are recorded from Keras's own tests. What does not match is a declared
limit, or a failure. Where float32 results differ by more than the tolerance, exactness decides: the drop-in may be as
far from a float64 computation as the original itself is in float32 (twice), not farther.
"""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from examples.compare.gradients import differentiated, tf_gradients, tf_scalar, torch_gradients
from examples.compare.results import compare_gradients, compare_trees
from examples.compare.values import Leaf, float_tensors, leaves, to_tf, torch_array
from examples.frameworks import keras, np, reset, tf, torch
from examples.runner.execute import find_variables, transformed
from examples.sweep import attempting, recorded
from examples.sweep import samples as shipped
from examples.sweep.binding import applying, bind, general_parameters, limits_of, taken, told
from examples.sweep.drop_ins import load_drop_in
from examples.sweep.samples import Sample
from examples.sweep.spellings import compare_spellings, fresh
from examples.verify.example import Failed, Outcome
from loader.model import conditions as when
from loader.model.dotted import OTHER, Side
from loader.model.example import Example
from loader.model.mapping import Mapping
from loader.model.signature import Overload
from loader.proof.evidence import SweepCount, SweepEvidence, sweep_hash
from loader.proof.script import expand

ULP = 2.0**-23  # of a float32 near 1
PERTURBATIONS = 4
ALLOWANCES = 8  # honest float32 results stay below 3, a wrong mapping is off by thousands
SHOWN = 5  # failures printed of one sweep


@dataclass
class _Tally:
    """What became of samples. `limits` and `covered` count, by condition, those that failed and those it holds for."""

    samples: int = 0
    matched: int = 0
    limited: int = 0
    gradients: int = 0
    max_abs: float = 0.0
    limits: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def settle(self, reason: str | None, under: list[str], told: str) -> None:
        """One sample: `reason` why it does not match, the conditions it is under, and what to call it."""
        self.samples += 1
        self.covered.update(under)
        if reason is None:
            self.matched += 1
        elif under:
            self.limited += 1
            self.limits[under[0]] += 1
        else:
            self.failures.append(f"{told}: {reason}")

    def count(self) -> SweepCount:
        return SweepCount(
            samples=self.samples,
            matched=self.matched,
            limited=self.limited,
            gradients=self.gradients,
            max_abs=float(f"{self.max_abs:.3g}"),
        )


# Why a sample does not match (None if it does), 1 if gradients were compared, largest difference.
Verdict = tuple[str | None, int, float]


@dataclass(frozen=True)
class Origin:
    """Where the samples of one framework's names come from, and how one is judged (None: nothing to compare)."""

    source_of: Callable[[str], str | None]
    dtypes_of: Callable[[str], list[str]]
    samples: Callable[[str, str], Iterator[Sample]]
    settings: Callable[[str], list[dict[str, Any]]]
    attempt: Callable[[Mapping, Callable[..., Any], Sample], Verdict | None]


def sweep(mapping: Mapping, index: int) -> SweepEvidence:
    """Run one drop-in on all samples.

    Raises:
        Failed: a sample that neither matches nor falls under a limit; a limit that never occurs.
    """
    overload = mapping.signatures[index]
    name, origin, other = mapping.name, ORIGINS[mapping.side], OTHER[mapping.side]
    source = origin.source_of(name)
    if source is None:
        return SweepEvidence(hash=sweep_hash(mapping, overload), source="none", dtypes={})
    if source == "optimizers":
        return _sweep_optimizer(mapping, overload)
    others = [load_drop_in(o, other) for i, o in enumerate(mapping.signatures) if o.drop_in and i < index]
    drop_in = load_drop_in(overload, other)
    spellings: Counter[str] = Counter()
    tallies: dict[str, _Tally] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for dtype in origin.dtypes_of(name):
            tallies[dtype] = _Tally()
            for sample in origin.samples(name, dtype):
                _judge(mapping, drop_in, others, sample, tallies[dtype], spellings)
    _refuse_failures("samples", [f"{dtype}: {text}" for dtype, tally in tallies.items() for text in tally.failures])
    counts = {dtype: tally.count() for dtype, tally in tallies.items() if tally.samples}
    if not counts:
        raise Failed("no sample fits the signature of this drop-in: is its overload right?")
    limits = _checked_limits(mapping, overload, tallies.values())
    return SweepEvidence(
        hash=sweep_hash(mapping, overload),
        source=source,
        dtypes=counts,
        limits=limits,
        methods={name: spellings[name] for name in mapping.methods if spellings[name]} or None,
        also={name: spellings[name] for name in mapping.also if spellings[name]} or None,
    )


def _refuse_failures(what: str, failures: list[str]) -> None:
    if failures:
        more = f"\n... and {len(failures) - SHOWN} more" if len(failures) > SHOWN else ""
        raise Failed(f"{len(failures)} {what} do not match:\n" + "\n".join(failures[:SHOWN]) + more)


def _checked_limits(mapping: Mapping, overload: Overload, tallies: Collection[_Tally]) -> dict[str, int]:
    """The failing samples by limit.

    Raises:
        Failed: a limit never occurs, or covers far more than fails.
    """
    limits, covered = Counter[str](), Counter[str]()
    for tally in tallies:
        limits.update(tally.limits)
        covered.update(tally.covered)
    for limit in mapping.limits:
        if limit.when is None or not when.names(limit.when) <= set(overload.parameters):
            continue
        if limits[limit.when] == 0 and limit.proof is None:
            raise Failed(f"the limit `{limit.when}` never occurs: no sample under it fails. Remove it or prove it")
        if covered[limit.when] > 2 * limits[limit.when] and limit.proof is None:
            raise Failed(
                f"the limit `{limit.when}` is too wide: it covers {covered[limit.when]} samples, "
                f"only {limits[limit.when]} of them fail"
            )
    return dict(limits)


def _judge(
    mapping: Mapping,
    drop_in: Callable[..., Any],
    earlier: list[Callable[..., Any]],
    sample: Sample,
    tally: _Tally,
    spellings: Counter[str],
) -> None:
    arguments = bind(drop_in, sample)
    if any(bind(other, sample) is not None for other in earlier):
        return
    if arguments is None and len(mapping.signatures) > 1:
        return
    verdict = ORIGINS[mapping.side].attempt(mapping, drop_in, sample)
    if verdict is None:
        return
    if arguments is None:
        tally.settle("does not fit the signature of the drop-in", [], told(sample))
        return
    reason, gradient, max_abs = verdict
    tally.max_abs = max(tally.max_abs, max_abs)
    tally.settle(reason, limits_of(mapping, sample, arguments), told(sample))
    if reason is None:
        tally.gradients += gradient
        if mapping.random is None:
            spelt = compare_spellings(mapping.methods, mapping.also, sample, spellings)
            tally.failures += [f"{told(sample)}: {problem}" for problem in spelt]


def _attempt(mapping: Mapping, drop_in: Callable[..., Any], sample: Sample) -> Verdict:
    """The verdict on a sample of a PyTorch name."""
    floats = float_tensors((sample.args, sample.kwargs))
    candidates = range(len(floats)) if sample.differentiable and mapping.random is None else ()
    try:
        (ours, our_gradients, state), wanted = differentiated(partial(_run_torch, sample), candidates)
    except Exception as error:  # noqa: BLE001 - a sample that torch itself refuses says nothing about the drop-in
        return f"PyTorch raised {type(error).__name__}: {error!s:.200}", 0, 0.0
    try:
        theirs, their_gradients = _run_tf(mapping, drop_in, sample, state, wanted)
    except Exception as error:  # noqa: BLE001 - whatever a drop-in raises is a result to report
        return f"TensorFlow raised {type(error).__name__}: {str(error).strip()[:300]}", 0, 0.0
    compared, found = compare_trees("result", ours, theirs, values=mapping.random is None)
    max_abs = max((c.max_abs or 0.0 for c in compared.values()), default=0.0)
    compared_gradients = 0
    for position, (a, b) in enumerate(zip(our_gradients, their_gradients, strict=True)):
        if verdict := compare_gradients(f"gradient {position}", a, b):
            compared_gradients = 1
            found += verdict.differences
    if (
        found
        and all(d.aspect in ("values", "gradients") for d in found)
        and _as_exact(sample, ours, theirs, our_gradients, their_gradients, wanted)
    ):
        return None, compared_gradients, max_abs
    return ("; ".join(f"{d.name}: {d.message}" for d in found) or None), compared_gradients, max_abs


def _as_exact(
    sample: Sample, ours: Any, theirs: Any, our_gradients: list[Any], their_gradients: list[Any], wanted: list[int]
) -> bool:
    """Whether float32 rounding explains the difference: both measured against torch in float64.

    TensorFlow may be as far from it as PyTorch itself is, twice, or as the reference moves where its inputs change in
    their last place: no float32 algorithm can be held to more than its inputs say.
    """
    if not any(leaf.dtype == "float32" for leaf in ours.values()):
        return False
    try:
        exact, exact_gradients, _ = _run_torch(_widened(sample, None), wanted)
        rng = np.random.default_rng(0)
        moved = [_run_torch(_widened(sample, rng), wanted)[:2] for _ in range(PERTURBATIONS)]
    except Exception:  # noqa: BLE001 - without a float64 version there is no reference, and no excuse
        return False
    for path, leaf in ours.items():
        if path in exact and leaf.is_float:
            others = [results[path].array for results, _ in moved]
            if not _no_farther(leaf.array, theirs[path].array, exact[path].array, others):
                return False
    for place, (a, b, c) in enumerate(zip(our_gradients, their_gradients, exact_gradients, strict=True)):
        is_compared = a is not None and b is not None
        if is_compared and not _no_farther(a, b, c, [gradients[place] for _, gradients in moved]):
            return False
    return True


def _widened(sample: Sample, rng: Any) -> Sample:
    """The sample in float64; with `rng` its float32 tensors change by up to one unit in the last place."""

    def widen(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            if value.dtype is not torch.float32:
                return value
            wide = value.double()
            return (
                wide if rng is None else wide * (1 + torch.from_numpy(rng.uniform(-ULP, ULP, size=tuple(wide.shape))))
            )
        if isinstance(value, list | tuple):
            return type(value)(widen(item) for item in value)
        return torch.float64 if value is torch.float32 else value

    return replace(sample, args=widen(sample.args), kwargs={k: widen(v) for k, v in sample.kwargs.items()})


def _no_farther(ours: Any, theirs: Any, exact: Any, moved: list[Any]) -> bool:
    with np.errstate(all="ignore"):
        finite = np.isfinite(exact)
        if not np.array_equal(np.isfinite(theirs), finite):
            return False
        scale = np.maximum(np.abs(exact[finite]), 1.0)
        own = np.abs(ours[finite].astype("complex128") - exact[finite]) / scale
        gap = np.abs(theirs[finite].astype("complex128") - exact[finite])
        if gap.size == 0:
            return True
        if bool((gap / scale).max() <= 2 * own.max() + 2e-6):
            return True
        movement = np.max([np.abs(other[finite] - exact[finite]) for other in moved], axis=0)
        floor = ULP / 2 * np.abs(exact[finite]).max()
    return bool(np.all(gap <= ALLOWANCES * (movement + floor)))


def _run_torch(sample: Sample, wanted: list[int]) -> tuple[dict[str, Leaf], list[Any], dict[str, Any]]:
    """Result, gradients of the wanted float arguments (by position among them), and state of a layer."""
    args, kwargs = fresh(sample.args), fresh(sample.kwargs)
    floats = float_tensors((args, kwargs))
    starts = [floats[position].requires_grad_() for position in wanted]
    torch.manual_seed(1)
    state: dict[str, Any] = {}
    if sample.construct is not None:
        layer = sample.function(*sample.construct[0], **sample.construct[1])
        if torch.float64 in [t.dtype for t in floats]:
            layer = layer.double()
        state = {k: np.array(torch_array(v)) for k, v in layer.state_dict().items()}
        result = layer.train(sample.training)(*args, **kwargs)
    else:
        result = sample.function(*args, **kwargs)
    return leaves(result), torch_gradients(result, starts), state


def _run_tf(
    mapping: Mapping, drop_in: Callable[..., Any], sample: Sample, state: dict[str, Any], wanted: list[int]
) -> tuple[dict[str, Leaf], list[Any]]:
    args, kwargs = to_tf(sample.args), to_tf(sample.kwargs)
    floats = float_tensors((args, kwargs))
    starts = [floats[position] for position in wanted]
    tape: Any
    with tf.GradientTape() if wanted else contextlib.nullcontext() as tape:
        for tensor in starts:
            tape.watch(tensor)
        if sample.construct is not None:
            result = _call_layer(mapping, drop_in, sample, state, args, kwargs)
        else:
            result = drop_in(*args, **taken(drop_in, kwargs))
        total = tf_scalar(result) if wanted else None
    return leaves(result), tf_gradients(tape, total, starts)


def _call_layer(
    mapping: Mapping, drop_in: Callable[..., Any], sample: Sample, state: dict[str, Any], args: Any, kwargs: Any
) -> Any:
    assert sample.construct is not None
    reset(0)
    if torch.float64 in [tensor.dtype for tensor in float_tensors((sample.args, sample.kwargs))]:
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
    positional, named = sample.construct
    layer = drop_in(*to_tf(positional), **taken(drop_in, to_tf(named)))
    recipe = expand(mapping.state, list(state))
    if state and (isinstance(layer, keras.Layer) or any(weight.to for weight in recipe.values())):
        layer(*args, **kwargs)
        variables = find_variables(layer, recipe)
        shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
        for name, value in transformed(recipe, state, shapes).items():
            variables[name].assign(value)
    if isinstance(layer, keras.Layer):
        return layer(*args, **kwargs, training=sample.training)
    return layer(*args, **kwargs)


def _sweep_optimizer(mapping: Mapping, overload: Overload) -> SweepEvidence:
    """Each setting with which its framework tests an optimizer: ten steps, with a change of rate on the way."""
    leaf = mapping.name.rsplit(".", 1)[-1]
    tally = _Tally()
    drop_in = load_drop_in(overload, OTHER[mapping.side])
    for settings in ORIGINS[mapping.side].settings(mapping.name):
        kept = {k: v for k, v in settings.items() if k not in general_parameters()}
        kept = {k: float(v) if isinstance(v, torch.Tensor) else v for k, v in kept.items()}
        text = "".join(f", {k}={v!r}" for k, v in kept.items())
        told_as = f"{leaf}({text.removeprefix(', ')})"
        try:
            bound = inspect.signature(drop_in).bind([], **kept)
        except TypeError:
            tally.settle("does not fit the signature of the drop-in", [], told_as)
            continue
        bound.apply_defaults()
        calls = {OTHER[mapping.side]: f"{leaf}(params{text})"}
        calls[mapping.side] = f"{mapping.name}({'params' + text if mapping.side == 'torch' else text[2:]})"
        example = Example(name="sweep", torch=f"optimizer = {calls['torch']}", tf=f"optimizer = {calls['tf']}")
        try:
            outcome = Outcome(mapping, example, 0, tf_code=None, gradients=False)
            reason = outcome.failure()
            tally.max_abs = max([tally.max_abs, *(c.max_abs or 0.0 for c in outcome.outputs.values())])
        except Failed as error:
            reason = str(error)
        tally.settle(reason, applying(mapping, dict(bound.arguments)), told_as)
    _refuse_failures("settings", tally.failures)
    limits = _checked_limits(mapping, overload, [tally])
    return SweepEvidence(
        hash=sweep_hash(mapping, overload), source="optimizers", dtypes={"float32": tally.count()}, limits=limits
    )


ORIGINS: dict[Side, Origin] = {
    "torch": Origin(shipped.source_of, shipped.dtypes_of, shipped.samples, shipped.optimizer_settings, _attempt),
    "tf": Origin(
        recorded.source_of, recorded.dtypes_of, recorded.samples, recorded.optimizer_settings, attempting.attempt
    ),
}
