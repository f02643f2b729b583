"""Calls whose arguments stand in a tuple or a dict that the text shows: `f(*args, **kwargs)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Display = ast.Tuple | ast.List | ast.Dict


class Spreads:
    """The calls of a source with their arguments one by one.

    `origin`: for an argument that stands for a part of a display, as `args[0]`, the part.
    """

    def __init__(self, tree: ast.AST) -> None:
        self.origin: dict[ast.expr, ast.expr] = {}
        self._expanded: dict[ast.Call, ast.Call | None] = {}
        self._scopes: dict[ast.Call, ast.AST] = {}
        self._names: dict[ast.AST, dict[str, list[ast.AST]]] = {}
        self._by_star: set[ast.AST] = set()
        self._find(tree)

    def _find(self, tree: ast.AST) -> None:
        waiting: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
        while waiting:
            node, scope = waiting.pop()
            if isinstance(node, ast.Call) and (spread := list(_spread(node))):
                self._scopes[node] = scope
                self._by_star.update(spread)
            inner = node if isinstance(node, Scope) else scope
            waiting += ((child, inner) for child in ast.iter_child_nodes(node))

    def expanded(self, call: ast.Call) -> ast.Call | None:
        """The call without stars; None where the text does not show what they pass, or the call has none."""
        if call not in self._scopes:
            return None
        if call not in self._expanded:
            self._expanded[call] = self._expand(call)
        return self._expanded[call]

    def _expand(self, call: ast.Call) -> ast.Call | None:
        args: list[ast.expr] = []
        keywords: list[ast.keyword] = []
        for arg in call.args:
            if not isinstance(arg, ast.Starred):
                args.append(arg)
                continue
            display = self._display(arg.value, call)
            if not isinstance(display, ast.Tuple | ast.List) or any(isinstance(e, ast.Starred) for e in display.elts):
                return None
            args += [self._part(arg.value, place, part) for place, part in enumerate(display.elts)]
        for keyword in call.keywords:
            if keyword.arg is not None:
                keywords.append(keyword)
                continue
            display = self._display(keyword.value, call)
            if not isinstance(display, ast.Dict):
                return None
            for key, part in zip(display.keys, display.values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    return None
                keywords.append(ast.keyword(key.value, self._part(keyword.value, key.value, part)))
        names = [keyword.arg for keyword in keywords]
        return None if len(set(names)) < len(names) else ast.Call(call.func, args, keywords)

    def _part(self, owner: ast.expr, key: int | str, part: ast.expr) -> ast.expr:
        if not isinstance(owner, ast.Name) or isinstance(part, ast.Constant):
            return part  # a constant is the same wherever it stands
        made = ast.Subscript(ast.Name(owner.id, ast.Load()), ast.Constant(key), ast.Load())
        self.origin[made] = part
        return made

    def _display(self, node: ast.expr, call: ast.Call) -> Display | None:
        """What is passed after a star: written there, or under a name that is nothing else in its scope."""
        if isinstance(node, Display):
            return node
        if not isinstance(node, ast.Name):
            return None
        scope = self._scopes[call]
        if scope not in self._names:
            self._names[scope] = _named(scope)
        uses = self._names[scope].get(node.id, [])
        assignments = [use for use in uses if isinstance(use, ast.Assign)]
        if len(assignments) != 1 or not isinstance(assignments[0].value, Display):
            return None
        display = assignments[0].value
        others = [use for use in uses if use is not assignments[0]]
        may_be_read = isinstance(display, ast.Tuple)
        if all(use in self._by_star or (may_be_read and _is_read(use)) for use in others):
            return display
        return None


def _spread(call: ast.Call) -> Iterator[ast.expr]:
    yield from (arg.value for arg in call.args if isinstance(arg, ast.Starred))
    yield from (keyword.value for keyword in call.keywords if keyword.arg is None)


def _is_read(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _named(scope: ast.AST) -> dict[str, list[ast.AST]]:
    """Every place in a scope, and in those inside it, that binds or reads a name; a plain assignment as a whole."""
    found: dict[str, list[ast.AST]] = {}
    plain: set[ast.AST] = set()
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name() as target]):
                plain.add(target)
                found.setdefault(target.id, []).append(node)
            case ast.Name() if node not in plain:
                found.setdefault(node.id, []).append(node)
            case ast.arg():
                found.setdefault(node.arg, []).append(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if node is not scope:
                found.setdefault(node.name, []).append(node)
            case ast.alias():
                found.setdefault(node.asname or node.name, []).append(node)
            case ast.Global() | ast.Nonlocal():
                for name in node.names:
                    found.setdefault(name, []).append(node)
            case ast.ExceptHandler(name=str(name)):
                found.setdefault(name, []).append(node)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.setdefault(name, []).append(node)
            case _:
                pass
    return found
