"""Comprehensions written out, and lambdas."""

from __future__ import annotations

import ast

from loader.calls.decide import (
    Env,
    Slot,
    stored,
    truth,
)
from loader.calls.known import (
    ANYTHING,
    Known,
    of_kind,
    sequence,
)
from loader.evaluate.nodes import Folded, fold

MOST_WRITTEN = 8  # elements


def comprehension(node: ast.ListComp | ast.GeneratorExp, env: Env) -> Folded:
    """Written out where it runs over something of known length."""
    written = _written_out(node, env) if len(node.generators) == 1 else None
    if written is not None:
        elements = [code for code, _ in written]
        return ast.List(elements, ast.Load()), sequence("list", tuple(known for _, known in written))
    inner = env.copy()
    generators = []
    for generator in node.generators:
        iterated = fold(generator.iter, inner)[0]
        inner.forget(*stored(generator.target))
        conditions = [fold(condition, inner)[0] for condition in generator.ifs]
        generators.append(ast.comprehension(generator.target, iterated, conditions, generator.is_async))
    new = type(node)(fold(node.elt, inner)[0], generators)
    return new, of_kind("list") if isinstance(node, ast.ListComp) else ANYTHING


def _written_out(node: ast.ListComp | ast.GeneratorExp, env: Env) -> list[Folded] | None:
    generator = node.generators[0]
    code, known = fold(generator.iter, env)
    if known.items is None or len(known.items) > MOST_WRITTEN:
        return None
    elements: list[ast.expr] | None = None
    if isinstance(code, ast.List | ast.Tuple) and not any(isinstance(e, ast.Starred) for e in code.elts):
        elements = code.elts
    elif not known.is_literal and not all(item.is_literal for item in known.items):
        if not isinstance(code, ast.Name | ast.Attribute):
            return None
        elements = [ast.Subscript(code, ast.Constant(place), ast.Load()) for place in range(len(known.items))]
    results: list[Folded] = []
    for place, item in enumerate(known.items):
        inner = env.copy()
        if not _bind(generator.target, elements[place] if elements else None, item, inner):
            return None
        conditions = [truth(fold(condition, inner)[1]) for condition in generator.ifs]
        if None in conditions:
            return None
        if all(conditions):
            new, result = fold(node.elt, inner)
            if not result.is_literal and any(name in _loaded(new) for name in stored(generator.target)):
                return None
            results.append((new, result))
    return results


def _loaded(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _bind(target: ast.expr, code: ast.expr | None, known: Known, env: Env) -> bool:
    """Give a loop's variables the element of one turn."""
    if isinstance(target, ast.Name):
        env.slots[target.id] = Slot(known, code)
        return known.is_literal or code is not None
    if isinstance(target, ast.Tuple | ast.List) and known.items is not None and len(known.items) == len(target.elts):
        codes: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(code, ast.Tuple | ast.List):
            codes = list(code.elts)
        return all(_bind(*triple, env) for triple in zip(target.elts, codes, known.items, strict=True))
    return False


def lambda_(node: ast.Lambda, env: Env) -> Folded:
    inner = env.copy()
    inner.forget(*(argument.arg for argument in node.args.args))
    return ast.Lambda(node.args, fold(node.body, inner)[0]), of_kind("function")
