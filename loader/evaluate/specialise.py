"""A drop-in made for the calls at hand: only the branches that they reach, and an expression where it can be one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from loader.calls.decide import Env, Slot
from loader.calls.known import ANYTHING, Known, of_literal
from loader.calls.shorten import expression_of, without_unused
from loader.evaluate.blocks import Block
from loader.evaluate.fold import fold


class Refused(ValueError):
    """The drop-in raises for these arguments; the message is its own."""


@dataclass(frozen=True)
class Specialised:
    """What is left of a drop-in. `expression`: over the names of its parameters, where it can be one expression."""

    parameters: list[str]
    body: list[ast.stmt]
    expression: ast.expr | None
    result: Known


def parameters_of(function: ast.FunctionDef) -> dict[str, ast.expr | None]:
    """The parameters with their defaults, those that collect the rest included."""
    arguments = function.args
    ordinary = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(ordinary) - len(arguments.defaults))
    found = {a.arg: d for a, d in zip(ordinary, [*defaults, *arguments.defaults], strict=True)}
    if arguments.vararg:
        found[arguments.vararg.arg] = None
    found |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
    if arguments.kwarg:
        found[arguments.kwarg.arg] = None
    return found


def specialise(function: ast.FunctionDef, given: Mapping[str, Known]) -> Specialised:
    """The function for arguments of which this is known. What is not given has its default.

    Raises:
        Refused: it raises for them.
    """
    env = Env()
    for name, default in parameters_of(function).items():
        known = given[name] if name in given else of_literal(default) if default is not None else ANYTHING
        if name not in given and default is not None and not known.is_literal:
            known = fold(default, Env())[1]
        env.slots[name] = Slot(known)
    body = [s for s in function.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    block = Block(body)
    made = block.statements(body, env)
    made = without_unused(made)
    if made and isinstance(made[0], ast.Raise):
        raise Refused(_message(made[0]))
    parameters = [name for name in parameters_of(function) if _is_read_first(name, made)]
    return Specialised(parameters, made, expression_of(made), block.result or ANYTHING)


def _is_read_first(name: str, body: list[ast.stmt]) -> bool:
    """Whether a parameter's value is used: read before it gets another one."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=again)], value=value) if again == name:
                return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
        if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement)):
            return True
    return False


def _message(node: ast.Raise) -> str:
    match node.exc:
        case ast.Call(args=[ast.Constant(value=str(text)), *_]):
            return text
        case ast.Call(args=[ast.JoinedStr() as text, *_]):
            return ast.unparse(text).strip("f'\"")
    return "the drop-in does not serve these arguments"
