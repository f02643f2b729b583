"""Calls by their plan: what is passed for each parameter, an expression over it or a helper that takes it."""

from __future__ import annotations

import ast

from api.port.expressions.writer import Done, Writer
from api.port.plan.library import Library
from api.port.plan.operators import is_native
from api.port.plan.planner import Left, Plan
from api.port.write.edits import Characters
from api.port.write.text import code, fill, wrapped
from api.source.infer import Inference
from api.source.value import Called
from loader.calls.known import ANYTHING

PLAN = 50  # nodes take as long as the plan of a call


class PlanPorter(Writer):
    """Text of calls that a mapping answers."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        super().__init__(characters, inference, library)
        self._plans: dict[ast.AST, Plan | Left] = {}

    def plan_all(self) -> None:
        """A plan for every call, so that a helper fits all the calls that it takes."""
        for node, called in self.inference.called.items():
            if (
                isinstance(node, ast.Call)
                and called.side == self.side
                and called.name not in self.rules.calls
                and called.name not in self.rules.functional
            ):
                self._plans[node] = self._plan(node, called)

    def _plan(self, node: ast.Call, called: Called) -> Plan | Left:
        self.budget.spend(PLAN)
        self.planner.in_class = self._is_in_class(node)
        try:
            plain = self._without_stars(node, called)
            if called.name in ("torch.as_tensor", "torch.asarray") and (made := self._as_new(plain)) is not None:
                return self.planner.plan("torch.tensor", made, None, self.known)
            return self.planner.plan(called.name, plain, called.receiver, self.known)
        except Left as error:
            return error

    def _as_new(self, node: ast.Call) -> ast.Call | None:
        """`torch.as_tensor(values, dtype=...)` of Python's values, which shares no memory, as `torch.tensor`."""
        data = next((k.value for k in node.keywords if k.arg in ("data", "obj")), node.args[0] if node.args else None)
        if data is None or len(node.args) > 1 or any(k.arg == "copy" for k in node.keywords):
            return None
        if not self.known.get(data, ANYTHING).is_surely("int", "float", "bool", "list", "tuple"):
            return None
        return ast.Call(node.func, [data], [k for k in node.keywords if k.value is not data])

    def _without_stars(self, node: ast.Call, called: Called) -> ast.Call:
        """The call with its arguments one by one, where the text shows what the stars pass and nothing is changed."""
        plain = self.inference.spreads.expanded(node)
        if plain is None or (called.receiver is None and called.name.endswith("_")):
            return node
        if any(k.arg in ("out", "inplace") and not _is_off(k.value) for k in plain.keywords if k not in node.keywords):
            raise Left("what it changes is passed after **", "pass it by its name")
        for made, part in self.inference.spreads.origin.items():
            self.known[made] = self.known.get(part, ANYTHING)
            self._texts[made] = code(made)
        return plain

    def _is_in_class(self, node: ast.AST) -> bool:
        parent = self.parents.get(node)
        while parent is not None:
            if isinstance(parent, ast.ClassDef):
                return True
            parent = self.parents.get(parent)
        return False

    def plan_of(self, node: ast.AST) -> Plan | Left | None:
        return self._plans.get(node)

    def apply(self, node: ast.Call, name: str, plan: Plan) -> str:
        """The call by its plan."""
        texts = self._argument_texts(plan)
        self.done.append(Done(node, name, plan.how, plan.entry.document.id, tuple(plan.conditions), tuple(plan.notes)))
        return self._as_operator(plan, texts) or self._planned(plan, texts)

    def _argument_texts(self, plan: Plan) -> dict[str, str]:
        return {parameter: self._argument_text(parameter, plan) for parameter in plan.bound.arguments}

    def _planned(self, plan: Plan, texts: dict[str, str]) -> str:
        """The expression of a plan, or a call of its helper."""
        if plan.expression is not None:
            self.helpers.note_imports(plan.expression)
            return fill(plan.expression, texts)
        group = self.planner.group_of(plan)
        helper = self.helpers.of_group(group, self.planner)
        return f"{helper}({', '.join(self._arguments(plan, group.made.parameters if group.made else [], texts))})"

    def _as_operator(self, plan: Plan, texts: dict[str, str]) -> str | None:
        """`torch.add(x, y)` as `x + y`, where TensorFlow's operator does the same."""
        symbol = self.rules.symbols.get(plan.entry.document.id)
        arguments = list(plan.bound.arguments.values())
        if symbol is None or len(arguments) != 2:
            return None
        left, right = arguments
        if not is_native(_operator(symbol), left.known, right.known, self.side):
            return None
        numbers = ("tensor", "int", "float", "bool", "complex")
        if self.side == "tf" and not (
            (left.known.is_surely("tensor") or right.known.is_surely("tensor"))
            and left.known.is_surely(*numbers)
            and right.known.is_surely(*numbers)
        ):
            return None  # TensorFlow takes lists and arrays beside a tensor
        if list(texts) != [p for p in plan.bound.variant.parameters if p in texts]:
            return None  # keywords in another order: what is written first is evaluated first
        a, b = texts.values()
        return f"{wrapped(a)} {symbol} {wrapped(b)}"

    def _argument_text(self, parameter: str, plan: Plan) -> str:
        argument = plan.bound.arguments[parameter]
        if not argument.joined and getattr(argument.nodes[0], "lineno", 0) != -1:
            return self.text(argument.nodes[0])
        nodes = argument.nodes
        if not argument.joined:
            assert isinstance(nodes[0], ast.Tuple)
            nodes = nodes[0].elts
        parts = [self.text(node) for node in nodes]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"

    def _arguments(self, plan: Plan, parameters: list[str], texts: dict[str, str]) -> list[str]:
        """The arguments of a helper's call: by place as long as none is left out."""
        arguments = plan.bound.arguments
        function = plan.bound.variant.function.args
        keyword_only = {a.arg for a in function.kwonlyargs}
        collector = function.vararg.arg if function.vararg else None
        by_keyword = {id(k.value): k.arg for k in (self._keywords(plan))}
        written: list[str] = []
        contiguous = True
        for parameter in parameters:
            if parameter not in arguments:
                contiguous = False
            elif parameter == collector:
                written += [self.text(node) for node in arguments[parameter].nodes]
            elif contiguous and parameter not in keyword_only and id(arguments[parameter].nodes[0]) not in by_keyword:
                written.append(texts[parameter])
            else:
                contiguous = False
                written.append(f"{parameter}={texts[parameter]}")
        if plan.bound.spread is not None:
            written.append(f"**{self.text(plan.bound.spread)}")
        return written

    def _keywords(self, plan: Plan) -> list[ast.keyword]:
        for argument in plan.bound.arguments.values():
            for node in argument.nodes:
                parent = self.parents.get(node)
                call = self.parents.get(parent) if isinstance(parent, ast.keyword) else parent
                if isinstance(call, ast.Call):
                    return call.keywords
        return []


def _operator(symbol: str) -> ast.AST:
    node = ast.parse(f"a {symbol} b", mode="eval").body
    return node.ops[0] if isinstance(node, ast.Compare) else node.op if isinstance(node, ast.BinOp) else node


def _is_off(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
