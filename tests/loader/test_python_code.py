"""Python code: what it names, and that code which Python itself gives up on is an error like any other."""

from __future__ import annotations

import ast

import pytest

from loader import python_code

CODE = """\
import math
def helper(a, b=1):
    inner = a
    return inner
class Layer:
    def call(self, x):
        return x
for step in range(3):
    total: int = helper(step)
"""


def test_nodes_are_those_of_a_walk() -> None:
    assert [type(node) for node in python_code.nodes(CODE)] == [type(node) for node in ast.walk(ast.parse(CODE))]


def test_names() -> None:
    assert python_code.assigned(CODE) == {"helper", "inner", "Layer", "call", "step", "total"}
    assert python_code.names(CODE) == {"inner", "a", "x", "step", "range", "total", "int", "helper"}
    assert [function.name for function in python_code.functions(CODE)] == ["helper"]


@pytest.mark.parametrize(
    ("text", "name"),
    [("nn.functional.relu", "nn.functional.relu"), ("x", "x"), ("f().y", None), ("x[0].y", None), ("'a'.join", None)],
)
def test_dotted(text: str, name: str | None) -> None:
    assert python_code.dotted(ast.parse(text, mode="eval").body) == name


@pytest.mark.parametrize(
    "code",
    [
        "y = (",
        "(" * 5000,
        "-" * 100_000 + "1",
        "x" + "+1" * 100_000,
        "x" + "[0]" * 50_000,
        "lambda:" * 20_000,
        "x\0",
        "x" + "+1" * 300,
    ],
    ids=["open", "brackets", "minus", "long-sum", "index", "lambda", "null", "sum"],
)
def test_what_does_not_parse_is_a_syntax_error(code: str) -> None:
    with pytest.raises(SyntaxError):
        python_code.parse(code)
