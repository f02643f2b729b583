"""Gradients of results with respect to inputs and weights, in either framework.

The scalar that is differentiated is the sum of all float results, each weighted by an array that is drawn
from its position: both sides use the same weights, and no symmetry of a plain sum can hide a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from examples.compare.values import float_tensors, tf_array, torch_array
from examples.frameworks import np, tf, torch

# PyTorch refuses, for some arguments of some functions, that they require a gradient (class weights of a loss).
_REFUSAL = re.compile(r"not differentiable with respect to argument|derivative for .* is not implemented")
SMALLEST_WEIGHT = 1 / 16
T = TypeVar("T")
L = TypeVar("L")


def differentiated(run: Callable[[list[L]], T], candidates: Iterable[L]) -> tuple[T, list[L]]:
    """The run in which as many candidates as possible require a gradient, and these candidates.

    One by one only where PyTorch refuses all together. `run` raises what PyTorch raises.

    Raises:
        RuntimeError: PyTorch refuses every candidate, so that no gradient could be compared.
    """
    wanted = list(candidates)
    try:
        return run(wanted), wanted
    except RuntimeError as error:
        if _REFUSAL.search(str(error)) is None:
            raise
        refusal = error
    done: T | None = None
    kept: list[L] = []
    for candidate in wanted:
        try:
            done = run([*kept, candidate])
        except RuntimeError as error:
            if _REFUSAL.search(str(error)) is None:
                raise
        else:
            kept.append(candidate)
    if done is None:
        raise refusal
    return done, kept


def _weights(index: int, shape: tuple[int, ...]) -> Any:
    """Multiples of the smallest, which every float dtype holds exactly; none is zero."""
    drawn = np.round(np.random.default_rng([7, index]).normal(size=shape) / SMALLEST_WEIGHT) * SMALLEST_WEIGHT
    return np.where(drawn == 0, SMALLEST_WEIGHT, drawn)


def torch_scalar(results: Any) -> Any:
    """A real scalar that depends on every differentiable result, or None if there is none."""
    total = None
    for index, tensor in enumerate(float_tensors(results)):
        if not tensor.requires_grad:
            continue
        if tensor.is_complex():
            tensor = torch.view_as_real(tensor.resolve_conj())
        weights = torch.from_numpy(np.asarray(_weights(index, tuple(tensor.shape)))).to(tensor.dtype)
        part = (tensor * weights).sum().double()
        total = part if total is None else total + part
    return total


def torch_gradients(results: Any, leaves: list[Any]) -> list[Any]:
    """One array a leaf; None where the results do not depend on it."""
    total = torch_scalar(results)
    if total is None or not leaves:
        return [None] * len(leaves)
    return [None if g is None else torch_array(g) for g in torch.autograd.grad(total, leaves, allow_unused=True)]


def tf_weights(results: Any) -> list[Any]:
    """What each float result is weighted by: to be taken from results whose shapes are known."""
    shapes = [(*t.shape, 2) if t.dtype.is_complex else tuple(t.shape) for t in map(_tensor, float_tensors(results))]
    return [tf.constant(_weights(index, shape)) for index, shape in enumerate(shapes)]


def _tensor(value: Any) -> Any:
    return tf.convert_to_tensor(value)


def tf_scalar(results: Any, weights: list[Any] | None = None) -> Any:
    """The same scalar as `torch_scalar`; to be called inside the tape."""
    total = None
    for tensor, weight in zip(map(_tensor, float_tensors(results)), weights or tf_weights(results), strict=True):
        if tensor.dtype.is_complex:
            tensor = tf.stack([tf.math.real(tensor), tf.math.imag(tensor)], axis=-1)
        part = tf.cast(tf.reduce_sum(tensor * tf.cast(weight, tensor.dtype)), tf.float64)
        total = part if total is None else total + part
    return total


def tf_gradients(tape: Any, total: Any, leaves: list[Any]) -> list[Any]:
    """One array a leaf; None where the results do not depend on it."""
    if total is None or not leaves:
        return [None] * len(leaves)
    return [None if g is None else tf_array(g) for g in tape.gradient(total, leaves)]
