"""Where a drop-in holds: every dtype that PyTorch takes on a CPU, and the corners of its arguments.

TensorFlow may refuse with an error what it cannot; another value or dtype in silence is wrong.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from examples.execution.traced import LONGEST, told_error
from examples.frameworks import tf
from examples.reach.corners import Corner, corners
from examples.sweep.binding import bind, limits_of, told
from examples.sweep.drop_ins import load_with_earlier
from examples.sweep.judging import Expected
from examples.sweep.running import run_tf
from examples.sweep.samples import Sample, dtypes_of, samples, source_of, takes
from loader.model.mapping import DTYPES, Mapping
from loader.proof.evidence import DomainEvidence, Held, drop_in_hash

CHOSEN = 6  # samples of one dtype; float32, float64 and an integer are swept whole
LOOKED_AT = 40


@dataclass
class _Tally:
    """What became of the samples of one dtype, or of one kind of corner."""

    held: int = 0
    refused: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def record(self) -> Held:
        return Held(
            held=self.held,
            refused=self.refused[0][:LONGEST] if self.refused else None,
            wrong=self.wrong[0][:LONGEST] if self.wrong else None,
        )


def try_domain(mapping: Mapping, index: int) -> DomainEvidence | None:
    """Run a drop-in on a few samples of each dtype, and on corners; None where torch has no samples."""
    overload = mapping.signatures[index]
    if source_of(mapping.name) not in ("operators", "modules"):
        return None
    drop_in, others = load_with_earlier(mapping, index)
    dtypes: dict[str, _Tally] = {}
    kinds: dict[str, _Tally] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for dtype in (dtype for dtype in DTYPES if takes(mapping.name, dtype)):
            for sample in _fitting(mapping, drop_in, others, samples(mapping.name, dtype), CHOSEN):
                _try(mapping, drop_in, Corner(dtype, sample), dtypes)
        usual = dtypes_of(mapping.name)[0]
        for sample in _fitting(mapping, drop_in, others, samples(mapping.name, usual), 1):
            for corner in corners(sample, drop_in):
                _try(mapping, drop_in, corner, kinds)
    if not dtypes:
        return None
    return DomainEvidence(
        hash=drop_in_hash(mapping, overload),
        dtypes={dtype: tally.record() for dtype, tally in dtypes.items()},
        corners={kind: tally.record() for kind, tally in sorted(kinds.items())},
    )


def _fitting(
    mapping: Mapping,
    drop_in: Callable[..., Any],
    others: list[Callable[..., Any]],
    given: Iterable[Sample],
    count: int,
) -> Iterator[Sample]:
    """The first samples that the signature takes and no limit covers, those with elements before others."""
    fitting = [
        sample
        for sample in islice(given, LOOKED_AT)
        if (arguments := bind(drop_in, sample)) is not None
        and all(bind(other, sample) is None for other in others)
        and not limits_of(mapping, sample, arguments)
    ]
    yield from sorted(fitting, key=_is_degenerate)[:count]


def _is_degenerate(sample: Sample) -> bool:
    shapes = [tuple(value.shape) for value in sample.args if hasattr(value, "shape")]
    return any(0 in shape or not shape for shape in shapes)


def _try(mapping: Mapping, drop_in: Callable[..., Any], corner: Corner, tallies: dict[str, _Tally]) -> None:
    is_random = mapping.random is not None
    try:
        expected = Expected.of(corner.sample, gradients=not is_random)
    except Exception:  # noqa: BLE001 - PyTorch refuses it
        if corner.refused:
            _must_refuse(mapping, drop_in, corner, tallies.setdefault(corner.kind, _Tally()))
        return
    if corner.refused:
        return  # PyTorch takes it after all
    tally = tallies.setdefault(corner.kind, _Tally())
    try:
        theirs = run_tf(drop_in, corner.sample, mapping.state, expected.ran.state, expected.wanted)
    except Exception as error:  # noqa: BLE001 - what TensorFlow refuses is told apart from what it gets wrong
        tally.refused.append(f"{told(corner.sample)}: {told_error(error)}")
        return
    reason = expected.refusal(theirs, values=not is_random)
    if reason is None:
        tally.held += 1
    else:
        tally.wrong.append(f"{told(corner.sample)}: {reason.splitlines()[0]}")


def _must_refuse(mapping: Mapping, drop_in: Callable[..., Any], corner: Corner, tally: _Tally) -> None:
    try:
        run_tf(drop_in, corner.sample, mapping.state, {}, [])
    except (ValueError, TypeError, KeyError, IndexError, NotImplementedError, RuntimeError, tf.errors.OpError):
        tally.held += 1
    else:
        tally.wrong.append(f"{told(corner.sample)}: PyTorch refuses it")
