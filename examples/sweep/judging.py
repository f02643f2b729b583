"""The verdict on one sample, and what became of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from scipy import stats

from examples.compare.gradients import differentiated
from examples.compare.results import compare_gradients, compare_trees
from examples.compare.rounding import Change, Reference
from examples.compare.values import float_tensors
from examples.frameworks import np
from examples.sweep.running import Ran, run_tf, run_torch
from examples.sweep.samples import Sample
from examples.verify.outcome import REJECTED_BELOW, Failed
from loader.model import conditions as when
from loader.model.mapping import Mapping
from loader.model.signature import Overload
from loader.proof.evidence import SweepCount

RUNS = 60  # with other seeds, of what is drawn
SHOWN = 5  # failures printed of one sweep


@dataclass
class Expected:
    """What PyTorch gives for a sample; `wanted` are the float arguments whose gradients it took."""

    sample: Sample
    wanted: list[int]
    ran: Ran
    reference: Reference

    @classmethod
    def of(cls, sample: Sample, *, gradients: bool) -> Expected:
        """Run the sample; raises what PyTorch raises."""
        floats = float_tensors((sample.args, sample.kwargs))
        candidates = range(len(floats)) if sample.differentiable and gradients else ()
        ran, wanted = differentiated(partial(run_torch, sample), candidates)

        def again(change: Change, wide: bool) -> dict[str, Any]:
            return run_torch(sample, wanted, change, wide=wide, unit=ran.unit(), state=ran.state).arrays()

        return cls(sample, wanted, ran, Reference(again))

    def refusal(self, theirs: Ran, *, values: bool = True) -> str | None:
        """Why the results of TensorFlow are not these, or None if they are."""
        _, found = compare_trees("result", self.ran.results, theirs.results, reference=self.reference, values=values)
        for position, (a, b) in enumerate(zip(self.ran.gradients, theirs.gradients, strict=True)):
            if verdict := compare_gradients(
                f"gradient {position}", a, b, reference=self.reference, unit=self.ran.unit()
            ):
                found += verdict.differences
        return "; ".join(f"{d.name}: {d.message}" for d in found) or None


def attempt(mapping: Mapping, drop_in: Callable[..., Any], sample: Sample) -> tuple[str | None, bool]:
    """Why one sample of a PyTorch name does not match (None if it does), and whether gradients were compared."""
    is_random = mapping.random is not None
    try:
        expected = Expected.of(sample, gradients=not is_random)
    except Exception as error:  # noqa: BLE001 - a sample that torch itself refuses says nothing about the drop-in
        return f"PyTorch raised {type(error).__name__}: {error!s:.200}", False
    try:
        theirs = run_tf(drop_in, sample, mapping.state, expected.ran.state, expected.wanted)
    except Exception as error:  # noqa: BLE001 - whatever a drop-in raises is a result to report
        return f"TensorFlow raised {type(error).__name__}: {str(error).strip()[:300]}", False
    compared = any(g is not None for g in (*expected.ran.gradients, *theirs.gradients))
    reason = expected.refusal(theirs, values=not is_random)
    if reason is not None and sample.training and not is_random and _draws(expected):
        _, unlike = compare_trees("result", expected.ran.results, theirs.results, values=False)
        reason = "; ".join(d.message for d in unlike) or _other_distribution(mapping, drop_in, expected)
    return reason, compared


def _draws(expected: Expected) -> bool:
    """Whether PyTorch itself gives something else with another seed: dropout inside a layer."""
    again = run_torch(expected.sample, [], state=expected.ran.state, seed=2)
    return any(not np.array_equal(leaf.array, again.results[p].array) for p, leaf in expected.ran.results.items())


def _other_distribution(mapping: Mapping, drop_in: Callable[..., Any], expected: Expected) -> str | None:
    """Why results and gradients that are drawn are not of one distribution, or None: their means and mean squares
    over many runs.
    """
    sample, state, wanted = expected.sample, expected.ran.state, expected.wanted
    ours = [run_torch(sample, wanted, state=state, seed=seed).arrays() for seed in range(RUNS)]
    theirs = [run_tf(drop_in, sample, mapping.state, state, wanted, seed=seed).arrays() for seed in range(RUNS)]
    for name in ours[0].keys() | theirs[0].keys():
        if name not in ours[0] or name not in theirs[0]:
            return f"{name} is given by one framework only"
        a, b = (np.stack([run[name].reshape(-1) for run in side]) for side in (ours, theirs))
        if any(stats.ks_2samp(x.mean(1), y.mean(1)).pvalue < REJECTED_BELOW for x, y in ((a, b), (a * a, b * b))):
            return f"{name}: the distributions differ: mean square {np.mean(a * a):.4g} and {np.mean(b * b):.4g}"
    return None


@dataclass
class Tally:
    """What became of samples. `limits` and `covered` count, by condition, those that failed and those it holds for.

    `excepted`: samples of this dtype are known to fail.
    """

    excepted: bool = False
    samples: int = 0
    matched: int = 0
    limited: int = 0
    gradients: int = 0
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
        elif self.excepted:
            self.limited += 1
        else:
            self.failures.append(f"{told}: {reason}")

    def count(self) -> SweepCount:
        return SweepCount(samples=self.samples, matched=self.matched, limited=self.limited, gradients=self.gradients)


def refuse_failures(what: str, failures: list[str]) -> None:
    """Raise `Failed` with the first of the failures, if there are any."""
    if failures:
        more = f"\n... and {len(failures) - SHOWN} more" if len(failures) > SHOWN else ""
        raise Failed(f"{len(failures)} {what} do not match:\n" + "\n".join(failures[:SHOWN]) + more)


def checked_limits(mapping: Mapping, overload: Overload, tallies: Collection[Tally]) -> dict[str, int]:
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
