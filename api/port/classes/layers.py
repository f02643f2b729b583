"""Layers, containers and parameters as Keras makes them, and what their methods become."""

from __future__ import annotations

import ast

from api.port.classes.members import MemberPorter
from api.port.plan.planner import Left, Plan
from api.source.value import Called
from loader.calls.decide import dotted

CONTAINERS = {
    "torch.nn.ModuleList": "list", "torch.nn.ParameterList": "list",
    "torch.nn.ModuleDict": "dict", "torch.nn.ParameterDict": "dict",
}  # fmt: skip


UNCHANGED = frozenset(["to", "cuda", "cpu", "float", "share_memory", "compile", "requires_grad_"])


# What to do instead of a method that Keras has not.
_ADVICE = {
    "state_dict": "use model.get_weights() or model.save_weights(path)",
    "load_state_dict": "use model.load_weights(path), or load_state for PyTorch's own",
    "named_parameters": "use model.trainable_variables, each of which has a path",
    "modules": "use model.layers, or model._flatten_layers()",
}


class LayerPorter(MemberPorter):
    """Text of what makes layers and of their methods."""

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is not None and called.side == "torch":
            if called.name in CONTAINERS:
                return self.container(node, CONTAINERS[called.name])
            if called.name == "torch.nn.Sequential":
                return self.sequential(node)
            if called.name == "torch.nn.Parameter":
                return self.variable(node)
            if called.receiver is not None:
                owner = self.value(called.receiver)
                leaf = called.name.rpartition(".")[2]
                if owner.made in CONTAINERS and leaf in (
                    "append",
                    "extend",
                    "insert",
                    "keys",
                    "values",
                    "items",
                    "update",
                    "pop",
                ):
                    return self.spliced(node)
                if owner.made == "torch.nn.Sequential" and leaf in ("append", "add_module") and node.args:
                    return f"{self.text(called.receiver)}.add({self.text(node.args[-1])})"
                if (made := self.method_of_module(node, called)) is not None:
                    return made
        if isinstance(node.func, ast.Attribute) and dotted(node.func.value) == "super()":
            return None
        return super().call(node)

    def apply(self, node: ast.Call, name: str, plan: Plan) -> str:
        """A layer that is a function in its answer becomes a layer."""
        text = super().apply(node, name, plan)
        if (
            plan.entry.document.kind == "layer"
            and name.rpartition(".")[2][:1].isupper()
            and not self._gives_layer(plan)
        ):
            takes_mode = any(
                isinstance(n, ast.FunctionDef) and "training" in {a.arg for a in n.args.args}
                for n in ast.walk(plan.bound.variant.function)
            )
            if takes_mode:
                return f"{self.helpers.special('as_layer', 'FunctionLayer')}({text})"
            self.helpers.imports.add("keras")
            return f"keras.layers.Lambda({text})"
        return text

    def _gives_layer(self, plan: Plan) -> bool:
        """Whether an answer makes a Keras layer rather than a function."""
        returned: ast.expr | None = plan.expression
        body: list[ast.stmt] = []
        if returned is None:
            group = self.planner.group_of(plan)
            body = group.made.body if group.made else []
            last = body[-1] if body else None
            returned = last.value if isinstance(last, ast.Return) else None
        if isinstance(returned, ast.IfExp):
            returned = returned.body
        if not isinstance(returned, ast.Call):
            return isinstance(returned, ast.Name) and returned.id not in {
                s.name for s in body if isinstance(s, ast.FunctionDef)
            }
        name = dotted(returned.func) or ""
        if name.startswith(("tf.keras.", "keras.layers.", "keras.Sequential")):
            return True
        classes = {n.name for n in [*body, *plan.bound.variant.others] if isinstance(n, ast.ClassDef)}
        return name in classes

    def container(self, node: ast.Call, kind: str) -> str:
        """A list or a dictionary of layers: Keras follows Python's own."""
        if not node.args:
            return "[]" if kind == "list" else "{}"
        arg = node.args[0]
        text = self.text(arg)
        if kind == "list" and isinstance(arg, ast.GeneratorExp):
            inner = text[1:-1] if text.startswith("(") else text
            return f"[{inner}]"
        if isinstance(arg, ast.List | ast.ListComp | ast.Dict | ast.DictComp):
            return text
        return f"{kind}({text})"

    def sequential(self, node: ast.Call) -> str:
        """`nn.Sequential(a, b)` as `keras.Sequential([a, b])`."""
        self.helpers.imports.add("keras")
        name = "keras.Sequential"
        if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
            arg = node.args[0]
            if (dotted(arg.func) if isinstance(arg, ast.Call) else "") in ("OrderedDict", "collections.OrderedDict"):
                return f"{name}(list({self.text(arg)}.values()))"
        span = self.characters.span(node)
        start = self.characters.span(node.func)
        if not node.args:
            return f"{name}()" if self._grows(node) else "keras.layers.Identity()"
        if span is None or start is None:
            return f"{name}([{', '.join(self.text(a) for a in node.args)}])"
        inner = self._arguments_text(node)
        return f"{name}([{inner}])"

    def _grows(self, node: ast.Call) -> bool:
        """Whether layers are added to an empty Sequential later."""
        parent = self.parents.get(node)
        names = {dotted(target) for target in parent.targets} if isinstance(parent, ast.Assign) else set()
        return any(
            isinstance(n, ast.Attribute) and n.attr in ("add_module", "append", "extend") and dotted(n.value) in names
            for n in ast.walk(self.inference.tree)
        )

    def _arguments_text(self, node: ast.Call) -> str:
        """What stands between the parentheses of a call, its layout kept."""
        whole = self.characters.splice(node, lambda part: None if part is node.func else self._part(part))
        head = self.characters.segment(node.func)
        rest = whole[len(head) :].strip()
        return rest[1:-1]

    def variable(self, node: ast.Call) -> str:
        """A parameter as a variable of Keras."""
        self.helpers.imports.add("keras")
        frozen = any(
            k.arg == "requires_grad" and isinstance(k.value, ast.Constant) and k.value.value is False
            for k in node.keywords
        )
        arg = next(iter(node.args), None) or next((k.value for k in node.keywords if k.arg == "data"), None)
        if arg is None:
            return self.leave(node, "torch.nn.Parameter", Left("a parameter without data"))
        return f"keras.Variable({self.text(arg)}{', trainable=False' if frozen else ''})"

    def method_of_module(self, node: ast.Call, called: Called) -> str | None:
        """Methods of a module as Keras has them; None where it is no module."""
        assert called.receiver is not None
        owner = self.value(called.receiver)
        attr = called.name.rpartition(".")[2]
        if not (owner.made and self.inference.is_module(owner)):
            return None
        if isinstance(owner.local, ast.ClassDef) and self.inference.find_method(owner.local, attr):
            return None
        receiver = self.text(called.receiver)
        self._note(node, called, "rule")
        if attr in UNCHANGED:
            frozen = (
                attr == "requires_grad_"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and node.args[0].value is False
            )
            return f"setattr({receiver}, 'trainable', False)" if frozen else receiver
        if attr in ("train", "eval"):
            return receiver
        if attr == "parameters":
            return f"{receiver}.trainable_variables"
        if attr in ("children", "modules") and attr == "children":
            return f"{receiver}.layers"
        if attr == "forward":
            return f"{receiver}.call({self._arguments_text(node)})"
        if attr in ("zero_grad",):
            return "None"
        if attr == "add_module" and len(node.args) == 2:
            return f"setattr({receiver}, {self.text(node.args[0])}, {self.text(node.args[1])})"
        if attr == "append" and owner.made in CONTAINERS:
            return None
        if owner.made in CONTAINERS:
            return None
        self.done.pop()
        return self.leave(
            node, called.name, Left(f"a Keras model has no {attr} that does the same", _ADVICE.get(attr, ""))
        )
