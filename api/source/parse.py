"""Source text to a syntax tree, as far as it can be read. The text is parsed, never run."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field

from api.source.budget import Budget, TooLarge
from api.source.notebook import without_magics

MAX_SOURCE = 200_000  # characters
MAX_DEPTH = 100  # of nested expressions and blocks
MAX_SKIPS = 20  # lines that are given up one after the other in one piece
MAX_REPARSED = 4 * MAX_SOURCE  # characters that are parsed again, over all pieces
MAX_FIELDS = 10_000  # braces on one line with an f-string: the parser goes over the line again for each
MOST_SKIPPED = 1000  # lines that are given up in all; what follows is no Python

_F_STRING = re.compile(r"""[fF][rR]?["']""")
# What continues the statement before it although it begins in the first column.
_CONTINUES = re.compile(r"(?:else|elif|except|finally)\b|[)\]}#]|\s|$")


@dataclass(frozen=True)
class Broken:
    """A syntax error. Line and column count from 1."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Source:
    """What could be read. `skipped`: the lines that could not."""

    tree: ast.Module
    lines: list[str]
    error: Broken | None = None
    skipped: list[int] = field(default_factory=list)
    _encoded: dict[int, bytes] = field(default_factory=dict)  # of lines that were asked for: one may be very long

    def column(self, line: int, offset: int) -> int:
        """The character, counted from 1, at an offset of the tree, which counts bytes of UTF-8."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return offset + 1
        if line not in self._encoded:
            self._encoded[line] = text.encode()
        return len(self._encoded[line][:offset].decode(errors="ignore")) + 1


def read_source(text: str, budget: Budget | None = None) -> Source:
    """The syntax tree of a module or a notebook cell; a notebook's own commands (`%`, `!`, `?`) are passed over.

    Raises:
        TooLarge: the text is too long, nested too deeply, or has too many parts.
        Cancelled: the budget was cancelled.
    """
    if len(text) > MAX_SOURCE:
        raise TooLarge(f"the source has {len(text)} characters; at most {MAX_SOURCE} are read")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ").replace("\0", " ").removeprefix("\ufeff")
    budget = budget or Budget()
    _check_fields(text)
    tree = _parse(text)
    if isinstance(tree, Broken):
        text = without_magics(text)
        cell = _parse(text)
        source = Source(cell, text.split("\n")) if isinstance(cell, ast.Module) else _read_pieces(text, cell, budget)
    else:
        source = Source(tree, text.split("\n"))
    _check_depth(source.tree, budget)
    return source


def _parse(text: str) -> ast.Module | Broken:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `"\\d"` in a reader's source is not ours to warn of
            return ast.parse(text)
    except SyntaxError as error:
        return Broken(error.lineno or 1, max(1, error.offset or 1), error.msg or "invalid syntax")
    except ValueError as error:  # lone surrogates
        return Broken(1, 1, str(error))
    except (MemoryError, RecursionError):
        raise TooLarge("the source is nested too deeply to be parsed") from None


def _read_pieces(text: str, error: Broken, budget: Budget) -> Source:
    """Each statement of the first level by itself; in one that fails, the line at fault is given up."""
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if not _CONTINUES.match(line)]
    starts = [0, *(n for n in starts if n and not lines[n - 1].startswith("@"))]
    body: list[ast.stmt] = []
    skipped: list[int] = []
    left = MAX_REPARSED
    for first, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        budget.spend()
        many = len(skipped) > MOST_SKIPPED or left < 0
        tree, lost = (None, list(range(1, end - first + 1))) if many else _read_piece(lines[first:end], left)
        left -= (len(lost) + 1) * sum(map(len, lines[first:end]))
        skipped += [first + line for line in lost]
        if tree:
            ast.increment_lineno(tree, first)
            body += tree.body
    return Source(ast.Module(body=body, type_ignores=[]), lines, error, sorted(set(skipped)))


def _read_piece(lines: list[str], characters: int) -> tuple[ast.Module | None, list[int]]:
    lines = list(lines)
    lost: list[int] = []
    length = sum(map(len, lines)) + len(lines)
    for _ in range(min(MAX_SKIPS, 1 + characters // length)):
        tree = _parse("\n".join(lines))
        if isinstance(tree, ast.Module):
            return tree, lost
        at = min(tree.line, len(lines)) - 1
        line = lines[at]
        if at + 1 in lost or not line.strip():
            break
        lines[at] = line[: len(line) - len(line.lstrip())] + "pass"
        lost.append(at + 1)
    return None, list(range(1, len(lines) + 1))


def _check_fields(text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count("{") > MAX_FIELDS and _F_STRING.search(line):
            raise TooLarge(f"line {number} has an f-string with more than {MAX_FIELDS} fields")


def _check_depth(tree: ast.AST, budget: Budget) -> None:
    pending = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        budget.spend()
        if depth > MAX_DEPTH:
            line = getattr(node, "lineno", None)
            raise TooLarge(f"the source is nested deeper than {MAX_DEPTH} levels{f', in line {line}' if line else ''}")
        pending += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
