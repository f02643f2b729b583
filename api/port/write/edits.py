"""Characters of a source by node: what a node spans, and the same with some of its parts replaced."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Sequence

Placed = ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler
_MARK = "\ufeff"  # of the byte order, before the first line
_BLANKS = str.maketrans("\f\0", "  ")  # read as blanks
_LINE_END = re.compile("\r\n|\r|\n")
PLACED = (ast.expr, ast.stmt, ast.arg, ast.keyword, ast.alias, ast.excepthandler)


class Characters:
    """A source and the places of its nodes; the tree counts bytes of UTF-8, so bytes are kept."""

    def __init__(self, text: str, read: Sequence[str] | None = None, skipped: Collection[int] = ()) -> None:
        """`read`: the lines that were parsed, `skipped`: the numbers of those that could not be.

        On a skipped line, and on one that is another than the text's (a notebook's command), what the tree has stands
        for the line and has no place.
        """
        lines = _LINE_END.split(text.removeprefix(_MARK).translate(_BLANKS))
        changed = [n for n, (own, other) in enumerate(zip(lines, read or lines, strict=False), 1) if own != other]
        self._skipped = frozenset((0, *skipped, *changed))  # what was made has the line 0
        self._bytes = text.encode("utf-8", "surrogatepass")
        # Python ends a line at each of these, as the reader of a source does.
        self._starts = [
            len(_MARK.encode()) if text.startswith(_MARK) else 0,
            *(end.end() for end in re.finditer(rb"\r\n|\r|\n", self._bytes)),
        ]

    def span(self, node: ast.AST) -> tuple[int, int] | None:
        """Where a node begins and ends; None for what has no place of its own."""
        if not isinstance(node, PLACED) or node.end_lineno is None or node.lineno in self._skipped:
            return None
        start = self._starts[node.lineno - 1] + node.col_offset
        if decorators := getattr(node, "decorator_list", None):
            line = self._starts[decorators[0].lineno - 1]
            at = self._bytes.rfind(b"@", line, line + decorators[0].col_offset)
            start = start if at < 0 else at
        return start, self._starts[node.end_lineno - 1] + (node.end_col_offset or 0)

    def segment(self, node: ast.AST) -> str:
        if isinstance(node, ast.Module):
            return self._bytes.decode("utf-8", "surrogatepass")
        span = self.span(node)
        return "" if span is None else self._bytes[span[0] : span[1]].decode("utf-8", "surrogatepass")

    def between(self, start: int, end: int) -> str:
        return self._bytes[start:end].decode("utf-8", "surrogatepass")

    def indentation(self, node: Placed) -> str:
        """The white space in front of a statement that begins its line."""
        start = self._starts[node.lineno - 1]
        return self._bytes[start : start + node.col_offset].decode("utf-8", "surrogatepass")

    def begins_line(self, node: Placed) -> bool:
        return not self.indentation(node).strip()

    def splice(self, node: ast.AST, part: Callable[[ast.AST], str | None]) -> str:
        """A node's characters, with the new text of its parts where `part` gives one."""
        whole = (0, len(self._bytes)) if isinstance(node, ast.Module) else self.span(node)
        if whole is None:
            return ""
        pieces: list[bytes] = []
        at = whole[0]
        for start, end, child in sorted(self._parts(node), key=lambda found: found[:2]):
            if start < at:
                continue
            new = part(child)
            if new is not None:
                pieces += [self._bytes[at:start], new.encode("utf-8", "surrogatepass")]
                at = end
        pieces.append(self._bytes[at : whole[1]])
        return b"".join(pieces).decode("utf-8", "surrogatepass")

    def _parts(self, node: ast.AST) -> list[tuple[int, int, ast.AST]]:
        """The nearest nodes below that have places."""
        found: list[tuple[int, int, ast.AST]] = []
        for child in ast.iter_child_nodes(node):
            span = self.span(child)
            if span is not None and not isinstance(child, ast.expr_context | ast.operator):
                found.append((*span, child))
            else:
                found += self._parts(child)
        return found
