"""Classes that derive from nn.Module as Keras models: `call`, `training`, parameters, buffers, containers."""

from __future__ import annotations

import ast
import textwrap

from api.port.plan.library import Library
from api.port.plan.planner import Left, Plan
from api.port.plan.rules import rules
from api.port.walk.statements import GONE, StatementPorter
from api.port.write.edits import Characters
from api.port.write.text import fill, wrapped
from api.source.infer import Inference
from api.source.value import MODULE, Called, LocalClass, Value
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING

DRAWN = "Keras draws the first weights when a layer is built: pass kernel_initializer, or load weights"
STATE = ("torch.nn.Parameter", "torch.nn.Buffer")
CONTAINERS = {
    "torch.nn.ModuleList": "list", "torch.nn.ParameterList": "list",
    "torch.nn.ModuleDict": "dict", "torch.nn.ParameterDict": "dict",
}  # fmt: skip
# Layers that do something else in training; a call of a model that has one says which it is.
TWO_MODES = frozenset(
    [
        "Dropout",
        "Dropout1d",
        "Dropout2d",
        "Dropout3d",
        "AlphaDropout",
        "FeatureAlphaDropout",
        "BatchNorm1d",
        "BatchNorm2d",
        "BatchNorm3d",
        "RReLU",
        "MultiheadAttention",
        "TransformerEncoderLayer",
        "TransformerDecoderLayer",
        "LSTM",
        "GRU",
        "RNN",
        "SyncBatchNorm",
    ]
)
UNCHANGED = frozenset(["to", "cuda", "cpu", "float", "share_memory", "compile", "requires_grad_"])


class ModulePorter(StatementPorter):
    """Text of classes and of what their instances do."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        self.modules = {node: local for node, local in inference.classes.items() if local.is_module}
        self._renamed = self._clashes()
        self._trained = self._methods_with_mode()
        called = {called.name.rpartition(".")[2] for called in inference.called.values()}
        self.has_layers = any(name[:1].isupper() and name not in ("Module", "Parameter") for name in called)
        self.has_modes = bool(called & TWO_MODES) or bool(self._trained)

    def rewritten(self, node: ast.AST) -> str | None:
        match node:
            case ast.ClassDef() if (base := self._layer_base(node)) is not None:
                reason = Left(
                    f"it derives from {base}, whose inside is not Keras's", "hold the layer as an attribute instead"
                )
                body = f"    {self.characters.indentation(node)}{self.leave(node, base, reason)}"
                return f"def {node.name}(*args, **kwargs):\n{body}"
            case ast.ClassDef() if node in self.modules:
                return self.module_class(node)
            case ast.For() | ast.If() if self._only_draws(node):
                return self._left_draws(node)
            case ast.FunctionDef() if (owner := self._class_of_method(node)) is not None:
                return self.method(node, owner)
        return super().rewritten(node)

    # Classes

    def _layer_base(self, node: ast.ClassDef) -> str | None:
        """The layer of PyTorch that a class changes from inside."""
        bases = (
            [base.name or "" for base in self.inference.classes[node].bases] if node in self.inference.classes else []
        )
        found = [name for name in bases if name.startswith("torch.") and name not in rules().names]
        return found[0] if found else None

    def _class_of_method(self, node: ast.FunctionDef) -> LocalClass | None:
        parent = self.parents.get(node)
        return self.modules.get(parent) if isinstance(parent, ast.ClassDef) else None

    def _clashes(self) -> dict[tuple[ast.ClassDef, str], str]:
        """Attributes and methods that a Keras model has itself, with their new names."""
        found: dict[tuple[ast.ClassDef, str], str] = {}
        for node, local in self.modules.items():
            methods = {s.name for s in node.body if isinstance(s, ast.FunctionDef)}
            for name in {*local.attributes, *methods} & rules().clashes:
                found[node, name] = f"{name}_"
        return found

    def _methods_with_mode(self) -> set[ast.FunctionDef]:
        """Methods that ask whether the model trains, themselves or through one that they call."""
        found: set[ast.FunctionDef] = set()
        methods = [s for node in self.modules for s in node.body if isinstance(s, ast.FunctionDef)]
        by_name = {method.name: method for method in methods}
        for method in methods:
            if any(isinstance(n, ast.Attribute) and dotted(n) == "self.training" for n in ast.walk(method)):
                found.add(method)
        for _ in methods:
            more = {
                method
                for method in methods
                for n in ast.walk(method)
                if isinstance(n, ast.Call)
                and isinstance(n.func, ast.Attribute)
                and dotted(n.func.value) == "self"
                and by_name.get(n.func.attr) in found
            }
            if more <= found:
                break
            found |= more
        return {method for method in found if method.name != "__init__"}

    def module_class(self, node: ast.ClassDef) -> str:
        """The class with its bases and methods renamed."""
        return self.characters.splice(node, self._part)

    def method(self, node: ast.FunctionDef, owner: LocalClass) -> str | None:
        """A method: `forward` is `call`, and who asks for the mode takes it as a parameter."""
        text = self.characters.splice(node, self._part)
        name = "call" if node.name == "forward" else self._renamed.get((owner.node, node.name), node.name)
        head, opening, rest = text.partition(f"def {node.name}")
        text = f"{head}def {name}{rest}" if opening else text
        if node in self._trained and "training" not in {a.arg for a in [*node.args.args, *node.args.kwonlyargs]}:
            text = self._with_training(node, text)
        return text

    def _with_training(self, node: ast.FunctionDef, text: str) -> str:
        """`training=False` as the last parameter."""
        start = text.index("(", text.index("def "))
        depth, end = 0, start
        for place in range(start, len(text)):
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[place], 0)
            if depth == 0:
                end = place
                break
        inner = text[start + 1 : end].rstrip().rstrip(",")
        if node.args.kwarg is not None:
            before, stars, last = inner.rpartition("**")
            return f"{text[: start + 1]}{before}training=False, {stars}{last}{text[end:]}"
        return f"{text[: start + 1]}{inner}, training=False{text[end:]}"

    # Attributes

    def reference(self, node: ast.Attribute | ast.Name) -> str | None:
        if isinstance(node, ast.Attribute):
            if dotted(node) == "self.training" and isinstance(node.ctx, ast.Load):
                return "training"
            inside = self._enclosing_class(node) if dotted(node.value) == "self" else None
            if inside is not None and (new := self._renamed.get((inside.node, node.attr))):
                return f"self.{new}{self._read(node)}"
            owner = self.value(node.value)
            if (
                isinstance(owner.local, ast.ClassDef)
                and owner.made
                and (new := self._renamed.get((owner.local, node.attr)))
            ):
                return f"{self.text(node.value)}.{new}{self._read(node)}"
            if (
                owner.made
                and (template := rules().entries.get(f"{owner.made}.{node.attr}"))
                and isinstance(node.ctx, ast.Load)
            ):
                return fill(template, {"x": self.text(node.value)})
            if (
                owner.made in ("torch.nn.Linear", "torch.nn.Embedding")
                or (owner.made or "").startswith("torch.nn.Conv")
            ) and node.attr in ("weight", "bias"):
                return self.leave(
                    node,
                    f"{owner.made}.{node.attr}",
                    Left(
                        "the weights of a Keras layer exist once it is built, in another layout",
                        "read layer.kernel after the first call",
                    ),
                )
            if node.attr == "forward" and owner.made and self.inference.is_module(owner):
                return f"{self.text(node.value)}.call"
        made = super().reference(node)
        if made is None and self.value(node).made in STATE and (suffix := self._read(node)):
            return f"{self.characters.segment(node)}{suffix}"
        return made

    def _read(self, node: ast.expr) -> str:
        """`.value` where a variable's value is needed rather than the variable."""
        if self.value(node).made not in STATE or not isinstance(getattr(node, "ctx", None), ast.Load):
            return ""
        parent = self.parents.get(node)
        if isinstance(parent, ast.BinOp) or (isinstance(parent, ast.Attribute) and parent.attr in ("shape", "assign")):
            return ""
        if isinstance(parent, ast.Assign | ast.Compare):
            return "" if isinstance(parent, ast.Assign) or isinstance(parent.ops[0], ast.Is | ast.IsNot) else ".value"
        if isinstance(parent, ast.List | ast.Tuple) and dotted(node) is not None and "." not in (dotted(node) or ""):
            return ""  # a list of variables for an optimizer
        return ".value"

    # Calls

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
                return f"{self.helpers.as_layer()}({text})"
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
        self.done.append(_done(node, called))
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

    # Statements

    def expression_statement(self, node: ast.Expr) -> str | None:
        call = node.value
        if isinstance(call, ast.Call):
            called = self.inference.called.get(call)
            if called is not None and called.name == f"{MODULE}.register_buffer" and len(call.args) >= 2:
                return self.buffer(call)
            if (
                called is not None
                and called.name == f"{MODULE}.register_parameter"
                and len(call.args) >= 2
                and isinstance(call.args[0], ast.Constant)
            ):
                return f"self.{_word(call.args[0])} = {self.text(call.args[1])}"
            initial = called is not None and (
                called.name.startswith("torch.nn.init.") or called.name == f"{MODULE}.apply"
            )
            if initial and called is not None and self._concerns_layer(call, called):
                return self._left_initial(node, called)
            if (
                called is not None
                and called.receiver is not None
                and called.name.rpartition(".")[2] in ("train", "eval", "to", "cuda", "cpu", "zero_grad", "float")
            ):
                owner = self.value(called.receiver)
                if owner.made and self.inference.is_module(owner):
                    self.done.append(_done(call, called))
                    return "pass" if self._is_alone(node) else GONE
            if (
                isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Call)
                and dotted(call.func.value.func) == "super"
            ):
                parent = self._enclosing_class(node)
                if (
                    parent is not None
                    and call.func.attr == "__init__"
                    and any(b.name == "torch.nn.Sequential" for b in parent.bases)
                    and call.args
                ):
                    return f"{self.text(call.func)}([{self._arguments_text(call)}])"
        return super().expression_statement(node)

    def _enclosing_class(self, node: ast.AST) -> LocalClass | None:
        parent = self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.ClassDef):
                return self.modules.get(parent)
            parent = self.parents.get(parent)
        return None

    def _concerns_layer(self, call: ast.Call, called: Called) -> bool:
        """Whether weights of a layer are drawn: those of a Keras layer do not exist yet."""
        if called.name == f"{MODULE}.apply":
            return True
        first = next(iter(call.args), None)
        if first is None:
            return False
        return not (self.value(first).made in STATE or self.value(first).known.is_surely("tensor")) or (
            isinstance(first, ast.Attribute) and self.value(first).made not in STATE
        )

    def _only_draws(self, node: ast.For | ast.If) -> bool:
        """Whether a block does nothing but draw the first weights of layers."""
        parent = self.parents.get(node)
        if isinstance(node, ast.If) and not any(
            isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in ("isinstance", "hasattr")
            for n in ast.walk(node.test)
        ):
            return False
        if isinstance(parent, ast.For | ast.If) and node in [*parent.body, *parent.orelse] and self._only_draws(parent):
            return False  # the outer one is taken whole
        drawn = [self._draws(statement) for statement in [*node.body, *node.orelse]]
        return bool(drawn) and None not in drawn and any(drawn)

    def _draws(self, node: ast.stmt) -> bool | None:
        """Whether a statement draws weights; None where it does something else."""
        match node:
            case ast.Pass():
                return False
            case ast.If() | ast.For():
                found = [self._draws(inner) for inner in [*node.body, *node.orelse]]
                return None if None in found else any(found)
            case ast.Expr(value=ast.Call() as call):
                called = self.inference.called.get(call)
                if called is not None and called.name.startswith("torch.nn.init."):
                    return True
                leaf = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                of_weights = any(isinstance(n, ast.Attribute) and n.attr in ("weight", "bias") for n in ast.walk(call))
                return True if of_weights and leaf.endswith("_") else None
        return None

    def _left_draws(self, node: ast.For | ast.If) -> str:
        from api.port.walk.porter import LeftOver

        self.left.append(LeftOver(node, "torch.nn.init", DRAWN, "", None))
        indent = self.characters.indentation(node) if self.characters.begins_line(node) else ""
        lines = textwrap.dedent(indent + self.characters.segment(node)).split("\n")
        comment = f"\n{indent}".join([f"# not ported ({DRAWN}):", *(f"#     {line}".rstrip() for line in lines)])
        return f"pass  {comment}" if self._is_alone(node) else comment

    def _left_initial(self, node: ast.Expr, called: Called) -> str:
        from api.port.walk.porter import LeftOver

        reason = DRAWN
        self.left.append(LeftOver(node, called.name, reason, "", None))
        comment = f"# not ported: {' '.join(self.characters.segment(node).split())} ({reason})"
        return f"pass  {comment}" if self._is_alone(node) else comment

    def buffer(self, call: ast.Call) -> str:
        """A buffer as a variable that does not train."""
        name, value = call.args[0], call.args[1]
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return self.leave(call, f"{MODULE}.register_buffer", Left("the name of the buffer is not written out"))
        if isinstance(value, ast.Constant) and value.value is None:
            return f"self.{_word(name)} = None"
        self.helpers.imports.add("keras")
        return f"self.{_word(name)} = keras.Variable({self.text(value)}, trainable=False)"

    def _freezes(self, node: ast.Assign) -> str | None:
        """`p.requires_grad = False`."""
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Attribute) or target.attr != "requires_grad":
            return None
        if self.value(target.value).made in STATE:
            return f"{self.characters.segment(target.value)}.trainable = {self.text(node.value)}"
        if self.known.get(target.value, ANYTHING).is_surely("tensor"):
            return "pass" if self._is_alone(node) else GONE  # a tape watches what it is told to
        reason = Left("whether a variable or a tensor is meant is not known from the text", "set variable.trainable")
        return self.leave(node, "torch.Tensor.requires_grad", reason)

    def assignment(self, node: ast.Assign) -> str | None:
        """A new value for a parameter or a buffer is assigned to the variable."""
        if (frozen := self._freezes(node)) is not None:
            return frozen
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Attribute) and self._is_state(node.targets[0]):
            method = self._enclosing_function(node)
            if method is not None and method.name != "__init__":
                return f"{self.characters.segment(node.targets[0])}.assign({self.text(node.value)})"
        return super().assignment(node)

    def augmented(self, node: ast.AugAssign) -> str | None:
        if isinstance(node.target, ast.Name) and self.value(node.target).made in STATE:
            return f"{node.target.id}.assign({self.operated(node, f'{node.target.id}.value')})"
        if isinstance(node.target, ast.Attribute) and self._is_state(node.target):
            name = self.characters.segment(node.target)
            return f"{name}.assign({self.operated(node, f'{name}.value')})"
        return super().augmented(node)

    def change(self, node: ast.Call, target: ast.expr) -> str:
        if isinstance(target, ast.Attribute) and self._is_state(target):
            return f"{self.characters.segment(target)}.assign({self.value_of_change(node, target)})"
        inner = target.value if isinstance(target, ast.Attribute) and target.attr == "data" else target
        if isinstance(inner, ast.Name) and self.value(inner).made in STATE:
            return f"{inner.id}.assign({self.value_of_change(node, target)})"
        if isinstance(target, ast.Attribute) and target.attr == "data" and self._is_state(target.value):
            return f"{self.characters.segment(target.value)}.assign({self.value_of_change(node, target)})"
        return super().change(node, target)

    def _is_state(self, node: ast.expr) -> bool:
        owner = self.value(node.value) if isinstance(node, ast.Attribute) else Value()
        if not (isinstance(owner.local, ast.ClassDef) and isinstance(node, ast.Attribute)):
            return False
        local = self.modules.get(owner.local)
        return local is not None and local.attributes.get(node.attr, Value()).made in STATE

    def _enclosing_function(self, node: ast.AST) -> ast.FunctionDef | None:
        parent = self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.FunctionDef):
                return parent
            parent = self.parents.get(parent)
        return None

    def _own_call(self, node: ast.Call) -> str | None:
        """A call of a model outside of a model says whether it trains; of a method that asks, it passes the mode on."""
        copies = dotted(node.func) in ("copy.deepcopy", "deepcopy", "copy.copy") and node.args
        if copies and self.inference.is_module(self.value(node.args[0])):
            reason = Left("Keras copies no model of a class of one's own", "build another one, and set its weights")
            return self.leave(node, "copy.deepcopy", reason)
        function = node.func
        if isinstance(function, ast.Attribute) and dotted(function.value) == "self":
            owner = self._enclosing_class(node)
            method = owner and self.inference.find_method(owner.node, function.attr)
            if method in self._trained and self._enclosing_function(node) in self._trained:
                return self._called_with(node, "training=training")
        value = self.value(function)
        if (
            value.made
            and self.inference.is_module(value)
            and self._enclosing_class(node) is None
            and self._has_modes(value)
        ):
            mode = self.mode_of(node, function)
            return self._called_with(node, f"training={mode}")
        return super()._own_call(node)

    def _has_modes(self, value: Value) -> bool:
        if value.local is None and value.made not in (MODULE, "torch.nn.Sequential", "torch.nn.ModuleList"):
            return (value.made or "").rpartition(".")[2] in TWO_MODES
        if value.local is None and value.made == MODULE and not self.has_layers:
            return True  # somebody else's
        return self.has_modes

    def _called_with(self, node: ast.Call, extra: str) -> str:
        inner = self._arguments_text(node).strip().rstrip(",")
        return f"{self.text(node.func)}({inner}{', ' if inner else ''}{extra})"

    def mode_of(self, node: ast.Call, function: ast.expr) -> str:
        """Whether a model trains at a call: what was said last before it; PyTorch's models begin in training."""
        scope = self._enclosing_function(node) or self.inference.tree
        name = dotted(function)
        mode, place = None, (0, 0)
        for inner in ast.walk(scope):
            match inner:
                case ast.Call(func=ast.Attribute(value=owner, attr="train" | "eval" as attr)):
                    at = (inner.lineno, inner.col_offset)
                    if dotted(owner) == name and place < at < (node.lineno, node.col_offset):
                        trains = attr == "train" and not (
                            inner.args and isinstance(inner.args[0], ast.Constant) and not inner.args[0].value
                        )
                        mode, place = trains, at
        if mode is None:
            words = (scope.name if isinstance(scope, ast.FunctionDef) else "").lower()
            mode = not any(
                word in words for word in ("eval", "test", "predict", "valid", "infer", "sample", "generate")
            )
        return str(mode)

    def subscript(self, node: ast.Subscript) -> str | None:
        value = self.value(node.value)
        if value.made == "torch.nn.Sequential" and isinstance(node.ctx, ast.Load):
            return f"{wrapped(self.text(node.value))}.layers[{self.text(node.slice)}]"
        return super().subscript(node)


def _word(node: ast.expr) -> str:
    """The text of a name that is written out."""
    return str(node.value) if isinstance(node, ast.Constant) else ""


_ADVICE = {
    "state_dict": "use model.get_weights() or model.save_weights(path)",
    "load_state_dict": "use model.load_weights(path), or load_state for PyTorch's own",
    "named_parameters": "use model.trainable_variables, each of which has a path",
    "modules": "use model.layers, or model._flatten_layers()",
}


def _done(node: ast.expr, called: Called):  # type: ignore[no-untyped-def]
    from api.port.walk.porter import Done

    return Done(node, called.name, "rule")
