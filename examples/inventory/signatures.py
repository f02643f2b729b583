"""Signatures from wherever a framework keeps them: live functions, type stubs, or the first line of a docstring.

All of them end up in one form, a list of parameters, which is what the inventories hold.
"""

import ast
import inspect
import math
import re
import textwrap
from collections.abc import Iterable
from dis import opmap
from enum import Enum
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, get_overloads

Parameter = dict[str, str]
Signature = list[Parameter]

KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: None,
    inspect.Parameter.VAR_POSITIONAL: "var_positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_KEYWORD: "var_keyword",
}
# Names for the same thing that only matter inside the stubs.
PLAIN_TYPES = {
    "_int": "int",
    "_float": "float",
    "_bool": "bool",
    "_complex": "Number",
    "_dtype": "dtype",
    "_layout": "layout",
    "_device": "device",
    "_qscheme": "qscheme",
    "_size": "Sequence[int]",
    "DeviceLikeType": "device",
    "SymInt": "int",
    "SymFloat": "float",
    "SymBool": "bool",
    "List": "list",
    "Dict": "dict",
    "Tuple": "tuple",
    "NoneType": "None",
}
# torch annotates `BroadcastingList2[int]`, which evaluates to None.
SAYS_NOTHING = ("Any", "object", "None")
LONGEST_TYPE = 72


def parameter(name: str, default: str | None, type_: str | None, kind: str | None) -> Parameter:
    """One parameter in the form of the inventories: what is unknown or ordinary is left out."""
    optional = {"default": default, "type": type_, "kind": kind}
    return {"name": name} | {key: value for key, value in optional.items() if value is not None}


def is_catch_all(signature: Signature) -> bool:
    """Whether a signature names no parameter at all: `(*args, **kwargs)`, which tells a caller nothing."""
    return bool(signature) and all(one.get("kind", "").startswith("var_") for one in signature)


def names_of(signature: Signature) -> list[str]:
    """The names of its parameters."""
    return [one["name"] for one in signature]


def distinct(signatures: Iterable[Signature]) -> list[Signature]:
    """The signatures in their order, each once."""
    kept: list[Signature] = []
    for signature in signatures:
        if signature not in kept:
            kept.append(signature)
    return kept


# Live functions and classes


def from_callable(thing: Any) -> Signature | None:
    """The signature that Python knows of a function or class, or None for most builtins."""
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return None
    return [
        parameter(one.name, _default_text(one.default), _annotation_text(one.annotation), KINDS[one.kind])
        for one in found.parameters.values()
    ]


def from_overloads(function: Any) -> list[Signature]:
    """The signatures declared with `typing.overload`, in their order, without those that take anything."""
    if not isinstance(function, FunctionType):
        return []
    known = map(from_callable, get_overloads(function))
    return [signature for signature in known if signature is not None]


def from_constructor(cls: type) -> list[Signature]:
    """The constructor's signatures, without `self`.

    Where a class hands everything on (`*args, **kwargs`), they are its overloads or those of the class it inherits
    from, if these say more.
    """
    signature = from_callable(cls)
    if signature is not None and not is_catch_all(signature):
        return [signature]
    for base in cls.__mro__:
        initializer = vars(base).get("__init__")
        if not isinstance(initializer, FunctionType):
            continue
        overloads = [one[1:] for one in from_overloads(initializer)]
        if any(not is_catch_all(one) for one in overloads):
            return [one for one in overloads if set(names_of(one)) != {"args", "kwargs"}]
        inherited = (from_callable(initializer) or [])[1:]
        if not is_catch_all(inherited):
            return [inherited or signature or []]
    return [] if signature is None else [signature]


def only_raises(thing: Any) -> bool:
    """Whether calling this can only raise: it was removed, and what is left tells so.

    Methods that a subclass has to write (`raise NotImplementedError`) do not count.
    """
    function = inspect.unwrap(vars(thing).get("__init__", object) if isinstance(thing, type) else thing)
    if not isinstance(function, FunctionType) or opmap["RETURN_VALUE"] in function.__code__.co_code[::2]:
        return False
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, SyntaxError, ValueError):
        return False
    assert isinstance(definition, ast.FunctionDef)
    body = [statement for statement in definition.body if not _is_docstring(statement)]
    return all(isinstance(one, ast.Raise) and "NotImplementedError" not in ast.unparse(one) for one in body)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _default_text(value: Any) -> str | None:
    if value is inspect.Parameter.empty:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if value is ...:
        return "..."
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, type | FunctionType | BuiltinFunctionType | ModuleType):
        return value.__name__
    text = repr(value)
    if native_enum := re.fullmatch(r"<([\w.]+): \d+>", text):
        return native_enum[1]
    # A marker for "not passed" prints as its address, which differs from run to run and means nothing to a reader.
    return "..." if text.startswith("<") or " at 0x" in text or "\n" in text else text


def _annotation_text(annotation: Any) -> str | None:
    if annotation is inspect.Parameter.empty:
        return None
    return short_type(annotation if isinstance(annotation, str) else inspect.formatannotation(annotation))


# Stubs and docstrings


def from_stub(path: Path) -> dict[str, list[Signature]]:
    """Every overload in a stub file, in its order, by name: `clamp` for a function, `TensorBase.clamp` for a method."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    overloads = from_definitions(body)
    for cls in body:
        if isinstance(cls, ast.ClassDef):
            overloads |= {f"{cls.name}.{name}": known for name, known in from_definitions(cls.body).items()}
    return overloads


def from_definitions(body: Iterable[ast.stmt]) -> dict[str, list[Signature]]:
    """Every signature that a body of statements defines, by function name."""
    overloads: dict[str, list[Signature]] = {}
    for one in body:
        if isinstance(one, ast.FunctionDef):
            overloads.setdefault(one.name, []).append(_from_arguments(one.args))
    return {name: distinct(signatures) for name, signatures in overloads.items()}


def from_docstring(doc: str | None, leaf: str) -> list[Signature]:
    """The signatures that a docstring opens with, or lists as `.. function::`: builtins have no other source."""
    doc = inspect.cleandoc(doc or "")
    opening = rf"(?:\A|^\.\. (?:function|method):: ?)(?:[\w.]+\.)?{re.escape(leaf)}\("
    calls = (_balanced(doc[match.end() - 1 :]) for match in re.finditer(opening, doc, re.MULTILINE))
    return distinct(signature for call in calls if (signature := _from_call(call)) is not None)


def _balanced(text: str) -> str:
    """The text up to the parenthesis that closes the first one."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return text[: position + 1]
    return ""


def _from_call(parameters: str) -> Signature | None:
    # Docstrings escape stars, write `*size, *` where Python needs only the first star, and put C++ types in front.
    parameters = parameters.replace("\\", "")
    parameters = re.sub(r"\b(?:bool|int|float|str|Tensor) (\w+)", r"\1", parameters)
    parameters = re.sub(r"(\*\w+\s*,)\s*\*\s*,", r"\1", parameters)
    try:
        (definition,) = ast.parse(f"def _{parameters}: ...").body
    except (SyntaxError, ValueError):
        return None
    assert isinstance(definition, ast.FunctionDef)
    return _from_arguments(definition.args)


def _from_arguments(arguments: ast.arguments) -> Signature:
    def one(argument: ast.arg, default: ast.expr | None, kind: str | None) -> Parameter:
        annotation = short_type(ast.unparse(argument.annotation)) if argument.annotation else None
        return parameter(argument.arg, ast.unparse(default) if default else None, annotation, kind)

    positional = [(argument, "positional") for argument in arguments.posonlyargs]
    ordinary = [(argument, None) for argument in arguments.args]
    fronts = [*positional, *ordinary]
    defaults = [None] * (len(fronts) - len(arguments.defaults)) + arguments.defaults
    signature = [one(front, default, kind) for (front, kind), default in zip(fronts, defaults, strict=True)]
    if arguments.vararg:
        signature.append(one(arguments.vararg, None, "var_positional"))
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    signature += [one(keyword, default, "keyword") for keyword, default in keywords]
    if arguments.kwarg:
        signature.append(one(arguments.kwarg, None, "var_keyword"))
    return signature


# Types


def short_type(annotation: str) -> str | None:
    """An annotation as a reader wants it (`int | None`, `Tensor`), or None where it says nothing or too much."""
    # Type variables print as ~T or +T_co, which is neither Python nor information.
    if "~" in annotation or "+" in annotation:
        return None
    try:
        text = ast.unparse(_Shortener().visit(ast.parse(annotation, mode="eval").body))
    except SyntaxError:
        return None
    return None if text in SAYS_NOTHING or len(text) > LONGEST_TYPE else text


class _Shortener(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self.visit_Name(ast.Name(node.attr))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(PLAIN_TYPES.get(node.id, node.id), mode="eval").body

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        outer = ast.unparse(self.visit(node.value))
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if outer in ("Optional", "Union"):
            return _either([*map(self.visit, inner), *([ast.Constant(None)] if outer == "Optional" else [])])
        if outer == "Annotated":
            return self.visit(inner[0])  # type: ignore[no-any-return]
        if outer in ("Callable", "type", "Type"):
            return ast.Name(outer)
        if outer == "Literal":
            return ast.Subscript(ast.Name(outer), node.slice)
        return ast.Subscript(ast.Name(outer), self.visit(node.slice))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return self.visit(node.args[0])  # type: ignore[no-any-return]  # ForwardRef('Tensor')

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return _either([self.visit(node.left), self.visit(node.right)])

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str):  # a forward reference
            return self.visit(ast.parse(node.value, mode="eval").body)  # type: ignore[no-any-return]
        return node


def _either(members: list[ast.expr]) -> ast.expr:
    """A union of the members, each named once, None last."""
    texts = dict.fromkeys(part for member in members for part in _alternatives(member))
    ordered = sorted(texts, key=lambda text: text == "None")
    return ast.parse(" | ".join(ordered), mode="eval").body


def _alternatives(member: ast.expr) -> list[str]:
    if isinstance(member, ast.BinOp):
        return [*_alternatives(member.left), *_alternatives(member.right)]
    return [ast.unparse(member)]
