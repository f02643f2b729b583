"""Operators, comparisons, conditions."""

from __future__ import annotations

import ast

from loader.calls.builtins import NotKnown, operate
from loader.calls.decide import (
    Env,
    decided,
    narrow,
    truth,
)
from loader.calls.known import (
    ANYTHING,
    BOOL,
    TRUTH,
    Known,
    literal,
    sequence,
    tensor,
)
from loader.calls.results import result_of_operator
from loader.evaluate.nodes import Folded, computed, fold


def binary(node: ast.BinOp, env: Env) -> Folded:
    left, a = fold(node.left, env)
    right, b = fold(node.right, env)
    new = ast.BinOp(left, node.op, right)
    if a.is_literal and b.is_literal:
        try:
            return new, literal(operate(node.op, a.value, b.value))
        except (NotKnown, KeyError):
            return new, ANYTHING
    are_known = isinstance(node.op, ast.Add) and a.items is not None and b.items is not None
    if are_known and isinstance(left, ast.List) and isinstance(right, ast.List):
        return ast.List([*left.elts, *right.elts], ast.Load()), sequence("list", (a.items or ()) + (b.items or ()))
    if neutral := _neutral(node.op, left, a, right, b):
        return neutral
    return new, result_of_operator(node.op, a, b)


def _neutral(op: ast.AST, left: ast.expr, a: Known, right: ast.expr, b: Known) -> Folded | None:
    """`x * 1`, `x + 0`: a number that changes neither value nor dtype; it must be an int, for ints promote nothing."""
    is_int = b.is_literal and type(b.value) is int
    if is_int and (
        (isinstance(op, ast.Mult | ast.FloorDiv) and b.value == 1)
        or (isinstance(op, ast.Add | ast.Sub) and b.value == 0)
    ):
        return (left, a) if a.is_surely("tensor", "int", "float") else None
    is_int = a.is_literal and type(a.value) is int
    if is_int and ((isinstance(op, ast.Mult) and a.value == 1) or (isinstance(op, ast.Add) and a.value == 0)):
        return (right, b) if b.is_surely("tensor", "int", "float") else None
    return None


def unary(node: ast.UnaryOp, env: Env) -> Folded:
    operand, known = fold(node.operand, env)
    new = ast.UnaryOp(node.op, operand)
    if isinstance(node.op, ast.Not):
        decided = truth(known)
        return new, TRUTH if decided is None else literal(not decided)
    if known.is_literal:
        return computed(new, lambda: operate(node.op, known.value))
    return new, known if known.is_surely("tensor") else ANYTHING


def boolean(node: ast.BoolOp, env: Env) -> Folded:
    """Parts that decide nothing go; what decides ends it."""
    decisive = isinstance(node.op, ast.Or)
    kept: list[ast.expr] = []
    last = ANYTHING
    inner = env
    for value in node.values:
        new, last = fold(value, inner)
        decided = truth(last)
        if decided is decisive:
            kept.append(new)
            break
        if decided is None or value is node.values[-1]:
            kept.append(new)
        inner = narrow(value, not decisive, inner)
    if len(kept) == 1:
        return kept[0], last
    return ast.BoolOp(node.op, kept), TRUTH if last.is_surely("bool") else ANYTHING


def compare(node: ast.Compare, env: Env) -> Folded:
    left, a = fold(node.left, env)
    folded = [fold(other, env) for other in node.comparators]
    new = ast.Compare(left, node.ops, [code for code, _ in folded])
    if len(folded) == 1 and (known := _decided_rank(node, folded[0][1], env)) is not None:
        return new, literal(known)
    if len(folded) == 1:
        known = decided(node.ops[0], a, folded[0][1])
        if known is None and isinstance(node.ops[0], ast.Is | ast.IsNot):
            return new, TRUTH
        if known is not None:
            return new, literal(known)
        return new, _comparison(a, folded[0][1])
    if a.is_literal and all(known.is_literal for _, known in folded):
        values = [a.value, *(known.value for _, known in folded)]
        pairs = zip(node.ops, values, values[1:], strict=False)
        return computed(new, lambda: all(operate(op, x, y) for op, x, y in pairs))
    return new, ANYTHING


def _decided_rank(node: ast.Compare, other: Known, env: Env) -> bool | None:
    """`len(x.shape) == 0`, `x.shape.rank == 1`, where only a smallest rank is known."""
    match node.left:
        case ast.Call(func=ast.Name(id="len"), args=[shape]) | ast.Attribute(value=shape, attr="rank"):
            known = fold(shape, env)[1]
            if known.is_surely("shape") and isinstance(other.value, int):
                equal = known.has_rank(other.value)
                if equal is not None and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                    return equal is isinstance(node.ops[0], ast.Eq)
                if known.shape is None and other.value <= known.at_least and isinstance(node.ops[0], ast.Lt | ast.GtE):
                    return isinstance(node.ops[0], ast.GtE)
    return None


def _comparison(a: Known, b: Known) -> Known:
    tensors = [known for known in (a, b) if known.is_surely("tensor")]
    if not tensors:
        return ANYTHING
    result = result_of_operator(ast.Add(), a, b)
    return tensor(BOOL, shape=result.shape)


def conditional(node: ast.IfExp, env: Env) -> Folded:
    test, known = fold(node.test, env)
    decided = truth(known)
    if decided is not None:
        return fold(node.body if decided else node.orelse, env)
    body, a = fold(node.body, narrow(node.test, True, env))
    orelse, b = fold(node.orelse, narrow(node.test, False, env))
    return ast.IfExp(test, body, orelse), a.join(b)
