"""Which variables an optimizer steps, as far as the text tells."""

from __future__ import annotations

import ast

from api.port.train.gradients import Backward, Event
from api.port.train.states import OPTIMIZER, SCHEDULER, StatePorter
from loader.calls.decide import dotted


class OwnerPorter(StatePorter):
    """Text of an optimizer's variables."""

    def is_optimizer(self, node: ast.expr) -> bool:
        made = self.value(node).made or ""
        return made.startswith(OPTIMIZER) and not made.startswith(SCHEDULER)

    def _scope_of(self, node: ast.AST) -> ast.AST:
        parent = self.parents.get(node)
        while parent is not None and not isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            parent = self.parents.get(parent)
        return parent or self.inference.tree

    def _gradients_of(self, step: Event) -> str:
        """The variable that holds the gradients of an optimizer."""
        leaf = (dotted(step.owner) or "").rpartition(".")[2].lower()
        for word in ("optimizer", "optimiser", "optim", "opt"):
            leaf = leaf.replace(word, "")
        leaf = leaf.strip("_")
        return f"{leaf}_gradients" if leaf else "gradients"

    def variables_of(self, step: Event, backward: Backward | None) -> str | None:
        """What an optimizer was made for, as a list of variables."""
        value = self.value(step.owner)
        given = self._parameters_of(value.origin) if value.origin is not None else None
        if given is not None and self._is_in_reach(given, value.origin, step.owner):
            return self.variables_text(given)
        if given is not None and value.origin is not None and (passed := self._passed(given, value.origin, step.owner)):
            return f"{self.text(passed)}.trainable_variables"
        if backward is None:
            return None
        models = self._models_in([*backward.body, backward.event.statement])
        leaf = self._owner_of(given).rpartition(".")[2] if given is not None else ""
        same = [name for name in models if name.rpartition(".")[2] == leaf]
        found = same or (list(models) if given is None or leaf else [])
        return f"{self.text(models[found[0]])}.trainable_variables" if len(found) == 1 else None

    def _parameters_of(self, made: ast.Call | None) -> ast.expr | None:
        if made is None:
            return None
        return next(iter(made.args), None) or next((k.value for k in made.keywords if k.arg == "params"), None)

    def _owner_of(self, given: ast.expr) -> str:
        """`model` of `model.parameters()`; empty for anything else."""
        match given:
            case ast.Call(func=ast.Attribute(value=owner, attr="parameters")):
                return dotted(owner) or ""
        return ""

    def _is_in_reach(self, given: ast.expr, made: ast.Call | None, at: ast.expr) -> bool:
        """Whether the expression means the same where the step is."""
        if made is None:
            return False
        there, here = self._scope_of(made), self._scope_of(at)
        if there is here:
            return True
        if isinstance(there, ast.Module):
            return not isinstance(here, ast.FunctionDef) or not (
                {n.id for n in ast.walk(given) if isinstance(n, ast.Name)} & {a.arg for a in here.args.args}
            )
        own = self._owner_of(given)
        return own.startswith("self.") and self._enclosing_class_any(made) is self._enclosing_class_any(at)

    def _passed(self, given: ast.expr, made: ast.Call, at: ast.expr) -> ast.expr | None:
        """What the function that made an optimizer is given here for its model."""
        there, name = self._scope_of(made), self._owner_of(given)
        if not isinstance(there, ast.FunctionDef) or name not in [a.arg for a in there.args.args]:
            return None
        place = [a.arg for a in there.args.args].index(name)
        calls = [
            node
            for node in ast.walk(self._scope_of(at))
            if isinstance(node, ast.Call) and self.value(node.func).local is there and not self.value(node.func).made
        ]
        passed = [call.args[place] for call in calls if len(call.args) > place]
        return passed[0] if passed and len({ast.dump(arg) for arg in passed}) == 1 else None

    def _enclosing_class_any(self, node: ast.AST) -> ast.AST | None:
        parent = self.parents.get(node)
        while parent is not None and not isinstance(parent, ast.ClassDef):
            parent = self.parents.get(parent)
        return parent

    def _models_in(self, statements: list[ast.stmt]) -> dict[str, ast.expr]:
        """Models that are used, by name; those that are losses left out."""
        found: dict[str, ast.expr] = {}
        for statement in statements:
            for node in ast.walk(statement):
                if not isinstance(node, ast.Name | ast.Attribute) or not self.inference.is_module(self.value(node)):
                    continue
                value, name = self.value(node), dotted(node)
                is_loss = (value.made or "").endswith("Loss") or any(
                    word in (name or "").lower() for word in ("loss", "criterion")
                )
                if name is not None and not is_loss and value.made and isinstance(node.ctx, ast.Load):
                    found.setdefault(name, node)
        return {n: e for n, e in found.items() if not any(n.startswith(f"{other}.") for other in found)}

    def variables_text(self, node: ast.expr) -> str | None:
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="parameters")):
                return f"{self.text(owner)}.trainable_variables"
            case ast.Call(func=ast.Name(id="list" | "tuple"), args=[ast.Call() as inner]):
                return self.variables_text(inner)
            case ast.Call(func=ast.Name(id="chain") | ast.Attribute(attr="chain"), args=args):
                parts = [self.variables_text(arg) for arg in args]
                return None if None in parts else " + ".join(part for part in parts if part)
            case ast.Call(func=ast.Name(id="filter"), args=[ast.Lambda(), inner]):
                return self.variables_text(inner)  # those that train are the ones that require gradients
            case ast.ListComp(
                elt=ast.Name(id=name), generators=[ast.comprehension(target=ast.Name(id=own), iter=inner, ifs=[test])]
            ) if name == own and isinstance(test, ast.Attribute) and test.attr == "requires_grad":
                return self.variables_text(inner)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                a, b = self.variables_text(left), self.variables_text(right)
                return None if a is None or b is None else f"{a} + {b}"
            case ast.List() if not any(isinstance(element, ast.Dict | ast.Starred) for element in node.elts):
                return self.text(node)
        return None
