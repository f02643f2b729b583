"""Other spellings, as methods (`clip_`) and under other names (`torch.clip`): on torch's samples they must
give what the function gives.

The drop-in has matched the function on the same sample, so it stands for its other spellings too. What ends in an
underscore must change its tensor and give back what the function computes, in the tensor's own dtype.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from examples.compare.results import compare_trees
from examples.compare.values import leaves
from examples.frameworks import torch
from examples.sweep.samples import Sample, resolve

SAMPLES = 3  # compared of each spelling


def compare_spellings(
    methods: Iterable[str], also: Iterable[str], sample: Sample, compared: Counter[str]
) -> Iterator[str]:
    """What is wrong with each spelling on one sample; `compared` counts the samples that each was compared on."""
    if not sample.method_args:
        return
    spellings: list[tuple[str, Any, tuple[Any, ...]]] = [(name, resolve(name), sample.args) for name in also]
    if isinstance(sample.method_args[0], torch.Tensor):
        spellings += [(name, getattr(torch.Tensor, name, None), sample.method_args) for name in methods]
    expected: Any = None
    for name, function, given in spellings:
        if compared[name] >= SAMPLES:
            continue
        args = fresh(given)
        try:
            found = function(*args, **fresh(sample.kwargs))
        except Exception:  # noqa: BLE001 - a spelling need not take every sample: nothing broadcasts in place
            continue
        if expected is None:
            expected = sample.function(*fresh(sample.args), **fresh(sample.kwargs))
        in_place = name.endswith("_") and not name.endswith("__")
        if in_place and found is not args[0]:
            yield f"{name} does not give back its own tensor"
        wanted = expected.to(args[0].dtype) if in_place and isinstance(expected, torch.Tensor) else expected
        _, differences = compare_trees(name, leaves(wanted), leaves(found))
        yield from (f"{d.name} is not the function: {d.message}" for d in differences)
        compared[name] += 1


def fresh(value: Any) -> Any:
    """A copy of the arguments whose tensors are leaves of a new graph."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if type(value) in (list, tuple):
        return type(value)(fresh(item) for item in value)
    if isinstance(value, dict):
        return {key: fresh(item) for key, item in value.items()}
    return value
