"""Classes of Keras as modules: `call` is `forward`, which knows whether it trains; what they hold and have."""

from __future__ import annotations

import ast

from api.port.keras.weights import WeightPorter
from api.port.plan.planner import Left
from api.port.write.text import wrapped
from api.source.value import KERAS, LocalClass, Value, is_keras_model
from loader.calls.decide import dotted

# Methods of a class of one's own that Keras calls, and PyTorch does not.
CALLED_BY_KERAS = frozenset(("train_step", "test_step", "predict_step", "compute_loss", "compute_mask"))


VARIABLES = ("trainable_variables", "trainable_weights")


class ClassPorter(WeightPorter):
    """Text of classes and of attributes of models."""

    def rewritten(self, node: ast.AST) -> str | None:
        match node:
            case ast.ClassDef() if node in self.modules and (reason := self._not_a_module(node)) is not None:
                name = next((base.name for base in self.modules[node].bases if base.name), "tf.keras.Model")
                body = f"    {self.characters.indentation(node)}{self.leave(node, name, reason)}"
                return f"def {node.name}(*args, **kwargs):\n{body}"
            case ast.FunctionDef() if self._owner_of_method(node) is not None and not node.decorator_list:
                return self.function_text(node)
        return super().rewritten(node)

    def _not_a_module(self, node: ast.ClassDef) -> Left | None:
        """Why a class cannot be a module as it stands."""
        methods = {s.name for s in node.body if isinstance(s, ast.FunctionDef)}
        found = sorted(methods & CALLED_BY_KERAS)
        if found:
            return Left(f"{found[0]} is called by Keras", "make the weights in __init__, and call the rest yourself")
        for base in self.inference.classes[node].bases:
            name = base.name or ""
            if name.startswith(KERAS) and (not is_keras_model(name) or name.endswith("Sequential")):
                return Left(
                    f"it derives from {name}, whose inside is Keras's", "hold the layer as an attribute instead"
                )
        return None

    def _owner_of_method(self, node: ast.AST) -> LocalClass | None:
        parent = self.parents.get(node)
        return self.modules.get(parent) if isinstance(parent, ast.ClassDef) else None

    def _module_around(self, node: ast.AST) -> LocalClass | None:
        """The model in whose methods a node stands."""
        parent = self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.ClassDef):
                return self.modules.get(parent)
            parent = self.parents.get(parent)
        return None

    def function_text(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """`call(self, x, training=False)` as `forward(self, x)`: a module knows whether it trains."""
        text = super().function_text(node)
        if self._owner_of_method(node) is None or node.name != "call":
            return text
        text = text.replace("def call(", "def forward(", 1)
        return self._without_mode(node, text)

    def _without_mode(self, node: ast.FunctionDef | ast.AsyncFunctionDef, text: str) -> str:
        every = [*node.args.args, *node.args.kwonlyargs]
        if "training" not in {a.arg for a in every}:
            return text
        kept = ast.parse(f"def f({ast.unparse(node.args)}): pass").body[0]
        assert isinstance(kept, ast.FunctionDef)
        _drop(kept.args, "training")
        start = text.index("(", text.index("def forward"))
        depth = 0
        for end in range(start, len(text)):
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[end], 0)
            if depth == 0:
                return f"{text[: start + 1]}{ast.unparse(kept.args)}{text[end:]}"
        return text

    def _method_around(self, node: ast.AST) -> ast.FunctionDef | None:
        parent = self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.FunctionDef) and self._owner_of_method(parent) is not None:
                return parent
            parent = self.parents.get(parent)
        return None

    def reference(self, node: ast.Attribute | ast.Name) -> str | None:
        if isinstance(node, ast.Name) and node.id == "training" and isinstance(node.ctx, ast.Load):
            method = self._method_around(node)
            if method is not None and method.name == "call":
                return "self.training"
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and not self._is_called(node):
            owner = self.value(node.value)
            if node.attr in VARIABLES and self._may_be_model(owner):
                return self.variables_of(node)
            if owner.made and owner.local in self.modules and self._is_of_keras(owner, node.attr):
                reason = Left(f"its {node.attr} is Keras's own", "a module of PyTorch has children() and parameters()")
                return self.leave(node, f"tf.keras.Model.{node.attr}", reason)
            if owner.made and owner.local is None and owner.made.startswith(KERAS) and self._is_of_layer(owner):
                reason = Left(f"its {node.attr} is Keras's own", "a module of PyTorch has parameters()")
                return self.leave(node, f"{owner.made}.{node.attr}", reason)
        return super().reference(node)

    def _is_of_keras(self, owner: Value, attr: str) -> bool:
        """Whether an attribute of a model of the source is what every model has."""
        local = self.modules.get(owner.local) if isinstance(owner.local, ast.ClassDef) else None
        if local is None or attr in local.attributes or self.inference.find_method(local.node, attr) is not None:
            return False
        return self.library.has(f"tf.keras.Model.{attr}")

    def _is_of_layer(self, owner: Value) -> bool:
        return self.inference.is_module(owner)

    def _may_be_model(self, owner: Value) -> bool:
        return self.inference.is_module(owner) or not (owner.made or owner.name or owner.outside or owner.local)

    def variables_of(self, node: ast.Attribute) -> str:
        """The variables of a model, in whatever order: which is which is told by nobody's place in a list."""
        parent = self.parents.get(node)
        name = f"tf.keras.Model.{node.attr}"
        if isinstance(parent, ast.Subscript) or (isinstance(parent, ast.Attribute) and parent.value is node):
            return self.leave(node, name, Left("the parameters of PyTorch come in another order and layout"))
        self.done.append(self._done(node, name))
        return f"[p for p in {wrapped(self.text(node.value))}.parameters() if p.requires_grad]"

    def initialised(self, node: ast.Call) -> str:
        """`super().__init__(name=name, **kwargs)`: a module takes nothing."""
        if node.args or any(k.arg not in (None, "name", "dtype") for k in node.keywords):
            return self.leave(node, "tf.keras.Model.__init__", Left("it is initialised with what PyTorch has not"))
        return "super().__init__()"

    def assignment(self, node: ast.Assign) -> str | None:
        """`layer.trainable = False`: in Keras it also stops a BatchNormalization from learning its statistics."""
        for target in node.targets:
            if isinstance(target, ast.Attribute) and dotted(target.value) != "self":
                owner = self.value(target.value)
                name = owner.made or ""
                if self.inference.is_module(owner) and (owner.local is None or self._is_of_keras(owner, target.attr)):
                    reason = Left(f"its {target.attr} is Keras's own", "set requires_grad of its parameters")
                    return self.leave(node, f"{name}.{target.attr}", reason)
        if (held := self._held(node)) is not None:
            targets = " = ".join(self.characters.segment(target) for target in node.targets)
            return f"{targets} = {held}"
        return super().assignment(node)

    def _held(self, node: ast.Assign) -> str | None:
        """`self.blocks = [layer, layer]`: Keras finds the layers in a list, PyTorch in a ModuleList."""
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Attribute) or dotted(target.value) != "self":
            return None
        if self._module_around(node) is None:
            return None
        match node.value:
            case ast.List(elts=[]) if self._grows(dotted(target) or ""):
                return "nn.ModuleList()"
            case ast.List(elts=[first, *_]) | ast.Tuple(elts=[first, *_]) if self.inference.is_module(
                self.value(first)
            ):
                return f"nn.ModuleList({self.text(node.value)})"
            case ast.ListComp(elt=element) if self.inference.is_module(self.value(element)):
                return f"nn.ModuleList({self.text(node.value)})"
            case ast.Dict(values=[first, *_]) if self.inference.is_module(self.value(first)):
                return f"nn.ModuleDict({self.text(node.value)})"
            case ast.DictComp(value=element) if self.inference.is_module(self.value(element)):
                return f"nn.ModuleDict({self.text(node.value)})"
        return None

    def _grows(self, name: str) -> bool:
        """Whether a layer is appended to a list."""
        return any(
            isinstance(n, ast.Call)
            and isinstance(n.func, ast.Attribute)
            and n.func.attr == "append"
            and dotted(n.func.value) == name
            and any(self.inference.is_module(self.value(arg)) for arg in n.args)
            for n in ast.walk(self.inference.tree)
        )


def _drop(arguments: ast.arguments, name: str) -> None:
    """Take a parameter away, with its default."""
    places = [a.arg for a in arguments.args]
    if name in places:
        place = places.index(name)
        from_end = len(places) - place
        if from_end <= len(arguments.defaults):
            del arguments.defaults[len(arguments.defaults) - from_end]
        del arguments.args[place]
        return
    place = [a.arg for a in arguments.kwonlyargs].index(name)
    del arguments.kwonlyargs[place], arguments.kw_defaults[place]
