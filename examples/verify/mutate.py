"""Mutations: the TensorFlow snippet with one keyword argument left out.

If an example still passes without it, the example did not prove that the argument matters.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator


def mutations(code: str) -> Iterator[tuple[str, str]]:
    """For each keyword argument of each call: its label (`reduce_sum.axis`) and the code without it."""
    tree = ast.parse(code)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for index, call in enumerate(calls):
        for position, keyword in enumerate(call.keywords):
            if keyword.arg is None:
                continue
            mutant = copy.deepcopy(tree)
            target = [node for node in ast.walk(mutant) if isinstance(node, ast.Call)][index]
            del target.keywords[position]
            yield f"{_leaf(call.func)}.{keyword.arg}", ast.unparse(mutant)


def _leaf(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else "call"
