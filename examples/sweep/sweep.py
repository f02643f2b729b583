"""Sweeps: a drop-in run on every sample input with which the framework of its name tests itself.

PyTorch ships these samples; of TensorFlow they are recorded from Keras's own tests. What does not match is a declared
limit, or a failure.
"""

from __future__ import annotations

import inspect
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from examples.frameworks import torch
from examples.sweep import attempting, recorded
from examples.sweep import samples as shipped
from examples.sweep.binding import applies, applying, bind, general_parameters, given, limits_of, told, visible_in
from examples.sweep.drop_ins import Written, load_drop_in, load_rewrites, load_with_earlier
from examples.sweep.judging import Tally, attempt, checked_limits, refuse_failures
from examples.sweep.samples import Sample
from examples.sweep.spellings import compare_spellings
from examples.sweep.written import FLOATS, written_samples, written_settings
from examples.verify.outcome import Expected, Failed, Outcome
from loader.model.dotted import OTHER, Side
from loader.model.example import Example
from loader.model.fields import as_expression
from loader.model.mapping import Mapping
from loader.model.signature import Overload
from loader.proof.evidence import SweepEvidence, sweep_hash
from loader.proof.samples import given_in, must_be_shown
from loader.proof.script import is_called


@dataclass(frozen=True)
class Origin:
    """Where the samples of one framework's names come from, and how one is judged.

    `attempt` tells why a sample does not match (None if it does), and whether gradients were compared; nothing where
    there is nothing to compare.
    """

    source_of: Callable[[str], str | None]
    dtypes_of: Callable[[str], list[str]]
    samples: Callable[[str, str], Iterator[Sample]]
    settings: Callable[[str], list[dict[str, Any]]]
    attempt: Callable[[Mapping, Callable[..., Any], Sample], tuple[str | None, bool] | None]


ORIGINS: dict[Side, Origin] = {
    "torch": Origin(shipped.source_of, shipped.dtypes_of, shipped.samples, shipped.optimizer_settings, attempt),
    "tf": Origin(
        recorded.source_of, recorded.dtypes_of, recorded.samples, recorded.optimizer_settings, attempting.attempt
    ),
}


@dataclass
class Swept:
    """What is run on each sample: the drop-in, and the rewrites where their condition holds.

    `earlier` are the drop-ins of signatures before this one, which serve what they fit. The counters say how many
    samples each spelling of the name and each rewrite was compared on.
    """

    mapping: Mapping
    drop_in: Callable[..., Any]
    earlier: list[Callable[..., Any]]
    written: list[Written]
    spellings: Counter[str] = field(default_factory=Counter)
    rewritten: Counter[str] = field(default_factory=Counter)
    shown: set[str] = field(default_factory=set)  # parameters that a compared sample gave a value of its own
    incomparable: int = 0  # samples of which there is nothing to compare

    def rewrite_for(self, visible: dict[str, Any]) -> Written | None:
        """The first rewrite whose condition holds."""
        return next((w for w in self.written if w.when is None or applies(w.when, visible)), None)

    def counted(self) -> dict[str, int] | None:
        """Samples of each rewrite.

        Raises:
            Failed: one was never run.
        """
        for written in self.written:
            if not self.rewritten[written.to]:
                raise Failed(f"no sample is one that the rewrite `{written.to}` is for: nothing runs it. Remove it")
        return dict(self.rewritten) or None


def sweep(mapping: Mapping, index: int) -> SweepEvidence | None:
    """Run one drop-in on all samples; None where its framework has none.

    Raises:
        Failed: a sample that neither matches nor falls under a limit; a limit that never occurs.
    """
    overload = mapping.signatures[index]
    name, origin = mapping.name, ORIGINS[mapping.side]
    source = origin.source_of(name)
    if source is None and not overload.samples:
        if not is_called(mapping, overload):
            raise Failed(f"{name} has no samples, and no example calls the drop-in: nothing runs it. Add one that does")
        refuse_unshown(mapping, overload, set())
        return None
    if source == "optimizers":
        return _sweep_optimizer(mapping, overload)
    swept = Swept(mapping, *load_with_earlier(mapping, index), load_rewrites(overload, OTHER[mapping.side]))
    spellings = swept.spellings
    tallies: dict[str, Tally] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shipped_dtypes = origin.dtypes_of(name) if source else []
        for dtype in dict.fromkeys([*shipped_dtypes, *(FLOATS if overload.samples else ())]):
            tallies[dtype] = Tally(excepted=dtype in mapping.exceptions.dtypes)
            for sample in chain(
                origin.samples(name, dtype) if dtype in shipped_dtypes else (), written_samples(overload, dtype)
            ):
                _settle(swept, sample, tallies[dtype])
    refuse_failures("samples", [f"{dtype}: {text}" for dtype, tally in tallies.items() for text in tally.failures])
    for dtype, tally in tallies.items():
        if tally.excepted and not tally.limited:
            raise Failed(f"exceptions.dtypes.{dtype} is not needed: no sample of this dtype fails. Remove it")
    counts = {dtype: tally.count() for dtype, tally in tallies.items() if tally.samples}
    if not counts and not (swept.incomparable and is_called(mapping, overload)):
        raise Failed("no sample fits the signature of this drop-in: is its overload right?")
    refuse_unshown(mapping, overload, swept.shown)
    if not counts:
        return None
    return SweepEvidence(
        hash=sweep_hash(mapping, overload),
        source=source or "written",
        dtypes=counts,
        limits=checked_limits(mapping, overload, tallies.values()),
        methods={name: spellings[name] for name in mapping.methods if spellings[name]} or None,
        also={name: spellings[name] for name in mapping.also if spellings[name]} or None,
        rewrites=swept.counted(),
    )


def _settle(swept: Swept, sample: Sample, tally: Tally) -> None:
    mapping, drop_in = swept.mapping, swept.drop_in
    arguments = bind(drop_in, sample)
    if any(bind(other, sample) is not None for other in swept.earlier):
        return
    if arguments is None and len(mapping.signatures) > 1:
        return
    verdict = ORIGINS[mapping.side].attempt(mapping, drop_in, sample)
    if verdict is None:
        swept.incomparable += 1
        return
    if arguments is None:
        tally.settle("does not fit the signature of the drop-in", [], told(sample))
        return
    reason, gradients = verdict
    swept.shown |= given(drop_in, arguments)
    tally.settle(reason, limits_of(mapping, sample, arguments), told(sample))
    if reason is None:
        tally.gradients += gradients
        if mapping.random is None:
            spelt = compare_spellings(mapping.methods, mapping.also, sample, swept.spellings)
            tally.failures += [f"{told(sample)}: {problem}" for problem in spelt]
        _settle_rewrite(swept, sample, arguments, tally)


def _settle_rewrite(swept: Swept, sample: Sample, arguments: dict[str, Any], tally: Tally) -> None:
    """A rewrite must serve each call that it is for and that the drop-in serves."""
    written = swept.rewrite_for(visible_in(sample, arguments))
    if written is None:
        return
    swept.rewritten[written.to] += 1
    verdict = ORIGINS[swept.mapping.side].attempt(swept.mapping, written.function, sample)
    if verdict is not None and verdict[0] is not None:
        tally.failures.append(f"{told(sample)}, written as `{written.to}`: {verdict[0]}")


def _sweep_optimizer(mapping: Mapping, overload: Overload) -> SweepEvidence:
    """Each setting with which its framework tests an optimizer: ten steps, with a change of rate on the way."""
    leaf = mapping.name.rsplit(".", 1)[-1]
    tally = Tally()
    swept = Swept(
        mapping, load_drop_in(overload, OTHER[mapping.side]), [], load_rewrites(overload, OTHER[mapping.side])
    )
    for settings in (*ORIGINS[mapping.side].settings(mapping.name), *written_settings(overload)):
        kept = {k: v for k, v in settings.items() if k not in general_parameters()}
        kept = {k: float(v) if isinstance(v, torch.Tensor) else v for k, v in kept.items()}
        text = "".join(f", {k}={v!r}" for k, v in kept.items())
        told_as = f"{leaf}({text.removeprefix(', ')})"
        try:
            bound = inspect.signature(swept.drop_in).bind(*[[]] * (mapping.side == "torch"), **kept)
        except TypeError:
            tally.settle("does not fit the signature of the drop-in", [], told_as)
            continue
        bound.apply_defaults()
        swept.shown |= given(swept.drop_in, dict(bound.arguments))
        if mapping.side == "torch":
            calls = f"{mapping.name}(params{text})", f"{leaf}(params{text})"
        else:  # an optimizer of Keras is given its variables later: its drop-in makes what takes the parameters
            calls = f"{leaf}({text[2:]})(params)", f"{mapping.name}({text[2:]})"
        example = Example(name="sweep", torch=f"optimizer = {calls[0]}", tf=f"optimizer = {calls[1]}")
        reason = _reason(mapping, example)
        tally.settle(reason, applying(mapping, dict(bound.arguments)), told_as)
        written = swept.rewrite_for(bound.arguments)
        if reason is None and written is not None:
            swept.rewritten[written.to] += 1
            filled = as_expression(written.to, {n: n if n == "params" else repr(v) for n, v in bound.arguments.items()})
            if wrong := _reason(mapping, example.model_copy(update={OTHER[mapping.side]: f"optimizer = {filled}"})):
                tally.failures.append(f"{told_as}, written as `{written.to}`: {wrong}")
    refuse_failures("settings", tally.failures)
    refuse_unshown(mapping, overload, swept.shown)
    return SweepEvidence(
        hash=sweep_hash(mapping, overload),
        source="optimizers",
        dtypes={"float32": tally.count()},
        limits=checked_limits(mapping, overload, [tally]),
        rewrites=swept.counted(),
    )


def refuse_unshown(mapping: Mapping, overload: Overload, shown: set[str]) -> None:
    """Refuse a drop-in of which a parameter was always left at its default: nothing shows that it works.

    Raises:
        Failed: names the parameters. `shown` are those of the samples; calls in examples count too.
    """
    for example in mapping.examples:
        shown = shown | given_in(getattr(example, OTHER[mapping.side]), overload)
    excepted = mapping.exceptions.parameters
    if needless := [name for name in excepted if name in shown]:
        raise Failed(f"exceptions.parameters.{needless[0]} is not needed: a sample or an example passes it. Remove it")
    lacking = [name for name in must_be_shown(overload, general_parameters()) if name not in shown | excepted.keys()]
    if lacking:
        raise Failed(
            f"no sample and no example gives {', '.join(lacking)} a value other than the default: nothing shows that "
            f"the drop-in treats it rightly. Add a call that does to `samples`"
        )


def _reason(mapping: Mapping, example: Example) -> str | None:
    """Why an example does not hold, or None."""
    try:
        return Outcome(Expected(mapping, example, 0, gradients=False)).failure()
    except Failed as error:
        return str(error)
