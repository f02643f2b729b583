"""The samples that a mapping adds to those of its framework, for what these leave out.

`torch.nn.GELU("tanh")(floats(3, 4))`: `floats`, `positive`, `integers(5, 3, 4)` and `booleans` draw a tensor of the
shape that follows, everything else is what it says. Floats are of the dtype that is swept, or of the `dtype` given.
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from examples.compare.gradients import differentiated
from examples.compare.values import float_tensors
from examples.frameworks import np, torch
from examples.recording import public
from examples.recording.values import Dtype, Made, Named
from examples.sweep.running import run_torch
from examples.sweep.samples import Sample, resolve
from examples.verify.outcome import Failed
from loader.model.dotted import Side, side_of
from loader.model.signature import Overload
from loader.proof.samples import DRAWING, read_call

FLOATS = ("float32", "float64")  # in which each is drawn
INITIAL = "init"  # part of the names of parameters that say with which weights a layer is made


def written_samples(overload: Overload, dtype: str) -> Iterator[Sample]:
    """The samples of a signature in one dtype of floats, the same ones on every run; layers in training too.

    What draws no floats stands under the first of them, and what says the dtype of its floats under that one.
    """
    if dtype not in FLOATS:
        return
    for text in overload.samples:
        read = read_call(text)
        side = side_of(read.name)
        value = _Value(text, side, dtype)
        construct = value.call(read.construct) if read.construct else None
        args, kwargs = value.call(read.call)
        if dtype not in (value.drawn or FLOATS[:1]):
            continue
        function = public.resolve(read.name) if side == "tf" else resolve(read.name)
        initial = construct is not None and any(INITIAL in name for name in construct[1])
        for training in (False, True) if construct else (False,):
            sample = Sample(function, args, kwargs, construct, training, True, read.name, args, initial)
            yield sample if side == "tf" else replace(sample, differentiable=_has_gradient(sample))


def _has_gradient(sample: Sample) -> bool:
    """Whether PyTorch differentiates it: it refuses some calls, and what changes its argument in place."""
    try:
        differentiated(partial(run_torch, sample), range(len(float_tensors((sample.args, sample.kwargs)))))
    except (RuntimeError, NotImplementedError):
        return False
    return True


def written_settings(overload: Overload) -> Iterator[dict[str, Any]]:
    """The keyword arguments of the optimizers that are written as samples."""
    for text in overload.samples:
        read = read_call(text)
        yield _Value(text, side_of(read.name), FLOATS[0]).call(read.call)[1]


class _Value:
    """Evaluates the arguments of a call; what it draws depends on the text alone."""

    def __init__(self, text: str, side: Side, dtype: str) -> None:
        self._text, self._side, self._dtype = text, side, dtype
        self.drawn: set[str] = set()  # dtypes of the floats
        self._rng = np.random.default_rng(zlib.crc32(text.encode()))

    def call(self, node: ast.Call) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return tuple(map(self._of, node.args)), {str(k.arg): self._of(k.value) for k in node.keywords}

    def _of(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Tuple | ast.List):
            return (tuple if isinstance(node, ast.Tuple) else list)(map(self._of, node.elts))
        if isinstance(node, ast.Dict) and None not in node.keys:
            return {self._of(k): self._of(v) for k, v in zip(node.keys, node.values, strict=True) if k}
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            return self._tensor(name, *self.call(node)) if name in DRAWING else self._made(name, node)
        if isinstance(node, ast.Attribute):
            return self._named(ast.unparse(node))
        try:
            return ast.literal_eval(node)
        except ValueError:
            raise Failed(f"the sample `{self._text}`: what is `{ast.unparse(node)}`?") from None

    def _tensor(self, name: str, shape: tuple[int, ...], kwargs: dict[str, Any]) -> Any:
        if name == "integers":
            array = self._rng.integers(shape[0], size=shape[1:])
        elif name == "booleans":
            array = self._rng.integers(2, size=shape).astype(bool)
        else:
            dtype = kwargs.get("dtype", self._dtype)
            self.drawn.add(dtype)
            exact = self._rng.uniform(0.1, 2, size=shape) if name == "positive" else self._rng.normal(size=shape)
            array = exact.astype(dtype)
        return torch.from_numpy(np.asarray(array)) if self._side == "torch" else np.asarray(array)

    def _named(self, name: str) -> Any:
        if self._side == "torch":
            return resolve(name)
        kind = public.resolve(name)
        return Dtype(name.rpartition(".")[2]) if not callable(kind) else Named(name)

    def _made(self, name: str, node: ast.Call) -> Any:
        args, kwargs = self.call(node)
        return resolve(name)(*args, **kwargs) if self._side == "torch" else Made(name, list(args), kwargs)
