"""Training code: `backward` and `step` as a GradientTape, with clipping, schedules, data loaders and modes."""

from __future__ import annotations

import ast
import textwrap

from api.port.plan.library import Library
from api.port.plan.planner import Left
from api.port.walk.modules import ModulePorter
from api.port.walk.statements import GONE
from api.port.write.edits import Characters
from api.port.write.text import wrapped
from api.source.infer import Inference
from api.source.value import Called
from loader.calls.decide import dotted

OPTIMIZERS = frozenset(("optimizer", "optimiser", "optim", "opt", "trainer", "updater"))  # what they are called
NO_GRADIENT = frozenset(
    ("torch.no_grad", "torch.inference_mode", "torch.enable_grad", "torch.set_grad_enabled", "torch.autograd.no_grad")
)
PRECISION = frozenset(("torch.autocast", "torch.amp.autocast", "torch.cuda.amp.autocast", "torch.cpu.amp.autocast"))
SCALER = ("torch.amp.GradScaler", "torch.cuda.amp.GradScaler")
SCHEDULER = "torch.optim.lr_scheduler."
OPTIMIZER = "torch.optim."


class TrainingPorter(ModulePorter):
    """Text of what trains a model."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        self._made = self._read_made()
        self._taken: set[ast.stmt] = set()  # statements that a tape has taken in

    # What was made where

    def _read_made(self) -> dict[str, ast.Call]:
        """Optimizers and schedulers by the name of their variable."""
        found: dict[str, ast.Call] = {}
        for node in ast.walk(self.inference.tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                called = self.inference.called.get(node.value)
                name = dotted(node.targets[0])
                if (
                    called is not None
                    and name is not None
                    and called.receiver is None
                    and called.name.startswith(OPTIMIZER)
                ):
                    found[name] = node.value
        return found

    def _optimizer_of(self, node: ast.expr) -> ast.Call | None:
        """The call that made an optimizer: by its name, or the only one of the source."""
        name = dotted(node)
        if name in self._made:
            return self._made[name]
        optimizers = {n: c for n, c in self._made.items() if not self._is_schedule(c)}
        last = (name or "").rpartition(".")[2]
        same = [c for n, c in optimizers.items() if n.rpartition(".")[2] == last]
        if len(same) == 1:
            return same[0]
        return next(iter(optimizers.values())) if len(optimizers) == 1 else None

    def _is_schedule(self, call: ast.Call) -> bool:
        called = self.inference.called.get(call)
        return called is not None and called.name.startswith(SCHEDULER)

    def _is_optimizer(self, node: ast.expr) -> bool:
        made = self.value(node).made or ""
        if made.startswith(OPTIMIZER) and not made.startswith(SCHEDULER):
            return True
        return self.value(node).made is None and (dotted(node) or "").rpartition(".")[2].lower() in (
            OPTIMIZERS
        ) and self._optimizer_of(node) is not None  # fmt: skip

    def _is_scheduler(self, node: ast.expr) -> bool:
        made = self.value(node).made or ""
        return made.startswith(SCHEDULER) or (
            dotted(node) in self._made and self._is_schedule(self._made[dotted(node) or ""])
        )

    # Blocks

    def rewritten(self, node: ast.AST) -> str | None:
        match node:
            case ast.With() if (made := self.context(node)) is not None:
                return made
            case ast.FunctionDef() | ast.AsyncFunctionDef() if self._class_of_method_any(
                node
            ) is None and self._undecorated(node):
                return self._without_decorators(node)
            case ast.stmt() if node in self._tapes:
                return self.tape(*self._tapes[node])
        return super().rewritten(node)

    def _class_of_method_any(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> object:
        return self._class_of_method(node) if isinstance(node, ast.FunctionDef) else None

    def _undecorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        return any(self._is_no_gradient(decorator) for decorator in node.decorator_list)

    def _without_decorators(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        text = self.characters.splice(node, self._part)
        whole = [self._decorator_text(d) for d in node.decorator_list if not self._is_no_gradient(d)]
        start = text.index("def " if isinstance(node, ast.FunctionDef) else "async def ")
        indent = self.characters.indentation(node)
        return "".join(f"@{d}\n{indent}" for d in whole) + text[start:]

    def _decorator_text(self, node: ast.expr) -> str:
        return self.text(node)

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
        return self._moved(inner + body, outer).lstrip()

    def _moved(self, text: str, indent: str) -> str:
        """Lines with another indentation; a string of several lines keeps its own."""
        return textwrap.indent(textwrap.dedent(text), indent)

    def _is_idle_context(self, node: ast.expr) -> bool:
        inner = node.func if isinstance(node, ast.Call) else node
        called = self.inference.called.get(node) or self.inference.called.get(inner)
        return called is not None and called.name in NO_GRADIENT | PRECISION

    def block_text(self, body: list[ast.stmt]) -> str:
        """The text of statements in a row, with what stands between them."""
        pieces: list[str] = []
        at = self._start(body[0])
        for statement in body:
            span = self.characters.span(statement)
            assert span
            pieces.append(self.characters.between(at, span[0]))
            pieces.append(self._part(statement) or self.characters.segment(statement))
            at = span[1]
        return "".join(pieces)

    # The tape

    @property
    def _tapes(self) -> dict[ast.stmt, tuple[list[ast.stmt], ast.stmt, ast.Call, ast.Call | None]]:
        """By the first statement of a tape: its statements, the one with `backward`, that call, and the step."""
        if self._found_tapes is None:
            self._found_tapes = {}
            for node in ast.walk(self.inference.tree):
                for name in ("body", "orelse", "finalbody"):
                    block = getattr(node, name, None)
                    if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                        self._find_tapes(block)
        return self._found_tapes

    _found_tapes: dict[ast.stmt, tuple[list[ast.stmt], ast.stmt, ast.Call, ast.Call | None]] | None = None

    def _find_tapes(self, block: list[ast.stmt]) -> None:
        assert self._found_tapes is not None
        start = 0
        for place, statement in enumerate(block):
            call = (
                statement.value if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) else None
            )
            if call is None or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr == "zero_grad":
                start = place + 1
            if call.func.attr == "backward":
                following = block[place + 1 :]
                step = next((s for s in following if self._is_step(s)), None)
                begin = self._first_needed(block, start, place)
                if begin < place:
                    self._found_tapes[block[begin]] = (
                        block[begin:place],
                        statement,
                        call,
                        _called(step),
                    )
                    self._taken |= set(block[begin + 1 : place + 1])
                start = place + 1

    def _first_needed(self, block: list[ast.stmt], start: int, place: int) -> int:
        """Where a tape has to begin: not before data are moved or looked at."""
        while start < place and _is_text(block[start]):
            start += 1
        return start

    def _is_step(self, node: ast.stmt) -> bool:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="step"), args=args)):
                if self.value(owner).made in SCALER and args:
                    return True
                return self._is_optimizer(owner)
        return False

    def tape(self, body: list[ast.stmt], backward: ast.stmt, call: ast.Call, step: ast.Call | None) -> str:
        """The statements that lead to a loss under a tape, and the gradients after it."""
        indent = self.characters.indentation(body[0])
        first = body[0]
        saved = self._tapes.pop(first)
        taken, self._taken = self._taken, set()
        inner = self.block_text(body)
        between = self.characters.between(self._end(body[-1]), self._start(backward))
        self._taken = taken
        self._found_tapes = {**(self._found_tapes or {}), first: saved}
        assert isinstance(call.func, ast.Attribute)
        optimizer = self._stepped(step)
        variables = self._variables(optimizer)
        self.done.append(self._rule(call))
        head = f"with tf.GradientTape() as tape:\n{self._moved(indent + inner, indent + '    ')}"
        comment = between.strip("\n ").strip()
        comment = f"\n{indent}{comment}" if comment else ""
        if optimizer is None or variables is None:
            reason = Left(
                "which variables an optimizer steps is not known from the text",
                "write tape.gradient(loss, model.trainable_variables)",
            )
            return f"{head}{comment}\n{indent}{self.leave(call, 'torch.Tensor.backward', reason)}"
        loss = self._loss_text(call.func.value)
        return f"{head}{comment}\n{indent}gradients = tape.gradient({loss}, {variables})"

    def _loss_text(self, node: ast.expr) -> str:
        """The loss whose gradient is taken; a scaler's `scale` changes nothing in full precision."""
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="scale"), args=[loss]) if (
                self.value(owner).made in SCALER
            ):
                return self.text(loss)
        return self.text(node)

    def _stepped(self, step: ast.Call | None) -> ast.expr | None:
        match step:
            case ast.Call(func=ast.Attribute(value=owner), args=[optimizer, *_]) if self.value(owner).made in SCALER:
                return optimizer
            case ast.Call(func=ast.Attribute(value=owner)):
                return owner
        return None

    def _variables(self, optimizer: ast.expr | None) -> str | None:
        """What an optimizer was made for, as a list of variables."""
        made = self._optimizer_of(optimizer) if optimizer is not None else None
        if made is None:
            return None
        given = next(iter(made.args), None) or next((k.value for k in made.keywords if k.arg == "params"), None)
        return None if given is None else self._variables_text(given)

    def _variables_text(self, node: ast.expr) -> str | None:
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="parameters")):
                return f"{self.text(owner)}.trainable_variables"
            case ast.Call(func=ast.Name(id="list" | "tuple" | "chain"), args=args):
                parts = [self._variables_text(arg) for arg in args]
                return None if None in parts else " + ".join(part for part in parts if part)
            case ast.Call(func=ast.Attribute(attr="chain"), args=args):
                parts = [self._variables_text(arg) for arg in args]
                return None if None in parts else " + ".join(part for part in parts if part)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                a, b = self._variables_text(left), self._variables_text(right)
                return None if a is None or b is None else f"{a} + {b}"
            case ast.List() if not any(isinstance(element, ast.Dict) for element in node.elts):
                return self.text(node)
        return None

    # Statements

    def expression_statement(self, node: ast.Expr) -> str | None:
        if node in self._taken:
            return GONE
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            made = self._of_training(node, call, call.func)
            if made is not None:
                return made
        return super().expression_statement(node)

    def _part(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.stmt) and node in self._taken:
            return GONE
        return super()._part(node)

    def _of_training(self, node: ast.Expr, call: ast.Call, function: ast.Attribute) -> str | None:
        owner = function.value
        gone = "pass" if self._is_alone(node) else GONE
        if function.attr == "zero_grad" and (self._is_optimizer(owner) or self.inference.is_module(self.value(owner))):
            self.done.append(self._rule(call))
            return gone
        if function.attr == "step" and self._is_step(node):
            optimizer = self._stepped(call)
            variables = self._variables(optimizer)
            if optimizer is None or variables is None or not self._has_tape_before(node):
                return self.leave(
                    call,
                    "torch.optim.Optimizer.step",
                    Left("no gradient of this block belongs to it", "see the training loop of torch.optim"),
                )
            self.done.append(self._rule(call))
            return f"{self.text(optimizer)}.apply_gradients(zip(gradients, {variables}))"
        if function.attr == "step" and self._is_scheduler(owner):
            schedule = self._optimizer_of_schedule(owner)
            if schedule is None or call.args:
                return self.leave(
                    call,
                    f"{SCHEDULER}step",
                    Left(
                        "a schedule that looks at a metric has no counterpart", "use keras.callbacks.ReduceLROnPlateau"
                    ),
                )
            self.done.append(self._rule(call))
            return f"{self.helpers.advance()}({self.text(owner)}, {self.text(schedule)})"
        if self.value(owner).made in SCALER and function.attr in ("update", "unscale_"):
            self.done.append(self._rule(call))
            return gone
        called = self.inference.called.get(call)
        if (
            called is not None
            and called.name in ("torch.nn.utils.clip_grad_norm_", "torch.nn.utils.clip_grad_norm")
            and self._has_tape_before(node)
        ):
            limit = (
                call.args[1]
                if len(call.args) > 1
                else next((k.value for k in call.keywords if k.arg == "max_norm"), None)
            )
            if limit is not None and len(call.args) + len(call.keywords) == 2:
                self.done.append(self._rule(call))
                return f"gradients, _ = tf.clip_by_global_norm(gradients, {self.text(limit)})"
        if called is not None and called.name == "torch.nn.utils.clip_grad_value_" and self._has_tape_before(node):
            limit = (
                call.args[1]
                if len(call.args) > 1
                else next((k.value for k in call.keywords if k.arg == "clip_value"), None)
            )
            if limit is not None:
                self.done.append(self._rule(call))
                text = wrapped(self.text(limit))
                return f"gradients = [tf.clip_by_value(g, -{text}, {text}) for g in gradients]"
        return None

    def _has_tape_before(self, node: ast.stmt) -> bool:
        """Whether gradients were taken earlier in the same block."""
        parent = self.parents.get(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block:
                before = block[: block.index(node)]
                return any(first in before for first in self._tapes)
        return False

    def _optimizer_of_schedule(self, node: ast.expr) -> ast.expr | None:
        made = self._made.get(dotted(node) or "")
        if made is None or "Plateau" in ast.unparse(made.func):
            return None
        return next(iter(made.args), None)

    # Expressions

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is not None and called.side == "torch" and called.receiver is None:
            if called.name == "torch.utils.data.TensorDataset":
                self.done.append(self._rule(node))
                comma = "," if len(node.args) == 1 else ""
                return f"tf.data.Dataset.from_tensor_slices(({self._arguments_text(node)}{comma}))"
            if called.name == "torch.utils.data.DataLoader":
                return self.loader(node, called)
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
                return f"[float({self.text(schedule)}.learning_rate)]"
        return super().call(node)

    def optimizer(self, node: ast.Call, called: Called) -> str | None:
        """An optimizer does not know its variables before it steps."""
        given = next(iter(node.args), None) or next((k.value for k in node.keywords if k.arg == "params"), None)
        if given is None or self._variables_text(given) is None:
            return self.leave(
                node,
                called.name,
                Left(
                    "groups of parameters with rates of their own have no counterpart in one optimizer",
                    "make an optimizer for each group",
                ),
            )
        return super().call(node)

    def loader(self, node: ast.Call, called: Called) -> str:
        """Batches of a dataset of tensors."""
        known = {
            "dataset",
            "batch_size",
            "shuffle",
            "drop_last",
            "num_workers",
            "pin_memory",
            "persistent_workers",
            "prefetch_factor",
        }
        given = dict(zip(("dataset", "batch_size", "shuffle"), node.args, strict=False)) | {
            k.arg or "**": k.value for k in node.keywords
        }
        dataset = given.get("dataset")
        made = self.value(dataset).made if dataset is not None else None
        if dataset is None or made != "torch.utils.data.TensorDataset" or set(given) - known:
            return self.leave(
                node,
                called.name,
                Left(
                    "only a TensorDataset is known to be a tf.data.Dataset",
                    "write the dataset with tf.data, or keras.utils.PyDataset",
                ),
            )
        self.done.append(self._rule(node))
        text = wrapped(self.text(dataset))
        shuffle = given.get("shuffle")
        if isinstance(shuffle, ast.Constant) and shuffle.value:
            inline = isinstance(dataset, ast.Call) and dataset.args
            count = self.text(dataset.args[0]) if isinstance(dataset, ast.Call) and inline else text
            text += f".shuffle(len({count}))"
        elif shuffle is not None and not isinstance(shuffle, ast.Constant):
            return self.leave(
                node, called.name, Left("whether it shuffles depends on a value that the text does not show")
            )
        size = self.text(given["batch_size"]) if "batch_size" in given else "1"
        drop = given.get("drop_last")
        extra = (
            f", drop_remainder={self.text(drop)}"
            if drop is not None and not (isinstance(drop, ast.Constant) and not drop.value)
            else ""
        )
        return f"{text}.batch({size}{extra})"

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

    def assignment(self, node: ast.Assign) -> str | None:
        if len(node.targets) == 1 and (rate := self._rate(node.targets[0])) is not None:
            return f"{rate} = {self.text(node.value)}"
        return super().assignment(node)

    def _rule(self, node: ast.expr):  # type: ignore[no-untyped-def]
        from api.port.walk.porter import Done

        called = self.inference.called.get(node)
        return Done(node, called.name if called else "training", "rule")


def _called(node: ast.stmt | None) -> ast.Call | None:
    """The call that a statement is."""
    return node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
