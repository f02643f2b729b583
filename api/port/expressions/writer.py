"""The walk that writes the other framework's text: every node gives its own characters, or what takes their place."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass

from api.port.plan.library import Library
from api.port.plan.planner import Left, Planner
from api.port.plan.rules import Rules
from api.port.write.edits import Characters
from api.port.write.helpers import Helpers
from api.port.write.text import binds, code, is_atom
from api.source.infer import Inference
from api.source.value import Called, Value
from loader.calls.known import Known

LETTERS = 10  # of what is written anew count as a node


@dataclass
class Done:
    """A call that was ported, and how."""

    node: ast.expr
    name: str
    how: str
    mapping: str | None = None
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class LeftOver:
    """What was left, and why."""

    node: ast.AST
    name: str
    reason: str
    todo: str = ""
    mapping: str | None = None


class Writer:
    """Text of a tree, what was ported and what was left; what becomes of a kind of node say those that derive."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        self.characters = characters
        self.inference = inference
        self.budget = inference.budget
        self.library = library
        self.rules: Rules = library.rules
        self.side = library.rules.source
        self.planner = Planner(library)
        self.helpers = Helpers(inference.tree, self.rules)
        self.done: list[Done] = []
        self.left: list[LeftOver] = []
        self._left_at: set[ast.AST] = set()
        self.parents: dict[ast.AST, ast.AST] = {}
        self.known: dict[ast.expr, Known] = {}
        self._texts: dict[ast.AST, str] = {}
        self._in_f_string: set[ast.AST] = set()
        for parent in ast.walk(inference.tree):
            for child in ast.iter_child_nodes(parent):
                self.parents[child] = parent
            if isinstance(parent, ast.JoinedStr):
                self._in_f_string |= set(ast.walk(parent))
        for node, value in inference.values.items():
            if isinstance(node, ast.expr):
                self.known[node] = value.known

    def text(self, node: ast.AST) -> str:
        """What a node becomes."""
        if node in self._texts:
            return self._texts[node]
        made = self.rewritten(node)
        return self.spliced(node) if made is None else made

    def spliced(self, node: ast.AST) -> str:
        """The node's own characters, its parts rewritten."""
        if node in self._in_f_string and not isinstance(node, ast.JoinedStr):
            return self._unparsed(node)
        return self.characters.splice(node, self._part)

    def _part(self, node: ast.AST) -> str | None:
        """The text of a part, None where it stays as it is."""
        made = self._texts.get(node) or self.rewritten(node)
        if made is None:
            inner = self.characters.splice(node, self._part)
            return None if inner == self.characters.segment(node) else inner
        parent = self.parents.get(node)
        if (
            isinstance(node, ast.expr)
            and binds(parent, node)
            and not is_atom(made)
            and is_atom(self.characters.segment(node))
        ):
            return f"({made})"
        return made

    def _unparsed(self, node: ast.AST) -> str:
        """Inside an f-string the positions of Python 3.11 are not the text's: written again."""
        holes: dict[str, str] = {}
        porter = self

        class Holes(ast.NodeTransformer):
            def visit(self, inner: ast.AST) -> ast.AST:
                # A format that has parts is an f-string again, and has to stay one.
                is_whole = inner is not node and isinstance(inner, ast.expr) and not isinstance(inner, ast.JoinedStr)
                made = porter.rewritten(inner) if is_whole else None
                if made is None:
                    return self.generic_visit(inner)
                name = f"_hole_{len(holes)}_"
                holes[name] = made if is_atom(made) else f"({made})"
                return ast.Name(name, ast.Load())

        originals = {}
        duplicate = copy.copy(node)
        for name, value in ast.iter_fields(node):
            originals[name] = value
            if isinstance(value, ast.expr):
                setattr(duplicate, name, Holes().visit(_copied(value)))
            elif isinstance(value, list):
                setattr(duplicate, name, [Holes().visit(_copied(v)) if isinstance(v, ast.AST) else v for v in value])
        text = code(duplicate)
        for name, made in holes.items():
            text = text.replace(name, made)
        return text

    def rewritten(self, node: ast.AST) -> str | None:
        """The new text of a node; None where only its parts may change."""
        self.budget.spend()
        match node:
            case ast.Call():
                return self.call(node)
            case ast.Attribute() | ast.Name():
                return self.reference(node)
            case ast.BinOp():
                return self.operator(node)
            case ast.Compare():
                return self.operator(node) if len(node.ops) == 1 else None
            case ast.Subscript():
                return self.subscript(node)
            case ast.JoinedStr():
                return self.f_string(node)
        return None

    def f_string(self, node: ast.JoinedStr) -> str | None:
        changes = any(
            isinstance(inner, ast.expr)
            and not isinstance(inner, ast.JoinedStr)
            and inner in self._in_f_string
            and self._changes(inner)
            for inner in ast.walk(node)
        )
        return self._unparsed(node) if changes else None

    def _changes(self, node: ast.expr) -> bool:
        return not isinstance(node, ast.Constant | ast.FormattedValue) and self.rewritten(node) is not None

    # What becomes of a kind of node: None where only its parts may change

    def call(self, node: ast.Call) -> str | None:
        """See `CallPorter`."""
        raise NotImplementedError

    def reference(self, node: ast.Attribute | ast.Name) -> str | None:
        """See `NamePorter`."""
        raise NotImplementedError

    def operator(self, node: ast.BinOp | ast.AugAssign | ast.Compare) -> str | None:
        """See `OperatorPorter`."""
        raise NotImplementedError

    def subscript(self, node: ast.Subscript) -> str | None:
        """See `ExpressionPorter`."""
        raise NotImplementedError

    # What is known and noted

    def value(self, node: ast.AST) -> Value:
        self.budget.spend()  # whatever is looked for again and again, values are asked for
        return self.inference.value(node)

    def leave(self, node: ast.AST, name: str, reason: Left) -> str:
        """A call that fails when it is reached, and says why."""
        entry = reason.entry
        if node not in self._left_at:
            self._left_at.add(node)
            self.left.append(LeftOver(node, name, str(reason), reason.todo, entry.document.id if entry else None))
        shown = " ".join(self.characters.segment(node).split())
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        message = f"{shown}: {reason}"
        self.budget.spend(1 + len(message) // LETTERS)
        return f"{self.helpers.not_ported()}({_quoted(message)})"

    def _note(self, node: ast.expr, called: Called, how: str) -> None:
        self.done.append(Done(node, called.name, how))


def _copied(node: ast.AST) -> ast.AST:
    """The node itself: parts are looked up by identity, and the transformer replaces, it does not change."""
    return node


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', "'")
    return f'"{text}"'
