"""Partial evaluation of a small part of Python: `fold`, with a function for every kind of node."""

from __future__ import annotations

import ast

from loader.evaluate.calls import call
from loader.evaluate.comprehensions import comprehension, lambda_
from loader.evaluate.nodes import HANDLERS, Folded, fold
from loader.evaluate.operators import binary, boolean, compare, conditional, unary
from loader.evaluate.values import attribute, constant, name, sequence_, subscript

__all__ = ["Folded", "fold"]


HANDLERS |= {
    ast.Constant: constant, ast.Name: name, ast.List: sequence_, ast.Tuple: sequence_, ast.Attribute: attribute,
    ast.Subscript: subscript, ast.BinOp: binary, ast.UnaryOp: unary, ast.BoolOp: boolean, ast.Compare: compare,
    ast.IfExp: conditional, ast.Call: call, ast.ListComp: comprehension, ast.GeneratorExp: comprehension,
    ast.Lambda: lambda_,
}  # fmt: skip
