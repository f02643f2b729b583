"""Constants, names, sequences, attributes and parts."""

from __future__ import annotations

import ast

from loader.calls.builtins import MODULE_VALUES, element_kind
from loader.calls.decide import (
    DTYPE_QUESTIONS,
    Env,
    all_or_none,
    dotted,
)
from loader.calls.known import (
    ANYTHING,
    DTYPES,
    INT,
    UNSET,
    Dtype,
    Known,
    as_code,
    literal,
    of_kind,
    sequence,
)
from loader.calls.results import kind_of_items, part_of_tensor
from loader.evaluate.nodes import Folded, children, computed, fold
from loader.evaluate.of_torch import SIZES


def constant(node: ast.Constant, _env: Env) -> Folded:
    return node, literal(node.value) if node.value is not Ellipsis else ANYTHING


def name(node: ast.Name, env: Env) -> Folded:
    slot = env.slots.get(node.id)
    if slot is None:
        return node, ANYTHING
    if slot.node is None and slot.known.is_literal and (short := as_code(slot.known.value)) is not None:
        return short, slot.known
    return slot.node or node, slot.known


def sequence_(node: ast.List | ast.Tuple, env: Env) -> Folded:
    elements: list[ast.expr] = []
    items: list[Known] | None = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner, known = fold(element.value, env)
            if isinstance(inner, ast.List | ast.Tuple) and known.items is not None:
                elements += inner.elts
            else:
                elements.append(ast.Starred(inner, ast.Load()))
            items = None if items is None or known.items is None else [*items, *known.items]
        else:
            inner, known = fold(element, env)
            elements.append(inner)
            items = None if items is None else [*items, known]
    kind = "list" if isinstance(node, ast.List) else "tuple"
    new = type(node)(elements, ast.Load())
    return new, sequence(kind, tuple(items)) if items is not None else of_kind(kind)


def attribute(node: ast.Attribute, env: Env) -> Folded:
    name = dotted(node)
    if name in MODULE_VALUES:
        return node, Known(frozenset(("float",)), MODULE_VALUES[name])
    root, _, leaf = (name or "").rpartition(".")
    if root in ("tf", "torch") and leaf in DTYPES:
        return node, literal(Dtype(leaf))
    if (kind := _element_kind(node, env)) is not None:
        return ast.Constant(kind), literal(kind)
    value, known = fold(node.value, env)
    new = ast.Attribute(value, node.attr, ast.Load())
    if node.attr == "dtype" and known.is_surely("tensor"):
        return new, Known(frozenset(("dtype",)), UNSET, known.dtypes) if known.dtype is None else _dtype(known)
    if node.attr == "shape" and known.is_surely("tensor"):
        return new, _shape(known)
    if node.attr == "ndim" and known.is_surely("tensor") and known.rank is not None:
        return new, literal(known.rank)
    if node.attr == "itemsize" and known.is_surely("dtype") and known.is_literal:
        return new, literal(SIZES[known.value])
    if node.attr == "rank" and known.is_surely("shape") and known.shape is not None:
        return new, literal(len(known.shape))
    if node.attr == "rank" and known.is_surely("shape"):
        return new, INT
    if node.attr in DTYPE_QUESTIONS and known.dtypes is not None and known.is_surely("dtype"):
        return new, all_or_none(known.dtypes, DTYPE_QUESTIONS[node.attr])
    return new, ANYTHING


def _dtype(known: Known) -> Known:
    return literal(Dtype(known.dtype or ""))


def _shape(known: Known) -> Known:
    shape = known.shape
    items = None if shape is None else tuple(INT if size is None else literal(size) for size in shape)
    return Known(frozenset(("shape",)), shape=shape, items=items, at_least=known.at_least)


def _element_kind(node: ast.Attribute, env: Env) -> str | None:
    """`np.asarray(data).dtype.kind`, where the data are written out, or are numbers at least."""
    match node:
        case ast.Attribute(
            value=ast.Attribute(value=ast.Call(func=function, args=[data]), attr="dtype"), attr="kind"
        ) if dotted(function) == "np.asarray":
            known = fold(data, env)[1]
            return element_kind(known.value) if known.is_literal else kind_of_items(known)
    return None


def subscript(node: ast.Subscript, env: Env) -> Folded:
    if isinstance(node.value, ast.Dict):
        return _chosen(node.value, node, env)
    value, known = fold(node.value, env)
    index, place = fold(node.slice, env)
    new = ast.Subscript(value, index, ast.Load())
    if place.is_literal and isinstance(place.value, int) and known.items is not None:
        try:
            item = known.items[place.value]
        except IndexError:
            return new, ANYTHING
        if isinstance(value, ast.List | ast.Tuple) and not any(isinstance(e, ast.Starred) for e in value.elts):
            return value.elts[place.value], item
        return new, item
    if known.is_literal and place.is_literal:
        return computed(new, lambda: known.value[place.value])
    if isinstance(node.slice, ast.Slice) and known.items is not None:
        bounds = [
            fold(b, env)[1] if b else literal(None) for b in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        if all(bound.is_literal for bound in bounds):
            part = slice(*(bound.value for bound in bounds))
            kind = "tuple" if known.is_surely("tuple") else "list"
            inner: ast.expr = new
            if isinstance(value, ast.List | ast.Tuple) and not any(isinstance(e, ast.Starred) for e in value.elts):
                inner = type(value)(value.elts[part], ast.Load())
            if known.is_surely("shape"):
                sizes = known.shape[part] if known.shape is not None else None
                found = tuple(INT if n is None else literal(n) for n in sizes or ())
                return inner, Known(frozenset(("shape",)), shape=sizes, items=found)
            return inner, sequence(kind, known.items[part])
    return new, part_of_tensor(known, node.slice, place)


def _chosen(table: ast.Dict, node: ast.Subscript, env: Env) -> Folded:
    """`{...}[key]` with a known key."""
    place = fold(node.slice, env)[1]
    for key, value in zip(table.keys, table.values, strict=True):
        if key is not None and place.is_literal and fold(key, env)[1] == place:
            return fold(value, env)
    return ast.Subscript(children(table, env), fold(node.slice, env)[0], ast.Load()), ANYTHING
