"""Which calls are kept: those that exercise something that no kept one of the same name does.

What a call exercises is told by its traits: each plain argument with its value, each tensor by rank, kind and dtype,
and pairs of plain arguments. A call that adds no trait is dropped at once. Of the rest a bounded number is kept, the
traits that matter most first.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

Sample = dict[str, Any]  # {"new": {"args", "kwargs"}, "args", "kwargs"}
MOST = 200  # candidates of one name in one file of tests
PATIENCE = 200  # calls of one name in one file in which nothing is new, after which no more are looked at
ARGUMENTS, DTYPES, PAIRS = range(3)  # the order in which traits count


class Chooser:
    """The candidates of each name, first come, first served; nested calls apart from those of tests themselves."""

    def __init__(self) -> None:
        self._kept: dict[tuple[bool, str], list[Sample]] = {}
        self._seen: dict[tuple[bool, str], set[tuple[int, str]]] = {}
        self._in_vain: Counter[tuple[bool, str]] = Counter()

    def wants(self, name: str, *, nested: bool = False) -> bool:
        """Whether another sample of a name is looked at."""
        key = (nested, name)
        return self._in_vain[key] < PATIENCE and len(self._kept.get(key, ())) < MOST

    @property
    def candidates(self) -> dict[str, list[Sample]]:
        """By name, what tests call themselves first."""
        found: dict[str, list[Sample]] = {}
        for key in sorted(self._kept):
            found.setdefault(key[1], []).extend(self._kept[key])
        return found

    def offer(self, name: str, sample: Sample, *, nested: bool = False) -> None:
        """Keep a sample if it shows something new."""
        if not self.wants(name, nested=nested):
            return
        key = (nested, name)
        kept, seen = self._kept.setdefault(key, []), self._seen.setdefault(key, set())
        found = set(traits(sample))
        if found <= seen and kept:
            self._in_vain[key] += 1
            return
        self._in_vain[key] = 0
        seen |= found
        kept.append(sample)


def chosen(samples: Iterable[Sample], bound: int) -> list[Sample]:
    """At most `bound` samples, in their order: as many traits as possible, those of arguments before those of pairs."""
    listed = list(samples)
    kept: set[int] = set()
    seen: set[tuple[int, str]] = set()
    for weight in (ARGUMENTS, DTYPES, PAIRS):
        for index, sample in enumerate(listed):
            if len(kept) >= bound:
                break
            fresh = {trait for trait in traits(sample) if trait[0] <= weight} - seen
            if index not in kept and (any(trait[0] == weight for trait in fresh) or not kept):
                kept.add(index)
                seen |= set(traits(sample))
    return [listed[index] for index in sorted(kept)]


def traits(sample: Sample) -> Iterator[tuple[int, str]]:
    """What a sample exercises, with the weight of each trait."""
    plain = []
    for place, spec in _arguments(sample):
        for trait in _of(place, spec):
            yield trait
            if trait[0] == ARGUMENTS and "tensor" not in trait[1]:
                plain.append(trait[1])
    for one, other in itertools.combinations(sorted(plain), 2):
        yield PAIRS, f"{one} & {other}"


def _arguments(sample: Sample) -> Iterator[tuple[str, Any]]:
    for part, call in (("new", sample.get("new")), ("call", sample)):
        if call is not None:
            for index, spec in enumerate(call["args"]):
                yield f"{part}.{index}", spec
            for name, spec in call["kwargs"].items():
                yield f"{part}.{name}", spec


def _of(place: str, spec: Any) -> Iterator[tuple[int, str]]:
    if isinstance(spec, dict) and ("tensor" in spec or "values" in spec):
        shape, kind = _tensor(spec)
        if "values" in spec:
            yield (ARGUMENTS if shape == [] else PAIRS), f"{place}: tensor of {json.dumps(spec['values'])}"
        yield ARGUMENTS, f"{place}: tensor of rank {len(shape)}"
        yield ARGUMENTS, f"{place}: tensor {kind}"
        yield DTYPES, f"{place}: tensor {spec['dtype']}"
        if 0 in shape:
            yield ARGUMENTS, f"{place}: tensor without elements"
        if 1 in shape:
            yield DTYPES, f"{place}: tensor with an axis of one"
    elif isinstance(spec, list) or (isinstance(spec, dict) and "tuple" in spec):
        parts = spec if isinstance(spec, list) else spec["tuple"]
        if any(isinstance(part, dict) for part in parts):
            yield ARGUMENTS, f"{place}: {len(parts)} parts"
            for index, part in enumerate(parts):
                yield from _of(f"{place}.{min(index, 3)}", part)
        else:
            yield ARGUMENTS, f"{place}={json.dumps(spec)}"
    else:
        yield ARGUMENTS, f"{place}={json.dumps(spec, sort_keys=True)}"


def _tensor(spec: dict[str, Any]) -> tuple[list[int], str]:
    if "tensor" in spec:
        return spec["tensor"], spec["draw"].split()[0] + (" sparse" if "layout" in spec else "")
    shape, values = [], spec["values"]
    while isinstance(values, list):
        shape.append(len(values))
        values = values[0] if values else None
    return shape, "values"
