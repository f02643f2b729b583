"""A source ported, as it is published."""

from __future__ import annotations

import ast
import re

from pydantic import BaseModel, Field

from api.lookup.catalogue import CallAnswer, Catalogue
from api.port.classes.modules import ModulePorter
from api.port.keras.models import KerasPorter
from api.port.plan.library import Library
from api.port.statements.statements import GONE, StatementPorter
from api.port.train.training import TrainingPorter
from api.port.weights import load_state_text
from api.port.write.edits import Characters
from api.source.budget import MAX_STEPS, Budget, Cancelled, TooLarge
from api.source.infer import Inference
from api.source.parse import read_source
from loader.model.dotted import Side

# Who writes the text of a framework's sources.
PORTERS: dict[Side, type[StatementPorter]] = {"torch": TrainingPorter, "tf": KerasPorter}
LONGEST_CALL = 1000  # characters of a call that is asked for by its text
CALL_SECONDS = 2.0  # of processor time for it


class PortedCall(BaseModel):
    """A call that was ported. Lines and columns (in characters) count from 1."""

    line: int
    column: int
    name: str
    mapping: str | None
    how: str = Field(description="rewrite, expression (of the call's own), helper (a function at the top), or rule.")
    depends: list[str] = Field([], description="Limits that the text does not decide.")
    notes: list[str] = Field([], description="What stays different in this very call.")


class LeftCall(BaseModel):
    """What was left: it fails when it is reached."""

    line: int
    column: int
    name: str
    mapping: str | None
    reason: str
    todo: str


class PortAnswer(BaseModel):
    """The ported text and what to know about it."""

    source: str
    calls: list[PortedCall]
    left: list[LeftCall]
    weights: str = ""


def port(catalogue: Catalogue, text: str, library: Library | None = None, budget: Budget | None = None) -> PortAnswer:
    """A source in the other framework: of PyTorch, or of what the library serves.

    Raises:
        TooLarge: the text is too long, nested too deeply, or takes too long.
        Cancelled: the budget was cancelled.
    """
    try:
        return _port(catalogue, text, library, budget or Budget(MAX_STEPS))
    except RecursionError:
        raise TooLarge("the source is nested too deeply to be ported") from None


def _port(catalogue: Catalogue, text: str, library: Library | None, budget: Budget) -> PortAnswer:
    source = read_source(text, budget)
    library = library or Library(catalogue)
    inference = Inference(source.tree, library, budget).run()
    characters = Characters(text, source.lines, source.skipped)
    porter = PORTERS[library.side](characters, inference, library)
    porter.plan_all()
    ported = porter.text(source.tree)
    return PortAnswer(
        source=assembled(ported, porter),
        weights=load_state_text(porter) if isinstance(porter, ModulePorter) else "",
        calls=[
            PortedCall(
                line=d.node.lineno,
                column=source.column(d.node.lineno, d.node.col_offset),
                name=d.name,
                mapping=d.mapping,
                how=d.how,
                depends=list(d.conditions),
                notes=list(d.notes),
            )
            for d in {(id(d.node), d.name): d for d in porter.done}.values()
        ],
        left=[
            LeftCall(
                line=getattr(x.node, "lineno", 1),
                column=source.column(getattr(x.node, "lineno", 1), getattr(x.node, "col_offset", 0)),
                name=x.name,
                mapping=x.mapping,
                reason=x.reason,
                todo=x.todo,
            )
            for x in porter.left
        ],
    )


def is_call(text: str) -> bool:
    """Whether somebody may have typed a call with arguments, rather than a name."""
    return "(" in text and not text.rstrip().endswith(("(", "()")) and len(text) <= LONGEST_CALL


def port_call(catalogue: Catalogue, text: str, library: Library, budget: Budget | None = None) -> CallAnswer | None:
    """A call with arguments in the other framework; None for what is none, and for what takes long."""
    if not is_call(text):
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(tree, ast.Call) or not (tree.args or tree.keywords):
        return None
    try:
        answer = port(catalogue, f"result = {text.strip()}\n", library, budget or Budget(seconds=CALL_SECONDS))
    except (TooLarge, Cancelled):
        return None
    head, _, call = answer.source.rstrip("\n").rpartition("result = ")
    return CallAnswer(code=call, helpers=head.strip("\n"), left=[f"{x.name}: {x.reason}" for x in answer.left])


def assembled(ported: str, porter: StatementPorter) -> str:
    """The imports that the text needs, the helpers, the text; a docstring and `__future__` stay in front."""
    ported = re.sub(r"(?m)^[ \t]*\0[ \t]*(?:;[ \t]*)?\n|\0;?[ \t]*", "", with_bodies(ported))
    try:
        tree = ast.parse(ported)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None  # the source was broken already
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} if tree else set(re.findall(r"\w+", ported))
    has = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names} if tree else set()
    imports = porter.rules.imports
    needed = porter.helpers.imports | (names & set(imports))
    lines = [line for short, line in imports.items() if short in needed and short not in has]
    front, rest = _parted(ported, tree)
    helpers = "\n\n\n".join(porter.helpers.texts)
    head = "\n".join([*front, *lines])
    if helpers:
        return "\n\n\n".join(part for part in (head, helpers, rest.strip("\n")) if part) + "\n"
    return "\n".join(part for part in (head, rest.lstrip("\n") if lines else rest) if part)


def with_bodies(text: str) -> str:
    """A block of which every statement goes, marked by a zero character, keeps one that does nothing."""
    if GONE not in text:
        return text
    try:
        tree = ast.parse(text.replace(GONE, "0"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    lines = text.split("\n")
    for parent in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if not isinstance(block, list) or not block or isinstance(parent, ast.Module):
                continue
            if all(_is_gone(statement, lines) for statement in block):
                line = lines[block[0].lineno - 1]
                lines[block[0].lineno - 1] = line.replace(GONE, "pass", 1)
    return "\n".join(lines)


def _is_gone(node: ast.AST, lines: list[str]) -> bool:
    if not isinstance(node, ast.Expr):
        return False
    return lines[node.lineno - 1].encode()[node.col_offset : node.col_offset + 1] == GONE.encode()


def _parted(text: str, tree: ast.Module | None) -> tuple[list[str], str]:
    """The lines that must come first, and the others."""
    last = 0
    for place, node in enumerate(tree.body if tree else []):
        is_docstring = place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (is_docstring or is_future):
            break
        last = node.end_lineno or 0
    lines = text.split("\n")
    return lines[:last], "\n".join(lines[last:])
