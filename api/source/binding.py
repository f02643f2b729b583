"""A call's arguments bound to the parameters of a signature."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from loader.publish.document import Parameter, Signature


@dataclass
class Bound:
    """Arguments by parameter. `values`: those that are known, defaults included."""

    passed: dict[str, ast.expr] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    complete: bool = True  # no * or ** that could pass more
    faults: int = 0  # arguments without a parameter, parameters without an argument


def bind(call: ast.Call, signatures: Sequence[Signature], receiver: ast.expr | None) -> Bound:
    """The call by the signature that fits it best; the first of equally good ones.

    `receiver`: of a method, what stands before the dot; it is the first argument.
    """
    found = [_bind(call, signature.parameters, receiver) for signature in signatures]
    return min(found, key=lambda bound: bound.faults, default=Bound(complete=False))


def _bind(call: ast.Call, parameters: list[Parameter], receiver: ast.expr | None) -> Bound:
    bound = Bound()
    given = ([receiver] if receiver is not None else []) + call.args
    star = next((n for n, value in enumerate(given) if isinstance(value, ast.Starred)), len(given))
    bound.complete = star == len(given) and all(keyword.arg for keyword in call.keywords)
    _bind_positional(bound, given[:star], parameters, is_method=receiver is not None)
    _bind_keywords(bound, call.keywords, parameters)
    _learn_values(bound, parameters)
    return bound


def _bind_positional(bound: Bound, given: list[ast.expr], parameters: list[Parameter], *, is_method: bool) -> None:
    places = [p for p in parameters if p.kind in ("ordinary", "positional")]
    for parameter, value in zip(places, given, strict=False):
        bound.passed[parameter.name] = value
    rest = given[len(places) :]
    if collector := next((p.name for p in parameters if p.kind == "var_positional"), None):
        bound.passed[collector] = ast.Tuple(elts=rest, ctx=ast.Load())
    elif rest and is_method and len(places) > 1:  # x.permute(0, 2, 1) is permute(x, (0, 2, 1))
        last = places[-1].name
        bound.passed[last] = ast.Tuple(elts=[bound.passed[last], *rest], ctx=ast.Load())
        bound.faults += 1
    else:
        bound.faults += len(rest)


def _bind_keywords(bound: Bound, keywords: list[ast.keyword], parameters: list[Parameter]) -> None:
    known = {p.name for p in parameters if p.kind != "positional"}
    for keyword in keywords:
        if keyword.arg in known and keyword.arg not in bound.passed:
            bound.passed[keyword.arg] = keyword.value
        elif keyword.arg:
            bound.faults += 1


def _learn_values(bound: Bound, parameters: list[Parameter]) -> None:
    """What is passed as a literal, and the defaults of what surely is not passed."""
    for parameter in parameters:
        if parameter.name in bound.passed:
            source: ast.expr | str = bound.passed[parameter.name]
        elif bound.complete and parameter.default is not None:
            source = parameter.default
        else:
            bound.faults += bound.complete and not parameter.kind.startswith("var_")
            continue
        try:
            bound.values[parameter.name] = literal(source)
        except NotLiteral:
            continue


# The values that literals in a source stand for: `3`, `(1, 2)`, `"same"`, `-1.5`, `None`.


class NotLiteral(ValueError):
    """A variable or a call: the text does not tell its value."""


def literal(source: ast.expr | str) -> Any:
    """The value of a literal, given as a node or as text.

    Raises:
        NotLiteral: the text does not tell the value.
    """
    return _from_text(source) if isinstance(source, str) else _evaluated(source)


@lru_cache(maxsize=4096)
def _from_text(source: str) -> Any:
    """The defaults of signatures come again with every call."""
    return _evaluated(source)


def _evaluated(source: ast.expr | str) -> Any:
    try:
        return ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise NotLiteral from None
