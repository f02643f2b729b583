"""Gradient tapes and optimizers: PyTorch records without being told, and gives the same gradients."""

from __future__ import annotations

import ast

from api.port.keras.variables import VariablePorter
from api.port.plan.library import Library
from api.port.plan.planner import Left
from api.port.statements.statements import GONE
from api.port.write.edits import Characters
from api.port.write.text import moved
from api.source.infer import Inference
from api.source.value import KERAS

TAPE = "tf.GradientTape"
# Contexts that say where something runs.
IDLE = frozenset(("tf.device", "tf.name_scope", "tf.init_scope"))
DECORATORS = frozenset(("tf.function", "tf.autograph.experimental.do_not_convert"))


class TapePorter(VariablePorter):
    """Text of tapes, of optimizers, and of what surrounds them."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        made = ((node, called.name) for node, called in inference.called.items())
        self._tapes = [node for node, name in made if name == TAPE and isinstance(node, ast.Call)]

    def rewritten(self, node: ast.AST) -> str | None:
        match node:
            case ast.expr() if self._is_decorator(node) and self._is_idle(node):
                return ""
            case ast.Delete() if any(self.value(target).made == TAPE for target in node.targets):
                return "pass" if self._is_alone(node) else GONE
            case ast.With() if (made := self.context(node)) is not None:
                return made
            case ast.FunctionDef() | ast.AsyncFunctionDef() if any(self._is_idle(d) for d in node.decorator_list):
                return self.undecorated(node)
        return super().rewritten(node)

    def _is_idle(self, node: ast.expr) -> bool:
        """`@tf.function`, with or without options."""
        called = self.inference.called.get(node) or self.inference.called.get(getattr(node, "func", node))
        return called is not None and called.name in DECORATORS

    def _is_decorator(self, node: ast.expr) -> bool:
        return node in getattr(self.parents.get(node), "decorator_list", ())

    def undecorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """The function without what compiles it."""
        text = self.function_text(node)
        kept = [self.text(d) for d in node.decorator_list if not self._is_idle(d)]
        start = text.index("async def " if isinstance(node, ast.AsyncFunctionDef) else "def ", self._after(node, text))
        return "".join(f"@{d}\n{self.characters.indentation(node)}" for d in kept) + text[start:]

    def function_text(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """The function, its parts rewritten; see `KerasPorter`."""
        return self.characters.splice(node, self._part)

    def _after(self, node: ast.FunctionDef | ast.AsyncFunctionDef, text: str) -> int:
        """Where the decorators of a function may end: a `def` in one of them is none."""
        lines = text.split("\n")
        count = node.lineno - node.decorator_list[0].lineno if node.decorator_list else 0
        return sum(len(line) + 1 for line in lines[: min(count, len(lines) - 1)])

    # Contexts

    def context(self, node: ast.With) -> str | None:
        """`with tf.GradientTape() as tape:` leaves its block: PyTorch records everywhere."""
        names = [self._name_of_context(item.context_expr) for item in node.items]
        if not names or not all(name == TAPE or name in IDLE for name in names):
            return None
        for item, name in zip(node.items, names, strict=True):
            call = item.context_expr
            if name == TAPE and isinstance(call, ast.Call) and self._watches_by_hand(call):
                return None
            self.done.append(self._done(call, name or ""))
        if not self.characters.begins_line(node.body[0]):
            return self.text(node.body[0]) if len(node.body) == 1 else None
        body = self.block_text(node.body)
        inner, outer = self.characters.indentation(node.body[0]), self.characters.indentation(node)
        return moved(inner + body, outer).lstrip()

    def _name_of_context(self, node: ast.expr) -> str | None:
        called = self.inference.called.get(node)
        return called.name if called is not None and called.side == "tf" else None

    def _watches_by_hand(self, call: ast.Call) -> bool:
        return bool(call.args) or any(k.arg != "persistent" for k in call.keywords)

    # Calls

    def expression_statement(self, node: ast.Expr) -> str | None:
        """`tape.watch(x)`: x takes gradients from here on."""
        call = node.value
        if isinstance(call, ast.Call) and self._of_tape(call) == "watch" and len(call.args) == 1 and not call.keywords:
            watched = call.args[0]
            self.done.append(self._done(call, f"{TAPE}.watch"))
            if isinstance(watched, ast.List | ast.Tuple):
                indent = self.characters.indentation(node)
                return f"\n{indent}".join(f"{self.text(part)}.requires_grad_()" for part in watched.elts)
            return f"{self.text(watched)}.requires_grad_()"
        if isinstance(node.value, ast.Call):
            made = super().expression_statement(node)
            if made is None and (text := self.rewritten(node.value)) is not None:
                return GONE if text == "None" and not self._is_alone(node) else text
            return made
        return super().expression_statement(node)

    def _of_tape(self, node: ast.Call) -> str | None:
        """The method of a tape that is called."""
        function = node.func
        if isinstance(function, ast.Attribute) and self.value(function.value).made == TAPE:
            return function.attr
        return None

    def call(self, node: ast.Call) -> str | None:
        method = self._of_tape(node)
        if method is not None:
            return self.of_tape(node, method)
        called = self.inference.called.get(node)
        if called is not None and called.side == "tf" and called.receiver is None and is_optimizer(called.name):
            text = super().call(node)
            return text and f"{self.helpers.special('optimizer', 'KerasOptimizer')}({text})"
        if called is not None and called.receiver is not None and is_optimizer(self.value(called.receiver).made or ""):
            if called.name.endswith(".apply_gradients") and len(node.args) == 1 and not node.keywords:
                self._note(node, called, "rule")
                return self.spliced(node)
            reason = Left("of an optimizer apply_gradients is ported, nothing else", "call apply_gradients")
            return self.leave(node, called.name, reason)
        return super().call(node)

    def of_tape(self, node: ast.Call, method: str) -> str:
        """`tape.gradient(target, sources)`."""
        name = f"{TAPE}.{method}"
        if method != "gradient" or len(node.args) != 2 or node.keywords:
            return self.leave(node, name, Left("of a tape gradient(target, sources) is ported, nothing else"))
        self.done.append(self._done(node, name))
        given = [self.text(arg) for arg in node.args]
        if self._is_under_tape(node):
            given.append("create=True")
        elif self._is_shared(node.func):
            given.append("retain=True")
        return f"{self.helpers.special('gradient')}({', '.join(given)})"

    def _is_shared(self, function: ast.expr) -> bool:
        """Whether what a tape recorded is asked again: of the same tape, or of another around the same statements."""
        tape = self.value(function.value).origin if isinstance(function, ast.Attribute) else None
        item = self.parents.get(tape) if tape is not None else None
        block = self.parents.get(item) if item is not None else None
        if tape is None or block is None or tape.keywords:
            return True
        inside = [call for call in self._tapes if call is not tape and call in set(ast.walk(block))]
        return bool(inside) or self._is_under_tape(block)

    def _is_under_tape(self, node: ast.AST) -> bool:
        """Whether the gradient itself is recorded."""
        parent = self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.With) and any(
                self._name_of_context(item.context_expr) == TAPE for item in parent.items
            ):
                return True
            parent = self.parents.get(parent)
        return False

    def reference(self, node: ast.Attribute | ast.Name) -> str | None:
        """An attribute of an optimizer or a tape, which PyTorch's have not."""
        if isinstance(node, ast.Attribute) and not self._is_called(node):
            owner = self.value(node.value)
            if owner.made == TAPE or is_optimizer(owner.made or ""):
                name = f"{owner.made}.{node.attr}"
                if isinstance(node.ctx, ast.Store):
                    return None
                return self.leave(node, name, Left(f"its {node.attr} is Keras's own", "set it in the constructor"))
        return super().reference(node)

    def assignment(self, node: ast.Assign) -> str | None:
        for target in node.targets:
            if isinstance(target, ast.Attribute) and is_optimizer(self.value(target.value).made or ""):
                reason = Left(f"its {target.attr} is Keras's own", "set it in the constructor, or pass a schedule")
                return self.leave(node, f"{self.value(target.value).made}.{target.attr}", reason)
        return super().assignment(node)

    def _is_called(self, node: ast.expr) -> bool:
        parent = self.parents.get(node)
        return isinstance(parent, ast.Call) and parent.func is node


def is_optimizer(name: str) -> bool:
    """Whether a class of Keras is an optimizer."""
    return name.startswith(KERAS) and ".optimizers." in name and ".schedules." not in name
