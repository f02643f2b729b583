"""What is computed of a drop-in, in the words of the framework that it is written in."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from loader.calls.known import DTYPES
from loader.evaluate.specialise import Specialised
from loader.model.dotted import Side


def in_target(made: Specialised, target: Side) -> Specialised:
    """Dtypes that were decided are written as TensorFlow's: `torch.float32` for `tf.float32`, where that is meant."""
    if target == "tf":
        return made
    names = _Dtypes()
    expression = None if made.expression is None else names.visit(copy.deepcopy(made.expression))
    return replace(made, expression=expression, body=[names.visit(copy.deepcopy(node)) for node in made.body])


class _Dtypes(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node:
            case ast.Attribute(value=ast.Name(id="tf"), attr=attr) if attr in DTYPES:
                return ast.Attribute(ast.Name("torch", ast.Load()), attr, ast.Load())
        return self.generic_visit(node)
