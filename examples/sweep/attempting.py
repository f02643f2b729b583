"""One sample of a TensorFlow name judged: what TensorFlow gives against what the drop-in in PyTorch gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from scipy import stats

from examples.compare.results import Difference, compare_gradients, compare_leaf, compare_trees
from examples.compare.rounding import CHANGES, UNITS
from examples.compare.values import Leaf, array_leaf, float_tensors
from examples.frameworks import np, torch
from examples.recording.public import aliases
from examples.recording.values import to_tensorflow
from examples.sweep.crossing import NoCounterpart
from examples.sweep.drop_ins import load_drop_in
from examples.sweep.from_tensorflow import (
    NARROW,
    SEED,
    Ran,
    in_entries,
    run_drop_in,
    run_original,
)
from examples.sweep.recorded import canonical
from examples.sweep.samples import Sample
from examples.verify.outcome import REJECTED_BELOW
from loader.model.inverse import NotInvertible, inverse
from loader.model.mapping import Mapping
from loader.model.state import State, StateEntry
from loader.reading.data import mapping_files, read_mapping

# A few roundings in each dtype, of the largest number.
ROUNDING = {"float16": 4e-3, "bfloat16": 3e-2}
OTHERWISE = 2e-6
SEEDS = range(11, 19)
ENOUGH = 500  # random numbers that tell one distribution from another
MAPPINGS = Path(__file__).parent.parent.parent / "mappings"


def attempt(mapping: Mapping, drop_in: Callable[..., Any], sample: Sample) -> tuple[str | None, bool] | None:
    """Why a sample does not match (None if it does), and whether gradients were compared.

    None where there is nothing to compare: TensorFlow refuses the call (a test that wants an error), or an argument is
    an object of TensorFlow for which there is no drop-in.
    """
    floats = float_tensors(to_tensorflow((sample.args, sample.kwargs)))
    wanted = list(range(len(floats))) if mapping.random is None else []
    try:
        ours = run_original(sample, wanted)
    except Exception:  # noqa: BLE001 - an operation without a gradient, or a call that TensorFlow refuses
        wanted = []
        try:
            ours = run_original(sample, wanted)
        except Exception:  # noqa: BLE001 - whatever TensorFlow raises, there is nothing to compare with
            return None
    try:
        recipe = state_of(mapping)
        theirs, steps = run_drop_in(drop_in, sample, recipe, ours.before, wanted, drop_in_of)
    except NoCounterpart:
        return None
    except torch.linalg.LinAlgError:
        return None  # a matrix that has no such factors, for which TensorFlow gives NaN or what the memory held
    except NotInvertible as error:
        return f"state: {error}", False
    except Exception as error:  # noqa: BLE001 - whatever a drop-in raises is a result to report
        return f"PyTorch raised {type(error).__name__}: {str(error).strip()[:300]}", False
    found = _differences(sample, wanted, ours, theirs, steps)
    differs = any(difference.aspect in ("values", "gradients") for difference in found)
    if differs and (mapping.random is not None or _is_random(sample, ours)):

        def again(seed: int) -> tuple[Ran, Ran]:
            original = run_original(sample, [], seed=seed, state=ours.before)
            return original, run_drop_in(drop_in, sample, recipe, ours.before, [], drop_in_of, seed=seed)[0]

        found = [d for d in found if d.aspect not in ("values", "gradients")]
        found += _distributions(ours, theirs, again if sample.construct is not None else None)
    compared = any(gradient is not None for gradient in (*ours.gradients, *theirs.gradients))
    return "; ".join(f"{d.name}: {d.message}" for d in found) or None, compared


def _differences(
    sample: Sample, wanted: list[int], ours: Ran, theirs: Ran, steps: dict[str, StateEntry]
) -> list[Difference]:
    """What differs, beyond what the rounding of TensorFlow itself explains."""
    shapes = {entry: tuple(value.shape) for entry, value in theirs.after.items()}
    states, gradients = in_entries(ours, steps, shapes)
    _, found = compare_trees("result", *_narrowed(theirs.results, ours.results))
    pairs = [(str(i), a, b) for i, (a, b) in enumerate(zip(theirs.gradients, ours.gradients, strict=True))]
    pairs += [(entry, theirs.weight_gradients.get(entry), gradient) for entry, gradient in gradients.items()]
    for name, a, b in pairs:
        if a is not None and (known := _known(b, ours)) is not None:
            a, b = np.where(known, a, 0), np.where(known, b, 0)
        if verdict := compare_gradients(f"gradient of {name}", _narrow(a), _narrow(b)):
            found += verdict.differences
    for entry, value in states.items():
        leaves = array_leaf(_narrow(theirs.after[entry])), array_leaf(_narrow(value))
        found += compare_leaf(f"state {entry}", *leaves, aspect="state").differences
    if not found or any(difference.aspect in ("shape", "dtype") for difference in found):
        return found
    try:
        exact = run_original(sample, wanted, wide=True, state=ours.before)
    except Exception:  # noqa: BLE001 - without a float64 version there is no reference, and no excuse
        return found
    exactly = _named(exact, *in_entries(exact, steps, shapes))
    moved = []
    for seed in range(CHANGES):
        try:
            ran = run_original(moved_by_rounding(sample, seed), wanted, wide=True, state=ours.before)
        except Exception:  # noqa: BLE001 - beside its domain: then nothing is excused by it
            continue
        moved.append(_named(ran, *in_entries(ran, steps, shapes)))
    own, other = _named(ours, states, gradients), _named(theirs, theirs.after, theirs.weight_gradients)

    def excused(name: str) -> bool:
        near = [one[name] for one in moved if name in one]
        return no_farther(own.get(name), other.get(name), exactly.get(name), near)

    return [d for d in found if not excused(d.name)]


def moved_by_rounding(sample: Sample, seed: int) -> Sample:
    """The sample with each float changed by up to half a unit in its last place, as rounding it would."""
    rng = np.random.default_rng(seed)

    def moved(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.name in NARROW:
            wide = value.astype("float64")
            return wide * (1 + UNITS[value.dtype.name] * rng.uniform(-0.5, 0.5, size=value.shape))
        if type(value) in (list, tuple):
            return type(value)(moved(part) for part in value)
        return {key: moved(part) for key, part in value.items()} if type(value) is dict else value

    return replace(sample, args=moved(sample.args), kwargs=moved(sample.kwargs))


def no_farther(own: Any, other: Any, exact: Any, moved: Sequence[Any] = ()) -> bool:
    """Whether `other` is about as near to the exact result as `own`, the original in its own precision, is.

    `moved` are exact results of inputs that rounding moved: what they spread over, no precision can tell apart.
    """
    if own is None or other is None or exact is None or not own.shape == other.shape == exact.shape:
        return False
    with np.errstate(all="ignore"):
        finite = np.isfinite(exact)
        if not np.array_equal(np.isfinite(other), finite) or not finite.any():
            return False
        scale = max(1.0, float(np.abs(exact[finite]).max()))
        off, *others = (
            float(np.abs(value[finite].astype("complex128") - exact[finite]).max()) for value in (other, own, *moved)
        )
        allowed = max(one for one in others if np.isfinite(one))
    return off <= 2 * allowed + ROUNDING.get(other.dtype.name, OTHERWISE) * scale


def _named(ran: Ran, states: dict[str, Any], gradients: dict[str, Any]) -> dict[str, Any]:
    """All float arrays of a run by the names under which they are compared."""
    gradients = {str(i): gradient for i, gradient in enumerate(ran.gradients)} | gradients
    named = {f"result{path}": leaf.array for path, leaf in ran.results.items() if leaf.is_float}
    named |= {f"gradient of {name}": gradient for name, gradient in gradients.items() if gradient is not None}
    return named | {f"state {entry}": value for entry, value in states.items()}


def _narrowed(one: dict[str, Leaf], other: dict[str, Leaf]) -> list[dict[str, Leaf]]:
    """Double precision on both sides is compared as single: Keras keeps its constants in single precision."""
    both = {path for path in one.keys() & other.keys() if one[path].dtype == other[path].dtype == "float64"}
    return [
        {path: array_leaf(_narrow(leaf.array)) if path in both else leaf for path, leaf in tree.items()}
        for tree in (one, other)
    ]


def _narrow(array: Any) -> Any:
    return array.astype("float32") if array is not None and array.dtype == "float64" else array


def _known(gradient: Any, ours: Ran) -> Any:
    """Where TensorFlow's gradient is not NaN for want of a result that is a number, as at `log(-1)`."""
    if gradient is None or not any(leaf.is_float and np.isnan(leaf.array).any() for leaf in ours.results.values()):
        return None
    return ~np.isnan(gradient)


def _is_random(sample: Sample, ours: Ran) -> bool:
    """Whether TensorFlow itself gives something else with another seed."""
    again = run_original(sample, [], seed=SEED + 1, state=ours.before)
    return any(
        not np.array_equal(leaf.array, again.results[path].array, equal_nan=leaf.is_float)
        for path, leaf in ours.results.items()
        if leaf.shape == again.results[path].shape
    )


def _distributions(ours: Ran, theirs: Ran, again: Callable[[int], tuple[Ran, Ran]] | None) -> list[Difference]:
    """Random results that are large enough must be of one distribution.

    A layer (`again` runs it with another seed) may draw once for many elements of an example, a whole channel: where
    elements differ, examples decide, each of which counts once.
    """
    found = []
    for path, leaf in ours.results.items():
        a, b = theirs.results[path].array, leaf.array
        if min(a.size, b.size) < ENOUGH or not _far(a, b):
            continue
        if again is None or _examples_far(path, [(ours, theirs), *map(again, SEEDS)]):
            text = f"the distributions differ: mean {a.mean():.4g} in PyTorch and {b.mean():.4g} in TensorFlow"
            found.append(Difference("values", f"result{path}", text))
    return found


def _far(a: Any, b: Any) -> bool:
    return bool(stats.ks_2samp(a.reshape(-1), b.reshape(-1)).pvalue < REJECTED_BELOW)


def _examples_far(path: str, runs: list[tuple[Ran, Ran]]) -> bool:
    """Whether examples differ in their means or in their mean squares, over all runs."""
    a, b = (
        np.concatenate([run.results[path].array.reshape(len(run.results[path].array), -1) for run in side])
        for side in zip(*runs, strict=True)
    )
    return _far(a.mean(1), b.mean(1)) or _far((a * a).mean(1), (b * b).mean(1))


def state_of(mapping: Mapping) -> State:
    """How Keras variables become entries of a module: the way back of the mapping's own recipe, or of its twin's.

    Raises:
        NotInvertible: the recipe has no way back.
    """
    if mapping.state:
        return inverse(mapping.state)
    twin = _files().get(mapping.twins[0]) if mapping.twins else None
    return inverse(read_mapping(twin).mapping.state) if twin else {}


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    return {path.stem: path for path in mapping_files(MAPPINGS)}


@lru_cache(maxsize=512)
def drop_in_of(name: str) -> Callable[..., Any] | None:
    """The drop-in of a public name of TensorFlow, which stands for it among the arguments of others."""
    for known in aliases(canonical(name)):
        path = _files().get(known)
        drop_ins = [one for one in read_mapping(path).mapping.signatures if one.drop_in] if path else []
        if drop_ins:
            return load_drop_in(drop_ins[0], "torch")
    return None
