"""The Python code in mappings, read once however many ask: reading, checks, hashes, scripts and drop-ins all do.

Trees are shared, so nobody may change them.
"""

from __future__ import annotations

import ast
from functools import lru_cache

KEPT = 512  # pieces of code; a mapping has a few dozen, and all that is asked of it is asked in one go
MAX_DEPTH = 200  # levels of the tree; a sum of so many terms is the deepest thing that anyone writes
_TOO_DEEP = "its expressions stand too deep in each other"


@lru_cache(maxsize=KEPT)
def nodes(code: str) -> tuple[ast.AST, ...]:
    """All nodes of the tree: the module, then level by level.

    Raises:
        SyntaxError: it does not parse, or is so deep that what works recursively (`ast.unparse`) could not end.
    """
    try:
        level: list[ast.AST] = [ast.parse(code)]
    except (MemoryError, RecursionError):
        raise SyntaxError(_TOO_DEEP) from None
    except ValueError as error:  # a null character
        raise SyntaxError(str(error)) from None
    found = list(level)
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        found += level
        if not level:
            return tuple(found)
    raise SyntaxError(_TOO_DEEP)


def parse(code: str) -> ast.Module:
    """The syntax tree. Raises SyntaxError, see `nodes`."""
    tree = nodes(code)[0]
    assert isinstance(tree, ast.Module)
    return tree


def expression(text: str) -> ast.expr:
    """The syntax tree of an expression. Raises SyntaxError, see `nodes`."""
    body = parse(f"({text}\n)").body
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise SyntaxError("invalid syntax")
    return body[0].value


@lru_cache(maxsize=KEPT)
def names(code: str) -> frozenset[str]:
    """Every name that the code reads, binds or deletes, function and class names apart. Raises SyntaxError."""
    return frozenset(node.id for node in nodes(code) if isinstance(node, ast.Name))


@lru_cache(maxsize=KEPT)
def assigned(code: str) -> frozenset[str]:
    """Every name that the code gives a value: by assignment, as a loop variable, by `def` or `class`."""
    stored = {node.id for node in nodes(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    defined = {node.name for node in nodes(code) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return frozenset(stored | defined)


def functions(code: str) -> list[ast.FunctionDef]:
    """The functions that the code defines at its top level. Raises SyntaxError."""
    return [node for node in parse(code).body if isinstance(node, ast.FunctionDef)]


def dotted(node: ast.expr) -> str | None:
    """The name that a chain of attributes spells (`nn.functional.relu`); None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None
