"""Two results side by side: values, shapes and dtypes.

Floats may differ as far as rounding explains (`examples.compare.rounding`). Integers, booleans and text must be equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from examples.compare.gradients import SMALLEST_WEIGHT
from examples.compare.rounding import UNITS, Reference, Rounding, judge
from examples.compare.values import Leaf, array_leaf
from examples.frameworks import np
from loader.model.example import Aspect, DtypeDifference, Tolerance
from loader.proof.evidence import Compared, Size

SHOWN = 8  # values printed of an array in a message


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same on both sides."""

    aspect: Aspect
    name: str
    message: str


@dataclass(frozen=True)
class Verdict:
    compared: Compared
    differences: tuple[Difference, ...]


def largest_difference(ours: Any, theirs: Any) -> float:
    """The largest absolute difference; equal infinities and NaN in the same place count as 0."""
    if ours.size == 0:
        return 0.0
    kind = "complex128" if "c" in (ours.dtype.kind, theirs.dtype.kind) else "float64"
    a, b = ours.astype(kind), theirs.astype(kind)
    with np.errstate(all="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        gap = np.where(same, 0.0, np.abs(a - b))
    return float(np.nan_to_num(gap, nan=np.inf).max())


def compare_leaf(
    name: str,
    ours: Leaf,
    theirs: Leaf,
    *,
    aspect: Aspect = "values",
    reference: Reference | None = None,
    tolerance: Tolerance | None = None,
    dtypes: DtypeDifference | None = None,
    unit: float = 0.0,
    scale: float = 0.0,
    values: bool = True,
) -> Verdict:
    """PyTorch's value (`ours`) against TensorFlow's. `values=False` compares shape and dtype only (random results).

    `reference` holds this result under the same name; without one, floats may be a few ulps of the largest apart.
    `tolerance` is a declared difference beyond rounding, `unit` that of a coarser dtype in which it was computed,
    `scale` the size of the numbers that it was computed from.
    """
    found: list[Difference] = []
    if dtypes is not None and (dtypes.torch, dtypes.tf) != (ours.dtype, theirs.dtype):
        text = f"dtypes declares {dtypes.torch} and {dtypes.tf}, found {ours.dtype} and {theirs.dtype}"
        found.append(Difference("dtype", name, text))
    elif dtypes is None and ours.dtype != theirs.dtype:
        found.append(Difference("dtype", name, f"{ours.dtype} in PyTorch, {theirs.dtype} in TensorFlow"))
    elif dtypes is not None and dtypes.torch == dtypes.tf:
        found.append(Difference("dtype", name, "dtypes declares a difference between two equal dtypes"))
    size: Size | None = None if values else "distribution"
    if ours.shape != theirs.shape:
        text = f"{list(ours.shape)} in PyTorch, {list(theirs.shape)} in TensorFlow"
        found.append(Difference("shape", name, text))
    elif values:
        size, text = _sized(name, ours, theirs, reference, tolerance, unit, scale)
        if text:
            found.append(Difference(aspect, name, text))
    return Verdict(Compared(shape=theirs.shape, dtype=theirs.dtype, difference=size), tuple(found))


def _sized(
    name: str,
    ours: Leaf,
    theirs: Leaf,
    reference: Reference | None,
    tolerance: Tolerance | None,
    unit: float,
    scale: float,
) -> tuple[Size | None, str]:
    """The size of the difference of two arrays of one shape, and what to say of it where it is too large."""
    if "U" in (ours.array.dtype.kind, theirs.array.dtype.kind):
        if np.array_equal(ours.array.astype(str), theirs.array.astype(str)):
            return "exact", ""
        return None, f"{ours.array!s:.200} in PyTorch, {theirs.array!s:.200} in TensorFlow"
    own = max(UNITS.get(leaf.dtype, 0.0) for leaf in (ours, theirs))
    largest = largest_difference(ours.array, theirs.array)
    if name.startswith("gradient"):
        scale = SMALLEST_WEIGHT  # what a gradient starts from
    if largest == 0:
        return ("rounding" if own else "exact"), ""
    unit = max(unit, own) if own else 0.0
    rounding = judge(name, ours.array, theirs.array, unit, reference, scale) if unit else Rounding(False, 0.0, 0.0)
    if rounding.within:
        return "rounding", ""
    size: Size = float(f"{largest:.2g}") if np.isfinite(largest) else "infinite"
    if tolerance is not None and np.allclose(
        theirs.array, ours.array, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=True
    ):
        return "tolerance", ""
    text = (
        f"largest difference {largest:.3g}{_excess(rounding)}\n"
        f"  PyTorch    {_show(ours.array)}\n  TensorFlow {_show(theirs.array)}"
    )
    return size, text


def _excess(rounding: Rounding) -> str:
    """How far a difference is beyond rounding, in its own measure."""
    if not rounding.theirs:
        return ""
    return (
        f" (what rounding explains times {rounding.theirs:.2g}; PyTorch itself is off by it times {rounding.ours:.2g})"
    )


def compare_gradients(name: str, ours: Any, theirs: Any, **options: Any) -> Verdict | None:
    """Two gradients as arrays. Where only one side has one, zeros stand for the other; None where neither has one."""
    if ours is None and theirs is None:
        return None
    left = array_leaf(np.zeros_like(theirs) if ours is None else ours)
    right = array_leaf(np.zeros_like(ours) if theirs is None else theirs)
    return compare_leaf(name, left, right, aspect="gradients", **options)


def compare_trees(
    name: str, ours: dict[str, Leaf], theirs: dict[str, Leaf], **options: Any
) -> tuple[dict[str, Compared], list[Difference]]:
    """All parts of two results; a part that only one side has is a difference of shape."""
    compared: dict[str, Compared] = {}
    found: list[Difference] = []
    if list(ours) != list(theirs):
        text = f"PyTorch gives {_structure(ours)}, TensorFlow gives {_structure(theirs)}"
        return compared, [Difference("shape", name, text)]
    scale = _largest_number(ours)
    for path, leaf in ours.items():
        verdict = compare_leaf(name + path, leaf, theirs[path], scale=scale, **options)
        compared[name + path] = verdict.compared
        found += verdict.differences
    return compared, found


def _largest_number(tree: dict[str, Leaf]) -> float:
    """Of the Python floats in a result, such as the rates of a schedule: they are judged like elements of an array."""
    numbers = [abs(float(leaf.array)) for leaf in tree.values() if leaf.dtype == "float"]
    return max((number for number in numbers if np.isfinite(number)), default=0.0)


def _structure(tree: dict[str, Leaf]) -> str:
    if list(tree) == [""]:
        leaf = tree[""]
        return f"one {leaf.dtype} of shape {list(leaf.shape)}" if leaf.is_tensor else f"one {leaf.dtype}"
    return f"parts {', '.join(tree)}"


def _show(array: Any) -> str:
    flat = np.asarray(array).reshape(-1)
    shown = ", ".join(f"{x:.6g}" if flat.dtype.kind in "fc" else str(x) for x in flat[:SHOWN])
    return f"[{shown}{', ...' if flat.size > SHOWN else ''}] of shape {list(np.shape(array))}"
