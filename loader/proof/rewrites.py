"""What to write for a call, as it follows from a drop-in.

The drop-in is specialised to what a condition says of its parameters. Where an expression is left, it is a template; it
computes what the drop-in computes, which has been run.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from loader.calls.known import ANYTHING, FLOATING, INTEGER, Known, literal
from loader.evaluate.specialise import Refused, parameters_of, specialise
from loader.model import conditions
from loader.model.signature import Rewrite
from loader.python_code import functions

Conditions = Mapping[str, tuple[str, Known]]  # by parameter: a condition, and what is known where it holds
LONGEST = 140  # characters of a template: a longer one is read more easily as the drop-in
_FLOATING = Known(kinds=frozenset(("tensor",)), dtypes=FLOATING)
_WHOLE = Known(kinds=frozenset(("tensor",)), dtypes=INTEGER)


@lru_cache(maxsize=4096)
def derived(drop_in: str) -> tuple[Rewrite, ...]:
    """The rewrites that follow from a drop-in, the shortest first; none where no expression is left of it.

    For any call where that can be, else for the call that leaves as much to its defaults as it must.
    """
    function = functions(drop_in)[-1]
    if _leans_on_its_file(drop_in, function):
        return ()
    parameters = parameters_of(function)
    anything = dict.fromkeys(parameters, ANYTHING)
    at_default = ((name, _at_default(name, default)) for name, default in parameters.items())
    defaults = {name: condition for name, condition in at_default if condition is not None}
    general = _templates(function, anything, "") or _narrowest(function, anything, defaults, [])
    if general and not any(" if " in rewrite.to for rewrite in general):
        return tuple(general)
    tensors = _tensors(function)
    floating = _narrowest(function, anything | dict.fromkeys(tensors, _FLOATING), defaults, tensors)
    whole = _narrowest(function, anything | dict.fromkeys(tensors, _WHOLE), defaults, tensors)
    if not tensors or [r.to for r in floating] == [r.to for r in whole]:  # then it is not the floats that matter
        floating = []
    return (*floating, *general)


def _leans_on_its_file(drop_in: str, function: ast.FunctionDef) -> bool:
    """Whether the function uses a class or function defined beside it, which a template could not name."""
    definitions = (ast.ClassDef, ast.FunctionDef)
    beside = {node.name for node in ast.parse(drop_in).body if isinstance(node, definitions)} - {function.name}
    return any(isinstance(node, ast.Name) and node.id in beside for node in ast.walk(function))


def _narrowest(
    function: ast.FunctionDef,
    known: Mapping[str, Known],
    defaults: Mapping[str, tuple[str, Known]],
    floating: list[str],
) -> list[Rewrite]:
    """Templates under as few conditions as they need."""
    kept = dict(defaults)

    def attempt() -> list[Rewrite]:
        when = " and ".join([*(f"is_floating({name})" for name in floating), *(text for text, _ in kept.values())])
        return _templates(function, {**known, **{name: value for name, (_, value) in kept.items()}}, when)

    found = attempt()
    if not found:
        return []
    for name in list(kept):
        condition = kept.pop(name)
        if fewer := attempt():
            found = fewer
        else:
            kept[name] = condition
    return found


def _at_default(name: str, default: ast.expr | None) -> tuple[str, Known] | None:
    """The condition that a parameter is left at its default, and what is known of it then."""
    if not isinstance(default, ast.Constant):
        return None
    value = default.value
    if value is None:
        return f"{name} is None", literal(None)
    if isinstance(value, bool):
        return name if value else f"not {name}", literal(value)
    return f"{name} == {value!r}", literal(value)


def _tensors(function: ast.FunctionDef) -> list[str]:
    """Parameters that a call must pass and whose dtype the body asks for: tensors."""
    asked = {
        node.value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "dtype" and isinstance(node.value, ast.Name)
    }
    return [name for name, default in parameters_of(function).items() if default is None and name in asked]


def _templates(function: ast.FunctionDef, known: Mapping[str, Known], when: str) -> list[Rewrite]:
    try:
        left = specialise(function, known)
    except Refused:
        return []
    names = frozenset(known)
    body: list[ast.stmt] = left.body if left.expression is None else [ast.Return(left.expression)]
    return list(_branches(body, names, when) or ())


def _branches(body: list[ast.stmt], names: frozenset[str], when: str) -> list[Rewrite] | None:
    """`if a: return x` and so on, to the last return; None where the body does anything else."""
    found: list[Rewrite] = []
    for statement in body:
        match statement:
            case ast.Return(value=ast.expr() as value):
                template = _template(value, names)
                return None if template is None else [*found, Rewrite(when=when or None, to=template)]
            case ast.If(test=test, body=[ast.Return(value=ast.expr() as value)], orelse=orelse):
                template, condition = _template(value, names), _condition(test, names)
                if template is None or condition is None:
                    return None
                found.append(Rewrite(when=_joined(when, condition), to=template))
                if orelse:
                    rest = _branches(orelse, names, when)
                    return None if rest is None else [*found, *rest]
            case _:
                return None
    return None


def _joined(first: str, second: str) -> str:
    return f"{first} and {second}" if first else second


def _condition(test: ast.expr, names: frozenset[str]) -> str | None:
    text = ast.unparse(test)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        text = f"({text})"
    try:
        return text if conditions.names(text) <= names else None
    except ValueError:
        return None


def _template(value: ast.expr, names: frozenset[str]) -> str | None:
    """The expression with a hole for each parameter; None where it is no answer that a person would write."""
    inner = {argument.arg for node in ast.walk(value) if isinstance(node, ast.arguments) for argument in node.args}
    if isinstance(value, ast.Lambda) or inner & names:
        return None
    text = ast.unparse(_Holes(names).visit(ast.parse(ast.unparse(value), mode="eval").body))
    for name in names:
        text = text.replace(_marked(name), f"{{{name}}}")
    return text if len(text) <= LONGEST and "{" in text else None


def _marked(name: str) -> str:
    return f"__hole_{name}__"


class _Holes(ast.NodeTransformer):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(_marked(node.id), node.ctx) if node.id in self._names else node
