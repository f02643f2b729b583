"""Variables that share memory in PyTorch: a change in place shows in all of them, in TensorFlow in none."""

from __future__ import annotations

import ast
from collections import defaultdict

from api.port.plan.rules import rules
from api.source.infer import Inference
from loader.calls.decide import dotted

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module


class Aliases:
    """Of each function, which variables may be views of one another."""

    def __init__(self, inference: Inference, parents: dict[ast.AST, ast.AST]) -> None:
        self._inference = inference
        self._parents = parents
        self._shared: dict[ast.AST, dict[str, set[str]]] = {}
        self._named: dict[ast.AST, dict[str, list[ast.Name | ast.Attribute]]] = {}
        self._loops: dict[ast.AST, set[ast.AST]] = {}

    def scope_of(self, node: ast.AST) -> ast.AST:
        parent = self._parents.get(node)
        while parent is not None and not isinstance(parent, Scope):
            parent = self._parents.get(parent)
        return parent or self._inference.tree

    def problem(self, target: ast.expr, at: ast.AST) -> str | None:
        """Why a change of this variable would show elsewhere, None if it does not."""
        name = dotted(target)
        if name is None:
            return None
        scope = self.scope_of(at)
        partners = self._partners(scope, name, at)
        self._inference.budget.spend(1 + len(partners))
        for partner in sorted(partners):
            if not self._is_bound_before(scope, partner, at):
                continue
            if isinstance(scope, ast.Module) or self._is_read(scope, partner, at):
                return f"the change would show in {partner} too, which shares its memory with {name}"
        return None

    def _partners(self, scope: ast.AST, name: str, at: ast.AST) -> set[str]:
        if scope not in self._shared:
            self._shared[scope] = self._read(scope)
        shared = self._shared[scope]
        found, pending = {name}, [name]
        while pending:
            for other in shared.get(pending.pop(), ()):
                if other not in found and self._is_bound_before(scope, other, at):
                    found.add(other)
                    pending.append(other)
        return found - {name}

    def _read(self, scope: ast.AST) -> dict[str, set[str]]:
        shared: dict[str, set[str]] = defaultdict(set)

        def pair(target: ast.expr, value: ast.expr) -> None:
            if isinstance(target, ast.Tuple | ast.List):
                if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
                    for one, two in zip(target.elts, value.elts, strict=True):
                        pair(one, two)
                    return
                for element in target.elts:
                    pair(element, value)
                return
            if isinstance(target, ast.Subscript) and self._inference.value(target.value).known.is_surely("tensor"):
                return  # numbers are copied
            name = dotted(target) if not isinstance(target, ast.Subscript) else dotted(target.value)
            for source in self.sources(value):
                if name is not None and name != source:
                    shared[name].add(source)
                    shared[source].add(name)

        for node in ast.walk(scope):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        pair(target, value)
                case ast.NamedExpr(target=target, value=value):
                    pair(target, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    pair(target, value)
                case ast.For(target=target, iter=iterated):
                    pair(target, iterated)
                case ast.Call(func=ast.Attribute(value=owner, attr="append" | "add" | "insert"), args=[*_, last]) if (
                    node not in self._inference.called
                ):
                    pair(owner, last)
        return shared

    def sources(self, node: ast.expr) -> set[str]:
        """The variables that share memory with what an expression gives."""
        match node:
            case ast.Name() | ast.Attribute() if (name := dotted(node)) is not None:
                called = self._inference.called.get(node)
                if called is not None and called.receiver is not None and isinstance(node, ast.Attribute):
                    return self.sources(node.value) if node.attr in rules().sharing else set()
                if called is not None:
                    return set()
                known = self._inference.value(node).known
                return set() if known.is_surely("int", "float", "bool", "str", "none", "shape", "dtype") else {name}
            case ast.Subscript(value=value):
                if not self._inference.value(value).known.is_surely("tensor"):
                    return self.sources(value)
                parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                copies = any(self._inference.value(p).known.is_surely("tensor", "list") for p in parts)
                return set() if copies else self.sources(value)
            case ast.Call():
                return self._of_call(node)
            case ast.IfExp(body=body, orelse=orelse):
                return self.sources(body) | self.sources(orelse)
            case ast.List() | ast.Tuple() | ast.Set():
                return set().union(*(self.sources(element) for element in node.elts))
            case ast.Dict():
                return set().union(*(self.sources(value) for value in node.values))
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.sources(value)
            case ast.BoolOp(values=values):
                return set().union(*(self.sources(value) for value in values))
            case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt):
                return self.sources(elt)
        return set()

    def _of_call(self, node: ast.Call) -> set[str]:
        called = self._inference.called.get(node)
        if called is None:
            value = self._inference.value(node.func)
            if value.made is not None or value.local is None:
                name = dotted(node.func) or ""
                if name in ("zip", "enumerate", "list", "tuple", "reversed"):
                    return set().union(*(self.sources(arg) for arg in node.args))
                return set()
            return set().union(*(self.sources(arg) for arg in node.args))
        leaf = called.name.rpartition(".")[2]
        in_place = leaf.endswith("_") and not leaf.endswith("__")
        out = [k.value for k in node.keywords if k.arg == "out"]
        if out:
            return self.sources(out[0])
        inplace = any(
            k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value is True for k in node.keywords
        )
        if leaf in rules().sharing or in_place or inplace:
            first = called.receiver if called.receiver is not None else next(iter(node.args), None)
            if first is None:
                return set()
            if leaf in ("to", "float", "double", "half", "long", "int", "bool", "type"):
                known = self._inference.value(first).known
                made = self._inference.value(node).known
                if known.dtype and made.dtype and known.dtype != made.dtype:
                    return set()
            return self.sources(first)
        return set()

    def _is_bound_before(self, scope: ast.AST, name: str, at: ast.AST) -> bool:
        """Whether a variable exists when a statement is reached: one that is made by it or later is no view yet."""
        if "." in name:
            return True
        loop = self._loop_of(at) or set()
        stores = [n for n in self._mentions(scope, name) if isinstance(n.ctx, ast.Store)]
        line = getattr(at, "lineno", 0)
        return not stores or any(n.lineno < line or n in loop for n in stores)

    def is_read_after(self, name: str, at: ast.AST) -> bool:
        return self._is_read(self.scope_of(at), name, at)

    def _is_read(self, scope: ast.AST, name: str, at: ast.AST) -> bool:
        """Whether a variable is read after a place of the text, or before it in a loop that comes round."""
        loop = self._loop_of(at)
        line, column = getattr(at, "end_lineno", 0), getattr(at, "end_col_offset", 0)
        inside = set(ast.walk(at))
        statement = at
        while not isinstance(statement, ast.stmt) and statement in self._parents:
            statement = self._parents[statement]
        own_targets = set()
        if isinstance(statement, ast.Assign):
            own_targets = {n for target in statement.targets for n in ast.walk(target)}
        if "." in name and name.startswith("self."):
            everywhere = self._mentions(self._inference.tree, name)
            return any(n not in inside and n not in own_targets for n in everywhere)
        for node in self._mentions(scope, name):
            if node in inside or node in own_targets or isinstance(node.ctx, ast.Store):
                continue
            after = (node.lineno, node.col_offset) >= (line, column)
            if after or (loop is not None and node in loop):
                return True
        return isinstance(scope, ast.Module)

    def _loop_of(self, node: ast.AST) -> set[ast.AST] | None:
        parent = self._parents.get(node)
        found: ast.AST | None = None
        while parent is not None and not isinstance(parent, Scope):
            if isinstance(parent, ast.For | ast.While):
                found = parent
            parent = self._parents.get(parent)
        if found is not None and found not in self._loops:
            self._loops[found] = set(ast.walk(found))
        return self._loops[found] if found is not None else None

    def _mentions(self, scope: ast.AST, name: str) -> list[ast.Name | ast.Attribute]:
        """Where a variable stands in a scope; a scope is gone through once."""
        if scope not in self._named:
            found = self._named[scope] = defaultdict(list)
            for node in ast.walk(scope):
                if isinstance(node, ast.Name | ast.Attribute) and (full := dotted(node)) is not None:
                    found[full].append(node)
        mentions = self._named[scope].get(name, [])
        self._inference.budget.spend(1 + len(mentions))
        return mentions
