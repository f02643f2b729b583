"""Code as text: trees written as a person would, arguments put into templates with the parentheses they need."""

from __future__ import annotations

import ast
import copy
import io
import re
import textwrap
import tokenize
from collections.abc import Callable, Mapping

WIDTH = 100  # columns; a generated line that is longer is broken at its commas
_HOLE = "_port_{}_"


def code(node: ast.AST) -> str:
    """The text of a tree, with double quotes and short numbers."""
    return _tidy(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))))


def _tidy(text: str) -> str:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return text
    lines = text.split("\n")
    for token in reversed(tokens):
        if token.start[0] != token.end[0]:
            continue
        new = token.string
        if token.type == tokenize.STRING and new[-1] == "'" and '"' not in new and "\\" not in new:
            start = new.index("'")
            new = f'{new[:start]}"{new[start + 1 : -1]}"'
        elif token.type == tokenize.NUMBER:
            new = re.sub(r"e([+-]?)0+(\d)", r"e\1\2", new)
        if new != token.string:
            row = token.start[0] - 1
            lines[row] = lines[row][: token.start[1]] + new + lines[row][token.end[1] :]
    return "\n".join(_bare_tuple(line) for line in lines)


def _bare_tuple(line: str) -> str:
    """`return (a, b)` without its parentheses."""
    match = re.fullmatch(r"(\s*(?:return |[\w, ]+ = ))\((.*)\)", line)
    if match is None:
        return line
    try:
        inner = ast.parse(f"({match[2]})", mode="eval").body
    except SyntaxError:
        return line
    is_bare = isinstance(inner, ast.Tuple) and inner.elts and inner.end_col_offset == len(match[2].encode()) + 2
    return match[1] + match[2] if is_bare and not match[2].endswith(",") else line


ATOMS = (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Dict, ast.Set, ast.ListComp,
         ast.DictComp, ast.SetComp, ast.JoinedStr)  # fmt: skip


def is_atom(text: str) -> bool:
    """Whether an expression may stand anywhere without parentheses."""
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return False
    if isinstance(body, ast.Tuple | ast.GeneratorExp):
        return (
            text.strip().startswith("(") and body.col_offset == 0 and body.end_col_offset == len(text.strip().encode())
        )
    return isinstance(body, ATOMS)


def is_name(text: str) -> bool:
    """Whether it is a variable or an attribute of one."""
    return bool(re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", text))


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\s*\d[\w.]*\s*", text))


def wrapped(text: str) -> str:
    """The expression in parentheses, if it needs them inside another one."""
    return text if is_atom(text) else f"({text})"


def moved(text: str, indent: str) -> str:
    """Lines with another indentation."""
    return textwrap.indent(textwrap.dedent(text), indent)


def binds(parent: ast.AST | None, child: ast.AST) -> bool:
    """Whether a place in an expression asks for parentheses around what is no atom."""
    match parent:
        case ast.BinOp() | ast.UnaryOp() | ast.BoolOp() | ast.Compare() | ast.Attribute() | ast.IfExp() | ast.Starred():
            return True
        case ast.Subscript(value=value):
            return child is value
        case ast.Call(func=function):
            return child is function
    return False


def fill(template: ast.expr, texts: Mapping[str, str]) -> str:
    """The template with each name that has a text replaced by it."""
    tree = copy.deepcopy(template)
    holes: dict[str, str] = {}

    class Holes(ast.NodeTransformer):
        def __init__(self) -> None:
            self.parents: list[ast.AST] = []

        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.Name) and node.id in texts:
                parent = self.parents[-1] if self.parents else None
                text = texts[node.id]
                hole = _HOLE.format(len(holes))
                needs = binds(parent, node) and not is_atom(text)
                needs = needs or (isinstance(parent, ast.Attribute) and is_number(text))
                holes[hole] = f"({text})" if needs else text
                return ast.Name(hole, ast.Load())
            self.parents.append(node)
            self.generic_visit(node)
            self.parents.pop()
            return node

    written = code(Holes().visit(tree))
    return re.sub(r"_port_\d+_", lambda match: holes[match[0]], written)


def broken(text: str, indent: int = 0) -> str:
    """A statement of one line, broken after the outermost brackets where it is too long."""
    if len(text) + indent <= WIDTH or "\n" in text:
        return text
    opening = _outermost(text)
    if opening is None:
        return text
    start, end, commas = opening
    inner = text[start + 1 : end]
    parts = [
        inner[a:b].strip()
        for a, b in zip([0, *(c - start for c in commas)], [*(c - start - 2 for c in commas), len(inner)], strict=True)
    ]
    pad = " " * (_leading(text) + 4)
    joined = ", ".join(parts)
    if len(pad) + len(joined) <= WIDTH:
        lines = [pad + joined]
    else:
        lines = [broken(pad + part + ",", 0) for part in parts if part]
    return "\n".join([text[: start + 1], *lines, " " * _leading(text) + text[end:]])


def _leading(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _outermost(text: str) -> tuple[int, int, list[int]] | None:
    """The longest bracket of the first level: where it opens and closes, and its commas."""
    depth, start = 0, 0
    commas: list[int] = []
    best: tuple[int, int, list[int]] | None = None
    quote = ""
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
            continue
        if char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
            if depth == 1:
                start, commas = place, []
        elif char in ")]}":
            depth -= 1
            if depth == 0 and place > start + 1 and (best is None or place - start > best[1] - best[0]):
                best = (start, place, commas)
        elif char == "," and depth == 1:
            commas.append(place + 1)
    if best is None or " for " in text[best[0] : best[1]]:
        return None
    return best


Segment = Callable[[ast.AST], str]
