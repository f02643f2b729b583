"""What TensorFlow's functions and operators give, as far as it follows from what they are given."""

from __future__ import annotations

import ast
from dataclasses import replace

from loader.calls.decide import dotted
from loader.calls.known import ANYTHING, INT, TENSOR, Known, tensor

KEEPS_DTYPE = frozenset(("tf.identity", "tf.reshape", "tf.transpose", "tf.expand_dims", "tf.squeeze", "tf.zeros_like",
                         "tf.ones_like", "tf.stop_gradient", "tf.abs", "tf.negative"))  # fmt: skip


def kind_of_items(known: Known) -> str | None:
    if known.items is None:
        for kind, letter in (("float", "f"), ("int", "i"), ("bool", "b"), ("complex", "c")):
            if known.is_surely(kind):
                return letter
        return None
    kinds = [kind_of_items(item) for item in known.items]
    return None if None in kinds else next((kind for kind in "cfib" if kind in kinds), "f")


def part_of_tensor(known: Known, index: ast.expr, place: Known) -> Known:
    if not known.is_surely("tensor"):
        return ANYTHING
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    rank = known.rank
    for part in parts:
        if isinstance(part, ast.Slice):
            continue
        if dotted(part) == "tf.newaxis" or (isinstance(part, ast.Constant) and part.value is None):
            rank = None if rank is None else rank + 1
        elif isinstance(part, ast.Constant) and part.value is Ellipsis:
            continue
        elif place.is_surely("int") or (isinstance(part, ast.Constant) and isinstance(part.value, int)):
            rank = None if rank is None else max(0, rank - 1)
        else:
            rank = None
    return tensor(known.dtypes, rank=rank)


def result_of_operator(op: ast.AST, a: Known, b: Known) -> Known:
    """What an operator of TensorFlow gives: the dtype of the tensor, the larger rank."""
    if a.is_surely("int", "bool") and b.is_surely("int", "bool") and not isinstance(op, ast.Div | ast.Pow):
        return INT
    if not (a.is_surely("tensor") or b.is_surely("tensor")):
        return ANYTHING
    dtypes = a.dtypes if a.is_surely("tensor") else b.dtypes
    ranks = [known.rank if known.is_surely("tensor") else 0 for known in (a, b)]
    rank = None if None in ranks else max(r for r in ranks if r is not None)
    return tensor(dtypes, rank=rank)


def result_of_tensorflow(name: str | None, args: list[Known], kwargs: dict[str, Known]) -> Known:
    if name == "tf.cast" and len(args) > 1:
        cast = tensor(args[1].dtypes if args[1].is_surely("dtype") else None, args[0].shape)
        return replace(cast, at_least=args[0].at_least)
    if name in KEEPS_DTYPE and args:
        dtype = kwargs.get("dtype", args[1] if name and name.endswith("_like") and len(args) > 1 else ANYTHING)
        dtypes = dtype.dtypes if dtype.is_surely("dtype") else args[0].dtypes
        same = name in ("tf.identity", "tf.stop_gradient", "tf.abs", "tf.negative", "tf.zeros_like", "tf.ones_like")
        return tensor(dtypes, args[0].shape if same else None)
    if name and name.startswith(("tf.", "keras.ops.")) and not name.startswith(("tf.keras.", "tf.io")):
        return ANYTHING if name.endswith(("unstack", "split", "top_k", "meshgrid", "moments")) else TENSOR
    return ANYTHING
