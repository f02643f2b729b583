"""Calls that a mapping adds to the samples of its sweep, as they are written: Python with names for drawn tensors."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loader import python_code
from loader.model.signature import Overload

# What draws a tensor of the shape that it is called with; `integers` takes the number that they stay below first.
DRAWING = ("floats", "positive", "integers", "booleans")


@dataclass(frozen=True)
class Call:
    """`name(...)`, or `name(...)(...)` where `construct` makes the object that `call` uses."""

    name: str
    construct: ast.Call | None
    call: ast.Call


def read_call(text: str) -> Call:
    """The parts of a call.

    Raises:
        ValueError: it is none, or what it calls is no dotted name.
    """
    call = python_code.expression(text)
    if not isinstance(call, ast.Call):
        raise ValueError("this is not a call: write `torch.nn.GELU('tanh')(floats(3, 4))`")
    construct = call.func if isinstance(call.func, ast.Call) else None
    function = (construct or call).func
    name = ast.unparse(function)
    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError(f"{name} is called, which is no dotted name")
    return Call(name, construct, call)


def must_be_shown(overload: Overload, general: frozenset[str]) -> list[str]:
    """The parameters of a drop-in that some call must give a value of its own, or nobody knows that they work.

    Those that something takes, and those that the body reads; not the general ones, which have no effect.
    """
    code = overload.drop_in or ""
    *_, function = python_code.functions(code)
    given = function.args
    own = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    taken = {name for name, counterpart in overload.parameters.items() if counterpart.to or counterpart.into}
    return [name for name in own if name in taken | read and name not in general]


def given_in(code: str, overload: Overload) -> set[str]:
    """The parameters to which calls of the drop-in in an example give a value other than the default."""
    *_, function = python_code.functions(overload.drop_in or "")
    parameters = function.args
    ordered = [argument.arg for argument in (*parameters.posonlyargs, *parameters.args)]
    defaults = dict(zip(reversed(ordered), map(ast.unparse, reversed(parameters.defaults)), strict=False))
    for argument, default in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
        if default is not None:
            defaults[argument.arg] = ast.unparse(default)
    found: set[str] = set()
    for node in python_code.nodes(code):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name):
            continue
        given = [*zip(ordered, node.args, strict=False), *((k.arg, k.value) for k in node.keywords if k.arg)]
        found |= {name for name, value in given if defaults.get(name) != ast.unparse(value)}
    return found
