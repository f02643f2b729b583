"""Classes that derive from nn.Module: `call`, names that Keras has itself, methods that ask for the mode."""

from __future__ import annotations

import ast

from api.port.plan.library import Library
from api.port.plan.planner import Left
from api.port.plan.rules import rules
from api.port.statements.statements import StatementPorter
from api.port.write.edits import Characters
from api.source.infer import Inference
from api.source.value import LocalClass
from loader.calls.decide import dotted

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


class ClassPorter(StatementPorter):
    """Text of classes and methods."""

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
            case ast.FunctionDef() if (owner := self._class_of_method(node)) is not None:
                return self.method(node, owner)
        return super().rewritten(node)

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

    def _enclosing_class(self, node: ast.AST) -> LocalClass | None:
        parent = self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.ClassDef):
                return self.modules.get(parent)
            parent = self.parents.get(parent)
        return None

    def _enclosing_function(self, node: ast.AST) -> ast.FunctionDef | None:
        parent = self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.FunctionDef):
                return parent
            parent = self.parents.get(parent)
        return None

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
