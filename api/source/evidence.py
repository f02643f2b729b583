"""What parameters are: by their annotation, by the calls of the source, by how they are used."""

from __future__ import annotations

import ast
from dataclasses import replace

from api.source.roles import roles
from api.source.uses import USUAL
from api.source.value import SHARED, UNKNOWN, State, Value, joined, opened
from loader.calls.decide import dotted
from loader.calls.known import (
    TENSOR,
    of_kind,
    of_literal,
    tensor,
)

# What gives nothing in Python: where its value is used, it is a tensor's.
WITHOUT_VALUE = frozenset(["sort", "reverse", "add", "update", "remove", "append", "extend", "clear", "insert"])


CASTS = frozenset(["to", "cuda", "cpu", "float", "double", "half", "bool", "type"])


OF_MODULES = frozenset(
    [
        "parameters",
        "named_parameters",
        "train",
        "eval",
        "state_dict",
        "load_state_dict",
        "zero_grad",
        "modules",
        "children",
        "named_modules",
        "apply",
        "step",
        "register_buffer",
        "register_parameter",
        "forward",
    ]
)


class Evidence(State):
    """Parameters."""

    def _evidence(self, nodes: list[ast.AST], names: set[str]) -> set[str]:
        """Parameters, among these names, that are used as only a tensor can be; `nodes`: those of their function."""
        found: set[str] = set()
        cast: set[str] = set()
        calls = [inner for inner in nodes if isinstance(inner, ast.Call)]
        modules = {inner.func.id for inner in calls if isinstance(inner.func, ast.Name)}
        alone = {id(inner.value) for inner in nodes if isinstance(inner, ast.Expr)}
        valued = {inner.func for inner in calls if id(inner) not in alone}
        for inner in nodes:
            match inner:
                case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names:
                    if (attr not in SHARED and self._names.is_tensor_method(attr)) or (
                        attr in WITHOUT_VALUE and inner in valued
                    ):
                        found.add(name)
                    elif attr in CASTS and inner in valued:
                        cast.add(name)
                    elif attr in OF_MODULES:
                        modules.add(name)
                case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=parts)) if name in names:
                    if any(
                        isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and part.value in (None, ...))
                        for part in parts
                    ):
                        found.add(name)
                case ast.Call(func=function):
                    full = self._static_name(function)
                    if full is None:
                        continue
                    wanted = self._names.tensor_parameters(full)
                    for place, arg in enumerate(inner.args):
                        if isinstance(arg, ast.Name) and arg.id in names and place in wanted:
                            found.add(arg.id)
                    for keyword in inner.keywords:
                        if isinstance(keyword.value, ast.Name) and keyword.value.id in names and keyword.arg in wanted:
                            found.add(keyword.value.id)
        cast -= modules | {
            name for name in cast if any(part in name for part in ("model", "net", "module", "layer", "coder"))
        }
        return found | cast

    def _static_name(self, node: ast.expr) -> str | None:
        """The framework's name of a chain of names, without what is known of variables."""
        name = dotted(node)
        if name is None:
            return None
        first, _, rest = name.partition(".")
        known = self._scope.get(first)
        root = known.name if known is not None else USUAL.get(first)
        return f"{root}.{rest}".rstrip(".") if root else None

    def _annotated(self, node: ast.expr | None) -> Value:
        if node is None:
            return UNKNOWN
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return UNKNOWN
        if isinstance(node, ast.Name) and node.id in ("int", "float", "bool", "str", "list", "tuple"):
            return Value(of_kind(node.id))
        if isinstance(node, ast.Name | ast.Attribute):
            found = self.expr(node)
            if found.name in ("torch.Tensor", "torch.FloatTensor", "torch.LongTensor"):
                return Value(
                    TENSOR
                    if found.name == "torch.Tensor"
                    else tensor(frozenset(("float32" if "Float" in found.name else "int64",)))
                )
            if found.local is not None and isinstance(found.local, ast.ClassDef):
                return Value(made=found.local.name, local=found.local)
            if found.name and found.name.rpartition(".")[2][:1].isupper():
                return Value(made=found.name, side=found.side)
        return UNKNOWN

    def _parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Value]:
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        calls = self._arguments.get(node, [])
        names = {a.arg for a in every}
        # Functions in functions are walked again for each around them: not for those that take nothing.
        nodes = list(ast.walk(node)) if names else []
        self.budget.spend(1 + len(nodes))
        evidence = self._evidence(nodes, names)
        made = roles(nodes, names)
        found: dict[str, Value] = {}
        defaults = dict(
            zip(
                [a.arg for a in [*arguments.posonlyargs, *arguments.args]][::-1], arguments.defaults[::-1], strict=False
            )
        )
        defaults |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d}
        for argument in every:
            name = argument.arg
            value = self._annotated(argument.annotation) if argument.annotation else UNKNOWN
            given = [call[name] for call in calls if name in call]
            default = of_literal(defaults[name]) if name in defaults else None
            if value == UNKNOWN and given:
                value = given[0]
                for other in given[1:]:
                    value = joined(value, other)
                if default is not None and len(given) < len(calls):
                    value = joined(value, Value(default))
                value = replace(value, known=opened(value.known), certainty="inferred")
            is_unknown = value.known.kinds is None and not value.made and not value.name and not value.foreign
            if is_unknown and name in made:
                value = Value(made=made[name])
            elif is_unknown and name in evidence:
                value = Value(
                    tensor()
                    if default is None or not default.is_literal or default.value is not None
                    else of_kind("tensor", "none")
                )
            found[name] = value
        if self._self is not None and every and every[0].arg == "self":
            found["self"] = Value(made=self._self.node.name, local=self._self.node)
        for star in filter(None, (arguments.vararg, arguments.kwarg)):
            found[star.arg] = Value(of_kind("tuple" if star is arguments.vararg else "dict"))
        return found
