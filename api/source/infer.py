"""What the expressions of a source are: one walk over the text, nothing run.

Through assignments, functions, classes (`self.x`) and calls of the source's own.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from dataclasses import replace

from api.source.expressions import Expressions, indexed
from api.source.roles import roles
from api.source.value import BATCH, LOADER, MODULE, UNKNOWN, LocalClass, Value, imported, joined, row
from loader.calls.decide import dotted, stored
from loader.calls.known import (
    INT,
    TENSOR,
    Known,
    literal,
    of_kind,
)

TURNS = 3  # over a source
LONG = 400  # statements
NAMES = 4  # of a scope that take as long as a node, where two ways come together
FUNCTION = 20  # nodes take as long as what the body of a function tells of its parameters
TURNED_TWICE = 3  # loops inside one another: each doubles the work


def _given(value: Value) -> Value:
    """What a function gives: the value of a parameter of a module, rather than the variable that holds it."""
    return Value(value.known) if value.made in ("torch.nn.Parameter", "torch.nn.Buffer") else value


def _ends(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


class Inference(Expressions):
    """The walk over statements."""

    def run(self) -> Inference:
        """Over and over: what a function is called with is known after the first time only, what it passes on later."""
        for _ in range(TURNS if len(self.tree.body) < LONG else 2):
            self.values, self.called = {}, {}
            self._results, self._walking, self._stars = {}, set(), []
            self._scope = ChainMap({})
            self._module_scope = self._scope
            calls, self._given = self._given, {}
            self._arguments = calls
            self.block(self.tree.body)
        return self

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        self.budget.spend()
        match node:
            case ast.Import():
                for alias in node.names:
                    path = alias.name if alias.asname else alias.name.partition(".")[0]
                    self.bind(alias.asname or path, imported(path))
            case ast.ImportFrom():
                for alias in node.names:
                    if alias.name == "*" and node.module:
                        self._stars.append(imported(node.module).name or "")
                    known = (
                        imported(f"{node.module}.{alias.name}")
                        if node.module and not node.level
                        else Value(outside=True)
                    )
                    self.bind(alias.asname or alias.name, known)
            case ast.Assign():
                value = self.expr(node.value)
                for target in node.targets:
                    self.assign(target, value, node.value)
            case ast.AnnAssign():
                self.expr(node.annotation)
                value = self.expr(node.value) if node.value else self._annotated(node.annotation)
                self.assign(node.target, value, node.value)
            case ast.AugAssign():
                before = self.expr(node.target)
                self.values[node.target] = before
                other = self.expr(node.value)
                self.assign(node.target, self._operated(node.op, before, other), None)
                self.values[node.target] = before
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node)
            case ast.ClassDef():
                self._class(node)
            case ast.Return():
                self._returned.append(_given(self.expr(node.value)) if node.value else Value(literal(None)))
            case ast.For() | ast.AsyncFor() | ast.While():
                self._loop(node)
            case ast.If():
                self._if(node)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    value = self.expr(item.context_expr)
                    if item.optional_vars:
                        self.assign(item.optional_vars, value, None)
                self.block(node.body)
            case ast.Try():
                at_start = dict(self._scope.maps[0])
                self.block(node.body)
                here = self._scope.maps[0]
                frameworks = {name: value for name, value in here.items() if value.certainty == "imported"}
                self._merge(at_start)
                for handler in node.handlers:
                    if handler.type is not None:
                        self.expr(handler.type)
                    self.block(handler.body)
                if all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in node.body):
                    here.update(frameworks)  # a framework that is not there is nothing to port
                self.block(node.orelse)
                self.block(node.finalbody)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expr(child)
                    elif isinstance(child, ast.stmt):
                        self.statement(child)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        """Twice: what the first turn leaves, the second one meets. Far inside, what a loop changes is not known."""
        iterated = self.expr(node.iter) if not isinstance(node, ast.While) else None
        self._depth += 1
        turns = 2 if self._depth <= TURNED_TWICE else 1
        if turns == 1:
            self._scope.maps[0].update(dict.fromkeys(stored(node), UNKNOWN))
        for _ in range(turns):
            if iterated is not None and not isinstance(node, ast.While):
                self.assign(node.target, self.element(iterated, node.iter), None)
            before = dict(self._scope.maps[0])
            if isinstance(node, ast.While):
                self.expr(node.test)
            self.block(node.body)
            self._merge(before)
        self._depth -= 1
        self.block(node.orelse)

    def _if(self, node: ast.If) -> None:
        self.expr(node.test)
        before = dict(self._scope.maps[0])
        self._narrow(node.test, True)
        self.block(node.body)
        after = dict(self._scope.maps[0])
        self._scope.maps[0].clear()
        self._scope.maps[0].update(before)
        self._narrow(node.test, False)
        self.block(node.orelse)
        if _ends(node.body):
            return
        if node.orelse and _ends(node.orelse):
            self._scope.maps[0].clear()
            self._scope.maps[0].update(after)
            return
        self._merge(after)

    def _narrow(self, test: ast.expr, holds: bool) -> None:
        match test:
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
                name = dotted(left)
                if name and name in self._scope:
                    value = self._scope[name]
                    is_none = isinstance(op, ast.Is) is holds
                    known = literal(None) if is_none else value.known.without("none")
                    if not (is_none and value.made):
                        self._scope[name] = replace(value, known=known)
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]) if holds:
                found = self.value(kind)
                if found.name == "torch.Tensor" and name in self._scope:
                    self._scope[name] = replace(
                        self._scope[name], known=self._scope[name].known.narrowed(frozenset(("tensor",)))
                    )

    def _merge(self, other: dict[str, Value]) -> None:
        """What is true after either of two ways."""
        here = self._scope.maps[0]
        self.budget.spend(1 + len(here) // NAMES)
        for name in here.keys() | other.keys():
            one, two = here.get(name), other.get(name)
            if one is None or two is None:
                here[name] = one or two or UNKNOWN
            elif one != two:
                here[name] = joined(one, two)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outer in [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.expr(outer)
        self._annotations(node)
        if isinstance(node, ast.FunctionDef):
            self.bind(node.name, Value(of_kind("function"), local=node))
        self._function(node)

    def _annotations(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Names in annotations are evaluated when the function is defined."""
        arguments = node.args
        starred = [a for a in (arguments.vararg, arguments.kwarg) if a]
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]
        for annotation in [node.returns, *(argument.annotation for argument in every)]:
            if annotation is not None:
                self.expr(annotation)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if node in self._walking:
            return
        self._walking.add(node)
        self.budget.spend(FUNCTION)
        parameters = self._parameters(node)
        outer_scope, outer_returned = self._scope, self._returned
        self._scope = outer_scope.new_child(parameters)
        self._returned = []
        self.block(node.body)
        if self._returned:
            found = self._returned[0]
            for other in self._returned[1:]:
                found = joined(found, other)
            self._results[node] = found
        shared = {name: value for name, value in self._scope.maps[0].items() if name.startswith("self.")}
        self._scope, self._returned = outer_scope, outer_returned
        if self._self is not None:
            for name, value in shared.items():
                attribute = name.removeprefix("self.")
                known = self._self.attributes.get(attribute)
                self._self.attributes[attribute] = value if known is None or known == UNKNOWN else joined(known, value)
        self._walking.discard(node)

    def _class(self, node: ast.ClassDef) -> None:
        for outer in [*node.decorator_list, *(keyword.value for keyword in node.keywords)]:
            self.expr(outer)
        local = self.classes.setdefault(node, LocalClass(node, roles=roles(ast.walk(node))))
        local.bases = [self.expr(base) for base in node.bases]
        for base in local.bases:
            if base.local is not None and isinstance(base.local, ast.ClassDef) and base.local in self.classes:
                inherited = self.classes[base.local]
                local.attributes = {**inherited.attributes, **local.attributes}
                if inherited.is_module:
                    local.bases = [*local.bases, Value(name=MODULE, side="torch")]
        self.bind(node.name, Value(of_kind("class"), local=node))
        outer_self, self._self = self._self, local
        methods = [s for s in node.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
        for statement in node.body:
            if statement not in methods:
                self.statement(statement)
        for method in sorted(methods, key=lambda m: m.name != "__init__"):
            for outer in [*method.decorator_list, *method.args.defaults, *filter(None, method.args.kw_defaults)]:
                self.expr(outer)
            self._annotations(method)
            self._function(method)
        self._self = outer_self

    def assign(self, target: ast.expr, value: Value, node: ast.expr | None) -> None:
        name = dotted(target)
        if name is not None:
            if isinstance(target, ast.Attribute):
                self.expr(target.value)
            self.bind(name, value)
            self.values[target] = value
        elif isinstance(target, ast.Starred):
            self.assign(target.value, Value(of_kind("list")), None)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value, node)
        elif isinstance(target, ast.Subscript):
            self.expr(target.value)
            self.expr(target.slice)
            self.values[target] = Value(indexed(self.value(target.value).known, target.slice, self))

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, node: ast.expr | None) -> None:
        items = value.known.items
        nodes: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == len(target.elts):
            nodes = list(node.elts)
        for place, element in enumerate(target.elts):
            inner = nodes[place]
            if inner is not None:
                self.assign(element, self.value(inner), inner)
            elif len(value.parts) == len(target.elts):
                self.assign(element, value.parts[place], None)
            elif items is not None and len(items) == len(target.elts):
                self.assign(element, Value(items[place]), None)
            elif value.known.is_surely("shape"):
                self.assign(element, Value(INT), None)
            elif value.known.is_surely("tensor"):
                self.assign(element, Value(row(value.known)), None)
            elif value.made == BATCH:
                self.assign(element, Value(TENSOR), None)
            else:
                self.assign(element, UNKNOWN, None)

    def bind(self, name: str, value: Value) -> None:
        if value.known.is_surely("list", "dict") and name in self._changed:
            value = replace(value, known=Known(value.known.kinds), parts=())
        self._scope[name] = value

    def element(self, iterated: Value, node: ast.expr) -> Value:
        known = iterated.known
        if iterated.parts:
            either = iterated.parts[0]
            for part in iterated.parts[1:]:
                either = joined(either, part)
            return either
        if known.items:
            found = known.items[0]
            for other in known.items[1:]:
                found = found.join(other)
            return Value(found)
        if known.is_surely("tensor"):
            return Value(row(known))
        if known.is_surely("range", "shape"):
            return Value(INT)
        match node:
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                element = self.element(self.value(inner), inner)
                return Value(Known(frozenset(("tuple",)), items=(INT, element.known)), parts=(Value(INT), element))
            case ast.Call(func=ast.Name(id="zip"), args=args):
                elements = tuple(self.element(self.value(a), a) for a in args)
                return Value(Known(frozenset(("tuple",)), items=tuple(e.known for e in elements)), parts=elements)
            case ast.Call(func=ast.Attribute(value=owner, attr="values" | "children" | "modules")) if self.is_module(
                self.value(owner)
            ):
                return Value(made=MODULE)
            case ast.Call(func=ast.Attribute(value=owner, attr="items" | "named_children" | "named_modules")) if (
                self.is_module(self.value(owner))
            ):
                return Value(of_kind("tuple"), parts=(Value(of_kind("str")), Value(made=MODULE)))
            case ast.Call(func=ast.Attribute(value=owner, attr="parameters" | "buffers")) if self.is_module(
                self.value(owner)
            ):
                return Value(TENSOR, made="torch.nn.Parameter")
            case ast.Call(func=ast.Attribute(value=owner, attr="named_parameters" | "named_buffers")) if self.is_module(
                self.value(owner)
            ):
                return Value(of_kind("tuple"), parts=(Value(of_kind("str")), Value(TENSOR, made="torch.nn.Parameter")))
        if iterated.made in ("torch.nn.ModuleList", "torch.nn.Sequential"):
            return Value(made=MODULE)
        if iterated.made == LOADER:
            return Value(made=BATCH)
        return UNKNOWN
