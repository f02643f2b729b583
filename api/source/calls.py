"""What calls mean and give: functions and classes of the frameworks and of the source."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from api.source.evidence import Evidence
from api.source.results.creation import of_data
from api.source.results.functions import result_of
from api.source.results.given import Given
from api.source.results.layers import result_of_layer
from api.source.results.tensorflow import result_of_keras, result_of_tf, result_of_tf_method
from api.source.value import MODULE, NUMPY, UNKNOWN, Called, Value, is_keras_model
from loader.calls.decide import dotted
from loader.calls.known import (
    ANYTHING,
    INT,
    TENSOR,
    TRUTH,
    Known,
    literal,
    of_kind,
    tensor,
)

MODULE_METHODS = frozenset(("to", "cuda", "cpu", "train", "eval", "half", "float", "double", "requires_grad_", "apply"))


_BUILTINS: dict[str, Callable[[list[Value]], Known]] = {
    "len": lambda _: INT, "int": lambda _: INT, "float": lambda _: of_kind("float"), "bool": lambda _: TRUTH,
    "str": lambda _: of_kind("str"), "range": lambda _: of_kind("range"), "isinstance": lambda _: TRUTH,
    "dict": lambda _: of_kind("dict"), "print": lambda _: literal(None), "open": lambda _: of_kind("file"),
    "list": lambda args: Known(frozenset(("list",)), items=args[0].known.items if args else ()),
    "tuple": lambda args: Known(frozenset(("tuple",)), items=args[0].known.items if args else ()),
    "abs": lambda args: args[0].known if args else ANYTHING, "enumerate": lambda _: of_kind("enumerate"),
    "zip": lambda _: of_kind("zip"), "set": lambda _: of_kind("set"), "sorted": lambda _: of_kind("list"),
}  # fmt: skip


def builtin(node: ast.Call, args: list[Value]) -> Value:
    if isinstance(node.func, ast.Name) and node.func.id in _BUILTINS:
        return Value(_BUILTINS[node.func.id](args))
    name = dotted(node.func) or ""
    if name.startswith(("math.",)):
        return Value(of_kind("float", "int"))
    if name.partition(".")[0] in NUMPY:
        return Value(of_kind("ndarray", "float", "int"))
    return UNKNOWN


class Calls(Evidence):
    """Calls."""

    def _call(self, node: ast.Call) -> Value:
        function = self.expr(node.func)
        args = [self.expr(arg) for arg in node.args]
        kwargs = {keyword.arg or "**": self.expr(keyword.value) for keyword in node.keywords}
        met = self.called.pop(node.func, None) if isinstance(node.func, ast.Name | ast.Attribute) else None
        given = self._given_to(node, args, kwargs)
        if met is not None and met.receiver is not None:
            self.called[node] = replace(met, node=node)
            given = replace(given, args=(self.value(met.receiver).known, *given.args))
            leaf = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            known = result_of_tf_method(leaf, given) if self.side == "tf" else result_of(leaf, given, method=True)
            return self._with_fields(Value(known), met.name)
        if met is not None and function.name:
            self.called[node] = replace(met, node=node)
            made = self._made(function, given)
            return self._with_fields(replace(made, origin=node) if made.made else made, met.name)
        if function.local is not None and not function.made:
            return self._local(function.local, node, args, kwargs)
        if isinstance(node.func, ast.Attribute) and (found := self._method(node, node.func)) is not None:
            return found
        if function.made:
            return self._instance_called(function, given, node, args, kwargs)
        if function.outside and args and dotted(node.func) in ("copy.deepcopy", "deepcopy", "copy.copy"):
            return replace(args[0], name=None, origin=None)
        if self.side == "tf" and isinstance(node.func, ast.Attribute) and self._is_array(node.func.value):
            return Value(of_kind("ndarray", "float", "int"))
        found = builtin(node, args)
        return Value(foreign=True) if found == UNKNOWN and function.outside else found

    def _is_array(self, node: ast.expr) -> bool:
        known = self.value(node).known
        return known.kinds is not None and "ndarray" in known.kinds and known.is_never("tensor")

    def _given_to(self, node: ast.Call, args: list[Value], kwargs: dict[str, Value]) -> Given:
        """What is known of the arguments; those after a star one by one, where the text shows them."""
        plain = self.spreads.expanded(node)
        if plain is not None:
            parts = [self.value(self.spreads.origin.get(arg, arg)).known for arg in plain.args]
            named = {k.arg or "": self.value(self.spreads.origin.get(k.value, k.value)).known for k in plain.keywords}
            return Given(tuple(parts), named, self.float)
        spread = any(isinstance(arg, ast.Starred) for arg in node.args)
        named = {key: value.known for key, value in kwargs.items()}
        return Given(() if spread else tuple(arg.known for arg in args), named, self.float)

    def _with_fields(self, value: Value, name: str) -> Value:
        if value.known.is_surely("tensor"):
            return value
        fields = self._names.fields(name)
        return replace(value, fields=fields) if fields else value

    def _made(self, function: Value, given: Given) -> Value:
        """What a framework's function or class gives."""
        name = function.name or ""
        leaf = name.rpartition(".")[2]
        if function.side == "tf":
            if name == "tf.Variable":
                return Value(result_of_tf(name, given), made=name, side="tf")
            if leaf[:1].isupper() and leaf != "Tensor":
                return Value(made=name, side="tf")
            if self.side == "tf":
                return Value(result_of_tf(name, given), side="tf")
            return Value(Known(TENSOR.kinds) if not name.startswith("tf.keras.") else ANYTHING, side="tf")
        if leaf in (
            "Tensor",
            "FloatTensor",
            "LongTensor",
            "IntTensor",
            "DoubleTensor",
            "BoolTensor",
        ) and name.startswith("torch."):
            dtype = {"Long": "int64", "Int": "int32", "Double": "float64", "Bool": "bool"}.get(
                leaf.removesuffix("Tensor"), "float32"
            )
            data = of_data(given.args[0]) if given.args and given.args[0].items is not None else TENSOR
            return Value(tensor(dtype, data.shape))
        if leaf == "Parameter":
            known = given.at(0, "data") or ANYTHING
            return Value(tensor(known.dtypes, known.shape), made="torch.nn.Parameter")
        if leaf == "Size":
            return Value(of_kind("shape"))
        if leaf == "device":
            return Value(of_kind("device"))
        if leaf[:1].isupper():
            return Value(made=name)
        if name.startswith(
            (
                "torch.cuda.",
                "torch.backends.",
                "torch.distributed.",
                "torch.utils.",
                "torch.autograd.",
                "torch.jit",
                "torch.amp",
                "torch.distributions",
                "torch.fx",
                "torch.compile",
                "torch.onnx",
                "torch.load",
                "torch.save",
                "torch.manual_seed",
            )
        ):
            return Value(TRUTH) if leaf.startswith("is_") else UNKNOWN
        if name.startswith("torch.nn.init."):
            return Value(given.args[0] if given.args else TENSOR)
        if leaf in (
            "enable_grad",
            "no_grad",
            "inference_mode",
            "set_grad_enabled",
            "autocast",
            "finfo",
            "iinfo",
            "get_default_dtype",
            "set_default_dtype",
            "device",
            "vmap",
            "typename",
            "Generator",
            "result_type",
            "promote_types",
            "can_cast",
            "broadcast_shapes",
            "clip_grad_norm_",
            "clip_grad_value_",
        ):
            return UNKNOWN if leaf != "clip_grad_norm_" else Value(TENSOR)
        return Value(result_of(leaf, given, method=False))

    def _local(
        self, local: ast.ClassDef | ast.FunctionDef, node: ast.Call, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        if isinstance(local, ast.ClassDef):
            init = next((s for s in local.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"), None)
            if init is not None:
                self._note(init, args, kwargs, node, skip=1)
            return Value(made=local.name, local=local, origin=node)
        self._note(local, args, kwargs, node)
        return self._results.get(local, UNKNOWN)

    def _note(
        self, function: ast.FunctionDef, args: list[Value], kwargs: dict[str, Value], node: ast.Call, skip: int = 0
    ) -> None:
        """Remember what a function of the source is called with."""
        if any(isinstance(arg, ast.Starred) for arg in node.args) or "**" in kwargs:
            self._given.setdefault(function, []).append({a.arg: UNKNOWN for a in function.args.args})
            return
        places = [a.arg for a in [*function.args.posonlyargs, *function.args.args]][skip:]
        self._given.setdefault(function, []).append(dict(zip(places, args, strict=False)) | kwargs)

    def _method(self, node: ast.Call, function: ast.Attribute) -> Value | None:
        owner = self.value(function.value)
        attr = function.attr
        if (
            owner.made
            and owner.local is None
            and owner.made.startswith(("torch.", "tf.", "keras."))
            and owner.made not in ("torch.nn.Parameter", "tf.Variable")
        ):
            self.called[node] = Called(node, f"{owner.made}.{attr}", owner.side, "inferred", function.value)
            if attr in MODULE_METHODS:
                return owner
            return Value(TENSOR if attr == "forward" else ANYTHING)
        if owner.local is not None and owner.made and isinstance(owner.local, ast.ClassDef):
            method = self.find_method(owner.local, attr)
            if method is not None:
                args = [self.value(arg) for arg in node.args]
                self._note(method, args, {k.arg or "**": self.value(k.value) for k in node.keywords}, node, skip=1)
                return self._results.get(method, UNKNOWN)
            if (
                attr in ("register_buffer", "register_parameter")
                and len(node.args) > 1
                and isinstance(node.args[0], ast.Constant)
            ):
                known = self.value(node.args[1]).known
                made = "torch.nn.Buffer" if attr == "register_buffer" else "torch.nn.Parameter"
                self._scope[f"self.{node.args[0].value!s}"] = Value(
                    known, made=None if known.is_surely("none") else made
                )
            base = MODULE if self.side == "torch" else "tf.keras.Model"
            if self.side == "tf" and attr == "add_weight" and self.is_module(owner):
                self.called[node] = Called(node, f"{base}.{attr}", "tf", "inferred", function.value)
                given = self._given_to(node, [], {k.arg or "**": self.value(k.value) for k in node.keywords})
                return Value(
                    tensor(given.dtype if "dtype" in given.kwargs else "float32"), made="tf.Variable", side="tf"
                )
            if self.is_module(owner) and self._names.has(f"{base}.{attr}"):
                self.called[node] = Called(node, f"{base}.{attr}", self.side, "inferred", function.value)
                return owner if attr in MODULE_METHODS else UNKNOWN
        return None

    def find_method(self, node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
        found = next((s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == name), None)
        if found is not None or node not in self.classes:
            return found
        for base in self.classes[node].bases:
            if (
                isinstance(base.local, ast.ClassDef)
                and base.local is not node
                and (inner := self.find_method(base.local, name))
            ):
                return inner
        return None

    def is_module(self, value: Value) -> bool:
        """Whether it is a torch module: one of the framework's, or an instance of a class of the source."""
        if value.local is not None and isinstance(value.local, ast.ClassDef):
            local = self.classes.get(value.local)
            return local is not None and local.is_module
        made = value.made or ""
        if made.startswith("torch.nn."):
            return made != "torch.nn.Parameter"
        return is_keras_model(made) or made.startswith(("tf.keras.layers.", "keras.layers."))

    def _instance_called(
        self, function: Value, given: Given, node: ast.Call, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        if function.local is not None and isinstance(function.local, ast.ClassDef):
            method = self.find_method(function.local, self._called_method(function))
            if method is None:
                return UNKNOWN
            if self.side == "tf" and self.is_module(function):  # Keras makes tensors of what a model is given
                args = [Value(TENSOR) if arg.known.is_surely("ndarray", "int", "float") else arg for arg in args]
            self._note(method, args, kwargs, node, skip=1)
            return self._results.get(method, UNKNOWN)
        if function.made and function.made.startswith("torch.nn."):
            return Value(result_of_layer(function.made.rpartition(".")[2], given))
        return Value(result_of_keras(given)) if function.side == "tf" else UNKNOWN

    def _called_method(self, value: Value) -> str:
        """The method that runs where an instance of a class of the source is called."""
        if not self.is_module(value):
            return "__call__"
        return "forward" if self.side == "torch" else "call"
