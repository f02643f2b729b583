"""A drop-in specialised to what is known of a call, as text."""

from __future__ import annotations

import ast

import pytest

from loader.calls.known import FLOATING, INT, TENSOR, Known, literal, tensor
from loader.evaluate.specialise import Refused, Specialised, specialise

CLAMP = """
def clamp(input, min=None, max=None):
    if min is None:
        return tf.minimum(input, max)
    if max is None:
        return tf.maximum(input, min)
    return tf.minimum(tf.maximum(input, min), max)
"""
TOTAL = """
def total(input, dim=None, dtype=None):
    if dtype is None and not (input.dtype.is_floating or input.dtype.is_complex):
        dtype = tf.int64
    if dtype is not None:
        input = tf.cast(input, dtype)
    if len(input.shape) == 0:
        dim = None
    return tf.reduce_sum(input, dim)
"""
SWAP = """
def swap(input, dim0, dim1):
    order = list(range(input.shape.rank))
    if order:
        order[dim0], order[dim1] = order[dim1], order[dim0]
    return tf.transpose(input, order)
"""
PADS = """
def pads(x, padding=0):
    pair = lambda value: [value, value] if isinstance(value, int) else list(value)
    around = [(p, p) for p in pair(padding)]
    return tf.pad(x, around)
"""
COUNT = """
def count(start=0, end=None):
    if end is None:
        start, end = 0, start
    return tf.range(int(start), int(end))
"""
RAISES = """
def embed(rows, padding_idx=None):
    if padding_idx is not None:
        raise NotImplementedError("a row of zeros has no counterpart")
    return tf.keras.layers.Embedding(rows)
"""


def special(code: str, **given: Known) -> Specialised:
    (function,) = ast.parse(code).body
    assert isinstance(function, ast.FunctionDef)
    return specialise(function, given)


def text(code: str, **given: Known) -> str:
    made = special(code, **given)
    assert made.expression is not None, [ast.unparse(statement) for statement in made.body]
    return ast.unparse(made.expression)


@pytest.mark.parametrize(
    ("code", "given", "wanted"),
    [
        (CLAMP, {"input": TENSOR, "min": literal(0)}, "tf.maximum(input, 0)"),
        (CLAMP, {"input": TENSOR, "min": literal(0), "max": literal(1.5)}, "tf.minimum(tf.maximum(input, 0), 1.5)"),
        (TOTAL, {"input": tensor(FLOATING, rank=2), "dim": literal(1)}, "tf.reduce_sum(input, 1)"),
        (TOTAL, {"input": tensor("int32", rank=2)}, "tf.reduce_sum(tf.cast(input, tf.int64), None)"),
        (SWAP, {"input": tensor(rank=4), "dim0": literal(1), "dim1": literal(-1)}, "tf.transpose(input, [0, 3, 2, 1])"),
        (PADS, {"x": TENSOR, "padding": literal(2)}, "tf.pad(x, [(2, 2), (2, 2)])"),
        (COUNT, {"start": INT}, "tf.range(0, int(start))"),
    ],
)
def test_known_arguments_fold_into_an_expression(code: str, given: dict[str, Known], wanted: str) -> None:
    assert text(code, **given) == wanted


def test_a_branch_that_may_be_reached_stays_with_what_it_sets() -> None:
    """The assignment of a constant inside a branch is not lost when the branch is kept."""
    body = "\n".join(ast.unparse(statement) for statement in special(TOTAL, input=tensor(rank=1)).body)
    assert "dtype = tf.int64" in body
    assert "input = tf.cast(input, dtype)" in body


def test_a_tensor_is_not_computed_twice() -> None:
    made = special("def twice(x):\n    y = tf.exp(x)\n    return y * y\n", x=TENSOR)
    assert made.expression is None
    assert len(made.body) == 2


def test_what_the_drop_in_refuses_is_told_in_its_words() -> None:
    assert text(RAISES, rows=literal(5)) == "tf.keras.layers.Embedding(5)"
    with pytest.raises(Refused, match="a row of zeros has no counterpart"):
        special(RAISES, rows=literal(5), padding_idx=literal(0))


@pytest.mark.parametrize("hostile", ["[0] * 10**9", "10 ** 10 ** 10", "list(range(10**9))", "'a' * 10**9"])
def test_nothing_large_is_computed(hostile: str) -> None:
    made = special(f"def f(x):\n    return g({hostile})\n")
    assert made.expression is not None
    assert len(ast.unparse(made.expression)) < 100


def test_a_list_that_grows_inside_a_block_is_not_known() -> None:
    """Not only its value: how many parts it has is not known either."""
    source = "def f(x):\n    parts = []\n    with x:\n        parts.append(1)\n    return [part for part in parts]\n"
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    made = specialise(function, {"x": Known()})
    assert ast.unparse(made.body[-1]) == "return [part for part in parts]"
