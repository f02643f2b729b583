"""What is computed of a drop-in, in the words of the framework that it is written in."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import TypeVar

from loader.calls.known import DTYPES
from loader.evaluate.specialise import Specialised
from loader.model.dotted import Side

Tree = TypeVar("Tree", bound=ast.AST)


def in_target(made: Specialised, target: Side) -> Specialised:
    """Dtypes that were decided are written as TensorFlow's: `torch.float32` for `tf.float32`, where that is meant."""
    if target == "tf":
        return made
    expression = None if made.expression is None else _renamed(made.expression)
    return replace(made, expression=expression, body=[_renamed(node) for node in made.body])


def _renamed(node: Tree) -> Tree:
    """The tree with its dtypes renamed; itself where it has none, as most have."""
    if not any(isinstance(inner, ast.Name) and inner.id == "tf" for inner in ast.walk(node)):
        return node
    return _Dtypes().visit(copy.deepcopy(node))  # type: ignore[no-any-return]


class _Dtypes(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node:
            case ast.Attribute(value=ast.Name(id="tf"), attr=attr) if attr in DTYPES:
                return ast.Attribute(ast.Name("torch", ast.Load()), attr, ast.Load())
        return self.generic_visit(node)
