"""Calls: by a rule, by a plan, casts and moves to a device, and what is not the framework's."""

from __future__ import annotations

import ast

from api.port.expressions.plans import PlanPorter
from api.port.plan.planner import Left
from api.port.write.text import fill
from api.source.value import Called
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING, FLOATING, Known

LEGACY = {
    "FloatTensor": "float32", "LongTensor": "int64", "DoubleTensor": "float64", "IntTensor": "int32",
    "BoolTensor": "bool", "HalfTensor": "float16", "ByteTensor": "uint8",
}  # fmt: skip


class CallPorter(PlanPorter):
    """Text of calls."""

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is None or called.side != self.side:
            return self._own_call(node)
        if called.name in self.rules.functional:
            return self._of_function(node, called, self.rules.functional[called.name])
        template = self.rules.calls.get(called.name, Ellipsis)
        if template is None:
            self._note(node, called, "rule")
            return "None"
        if isinstance(template, ast.expr):
            return self._by_rule(node, called, template)
        if (made := self._old_constructor(node, called)) is not None:
            return made
        if called.name in ("torch.Tensor.to", "torch.Tensor.type"):
            return self._cast(node, called)
        plan = self._plans.get(node)
        if plan is None:
            plan = self._plans[node] = self._plan(node, called)
        if isinstance(plan, Left):
            return self.leave(node, called.name, plan)
        return self.apply(node, called.name, plan)

    def _own_call(self, node: ast.Call) -> str | None:
        """A call of the source's own, or of Python: its parts only. Moves to a device go, whatever is moved."""
        function = node.func
        if isinstance(function, ast.Attribute) and self.value(function.value).known.is_surely("shape"):
            template = self.rules.shapes.get(f"{function.attr}()")
            return None if template is None else fill(template, {"x": self.text(function.value)})
        if (
            isinstance(function, ast.Attribute)
            and self.value(function.value).known.kinds is None
            and not self.value(function.value).outside
        ):
            plain = self.side == "torch" and (
                not node.args or (function.attr == "to" and len(node.args) == 1 and self._is_device(node.args[0]))
            )
            flags = all(k.arg in ("non_blocking", "device") for k in node.keywords)
            if (
                plain
                and flags
                and ((function.attr == "to" and (node.args or node.keywords)) or function.attr in ("cuda", "cpu"))
            ):
                return self.text(function.value)
            if self._is_asked_of_unknown(node, function):
                reason = Left("whether this is a model or an optimizer is not known from the text", "annotate it")
                owner = "torch.nn.Module" if self.side == "torch" else "tf.keras.Model"
                return self.leave(node, f"{owner}.{function.attr}", reason)
        return None

    def _is_asked_of_unknown(self, node: ast.Call, function: ast.Attribute) -> bool:
        """A method that only PyTorch's models, optimizers and tensors have, of what may be one."""
        value = self.value(function.value)
        if value.made or value.local or value.outside or value.foreign or value.name:
            return False
        words, bare = self.rules.words, not node.args and not node.keywords
        return function.attr in words["asked"] or (bare and function.attr in words["asked_bare"])

    def _of_function(self, node: ast.Call, called: Called, function: str) -> str:
        """A layer that only calls a function: `nn.Upsample(...)`."""
        tensor = ast.Name("x", ast.Load())
        self.known[tensor] = Known(frozenset(("tensor",)), dtypes=FLOATING)
        call = ast.Call(node.func, [tensor, *node.args], node.keywords)
        try:
            plan = self.planner.plan(function, call, None, self.known)
        except Left as error:
            return self.leave(node, called.name, error)
        self._texts[tensor] = "x"
        self.helpers.imports.add("keras")
        return f"keras.layers.Lambda(lambda x: {self.apply(node, called.name, plan)})"

    def _by_rule(self, node: ast.Call, called: Called, template: ast.expr) -> str:
        given = [called.receiver, *node.args] if called.receiver is not None else list(node.args)
        given += [
            keyword.value for keyword in node.keywords if keyword.arg not in ("device", "non_blocking", "memory_format")
        ]
        self._note(node, called, "rule")
        return fill(template, {f"a{place}": self.text(arg) for place, arg in enumerate(given)})

    def _cast(self, node: ast.Call, called: Called) -> str:
        """`x.to(...)`: a dtype casts, a device does nothing."""
        assert called.receiver is not None
        value = self.text(called.receiver)
        for arg in [*node.args, *(k.value for k in node.keywords if k.arg in ("dtype", "other", "tensor"))]:
            known = self.known.get(arg, ANYTHING)
            if known.is_surely("dtype"):
                self._note(node, called, "rule")
                return f"tf.cast({value}, {self.text(arg)})"
            if known.is_surely("tensor"):
                self._note(node, called, "rule")
                return f"tf.cast({value}, {self.text(arg)}.dtype)"
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and arg.value.startswith("torch."):
                found = LEGACY
                dtype = found.get(arg.value.rpartition(".")[2], arg.value.rpartition(".")[2])
                self._note(node, called, "rule")
                return f"tf.cast({value}, tf.{dtype})"
        if called.name == "torch.Tensor.type" and not node.args and not node.keywords:
            return self.leave(node, called.name, Left("the name of a tensor's type is PyTorch's own", "use x.dtype"))
        if all(self._is_device(arg) for arg in node.args) and all(
            k.arg in ("device", "non_blocking", "copy", "memory_format") for k in node.keywords
        ):
            self._note(node, called, "rule")
            return value
        return self.leave(
            node,
            called.name,
            Left(
                "whether a device or a dtype is passed depends on a value that the text does not show",
                "write tf.cast(x, dtype)",
            ),
        )

    def _is_device(self, node: ast.expr) -> bool:
        known = self.known.get(node, ANYTHING)
        if known.is_surely("device", "str", "int", "bool"):
            return True
        while isinstance(node, ast.Subscript | ast.Call):
            node = node.value if isinstance(node, ast.Subscript) else node.func
        name = (dotted(node) or "").rpartition(".")[2].lower()
        return name in ("devices", "device", "dev", "gpu", "rank", "local_rank", "cuda", "map_location", "gpu_id")

    def _old_constructor(self, node: ast.Call, called: Called) -> str | None:
        """`torch.FloatTensor([1, 2])`: of values; of sizes it holds what was in memory."""
        root, _, leaf = called.name.rpartition(".")
        if root != "torch" or not (leaf == "Tensor" or leaf in LEGACY) or len(node.args) != 1 or node.keywords:
            return None
        if not _is_of_numbers(self.known.get(node.args[0], ANYTHING)):
            return None
        self._note(node, called, "rule")
        return f"tf.constant({self.text(node.args[0])}, tf.{LEGACY.get(leaf, 'float32')})"


def _is_of_numbers(known: Known) -> bool:
    """Whether it is a list of numbers, however deep."""
    if not known.is_surely("list", "tuple") or known.items is None:
        return False
    return all(item.is_surely("int", "float", "bool") or _is_of_numbers(item) for item in known.items)
