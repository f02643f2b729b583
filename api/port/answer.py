"""A source ported, as it is published."""

from __future__ import annotations

import ast
import re

from pydantic import BaseModel, Field

from api.lookup.catalogue import Catalogue
from api.port.edits import Characters
from api.port.library import Library
from api.port.training import TrainingPorter
from api.port.statements import StatementPorter
from api.port.weights import load_state_text
from api.source.infer import Inference
from api.source.parse import read_source


class PortedCall(BaseModel):
    """A call that was ported. Lines and columns (in characters) count from 1."""

    line: int
    column: int
    name: str
    mapping: str | None
    how: str = Field(description="rewrite, expression (of the call's own), helper (a function at the top), or rule.")
    depends: list[str] = Field([], description="Limits that the text does not decide.")


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


def port(catalogue: Catalogue, text: str, library: Library | None = None) -> PortAnswer:
    """A PyTorch source as TensorFlow.

    Raises:
        TooLarge: the text is too long, or nested too deeply.
    """
    source = read_source(text)
    library = library or Library(catalogue)
    inference = Inference(source.tree, library).run()
    characters = Characters(text)
    porter = TrainingPorter(characters, inference, library)
    porter._stand_ins = {}
    porter.plan_all()
    ported = porter.text(source.tree)
    return PortAnswer(
        source=assembled(ported, porter),
        weights=load_state_text(porter),
        calls=[
            PortedCall(
                line=d.node.lineno,
                column=source.column(d.node.lineno, d.node.col_offset),
                name=d.name,
                mapping=d.mapping,
                how=d.how,
                depends=list(d.conditions),
            )
            for d in porter.done
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


def assembled(ported: str, porter: StatementPorter) -> str:
    """The imports that the text needs, the helpers, the text."""
    ported = re.sub(r"(?m)^[ \t]*\0[ \t]*(?:;[ \t]*)?\n|\0;?[ \t]*", "", ported)
    tree = ast.parse(ported)
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    has = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    helpers = porter.helpers
    needed = helpers.imports | (used & {"tf", "keras", "np"})
    order = {"keras": "import keras", "np": "import numpy as np", "tf": "import tensorflow as tf"}
    lines = [line for short, line in order.items() if short in needed and short not in has]
    head = "\n".join(lines)
    texts = "\n\n\n".join(helpers.texts)
    first = tree.body[0] if tree.body else None
    docstring = ""
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        rows = ported.split("\n")
        docstring, ported = "\n".join(rows[: first.end_lineno]), "\n".join(rows[first.end_lineno or 0 :])
    head = f"{docstring}\n{head}" if docstring else head
    return (
        "\n\n\n".join(part for part in (head, texts, ported.strip("\n")) if part) + "\n"
        if texts
        else "\n".join(part for part in (head, ported.lstrip("\n")) if part)
    )
