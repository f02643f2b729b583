"""What functions of TensorFlow and methods of its tensors give, as far as the text tells."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from api.source.results.creation import of_data
from api.source.results.given import Given
from api.source.results.shapes import broadcast_rank
from loader.calls.known import (
    ANYTHING,
    BOOL,
    FLOATING,
    INTEGER,
    TENSOR,
    Known,
    of_kind,
    tensor,
)
from loader.calls.results import result_of_operator

_WORDS = {
    key: frozenset(text.split())
    for key, text in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
MADE = frozenset(("constant", "convert_to_tensor", "Variable"))
# What tensors of numbers are made of holds, if no dtype is given.
WIDE = frozenset(("int32", "int64", "uint32", "uint64"))  # integers that divide to float64
DEFAULTS = {"int64": "int32", "complex64": "complex128"}


def result_of_tf(name: str, given: Given) -> Known:
    """What a function gives; ANYTHING where it is not known to give a tensor."""
    if name.startswith(("tf.data.", "tf.io.", "tf.config.", "tf.summary.", "tf.train.", "tf.keras.utils.")):
        return ANYTHING
    leaf = name.rpartition(".")[2].removeprefix("stateless_")
    dtype = _told(given)
    if leaf in MADE:
        known = given.at(0, "value", "initial_value") or ANYTHING
        made = of_data(known)
        kept = known.is_surely("tensor") or made.dtypes is None
        own = made.dtypes if kept else frozenset(DEFAULTS.get(d, d) for d in made.dtypes or ())
        return tensor(own if dtype is False else _named(dtype), made.shape)
    if leaf == "cast":
        kind = given.at(1, "dtype") or ANYTHING
        return tensor(kind.dtypes if kind.is_surely("dtype") else None, given.input.shape)
    if leaf == "range":
        numbers = [*given.args, *(v for k, v in given.kwargs.items() if k != "dtype")]
        whole = all(number.is_surely("int") for number in numbers)
        floats = any(number.is_surely("float") for number in numbers)
        usual = "int32" if whole else "float32" if floats else None
        return tensor(usual if dtype is False else _named(dtype), (None,))
    if leaf == "fill":
        value = given.at(1, "value") or ANYTHING
        return tensor("int32" if value.is_surely("int") else "float32" if value.is_surely("float") else None)
    if leaf == "where":
        x, y = given.at(1, "x"), given.at(2, "y")
        found = [k for k in (x, y) if k is not None and k.is_surely("tensor")]
        return tensor("int64" if x is None else found[0].dtypes if found else None)
    for key, dtypes in (("truths", BOOL), ("int64", frozenset(("int64",))), ("int32", frozenset(("int32",)))):
        if leaf in _WORDS[key]:
            if key == "truths" or (dtype is False and not {"out_type", "output_type"} & given.kwargs.keys()):
                return tensor(dtypes)
            return tensor(_named(dtype))
    if leaf in _WORDS["floats"]:
        by_place = any(known.kinds is None for known in given.args[1:])
        return tensor(_named(dtype) if dtype is not False else None if by_place else "float32")
    first = given.args[0] if given.args else given.at(0, *_FIRST)
    known = first if first is not None and first.is_surely("tensor") else TENSOR
    if leaf in _WORDS["same"]:
        return tensor(known.dtypes if dtype is False else _named(dtype), known.shape)
    if leaf in _WORDS["first"]:
        other = given.at(1, "y", "b")
        if leaf in ("maximum", "minimum", "add", "subtract", "multiply") and other is not None:
            dtypes_of = known.dtypes or (other.dtypes if other.is_surely("tensor") else None)
            return tensor(dtypes_of, rank=broadcast_rank(known, other))
        return tensor(known.dtypes)
    if leaf in ("concat", "stack"):
        parts = given.args[0].items if given.args else None
        found = [part for part in parts or () if part.is_surely("tensor")]
        return tensor(found[0].dtypes if found else None)
    if leaf in _WORDS["lists"]:
        return of_kind("list")
    return ANYTHING


_FIRST = ("input", "input_tensor", "x", "a", "tensor", "features", "logits", "params", "t", "value")


def _named(dtype: frozenset[str] | bool | None) -> frozenset[str] | None:
    return dtype if isinstance(dtype, frozenset) else None


def _told(given: Given) -> frozenset[str] | bool | None:
    """The dtype that is passed, by name or by place; None where the text does not tell which, False where none is."""
    named = given.kwargs.get("dtype")
    found = [named] if named is not None else [known for known in given.args if known.is_surely("dtype")]
    if not found or found[0].is_surely("none"):
        return False
    return found[0].dtypes


def result_of_tf_operator(op: ast.AST, a: Known, b: Known) -> Known:
    """What an operator gives: nothing is promoted, integers divide to floats."""
    result = result_of_operator(op, a, b)
    if a.is_surely("tensor") and b.is_surely("tensor") and result.dtypes is None:
        result = tensor(b.dtypes, result.shape)
    if isinstance(op, ast.MatMult):
        return tensor(result.dtypes)
    if isinstance(op, ast.Div) and result.dtypes is not None:
        wide = {dtype: "float64" if dtype in WIDE else "float32" for dtype in INTEGER | BOOL}
        return tensor(frozenset(wide.get(dtype, dtype) for dtype in result.dtypes), result.shape)
    return result


def result_of_tf_method(leaf: str, given: Given) -> Known:
    """What a method of a tensor or a variable gives."""
    if leaf == "numpy":
        return of_kind("ndarray", "float", "int", "bool", "str")
    if leaf == "get_shape":
        return Known(frozenset(("shape",)), shape=given.input.shape)
    if leaf in ("assign", "assign_add", "assign_sub", "read_value", "value"):
        return tensor(given.input.dtypes, given.input.shape)
    return ANYTHING


def result_of_keras(given: Given) -> Known:
    """What a layer or a loss gives: floats, whatever their rank."""
    known = given.args[0] if given.args else ANYTHING
    return tensor(known.dtypes if known.dtypes is not None and known.dtypes <= FLOATING else FLOATING)
