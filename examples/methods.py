"""The spellings as a method: on torch's samples they must give what the function gives.

The drop-in has matched the function on the same sample, so it stands for its methods too. A method with a
trailing underscore must change its tensor and give back what the function computes, in the tensor's own dtype.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from examples.compare import compare_trees
from examples.frameworks import torch
from examples.samples import Sample
from examples.values import leaves

SAMPLES = 3  # compared of each spelling


def compare_methods(methods: Iterable[str], sample: Sample, compared: Counter[str]) -> Iterator[str]:
    """What is wrong with each spelling on one sample; `compared` counts the samples that each was compared on."""
    if not sample.method_args or not isinstance(sample.method_args[0], torch.Tensor):
        return
    expected: Any = None
    for method in methods:
        if compared[method] >= SAMPLES:
            continue
        tensor, *args = fresh(sample.method_args)
        try:
            found = getattr(tensor, method)(*args, **fresh(sample.kwargs))
        except Exception:  # noqa: BLE001 - a spelling need not take every sample: broadcasting cannot happen in place
            continue
        if expected is None:
            expected = sample.function(*fresh(sample.args), **fresh(sample.kwargs))
        in_place = method.endswith("_") and not method.endswith("__")
        if in_place and found is not tensor:
            yield f".{method} does not give back its own tensor"
        wanted = expected.to(tensor.dtype) if in_place and isinstance(expected, torch.Tensor) else expected
        _, differences = compare_trees(f".{method}", leaves(wanted), leaves(found))
        yield from (f"{d.name} is not the function: {d.message}" for d in differences)
        compared[method] += 1


def fresh(value: Any) -> Any:
    """A copy of the arguments whose tensors are leaves of a new graph."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if type(value) in (list, tuple):
        return type(value)(fresh(item) for item in value)
    if isinstance(value, dict):
        return {key: fresh(item) for key, item in value.items()}
    return value
