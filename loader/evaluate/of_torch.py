"""Calls of PyTorch in a drop-in: what they give, and those that do nothing here."""

from __future__ import annotations

import ast

from loader.calls.decide import all_or_none
from loader.calls.known import ANYTHING, COMPLEX, FLOATING, TENSOR, Known, tensor
from loader.calls.results import kind_of_items
from loader.evaluate.nodes import Folded

# Methods that only cast.
CASTS = {
    "bool": "bool", "long": "int64", "int": "int32", "float": "float32", "double": "float64", "half": "float16",
}  # fmt: skip
SAME = frozenset(
    ("abs", "exp", "log", "sqrt", "square", "sin", "cos", "tanh", "clamp", "clone", "contiguous", "detach", "relu")
)
LETTERS = {"i": "int64", "f": "float32", "b": "bool", "c": "complex64"}
# Bytes of an element.
SIZES = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "uint16": 2, "float16": 2, "bfloat16": 2, "int32": 4, "uint32": 4,
    "float32": 4, "int64": 8, "uint64": 8, "float64": 8, "complex64": 8, "complex128": 16,
}  # fmt: skip


def of_function(name: str, new: ast.Call, args: list[Known], kwargs: dict[str, Known]) -> Folded:
    """`torch.f(...)`."""
    leaf = name.rpartition(".")[2]
    known = args[0] if args else ANYTHING
    if leaf in ("as_tensor", "tensor"):
        dtype = kwargs.get("dtype")
        wanted = None if dtype is None or dtype.is_surely("none") else dtype.dtypes
        is_plain = len(args) == 1 and set(kwargs) <= {"dtype"}
        if leaf == "as_tensor" and is_plain and known.is_surely("tensor"):
            same = dtype is None or dtype.is_surely("none") or (wanted == known.dtypes and known.dtype is not None)
            return (new.args[0], known) if same else (new, tensor(wanted, known.shape))
        letter = kind_of_items(known)
        own = frozenset((LETTERS[letter],)) if letter else None
        shape = () if known.is_surely("int", "float", "bool", "complex") else None
        return new, tensor(wanted if dtype is not None and not dtype.is_surely("none") else own, shape)
    if name.startswith(("torch.nn.", "torch.optim.", "torch.utils.")) or leaf[:1].isupper():
        return new, ANYTHING
    if leaf in SAME:
        return new, tensor(known.dtypes if known.is_surely("tensor") else None)
    if leaf in ("split", "unbind", "chunk", "tensor_split", "sort", "topk", "meshgrid", "svd", "eigh", "qr", "frexp"):
        return new, ANYTHING
    return new, ANYTHING if leaf.startswith(("is_", "get_", "set_", "no_", "enable_", "promote")) else TENSOR


def of_method(attr: str, new: ast.Call, known: Known, args: list[Known], kwargs: dict[str, Known]) -> Folded | None:
    """`x.f(...)` of a tensor; None where nothing follows."""
    if not known.is_surely("tensor") or not isinstance(new.func, ast.Attribute):
        return None
    questions = {"is_floating_point": FLOATING, "is_complex": COMPLEX}
    if attr in questions and not args:
        return (new, all_or_none(known.dtypes, questions[attr])) if known.dtypes is not None else None
    dtypes: frozenset[str] | None = None
    if attr in CASTS and not args and not kwargs:
        dtypes = frozenset((CASTS[attr],))
    elif attr == "to" and len(args) == 1 and not kwargs and args[0].is_surely("dtype"):
        dtypes = args[0].dtypes
    elif attr in SAME and not kwargs:
        return new, tensor(known.dtypes, known.shape)
    else:
        return None
    if dtypes == known.dtypes and known.dtype is not None:
        return new.func.value, known  # it has that dtype already
    return new, tensor(dtypes, known.shape)
