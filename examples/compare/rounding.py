"""How far rounding may move a result, measured on the computation itself instead of guessed from a table.

The reference is PyTorch in double precision. It is computed again a few times with every float input, and the result of
every operation on the way, forwards and backwards, changed by an ulp of the narrow dtype, each element up or down at
random (Monte Carlo arithmetic): as far as the reference moves, an honest algorithm in that dtype may be off, because
its own roundings are changes of that size. What both frameworks give must lie within a small multiple of it.

A wrong mapping (a dropped epsilon, another axis) is off by thousands of such allowances; rounding by less than
`CONSTANT`, whatever the vector unit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from examples.frameworks import np, torch

CONSTANT = 16.0  # allowances that a result of TensorFlow may be off
OWN = 64.0  # the same for PyTorch, which is not on trial: it need only be near enough to show what it computes
CHANGES = 4  # random changes of the inputs that are tried
JUMP = 8.0  # a change so many times larger moves a smooth result so many times farther, and one at a jump as far

# The distance from 1 to the next number (IEEE 754; bfloat16 keeps 7 bits of a float32's fraction).
UNITS = {
    "float16": 2.0**-10,
    "bfloat16": 2.0**-7,
    "float32": 2.0**-23,
    "float64": 2.0**-52,
    "complex64": 2.0**-23,
    "complex128": 2.0**-52,
    "float": 2.0**-23,  # a Python float here was a float32 tensor before
    "complex": 2.0**-23,
}


@dataclass(frozen=True)
class Change:
    """A change of the float inputs of a run, by `size` units of their dtype. Zeros stay zeros."""

    seed: int
    size: float
    inward: bool = False  # towards zero only: a probability of one stays a probability
    steps: bool = True  # the results of operations on the way change too
    whole: bool = True  # whole numbers change too: labels, which are compared with others, must not

    def __call__(self, value: Any, *, wide: bool) -> Any:
        """The inputs (tensors, arrays, containers of them) after the change, in double precision if `wide`."""
        return self._changed(value, wide, np.random.default_rng(self.seed))

    def _changed(self, value: Any, wide: bool, rng: Any) -> Any:
        if isinstance(value, torch.Tensor | np.ndarray):
            unit = UNITS.get(str(value.dtype).removeprefix("torch."))
            value = widened(value) if wide else value
            if unit is None or not self.size:
                return value
            signs = rng.choice([-1.0, 0.0 if self.inward else 1.0], size=tuple(value.shape))
            if not self.whole:
                signs = np.where(_is_whole(value), 0.0, signs)
            factors = 1.0 + self.size * unit * signs
            if isinstance(value, np.ndarray):
                return (value * factors).astype(value.dtype)
            return (value.detach() * torch.as_tensor(factors)).to(value.dtype)
        if type(value) in (list, tuple):
            return type(value)(self._changed(item, wide, rng) for item in value)
        if type(value) is dict:
            return {key: self._changed(item, wide, rng) for key, item in value.items()}
        return widened(value) if wide else value


def _is_whole(value: Any) -> Any:
    array = value.detach().resolve_conj().resolve_neg().numpy() if isinstance(value, torch.Tensor) else value
    return array == np.round(array)


NONE = Change(0, 0.0)
Arrays = dict[str, Any]
Run = Callable[
    [Change, bool], Arrays
]  # the named float results after a change of the inputs, in double precision or not


class Reference:
    """The results of a computation in double precision, and how far an ulp of its inputs moves them.

    `run` computes them; it is called when they are first asked for. Where PyTorch cannot compute it in double
    precision, its own result stands for the reference, and the inputs are changed in their own dtype.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._wide = True
        self._exact: Arrays | None = None
        self._moved: dict[str, float] | None = None

    def exact(self, name: str) -> Any:
        """The result in double precision, or None where there is none."""
        if self._exact is None:
            self._exact = self._tried(NONE)
            if self._exact is None:
                self._wide = False
                self._exact = self._tried(NONE) or {}
        return self._exact.get(name)

    def is_finer(self, unit: float) -> bool:
        """Whether the reference is exact next to results of this unit; if not, it is PyTorch's own, errors and all."""
        return self._wide and unit > UNITS["float64"]

    def moved(self, name: str) -> float:
        """How far a result moves. A jump (`floor` of a whole number) is no rounding and counts as no movement."""
        exact = self.exact(name)
        if self._moved is None:
            moved, jumped = self._movements(whole=True)
            if jumped:
                moved = {key: max(moved[key], again) for key, again in self._movements(whole=False)[0].items()}
            self._moved = moved
        return 0.0 if exact is None else self._moved[name]

    def _movements(self, *, whole: bool) -> tuple[dict[str, float], bool]:
        """How far each result moves, and whether any element jumped."""
        changed = [self._changed(Change(seed, 1.0, whole=whole)) for seed in range(CHANGES)]
        larger = [self._changed(Change(seed, JUMP, whole=whole)) for seed in range(CHANGES)]
        found = {
            key: self._movement(value, [run.get(key) for run in changed], [run.get(key) for run in larger])
            for key, value in (self._exact or {}).items()
        }
        return {key: movement for key, (movement, _) in found.items()}, any(jumped for _, jumped in found.values())

    def _changed(self, change: Change) -> Arrays:
        """The results after a change; none where PyTorch refuses what was changed, in one way and the other."""
        for inward, steps in ((False, True), (True, True), (False, False)):
            if found := self._tried(replace(change, inward=inward, steps=steps)):
                return found
        return {}

    def _tried(self, change: Change) -> Arrays | None:
        try:
            return self._run(change, self._wide)
        except Exception:  # noqa: BLE001 - whatever PyTorch raises: there is no such reference
            return None

    @staticmethod
    def _movement(exact: Any, changed: list[Any], larger: list[Any]) -> tuple[float, bool]:
        def distance(other: Any) -> Any:
            if other is None or other.shape != exact.shape:
                return np.zeros(exact.shape)
            return np.nan_to_num(np.abs(other - exact), nan=0.0, posinf=0.0, neginf=0.0)

        with np.errstate(all="ignore"):
            moved = np.max([distance(other) for other in changed], axis=0)
            moved_more = np.max([distance(other) for other in larger], axis=0)
            jumped = moved_more < JUMP / 4 * moved
            moved = np.where(jumped, 0.0, moved)
            # A few changes may leave any one element in place by chance: the one that moves most speaks for all.
            return (float(moved.max()) if moved.size else 0.0), bool(jumped.any())


@dataclass(frozen=True)
class Rounding:
    """Whether rounding explains the differences; the largest error of each side, in what is allowed."""

    within: bool
    ours: float
    theirs: float


def floor(result: Any, unit: float, scale: float = 0.0) -> float:
    """Half an ulp of the largest finite number of a result, or of `scale` where that is more: what storing it costs."""
    sizes = np.abs(result[np.isfinite(result)])
    return max(float(sizes.max()) if sizes.size else 0.0, scale) * unit / 2


def judge(name: str, ours: Any, theirs: Any, unit: float, reference: Reference | None, scale: float = 0.0) -> Rounding:
    """Whether rounding explains all differences between two float results of one shape.

    `scale` is the size of numbers that the results were computed from, where that is known.
    Equal numbers, infinities and NaN in the same place are equal; so is what is a few ulps of the largest number apart.
    """
    ours, theirs = _wide(ours), _wide(theirs)
    with np.errstate(all="ignore"):
        least = floor(ours, unit, scale)
        equal = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
        apart = np.abs(ours - theirs)
        near = equal | (apart <= CONSTANT * least)
        exact = None if near.all() or reference is None else reference.exact(name)
        if exact is None or reference is None or exact.shape != ours.shape:
            return Rounding(bool(near.all()), 0.0, _ratio(np.where(equal, 0.0, apart), CONSTANT * least))
        allowance = max(reference.moved(name), least, floor(exact, unit))
        own, their = (np.where(near, 0.0, np.abs(value - exact)) for value in (ours, theirs))
        constant = CONSTANT if reference.is_finer(unit) else OWN
        worst = _ratio(own, OWN * allowance), _ratio(their, constant * allowance)
    return Rounding(max(worst) <= 1.0, *worst)


def _wide(array: Any) -> Any:
    return array.astype("complex128" if array.dtype.kind == "c" else "float64")


def _ratio(errors: Any, allowance: float) -> float:
    """The largest error, in what is allowed."""
    ratios = np.where(errors == 0, 0.0, errors / allowance)
    return float(np.nan_to_num(ratios, nan=np.inf, posinf=np.inf).max()) if ratios.size else 0.0


# Double precision


_NARROW = (torch.float16, torch.bfloat16, torch.float32)
_CASTS = (torch.Tensor.float, torch.Tensor.half, torch.Tensor.bfloat16)


def widened(value: Any) -> Any:
    """Tensors, arrays and dtypes of single or half precision in double precision, in containers too."""
    if isinstance(value, torch.Tensor):
        return value.double() if value.dtype in _NARROW else value.cdouble() if value.dtype is torch.cfloat else value
    if isinstance(value, np.ndarray) and value.dtype.name in UNITS:
        return value.astype("complex128" if value.dtype.kind == "c" else "float64")
    if isinstance(value, torch.dtype):
        return torch.float64 if value in _NARROW else torch.complex128 if value is torch.cfloat else value
    if type(value) in (list, tuple):
        return type(value)(widened(item) for item in value)
    if type(value) is dict:
        return {key: widened(item) for key, item in value.items()}
    return value


class _Double(torch.overrides.TorchFunctionMode):  # type: ignore[misc]  # torch is not typed here
    """Inside, what asks for single or half precision gets double."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        func = torch.Tensor.double if func in _CASTS else func
        result = func(*widened(args), **widened(kwargs or {}))
        return widened(result) if type(result) is torch.Tensor else result


class _Rounded(torch.utils._python_dispatch.TorchDispatchMode):  # type: ignore[misc]
    """Inside, the result of each operation is changed, as if it had been rounded."""

    def __init__(self, change: Change, unit: float) -> None:
        super().__init__()
        self._rng = np.random.default_rng([change.seed, 1])
        self._size = change.size * unit

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        given = {_storage(tensor) for tensor in _tensors((args, kwargs))}
        for tensor in _tensors(result) if given else []:  # a constant is no rounding
            if (tensor.is_floating_point() or tensor.is_complex()) and _storage(tensor) not in given:
                signs = self._rng.choice([-1.0, 1.0], size=tuple(tensor.shape))
                tensor.mul_(torch.as_tensor(1.0 + self._size * signs).to(tensor.dtype))
        return result


def _tensors(value: Any) -> list[Any]:
    if isinstance(value, torch.Tensor):
        return [value] if value.layout is torch.strided else []
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in _tensors(item)]
    if isinstance(value, dict):
        return _tensors(list(value.values()))
    return []


def _storage(tensor: Any) -> int:
    return int(tensor.untyped_storage()._cdata)


@contextlib.contextmanager
def computed(change: Change, *, wide: bool, unit: float = UNITS["float32"]) -> Iterator[None]:
    """PyTorch rounds at random inside, by `unit`, and computes in double precision if `wide`."""
    before = torch.get_default_dtype()
    with contextlib.ExitStack() as stack:
        if wide:
            torch.set_default_dtype(torch.float64)
            stack.callback(torch.set_default_dtype, before)
            stack.enter_context(_Double())
        if change.size and change.steps:
            stack.enter_context(_Rounded(change, unit))
        yield
