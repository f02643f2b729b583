"""Expressions of a drop-in made shorter by what is known: partial evaluation of a small part of Python."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from loader.calls.builtins import FUNCTIONS, METHODS, MODULE_VALUES, NotKnown, apply, element_kind, operate
from loader.calls.decide import (
    DTYPE_QUESTIONS,
    Env,
    Slot,
    all_or_none,
    decided,
    dotted,
    is_one_of,
    kinds_of,
    narrow,
    stored,
    truth,
)
from loader.calls.known import (
    ANYTHING,
    BOOL,
    DTYPES,
    INT,
    TENSOR,
    TRUTH,
    UNSET,
    Dtype,
    Known,
    as_code,
    literal,
    of_kind,
    sequence,
    tensor,
)
from loader.calls.results import kind_of_items, part_of_tensor, result_of_operator, result_of_tensorflow

SHORT = 8  # characters of a computed number


Folded = tuple[ast.expr, Known]


def fold(node: ast.expr, env: Env) -> Folded:
    """The expression with everything computed that can be, and what is known of its value. `node` is not changed."""
    handler = _HANDLERS.get(type(node))
    new, known = handler(node, env) if handler else (_children(node, env), ANYTHING)
    if isinstance(new, ast.BinOp) and isinstance(known.value, float) and len(repr(known.value)) > SHORT:
        return new, known  # `1 - 0.9`, not 0.09999999999999998
    if known.is_literal and not isinstance(new, ast.Constant) and (short := as_code(known.value)) is not None:
        return short, known
    return new, known


def _children(node: ast.expr, env: Env) -> ast.expr:
    """A copy with its parts folded."""
    new = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.expr):
            setattr(new, name, fold(value, env)[0])
        elif isinstance(value, list):
            setattr(new, name, [_child(item, env) for item in value])
    return new


def _child(item: Any, env: Env) -> Any:
    if isinstance(item, ast.expr):
        return fold(item, env)[0]
    if isinstance(item, ast.keyword):
        return ast.keyword(item.arg, fold(item.value, env)[0])
    return item


def _constant(node: ast.Constant, _env: Env) -> Folded:
    return node, literal(node.value) if node.value is not Ellipsis else ANYTHING


def _name(node: ast.Name, env: Env) -> Folded:
    slot = env.slots.get(node.id)
    if slot is None:
        return node, ANYTHING
    if slot.node is None and slot.known.is_literal and (short := as_code(slot.known.value)) is not None:
        return short, slot.known
    return slot.node or node, slot.known


def _sequence(node: ast.List | ast.Tuple, env: Env) -> Folded:
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


def _attribute(node: ast.Attribute, env: Env) -> Folded:
    name = dotted(node)
    if name in MODULE_VALUES:
        return node, Known(frozenset(("float",)), MODULE_VALUES[name])
    if name and name.startswith("tf.") and name[3:] in DTYPES:
        return node, literal(Dtype(name[3:]))
    if (kind := _element_kind(node, env)) is not None:
        return ast.Constant(kind), literal(kind)
    value, known = fold(node.value, env)
    new = ast.Attribute(value, node.attr, ast.Load())
    if node.attr == "dtype" and known.is_surely("tensor"):
        return new, Known(frozenset(("dtype",)), UNSET, known.dtypes) if known.dtype is None else _dtype(known)
    if node.attr == "shape" and known.is_surely("tensor"):
        return new, _shape(known)
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


def _subscript(node: ast.Subscript, env: Env) -> Folded:
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
        return _computed(new, lambda: known.value[place.value])
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
    return ast.Subscript(_children(table, env), fold(node.slice, env)[0], ast.Load()), ANYTHING


def _computed(new: ast.expr, compute: Callable[[], Any]) -> Folded:
    try:
        return new, literal(apply(compute))
    except NotKnown:
        return new, ANYTHING


def _binary(node: ast.BinOp, env: Env) -> Folded:
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


def _unary(node: ast.UnaryOp, env: Env) -> Folded:
    operand, known = fold(node.operand, env)
    new = ast.UnaryOp(node.op, operand)
    if isinstance(node.op, ast.Not):
        decided = truth(known)
        return new, TRUTH if decided is None else literal(not decided)
    if known.is_literal:
        return _computed(new, lambda: operate(node.op, known.value))
    return new, known if known.is_surely("tensor") else ANYTHING


def _boolean(node: ast.BoolOp, env: Env) -> Folded:
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


def _compare(node: ast.Compare, env: Env) -> Folded:
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
        return _computed(new, lambda: all(operate(op, x, y) for op, x, y in pairs))
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


def _conditional(node: ast.IfExp, env: Env) -> Folded:
    test, known = fold(node.test, env)
    decided = truth(known)
    if decided is not None:
        return fold(node.body if decided else node.orelse, env)
    body, a = fold(node.body, narrow(node.test, True, env))
    orelse, b = fold(node.orelse, narrow(node.test, False, env))
    return ast.IfExp(test, body, orelse), a.join(b)


def _call(node: ast.Call, env: Env) -> Folded:
    name = dotted(node.func)
    if isinstance(node.func, ast.Name):
        slot = env.slots.get(node.func.id)
        if slot and slot.function is not None and (inlined := _inlined(slot.function, node, env)):
            return inlined
    args: list[ast.expr] = []
    knowns: list[Known] = []
    spread = False
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            inner, known = fold(arg.value, env)
            if isinstance(inner, ast.List | ast.Tuple) and known.items is not None:
                args += inner.elts
                knowns += known.items
                continue
            spread = True
            args.append(ast.Starred(inner, ast.Load()))
            knowns.append(ANYTHING)
        else:
            inner, known = fold(arg, env)
            args.append(inner)
            knowns.append(known)
    if name == "next" and args and isinstance(node.args[0], ast.GeneratorExp) and isinstance(args[0], ast.List):
        ahead = list(zip([*args[0].elts, *args[1:]], [*(knowns[0].items or ()), *knowns[1:]], strict=True))
        if ahead:
            return ahead[0]  # the first of a generator that was written out, else the default
    folded = [(keyword.arg, *fold(keyword.value, env)) for keyword in node.keywords]
    function = node.func if name else fold(node.func, env)[0]
    if name and "." in name and isinstance(node.func, ast.Attribute):
        function = ast.Attribute(fold(node.func.value, env)[0], node.func.attr, ast.Load())
    elif isinstance(node.func, ast.Name):
        function = fold(node.func, env)[0]
    new = ast.Call(function, args, [ast.keyword(key, value) for key, value, _ in folded])
    if spread:
        return new, ANYTHING
    return _result(name, new, knowns, {key: known for key, _, known in folded if key}, env, node)


def _result(
    name: str | None, new: ast.Call, args: list[Known], kwargs: dict[str, Known], env: Env, node: ast.Call
) -> Folded:
    if name == "isinstance" and len(args) == 2:
        kinds = kinds_of(node.args[1])
        return new, is_one_of(args[0], kinds)
    if name == "tf.is_tensor" and args:
        return new, is_one_of(args[0], TENSOR.kinds)
    if name == "callable" and args:
        return new, TRUTH if args[0].kinds is None else literal(args[0].is_surely("function"))
    if name == "len" and args and args[0].items is not None:
        return new, literal(len(args[0].items))
    if name == "len":
        return new, INT
    if name in FUNCTIONS and name not in env.slots:
        return _pure(name, new, args, kwargs)
    method = node.func
    if isinstance(method, ast.Attribute):
        known = fold(method.value, env)[1]
        if method.attr == "as_list" and known.is_surely("shape"):
            return new, replace(known, kinds=frozenset(("list",)))
        if method.attr in METHODS and known.is_literal and all(arg.is_literal for arg in args):
            return _computed(new, lambda: getattr(known.value, method.attr)(*(arg.value for arg in args)))
        if method.attr == "get" and isinstance(method.value, ast.Dict) and args and args[0].is_literal:
            return _got(method.value, node, args, env)
    return new, result_of_tensorflow(name, args, kwargs)


def _got(table: ast.Dict, node: ast.Call, args: list[Known], env: Env) -> Folded:
    for key, value in zip(table.keys, table.values, strict=True):
        if key is not None and fold(key, env)[1] == args[0]:
            return fold(value, env)
    return fold(node.args[1], env) if len(node.args) > 1 else (ast.Constant(None), literal(None))


def _pure(name: str, new: ast.Call, args: list[Known], kwargs: dict[str, Known]) -> Folded:
    if all(arg.is_literal for arg in args) and all(arg.is_literal for arg in kwargs.values()):
        values = {key: arg.value for key, arg in kwargs.items()}
        return _computed(new, lambda: FUNCTIONS[name](*(arg.value for arg in args), **values))
    if name in ("list", "tuple") and len(args) == 1 and args[0].items is not None:
        given = new.args[0]
        if isinstance(given, ast.List | ast.Tuple):
            kind = ast.List if name == "list" else ast.Tuple
            return kind(given.elts, ast.Load()), sequence(name, args[0].items)
        if args[0].is_surely(name) and isinstance(given, ast.Name):
            return given, args[0]
        return new, sequence(name, args[0].items)
    if name in ("int", "float", "bool", "str", "list", "tuple"):
        return new, of_kind(name)
    if name == "abs" and args and args[0].is_surely("tensor"):
        return new, args[0]
    return new, ANYTHING


def _inlined(function: ast.Lambda, node: ast.Call, env: Env) -> Folded | None:
    """A call of a lambda of the drop-in, where all its arguments are known."""
    parameters = [argument.arg for argument in function.args.args]
    if node.keywords or len(parameters) != len(node.args) or function.args.defaults or function.args.vararg:
        return None
    inner = env.copy()
    for parameter, arg in zip(parameters, node.args, strict=True):
        new, known = fold(arg, env)
        if not known.is_literal and known.items is None and not isinstance(new, ast.Name):
            return None
        inner.slots[parameter] = Slot(known, new)
    return fold(function.body, inner)


def _comprehension(node: ast.ListComp | ast.GeneratorExp, env: Env) -> Folded:
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


MOST_WRITTEN = 8  # elements


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


def _lambda(node: ast.Lambda, env: Env) -> Folded:
    inner = env.copy()
    inner.forget(*(argument.arg for argument in node.args.args))
    return ast.Lambda(node.args, fold(node.body, inner)[0]), of_kind("function")


_HANDLERS: dict[type[ast.AST], Callable[[Any, Env], Folded]] = {
    ast.Constant: _constant, ast.Name: _name, ast.List: _sequence, ast.Tuple: _sequence, ast.Attribute: _attribute,
    ast.Subscript: _subscript, ast.BinOp: _binary, ast.UnaryOp: _unary, ast.BoolOp: _boolean, ast.Compare: _compare,
    ast.IfExp: _conditional, ast.Call: _call, ast.ListComp: _comprehension, ast.GeneratorExp: _comprehension,
    ast.Lambda: _lambda,
}  # fmt: skip
