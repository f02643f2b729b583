"""Training code: contexts, optimizers, schedules and scalers; the tape itself is in `tapes`."""

from __future__ import annotations

import ast
import re

from api.port.plan.planner import Left
from api.port.statements.statements import GONE
from api.port.train.leaves import LeafPorter
from api.port.train.states import OPTIMIZER, SCHEDULER
from api.port.train.tapes import SCALER
from api.port.write.text import moved
from api.source.value import Called

NO_GRADIENT = frozenset(
    ("torch.no_grad", "torch.inference_mode", "torch.enable_grad", "torch.set_grad_enabled", "torch.autograd.no_grad")
)
PRECISION = frozenset(("torch.autocast", "torch.amp.autocast", "torch.cuda.amp.autocast", "torch.cpu.amp.autocast"))


class TrainingPorter(LeafPorter):
    """Text of what trains a model."""

    # Blocks

    def rewritten(self, node: ast.AST) -> str | None:
        match node:
            case ast.For() if (made := self._rates(node)) is not None:
                return made
            case ast.expr() if self._is_decorator(node) and self._is_no_gradient(node):
                return ""
            case ast.With() if (node not in self._tapes or node in self._written) and (
                made := self.context(node)
            ) is not None:
                return made
            case ast.FunctionDef() | ast.AsyncFunctionDef() if self._class_of_method_any(
                node
            ) is None and self._undecorated(node):
                return self._without_decorators(node)
        return super().rewritten(node)

    def _class_of_method_any(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> object:
        return self._class_of_method(node) if isinstance(node, ast.FunctionDef) else None

    def _undecorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        return any(self._is_no_gradient(decorator) for decorator in node.decorator_list)

    def _without_decorators(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        text = self.characters.splice(node, self._part)
        whole = [self.text(d) for d in node.decorator_list if not self._is_no_gradient(d)]
        head = re.search(rf"(?m)^[ \t]*((async +)?def +{node.name}\b)", text)
        indent = self.characters.indentation(node)
        return "".join(f"@{d}\n{indent}" for d in whole) + text[head.start(1) if head else 0 :]

    def _is_decorator(self, node: ast.expr) -> bool:
        return node in getattr(self.parents.get(node), "decorator_list", ())

    def _is_no_gradient(self, node: ast.expr) -> bool:
        inner = node.func if isinstance(node, ast.Call) else node
        called = self.inference.called.get(node) or self.inference.called.get(inner)
        return called is not None and called.name in NO_GRADIENT

    def context(self, node: ast.With) -> str | None:
        """`with torch.no_grad():` and `with autocast():` leave their block."""
        kept = [item for item in node.items if not self._is_idle_context(item.context_expr)]
        if len(kept) == len(node.items):
            return None
        for item in node.items:
            if item not in kept:
                self.done.append(self._rule(item.context_expr))
        if kept:
            items = ", ".join(
                self.text(item.context_expr) + (f" as {self.text(item.optional_vars)}" if item.optional_vars else "")
                for item in kept
            )
            body = self.block_text(node.body)
            return f"with {items}:\n{self.characters.indentation(node.body[0])}{body}"
        if not self.characters.begins_line(node.body[0]):
            return self.text(node.body[0])
        body = self.block_text(node.body)
        inner, outer = self.characters.indentation(node.body[0]), self.characters.indentation(node)
        return moved(inner + body, outer).lstrip()

    def _is_idle_context(self, node: ast.expr) -> bool:
        inner = node.func if isinstance(node, ast.Call) else node
        called = self.inference.called.get(node) or self.inference.called.get(inner)
        return called is not None and called.name in NO_GRADIENT | PRECISION

    # Schedules, scalers, rates

    def expression_statement(self, node: ast.Expr) -> str | None:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            made = self._of_schedule(node, call, call.func)
            if made is not None:
                return made
        return super().expression_statement(node)

    def _is_scheduler(self, node: ast.expr) -> bool:
        return (self.value(node).made or "").startswith(SCHEDULER)

    def _of_schedule(self, node: ast.Expr, call: ast.Call, function: ast.Attribute) -> str | None:
        owner = function.value
        if function.attr == "step" and self._is_scheduler(owner):
            schedule = self._optimizer_of_schedule(owner)
            if schedule is None or call.args or call.keywords:
                reason = "a schedule that looks at a metric has no counterpart"
                if not (self.value(owner).made or "").endswith("Plateau") and not call.args:
                    reason = "which optimizer it belongs to is not known from the text"
                return self.leave(call, f"{SCHEDULER}step", Left(reason, "use keras.callbacks.ReduceLROnPlateau"))
            self.done.append(self._rule(call))
            return f"{self.helpers.special('advance')}({self.text(owner)}, {schedule})"
        if self.value(owner).made in SCALER and function.attr in ("update", "unscale_"):
            self.done.append(self._rule(call))
            return "pass" if self._is_alone(node) else GONE
        return None

    def _optimizer_of_schedule(self, node: ast.expr) -> str | None:
        """The optimizer whose rate a schedule sets, as it is called here."""
        origin = self.value(node).origin
        if origin is None or (self.value(node).made or "").endswith("Plateau"):
            scope = self._scope_of(node)
            near = [e.owner for e in self._scopes[scope].events if e.kind == "step"]
            is_plain = origin is None and len({ast.dump(owner) for owner in near}) == 1
            return self.text(near[0]) if is_plain else None
        given = next(iter(origin.args), None) or next((k.value for k in origin.keywords if k.arg == "optimizer"), None)
        if given is None:
            return None
        if self._is_in_reach(given, origin, node):
            return self.text(given)
        wanted = self.value(given).origin
        for event in self._scopes[self._scope_of(node)].events:
            if event.kind == "step" and wanted is not None and self.value(event.owner).origin is wanted:
                return self.text(event.owner)
        return None

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is not None and called.side == "torch" and called.receiver is None:
            if called.name in SCALER:
                self.done.append(self._rule(node))
                return "None"
            if called.name.startswith(OPTIMIZER) and not called.name.startswith(SCHEDULER):
                return self.optimizer(node, called)
        if (
            called is not None
            and called.receiver is not None
            and called.name.startswith(SCHEDULER)
            and called.name.endswith(".get_last_lr")
        ):
            schedule = self._optimizer_of_schedule(called.receiver)
            if schedule is not None:
                return f"[float({schedule}.learning_rate)]"
        return super().call(node)

    def optimizer(self, node: ast.Call, called: Called) -> str | None:
        """An optimizer does not know its variables before it steps."""
        given = self._parameters_of(node)
        if given is None or (self.variables_text(given) is None and not isinstance(given, ast.Name)):
            return self.leave(
                node,
                called.name,
                Left(
                    "groups of parameters with rates of their own have no counterpart in one optimizer",
                    "make an optimizer for each group",
                ),
            )
        known = list(self.left)
        made = super().call(node)
        inside = set(ast.walk(given))  # is not written
        self.left = [x for x in self.left if x in known or x.node not in inside]
        return made

    def subscript(self, node: ast.Subscript) -> str | None:
        """`optimizer.param_groups[0]["lr"]`: the learning rate."""
        return self._rate(node) or super().subscript(node)

    def _rate(self, node: ast.expr) -> str | None:
        match node:
            case ast.Subscript(
                value=ast.Subscript(value=ast.Attribute(value=owner, attr="param_groups")),
                slice=ast.Constant(value="lr"),
            ):
                text = f"{self.text(owner)}.learning_rate"
                return f"float({text})" if isinstance(node.ctx, ast.Load) else text
        return None

    def _rates(self, node: ast.For) -> str | None:
        """`for group in optimizer.param_groups: group["lr"] = rate`: one optimizer has one rate."""
        match node:
            case ast.For(
                target=ast.Name(id=group),
                iter=ast.Attribute(value=owner, attr="param_groups"),
                body=[
                    ast.Assign(
                        targets=[ast.Subscript(value=ast.Name(id=own), slice=ast.Constant(value="lr"))], value=value
                    )
                ],
            ) if group == own and not any(isinstance(n, ast.Name) and n.id == group for n in ast.walk(value)):
                return f"{self.text(owner)}.learning_rate = {self.text(value)}"
        return None

    def assignment(self, node: ast.Assign) -> str | None:
        if len(node.targets) == 1 and (rate := self._rate(node.targets[0])) is not None:
            return f"{rate} = {self.text(node.value)}"
        return super().assignment(node)
