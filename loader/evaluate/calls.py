"""Calls: of Python's functions on what is known, of TensorFlow's for what they give, of lambdas in their place."""

from __future__ import annotations

import ast
from dataclasses import replace

from loader.calls.builtins import FUNCTIONS, METHODS
from loader.calls.decide import (
    Env,
    Slot,
    dotted,
    is_one_of,
    kinds_of,
)
from loader.calls.known import (
    ANYTHING,
    INT,
    TENSOR,
    TRUTH,
    Known,
    literal,
    of_kind,
    sequence,
)
from loader.calls.results import result_of_tensorflow
from loader.evaluate.nodes import Folded, computed, fold
from loader.evaluate.of_torch import of_function, of_method

SIZE = Known(kinds=frozenset(("int", "tensor")))


def call(node: ast.Call, env: Env) -> Folded:
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
    if name == "hasattr" and len(args) == 2 and args[1].value == "dtype":
        return new, is_one_of(args[0], frozenset(("tensor", "ndarray")))
    if name == "keras.ops.shape" and args:
        return new, _sizes(args[0])
    method = node.func
    if isinstance(method, ast.Attribute):
        known = fold(method.value, env)[1]
        if (made := of_method(method.attr, new, known, args, kwargs)) is not None:
            return made
        if method.attr == "as_list" and known.is_surely("shape"):
            return new, replace(known, kinds=frozenset(("list",)))
        if method.attr in METHODS and known.is_literal and all(arg.is_literal for arg in args):
            return computed(new, lambda: getattr(known.value, method.attr)(*(arg.value for arg in args)))
        if method.attr == "get" and isinstance(method.value, ast.Dict) and args and args[0].is_literal:
            return _got(method.value, node, args, env)
    if name and name.startswith("torch."):
        return of_function(name, new, args, kwargs)
    return new, result_of_tensorflow(name, args, kwargs)


def _sizes(known: Known) -> Known:
    """The sizes of a tensor: numbers, and tensors where only the run knows them."""
    if not known.is_surely("tensor") or known.shape is None:
        return of_kind("tuple")
    return sequence("tuple", tuple(SIZE if size is None else literal(size) for size in known.shape))


def _got(table: ast.Dict, node: ast.Call, args: list[Known], env: Env) -> Folded:
    for key, value in zip(table.keys, table.values, strict=True):
        if key is not None and fold(key, env)[1] == args[0]:
            return fold(value, env)
    return fold(node.args[1], env) if len(node.args) > 1 else (ast.Constant(None), literal(None))


def _pure(name: str, new: ast.Call, args: list[Known], kwargs: dict[str, Known]) -> Folded:
    if all(arg.is_literal for arg in args) and all(arg.is_literal for arg in kwargs.values()):
        values = {key: arg.value for key, arg in kwargs.items()}
        return computed(new, lambda: FUNCTIONS[name](*(arg.value for arg in args), **values))
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
