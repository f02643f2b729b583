"""Statements of a drop-in in order, with what is known of the variables at each."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from loader.calls.decide import Env, Slot, narrow, stored, truth
from loader.calls.known import UNSET, Known, as_code, literal, of_kind
from loader.evaluate.fold import fold
from loader.evaluate.names import changed, ends, own_names


class Block:
    """Statements in order, with what is known of the variables at each."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self.result: Known | None = None
        self._stores: dict[str, int] = {}
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self._stores[node.id] = self._stores.get(node.id, 0) + 1

    def statements(self, body: list[ast.stmt], env: Env) -> list[ast.stmt]:
        """The statements that are left; what follows one that ends the function is dropped."""
        made: list[ast.stmt] = []
        for place, statement in enumerate(body):
            if isinstance(statement, ast.If):
                known = truth(fold(statement.test, env)[1])
                if known is not None:
                    self._drop_stores(statement.orelse if known else statement.body)
                    rest = [*(statement.body if known else statement.orelse), *body[place + 1 :]]
                    return made + self.statements(rest, env)
                made += self._branches(statement, env)
            else:
                made += self._one(statement, env)
            if made and ends(made[-1]):
                break
        return made

    def _drop_stores(self, body: list[ast.stmt]) -> None:
        """A branch that is not reached gives no variable a value."""
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self._stores[node.id] -= 1

    def _branches(self, node: ast.If, env: Env) -> list[ast.stmt]:
        if self._changes_nothing(node, env):
            return []
        test = fold(node.test, env)[0]
        yes, no = narrow(node.test, True, env).copy(), narrow(node.test, False, env).copy()
        before = self._settled(node, env, yes, no)
        body, orelse = self.statements(node.body, yes), self.statements(node.orelse, no)
        ended = bool(body) and ends(body[-1]), bool(orelse) and ends(orelse[-1])
        for made, one, other, is_over in ((body, yes, no, ended[0]), (orelse, no, yes, ended[1])):
            if not is_over and not (ended[0] or ended[1]):
                made += self._written(node, one, other)
        if ended[0] and not ended[1]:
            env.slots = no.slots
        elif ended[1] and not ended[0]:
            env.slots = yes.slots
        else:
            env.slots = {
                name: Slot(yes.slots.get(name, Slot()).known.join(no.slots.get(name, Slot()).known), slot.node)
                for name, slot in (yes.slots | no.slots).items()
            }
        if not body and not orelse:
            return before
        if not body:
            return [*before, ast.If(ast.UnaryOp(ast.Not(), test), orelse, [])]
        return [*before, ast.If(test, body, orelse)]

    def _changes_nothing(self, node: ast.If, env: Env) -> bool:
        """Whether both branches leave the same constants behind, and nothing else."""
        saved = dict(self._stores), self.result
        yes, no = narrow(node.test, True, env).copy(), narrow(node.test, False, env).copy()
        bodies = self.statements(node.body, yes), self.statements(node.orelse, no)
        self._stores, self.result = saved
        if bodies != ([], []):
            return False
        names = stored(node)
        same = all(
            name in yes.slots
            and yes.slots[name].known.is_literal
            and yes.slots[name].known == no.slots.get(name, Slot()).known
            for name in names
        )
        if same:
            env.slots.update({name: yes.slots[name] for name in names})
        return same

    def _written(self, node: ast.stmt, env: Env, other: Env) -> list[ast.stmt]:
        """Assignments that a branch dropped, for what the other branch has differently."""
        made: list[ast.stmt] = []
        for name in sorted(stored(node)):
            slot = env.slots.get(name)
            if slot is None or slot == other.slots.get(name) or slot.function is not None:
                continue
            code = slot.node if slot.node is not None else as_code(slot.known.value) if slot.known.is_literal else None
            if code is not None:
                made.append(_assign(name, code))
        return made

    def _settled(self, node: ast.stmt, env: Env, *inner: Env) -> list[ast.stmt]:
        """Variables that were written in place and are changed inside: they need their assignment after all."""
        made: list[ast.stmt] = []
        for name in sorted(stored(node) | changed(node)):
            slot = env.slots.get(name)
            if slot is None:
                continue
            code = slot.node if slot.node is not None else as_code(slot.known.value) if slot.known.is_literal else None
            if code is not None:
                made.append(_assign(name, code))
            for one in (env, *inner):
                if name in one.slots:
                    known = one.slots[name].known
                    one.slots[name] = Slot(replace(known, value=UNSET))
        return made

    def _one(self, node: ast.stmt, env: Env) -> list[ast.stmt]:
        match node:
            case ast.Return(value=value):
                code, known = fold(value, env) if value else (None, literal(None))
                self.result = known if self.result is None else self.result.join(known)
                return [ast.Return(code)]
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                return self._assigned(name, value, env)
            case ast.Assign(targets=[target], value=value):
                return self._unpacked(target, value, env)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                whole = ast.BinOp(ast.Name(name, ast.Load()), op, value)
                return self._assigned(name, whole, env)
            case ast.FunctionDef() | ast.ClassDef():
                return [self._nested(node, env)]
            case ast.For():
                return self._loop(node, env)
            case ast.Raise() | ast.Pass():
                return [node] if isinstance(node, ast.Raise) else []
        made = self._settled(node, env)
        env.forget(*stored(node), *changed(node))
        return [*made, self._folded(node, env)]

    def _assigned(self, name: str, value: ast.expr, env: Env) -> list[ast.stmt]:
        if isinstance(value, ast.Lambda):
            code = fold(value, env)[0]
            # Folded already: its free variables have the values of this place.
            env.slots[name] = Slot(of_kind("function"), None, code if isinstance(code, ast.Lambda) else None)
            return [_assign(name, code)]
        code, known = fold(value, env)
        if known.is_literal and as_code(known.value) is not None:
            env.slots[name] = Slot(known, code)
            return []
        if isinstance(code, ast.Name) and code.id != name and not self._stores.get(code.id):
            env.slots[name] = Slot(known, code)
            return []
        if isinstance(code, ast.Name) and code.id == name:
            env.slots[name] = Slot(known)
            return []
        env.slots[name] = Slot(known)
        return [_assign(name, code)]

    def _unpacked(self, target: ast.expr, value: ast.expr, env: Env) -> list[ast.stmt]:
        code, known = fold(value, env)
        if isinstance(target, ast.Tuple | ast.List) and known.items is not None and known.is_literal:
            names = [element.id for element in target.elts if isinstance(element, ast.Name)]
            if len(names) == len(target.elts) == len(known.items):
                for name, item in zip(names, known.items, strict=True):
                    env.slots[name] = Slot(item)
                return []
            if self._placed(target.elts, list(known.items), env):
                return []
        if isinstance(target, ast.Tuple) and isinstance(code, ast.Tuple):
            one_by_one = self._apart(target.elts, code.elts, env)
            if one_by_one is not None:
                return one_by_one
        if isinstance(target, ast.Subscript) and known.is_literal and self._placed([target], [known], env):
            return []
        node = ast.Assign([self._target(target, env)], code)
        made = self._settled(node, env)
        if made:
            node = ast.Assign([self._target(target, env)], fold(value, env)[0])
        if isinstance(target, ast.Tuple | ast.List) and known.items and len(known.items) == len(target.elts):
            for element, item in zip(target.elts, known.items, strict=True):
                if isinstance(element, ast.Name):
                    env.slots[element.id] = Slot(item)
        else:
            env.forget(*stored(target), *changed(node))
        return [*made, ast.fix_missing_locations(node)]

    def _apart(self, targets: list[ast.expr], values: list[ast.expr], env: Env) -> list[ast.stmt] | None:
        """`a, b = x, y` as two assignments, where the second does not read what the first changes."""
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        folded = [fold(value, env) for value in values]
        changing = {name for name, (_, known) in zip(names, folded, strict=False) if not known.is_literal}
        read = {n.id for code, _ in folded for n in ast.walk(code) if isinstance(n, ast.Name)}
        if not len(names) == len(targets) == len(values) or changing & read:
            return None
        made: list[ast.stmt] = []
        for name, (code, known) in zip(names, folded, strict=True):
            if known.is_literal and as_code(known.value) is not None:
                env.slots[name] = Slot(known)
            elif isinstance(code, ast.Name) and (code.id in names or not self._stores.get(code.id)):
                env.slots[name] = Slot(known, code)  # `start, end = 0, start`: start is written as 0 from here on
            else:
                env.slots[name] = Slot(known)
                made.append(_assign(name, code))
        return made

    def _target(self, target: ast.expr, env: Env) -> ast.expr:
        """A target with its indices folded, its own name kept."""
        match target:
            case ast.Subscript(value=ast.Name(), slice=index):
                return ast.Subscript(target.value, fold(index, env)[0], ast.Store())
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return type(target)([self._target(e, env) for e in elements], ast.Store())
        return target

    def _placed(self, targets: list[ast.expr], items: list[Known], env: Env) -> bool:
        """`order[a], order[b] = order[b], order[a]` on a list that is known."""
        lists: dict[str, list[object]] = {}
        for target, item in zip(targets, items, strict=True):
            match target:
                case ast.Subscript(value=ast.Name(id=name), slice=index):
                    slot = env.slots.get(name)
                    place = fold(index, env)[1].value
                    if slot is None or not isinstance(slot.known.value, list) or not isinstance(place, int):
                        return False
                    values = lists.setdefault(name, list(slot.known.value))
                    if not -len(values) <= place < len(values):
                        return False
                    values[place] = item.value
                case _:
                    return False
        for name, values in lists.items():
            env.slots[name] = Slot(literal(values))
        return True

    def _nested(self, node: ast.FunctionDef | ast.ClassDef, env: Env) -> ast.stmt:
        """An inner function or class: it sees the variables as they are when it is called, so only those that stay."""
        inner = env.copy()
        own = own_names(node)
        for name in [*inner.slots]:
            if name in own or self._stores.get(name, 0) > (0 if inner.slots[name].known.is_literal else 1):
                slot = inner.slots[name]
                stays = self._stores.get(name, 0) <= 1 and name not in own
                inner.slots[name] = slot if stays else Slot()
        env.slots[node.name] = Slot(of_kind("function"))
        return _InnerFolder(inner, self).visit(copy.deepcopy(node))  # type: ignore[no-any-return]

    def _loop(self, node: ast.For, env: Env) -> list[ast.stmt]:
        iterated, known = fold(node.iter, env)
        if known.items == ():
            return []
        made = self._settled(node, env)
        inner = env.copy()
        inner.forget(*stored(node))
        body = self.statements(node.body, inner)
        env.forget(*stored(node), *changed(node))
        return [*made, ast.For(node.target, iterated, body or [ast.Pass()], node.orelse)]

    def _folded(self, node: ast.stmt, env: Env) -> ast.stmt:
        return _InnerFolder(env, self).visit(copy.deepcopy(node))  # type: ignore[no-any-return]


class _InnerFolder(ast.NodeTransformer):
    """Statements inside others: their expressions are folded with what never changes, their blocks likewise."""

    def __init__(self, env: Env, block: Block) -> None:
        self._env = env
        self._block = block

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        env = self._env.copy()
        env.forget(*own_names(node))
        result = self._block.result
        node.body = Block(node.body).statements(node.body, env) or [ast.Pass()]
        node.args.defaults = [fold(default, self._env)[0] for default in node.args.defaults]
        self._block.result = result
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.bases = [fold(base, self._env)[0] for base in node.bases]
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
            return fold(node, self._env)[0]
        return super().generic_visit(node)


def _assign(name: str, value: ast.expr) -> ast.Assign:
    return ast.fix_missing_locations(ast.Assign([ast.Name(name, ast.Store())], value))
