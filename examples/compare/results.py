"""Two results side by side: values, shapes and dtypes.

Tolerances are those of `torch.testing.assert_close` for the dtype (torch.testing documentation, table of
default tolerances). Integers, booleans and text must be equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from examples.compare.values import Leaf, array_leaf
from examples.frameworks import np
from loader.model.example import Aspect, DtypeDifference, Tolerance
from loader.proof.evidence import Compared

TOLERANCES = {  # dtype: (rtol, atol)
    "float16": (1e-3, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
    "float32": (1.3e-6, 1e-5),
    "float64": (1e-7, 1e-7),
    "complex64": (1.3e-6, 1e-5),
    "complex128": (1e-7, 1e-7),
    "float": (1.3e-6, 1e-5),  # a Python float here was a float32 tensor before
}
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


def tolerance_of(ours: Leaf, theirs: Leaf, override: Tolerance | None) -> tuple[float, float]:
    """The wider of both dtypes' tolerances, or the declared one."""
    if override is not None:
        return override.rtol, override.atol
    exact = (0.0, 0.0)
    return max(TOLERANCES.get(ours.dtype, exact), TOLERANCES.get(theirs.dtype, exact))


def largest_differences(ours: Any, theirs: Any) -> tuple[float, float]:
    """The largest absolute and relative difference; equal infinities and NaN in the same place count as 0."""
    if ours.size == 0:
        return 0.0, 0.0
    kind = "complex128" if "c" in (ours.dtype.kind, theirs.dtype.kind) else "float64"
    a, b = ours.astype(kind), theirs.astype(kind)
    with np.errstate(all="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        gap = np.where(same, 0.0, np.abs(a - b))
        gap = np.where(np.isnan(gap), np.inf, gap)
        relative = np.where(gap == 0, 0.0, gap / np.abs(b))
    return float(gap.max()), float(np.nan_to_num(relative, nan=np.inf, posinf=np.inf).max())


def close(ours: Any, theirs: Any, rtol: float, atol: float) -> bool:
    """|ours - theirs| <= atol + rtol * |theirs| everywhere; NaN equals NaN in the same place only."""
    return bool(np.allclose(theirs, ours, rtol=rtol, atol=atol, equal_nan=True))


def compare_leaf(
    name: str,
    ours: Leaf,
    theirs: Leaf,
    *,
    aspect: Aspect = "values",
    tolerance: Tolerance | None = None,
    dtypes: DtypeDifference | None = None,
    values: bool = True,
) -> Verdict:
    """PyTorch's value (`ours`) against TensorFlow's. `values=False` compares shape and dtype only (random results)."""
    found: list[Difference] = []
    if dtypes is not None and (dtypes.torch, dtypes.tf) != (ours.dtype, theirs.dtype):
        text = f"dtypes declares {dtypes.torch} and {dtypes.tf}, found {ours.dtype} and {theirs.dtype}"
        found.append(Difference("dtype", name, text))
    elif dtypes is None and ours.dtype != theirs.dtype:
        found.append(Difference("dtype", name, f"{ours.dtype} in PyTorch, {theirs.dtype} in TensorFlow"))
    elif dtypes is not None and dtypes.torch == dtypes.tf:
        found.append(Difference("dtype", name, "dtypes declares a difference between two equal dtypes"))
    if ours.shape != theirs.shape:
        text = f"{list(ours.shape)} in PyTorch, {list(theirs.shape)} in TensorFlow"
        found.append(Difference("shape", name, text))
        return Verdict(Compared(shape=theirs.shape, dtype=theirs.dtype), tuple(found))
    if not values:
        return Verdict(Compared(shape=theirs.shape, dtype=theirs.dtype), tuple(found))
    if "U" in (ours.array.dtype.kind, theirs.array.dtype.kind):
        if not np.array_equal(ours.array.astype(str), theirs.array.astype(str)):
            text = f"{ours.array!s:.200} in PyTorch, {theirs.array!s:.200} in TensorFlow"
            found.append(Difference(aspect, name, text))
        return Verdict(Compared(shape=theirs.shape, dtype=theirs.dtype), tuple(found))
    rtol, atol = tolerance_of(ours, theirs, tolerance)
    max_abs, max_rel = largest_differences(ours.array, theirs.array)
    if not close(ours.array, theirs.array, rtol, atol):
        text = (
            f"largest difference {max_abs:.3g} (relative {max_rel:.3g}; allowed {atol:g} + {rtol:g} * |value|)\n"
            f"  PyTorch    {_show(ours.array)}\n  TensorFlow {_show(theirs.array)}"
        )
        found.append(Difference(aspect, name, text))
    compared = Compared(shape=theirs.shape, dtype=theirs.dtype, max_abs=_finite(max_abs), max_rel=_finite(max_rel))
    return Verdict(compared, tuple(found))


def compare_gradients(name: str, ours: Any, theirs: Any, tolerance: Tolerance | None = None) -> Verdict | None:
    """Two gradients as arrays. Where only one side has one, zeros stand for the other; None where neither has one."""
    if ours is None and theirs is None:
        return None
    left = array_leaf(np.zeros_like(theirs) if ours is None else ours)
    right = array_leaf(np.zeros_like(ours) if theirs is None else theirs)
    return compare_leaf(name, left, right, aspect="gradients", tolerance=tolerance)


def compare_trees(
    name: str, ours: dict[str, Leaf], theirs: dict[str, Leaf], **options: Any
) -> tuple[dict[str, Compared], list[Difference]]:
    """All parts of two results; a part that only one side has is a difference of shape."""
    compared: dict[str, Compared] = {}
    found: list[Difference] = []
    if list(ours) != list(theirs):
        text = f"PyTorch gives {_structure(ours)}, TensorFlow gives {_structure(theirs)}"
        return compared, [Difference("shape", name, text)]
    for path, leaf in ours.items():
        verdict = compare_leaf(name + path, leaf, theirs[path], **options)
        compared[name + path] = verdict.compared
        found += verdict.differences
    return compared, found


def _structure(tree: dict[str, Leaf]) -> str:
    if list(tree) == [""]:
        leaf = tree[""]
        return f"one {leaf.dtype} of shape {list(leaf.shape)}" if leaf.is_tensor else f"one {leaf.dtype}"
    return f"parts {', '.join(tree)}"


def _show(array: Any) -> str:
    flat = np.asarray(array).reshape(-1)
    shown = ", ".join(f"{x:.6g}" if flat.dtype.kind in "fc" else str(x) for x in flat[:SHOWN])
    return f"[{shown}{', ...' if flat.size > SHOWN else ''}] of shape {list(np.shape(array))}"


def _finite(number: float) -> float | None:
    """Rounded to three digits: the last ones vary from CPU to CPU. Infinite is null in JSON."""
    return float(f"{number:.3g}") if np.isfinite(number) else None
