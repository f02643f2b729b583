"""A drop-in in the ways in which TensorFlow is really run, on the samples that tell them apart.

Chosen are samples that reach lines of the drop-in, or have ranks, which those before had not.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from types import FrameType
from typing import Any

from torch.utils._pytree import tree_map_only

from examples.compare.gradients import tf_weights
from examples.compare.values import leaves, to_tf
from examples.execution.traced import LONGEST, Traced, functional_model, told_error
from examples.frameworks import keras, tf, torch
from examples.sweep.binding import bind, taken
from examples.sweep.drop_ins import DROP_IN, load_with_earlier
from examples.sweep.judging import Expected
from examples.sweep.running import Ran, call_layer, make_layer, run_tf, run_torch
from examples.sweep.samples import Sample, dtypes_of, samples
from loader.model.mapping import MODES, Mapping, Mode
from loader.proof.evidence import ModesEvidence, drop_in_hash

CHOSEN = 3  # samples at most in which a drop-in is tried in each mode
LOOKED_AT = 40  # samples among which they are chosen

# What a layer holds: its sizes are known even where those of the data are not.
HELD = frozenset({"weight", "bias", "running_mean", "running_var", "in_proj_weight", "out_proj_weight", "params"})


@dataclass(frozen=True)
class Case:
    """A sample that holds eagerly, with what it gave."""

    sample: Sample
    expected: Expected
    eager: Any


def try_modes(mapping: Mapping, index: int) -> ModesEvidence | None:
    """Run the chosen samples of a drop-in in each mode; None where torch has no samples."""
    overload = mapping.signatures[index]
    drop_in, others = load_with_earlier(mapping, index)
    held: dict[Mode, int] = {}
    failed: dict[Mode, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = list(choose(mapping, drop_in, others))
        for mode in MODES:
            if mode == "functional-model" and mapping.kind != "layer":
                continue
            for case in cases:
                if mode == "functional-model" and not _has_batch(case.sample):
                    continue  # what comes from keras.Input has one
                reason = _refusal(mapping, drop_in, case, mode)
                if reason is None:
                    held[mode] = held.get(mode, 0) + 1
                else:
                    failed.setdefault(mode, reason)
    if not cases:
        return None
    return ModesEvidence(hash=drop_in_hash(mapping, overload), held=held, failed=failed)


def choose(mapping: Mapping, drop_in: Callable[..., Any], others: list[Callable[..., Any]]) -> Iterator[Case]:
    """Samples that hold eagerly and differ in what they exercise; those without elements come last."""
    name = mapping.name
    listed = [
        sample
        for sample in islice(samples(name, dtypes_of(name)[0]), LOOKED_AT)
        if bind(drop_in, sample) is not None and all(bind(other, sample) is None for other in others)
    ]
    seen: set[Any] = set()
    chosen = 0
    for sample in sorted(listed, key=_is_degenerate):
        case, reached = _eager(mapping, drop_in, sample)
        if case is None or reached <= seen:
            continue
        seen |= reached
        yield case
        chosen += 1
        if chosen == CHOSEN:
            return


def _is_degenerate(sample: Sample) -> bool:
    tensors = _tensors(sample)
    return any(tensor.shape.num_elements() == 0 or tensor.shape.rank == 0 for tensor in tensors)


def _tensors(sample: Sample) -> list[Any]:
    return list(filter(tf.is_tensor, tf.nest.flatten(to_tf((sample.args, sample.kwargs)))))


def _has_batch(sample: Sample) -> bool:
    """Whether the first axis of all its tensors may have any size: PyTorch takes one more of each."""
    if not all(tensor.shape.rank for tensor in _tensors(sample)):
        return False
    args, kwargs = tree_map_only(torch.Tensor, lambda t: torch.cat([t, t[:1]]), (sample.args, sample.kwargs))
    try:
        run_torch(replace(sample, args=args, kwargs=kwargs), [])
    except Exception:  # noqa: BLE001 - a refusal of any kind is the answer
        return False
    return True


def _eager(mapping: Mapping, drop_in: Callable[..., Any], sample: Sample) -> tuple[Case | None, set[Any]]:
    """The case, None if it does not hold, and what it reaches: lines of the drop-in, ranks of its tensors."""
    lines: set[Any] = set()

    def in_drop_in(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            lines.add(frame.f_lineno)
        return in_drop_in

    def entered(frame: FrameType, _event: str, _: Any) -> Any:
        return in_drop_in if frame.f_code.co_filename == f"<{DROP_IN}>" else None

    kept: list[Any] = []
    before = sys.gettrace()
    try:
        expected = Expected.of(sample, gradients=mapping.random is None)
        sys.settrace(entered)
        ran = run_tf(drop_in, sample, mapping.state, expected.ran.state, expected.wanted, kept=kept)
    except Exception:  # noqa: BLE001 - the sweep judges what does not run eagerly
        return None, lines
    finally:
        sys.settrace(before)
    if expected.refusal(ran, values=mapping.random is None) is not None:
        return None, lines
    ranks = tuple(tensor.shape.rank for tensor in _tensors(sample))
    return Case(sample, expected, kept[0]), lines | {ranks[:1]}


def _refusal(mapping: Mapping, drop_in: Callable[..., Any], case: Case, mode: Mode) -> str | None:
    try:
        ran = _run(mapping, drop_in, case, mode)
    except Exception as error:  # noqa: BLE001 - whatever a drop-in raises is a result to report
        return told_error(error)
    refusal = case.expected.refusal(ran, values=mapping.random is None)
    return None if refusal is None else refusal.splitlines()[0][:LONGEST]


def _run(mapping: Mapping, drop_in: Callable[..., Any], case: Case, mode: Mode) -> Ran:
    sample = case.sample
    tree = (to_tf(sample.args), to_tf(sample.kwargs))
    flat = tf.nest.flatten(tree)
    positions = [i for i, part in enumerate(flat) if tf.is_tensor(part)]
    layer = make_layer(drop_in, sample, mapping.state, case.expected.ran.state) if sample.construct else None

    def call(tensors: list[Any]) -> Any:
        parts = list(flat)
        for position, tensor in zip(positions, tensors, strict=True):
            parts[position] = tensor
        args, kwargs = tf.nest.pack_sequence_as(tree, parts)
        return (
            call_layer(layer, sample, args, kwargs) if layer is not None else drop_in(*args, **taken(drop_in, kwargs))
        )

    tensors = [flat[position] for position in positions]
    if mode == "functional-model":
        classes = {k: v for k, v in drop_in.__globals__.items() if isinstance(v, type) and issubclass(v, keras.Layer)}
        result = functional_model(call, tensors, classes)
        return Ran(leaves(result), case.expected.ran.gradients)
    held = frozenset() if layer is not None else _held(drop_in, *tree)
    weights = tf_weights(case.eager) if case.expected.wanted else []
    result, gradients = Traced(call, tensors, held).run(mode, case.expected.wanted, weights)
    return Ran(leaves(result), gradients)


def _held(drop_in: Callable[..., Any], args: Any, kwargs: Any) -> frozenset[int]:
    """The positions of the tensors that a layer would hold."""
    bound = inspect.signature(drop_in).bind(*args, **taken(drop_in, kwargs)).arguments
    held = {id(value) for name, value in bound.items() if name in HELD}
    tensors = filter(tf.is_tensor, tf.nest.flatten((args, kwargs)))
    return frozenset(i for i, tensor in enumerate(tensors) if id(tensor) in held)
