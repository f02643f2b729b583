"""`backward` and `step` as a GradientTape: the statements under it, the gradients, what adds them up and clips them."""

from __future__ import annotations

import ast
from typing import Literal

from api.port.plan.library import Library
from api.port.plan.planner import Left
from api.port.statements.statements import GONE
from api.port.train.gradients import Backward, Event, Plan, Scope, plan_of
from api.port.train.owners import OwnerPorter
from api.port.write.edits import Characters
from api.port.write.text import moved, wrapped
from api.source.infer import Inference
from api.source.roles import SCALER as A_SCALER
from loader.calls.decide import dotted

SCALER = (A_SCALER, "torch.cuda.amp.GradScaler", "torch.amp.grad_scaler.GradScaler")
# Methods that only move or shape what they are called on: a tape need not see them.
MOVES = frozenset(
    ("to", "cuda", "cpu", "float", "long", "double", "int", "view", "reshape", "unsqueeze", "squeeze", "permute")
)
CLIPS = ("torch.nn.utils.clip_grad_norm_", "torch.nn.utils.clip_grad_norm", "torch.nn.utils.clip_grad_value_")
SEVERAL = Left("its gradients are those of other variables, or of several optimizers", "clip the gradients of the tape")


class TapePorter(OwnerPorter):
    """Text of losses, gradients and steps."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        self._scopes: dict[ast.AST, Plan] = {}
        self._leaves: dict[ast.AST, list[str]] = {}  # see `LeafPorter`
        self._taken: set[ast.stmt] = set()  # statements that a tape has taken in
        self._written: set[ast.stmt] = set()  # first statements of tapes whose inside is being written
        self._tapes: dict[ast.stmt, Backward] = {}  # by the first statement under it
        self._backwards: dict[ast.stmt, Backward] = {}
        self._preludes: dict[ast.AST, set[str]] = {}  # gradients to be set before a loop begins
        for node in ast.walk(inference.tree):
            if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
                self._read_scope(node)

    def _read_scope(self, scope: Scope) -> None:
        plan = self._scopes[scope] = plan_of(
            scope, self._classify, self._is_busy, self.leaves_of(scope), self.budget.spend
        )
        if not plan.zeros and any(b.steps for b in plan.backwards) and not self._is_zeroed_elsewhere():
            for backward in plan.backwards:
                backward.trouble = backward.trouble or "gradients are never set to zero: PyTorch adds them all up"
        for backward in plan.backwards:
            event = backward.event
            self._backwards[event.statement] = backward
            if backward.trouble:
                continue
            first = backward.body[0] if backward.body else event.statement
            self._tapes[first] = backward
            self._taken |= set(backward.body[1:])
            if backward.added and not any(_is_before(zero, event) for zero in plan.zeros):
                begin = event.outermost_loop or first
                names = {self._gradients_of(step) for step in backward.steps}
                self._preludes.setdefault(begin, set()).update(names)

    def _is_zeroed_elsewhere(self) -> bool:
        return any(isinstance(n, ast.Attribute) and n.attr == "zero_grad" for n in ast.walk(self.inference.tree))

    def leaves_of(self, scope: ast.AST) -> list[str]:
        """Variables whose gradients are read in a scope; see `LeafPorter`."""
        raise NotImplementedError

    def head_of_tape(self, backward: Backward) -> str:
        """What stands first under a tape; see `LeafPorter`."""
        raise NotImplementedError

    # What is what

    def _classify(
        self, node: ast.Expr
    ) -> tuple[Literal["zero", "backward", "step", "clip"], ast.Call, ast.expr] | None:
        call = node.value
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return None
        owner = call.func.value
        match call.func.attr:
            case "zero_grad" if self.is_optimizer(owner) or self.inference.is_module(self.value(owner)):
                return "zero", call, owner
            case "backward" if not self.value(owner).outside and not self.inference.is_module(self.value(owner)):
                return "backward", call, self._loss(owner)
            case "step":
                stepped = self._stepped(call)
                return None if stepped is None else ("step", call, stepped)
        return None

    def _stepped(self, call: ast.Call) -> ast.expr | None:
        """The optimizer that a call steps, itself or through a scaler."""
        assert isinstance(call.func, ast.Attribute)
        owner = call.func.value
        if self.value(owner).made in SCALER:
            return call.args[0] if call.args else None
        return owner if self.is_optimizer(owner) and not call.args and not call.keywords else None

    def _loss(self, node: ast.expr) -> ast.expr:
        """The loss whose gradient is taken; a scaler's `scale` changes nothing in full precision."""
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="scale"), args=[loss]) if (
                self.value(owner).made in SCALER
            ):
                return loss
        return node

    def _is_busy(self, statement: ast.stmt) -> bool:
        """Whether a statement computes with weights, rather than moving data."""
        for node in ast.walk(statement):
            self.budget.spend()
            if not isinstance(node, ast.Call):
                continue
            called = self.inference.called.get(node)
            if isinstance(node.func, ast.Attribute) and node.func.attr in MOVES:
                continue
            if called is not None and called.receiver is not None:
                if called.name.rpartition(".")[2] not in MOVES:
                    return True
                continue
            if called is not None or self.inference.is_module(self.value(node.func)):
                return True
            if not _is_python(node.func) and any(self._may_be_tensor(arg) for arg in node.args):
                return True
        return False

    def _may_be_tensor(self, node: ast.expr) -> bool:
        value = self.value(node)
        return value.known.kinds is None or value.known.is_surely("tensor") or bool(value.made)

    def plan_at(self, node: ast.AST) -> Plan:
        return self._scopes[self._scope_of(node)]

    # Text

    def rewritten(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.stmt) and node in self._preludes:
            names = sorted(self._preludes.pop(node))
            indent = self.characters.indentation(node)
            return f"{' = '.join(names)} = None\n{indent}{self._part(node) or self.characters.segment(node)}"
        if isinstance(node, ast.stmt) and node in self._tapes and node not in self._written:
            return self.tape(node, self._tapes[node])
        return super().rewritten(node)

    def _part(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.stmt) and node in self._taken:
            return GONE
        return super()._part(node)

    def tape(self, first: ast.stmt, backward: Backward) -> str:
        """The statements that lead to a loss under a tape; where there are none, the loss itself and its gradients."""
        indent = self.characters.indentation(first)
        lines = ""
        self._written.add(first)
        taken, self._taken = self._taken, self._taken - set(backward.body)
        if backward.body:
            lines = self.block_text(backward.body)
        self._taken = taken
        loss = backward.event.owner
        if not isinstance(loss, ast.Name | ast.Attribute):
            lines += f"\n{indent}" if lines else ""
            lines += f"{self._loss_name(backward)} = {self.text(loss)}"
        watch = self.head_of_tape(backward)
        lines = f"{watch}{indent if watch else ''}{lines}"
        text = f"with tf.GradientTape() as tape:\n{moved(indent + lines, indent + '    ')}"
        return text if backward.body else f"{text}\n{indent}{self.gradients(backward)}"

    def _loss_name(self, backward: Backward) -> str:
        loss = backward.event.owner
        if isinstance(loss, ast.Name | ast.Attribute):
            return self.text(loss)
        return "objective" if backward.body else "loss"

    def gradients(self, backward: Backward) -> str:
        """The statement that takes the gradients of a loss."""
        event = backward.event
        given = [*event.call.args, *(k.value for k in event.call.keywords if k.arg == "gradient")]
        trouble = backward.trouble or ("" if backward.steps else "no optimizer steps with its gradients here")
        if trouble or any(k.arg == "create_graph" for k in event.call.keywords):
            reason = trouble or "gradients of gradients need a second tape around the first"
            return self.leave(event.call, "torch.Tensor.backward", Left(reason, backward.todo))
        found = [(self._gradients_of(step), self.variables_of(step, backward)) for step in backward.steps]
        if any(variables is None for _, variables in found):
            reason = "which variables an optimizer steps is not known from the text"
            todo = "write tape.gradient(loss, model.trainable_variables)"
            return self.leave(event.call, "torch.Tensor.backward", Left(reason, todo))
        self.done.append(self._rule(event.call))
        names = [name for name, _ in found]
        variables = found[0][1] if len(found) == 1 else f"[{', '.join(v or '' for _, v in found)}]"
        extra = f", output_gradients={self.text(given[0])}" if given else ""
        taken = f"tape.gradient({self._loss_name(backward)}, {variables}{extra})"
        if not backward.added:
            return f"{', '.join(names)} = {taken}"
        if len(names) == 1:
            return f"{names[0]} = {self.helpers.special('added')}({names[0]}, {taken})"
        reason = "gradients of several optimizers that add up"
        return self.leave(event.call, "torch.Tensor.backward", Left(reason, "take them one by one"))

    def expression_statement(self, node: ast.Expr) -> str | None:
        if node in self._backwards and node not in self._written:
            return self.gradients(self._backwards[node])
        found = self._classify(node)
        if found is not None:
            kind, call, owner = found
            if kind == "zero":
                return self._zero(node, call, owner)
            if kind == "step":
                return self._step(node, call)
        clipped = self._clipped(node.value, "_") if isinstance(node.value, ast.Call) else None
        return super().expression_statement(node) if clipped is None else clipped

    def _zero(self, node: ast.Expr, call: ast.Call, owner: ast.expr) -> str:
        self.done.append(self._rule(call))
        plan = self.plan_at(node)
        zero = next(event for event in plan.zeros if event.statement is node)
        added = [b for b in plan.backwards if b.added and not b.trouble and _concerns(zero, b)]
        names: list[str] = []
        for backward in added:
            for step in backward.steps:
                given = self._parameters_of(self.value(step.owner).origin)
                of_model = self._owner_of(given) if given is not None else ""
                if dotted(owner) in (dotted(step.owner), of_model) or (not self.is_optimizer(owner) and not of_model):
                    names.append(self._gradients_of(step))
        if names:
            return f"{' = '.join(dict.fromkeys(names))} = None"
        return "pass" if self._is_alone(node) else GONE

    def _step(self, node: ast.Expr, call: ast.Call) -> str:
        plan = self.plan_at(node)
        backward = next((b for b in plan.backwards for s in b.steps if s.statement is node), None)
        step = next((s for b in plan.backwards for s in b.steps if s.statement is node), None)
        variables = self.variables_of(step, backward) if step is not None else None
        if step is None or backward is None or backward.trouble or variables is None:
            return self.leave(
                call,
                "torch.optim.Optimizer.step",
                Left("no gradient of this block belongs to it", "see the training loop of torch.optim"),
            )
        self.done.append(self._rule(call))
        name = self._gradients_of(step)
        return f"{self.text(step.owner)}.apply_gradients(zip({name}, {variables}))"

    def assignment(self, node: ast.Assign) -> str | None:
        """The norm that clipping gives."""
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
            clipped = self._clipped(node.value, node.targets[0].id)
            if clipped is not None:
                return clipped
        return super().assignment(node)

    def _clipped(self, call: ast.Call, norm: str) -> str | None:
        """Gradients clipped by their common norm, or each number by a limit."""
        called = self.inference.called.get(call)
        if called is None or called.name not in CLIPS:
            return None
        is_value = called.name.endswith("value_")
        given = dict(zip(("parameters", "limit"), call.args, strict=False))
        renamed = {"max_norm": "limit", "clip_value": "limit"}
        given |= {renamed.get(k.arg or "", k.arg or ""): k.value for k in call.keywords}
        name = self._clipped_gradients(call, given.get("parameters"))
        if name is None or "limit" not in given or set(given) - {"parameters", "limit", "foreach"}:
            return self.leave(call, called.name, SEVERAL)
        self.done.append(self._rule(call))
        limit = self.text(given["limit"])
        if is_value:
            return f"{name} = [tf.clip_by_value(g, -{wrapped(limit)}, {limit}) for g in {name}]"
        return f"{name}, {norm} = tf.clip_by_global_norm({name}, {limit})"

    def _clipped_gradients(self, call: ast.Call, given: ast.expr | None) -> str | None:
        plan = self.plan_at(call)
        before = [b for b in plan.backwards if not b.trouble and b.event.call.lineno < call.lineno]
        if not before or given is None:
            return None
        wanted = self.variables_text(given)
        for step in before[-1].steps:
            if wanted is not None and self.variables_of(step, before[-1]) == wanted:
                return self._gradients_of(step)
        return None


def _is_python(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id in ("next", "iter", "len", "int", "float")


def _concerns(zero: Event, backward: Backward) -> bool:
    """Whether what is set to zero is added up to again: in the same loop, or before it."""
    loop = backward.event.outermost_loop
    return zero.outermost_loop is loop or (zero.loop is None and _is_before(zero, backward.event))


def _is_before(zero: Event, event: Event) -> bool:
    return (zero.statement.lineno, zero.statement.col_offset) < (event.statement.lineno, event.statement.col_offset)
