"""The walk that writes the other framework's text: every node gives its own characters, or what takes their place."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from api.port.plan.library import Library
from api.port.plan.operators import is_native, is_never_tensor
from api.port.plan.planner import Left, Plan, Planner
from api.port.plan.rules import rules
from api.port.write.edits import Characters
from api.port.write.helpers import Helpers
from api.port.write.text import binds, code, fill, is_atom, wrapped
from api.source.infer import Inference
from api.source.value import Called, Value
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING, BOOL, FLOATING, Known

# Functions that are operators where nothing has to be promoted.
SYMBOLS: dict[str, tuple[str, ast.AST]] = {
    "torch.add": ("+", ast.Add()), "torch.sub": ("-", ast.Sub()), "torch.mul": ("*", ast.Mult()),
    "torch.div": ("/", ast.Div()), "torch.pow": ("**", ast.Pow()), "torch.eq": ("==", ast.Eq()),
    "torch.ne": ("!=", ast.NotEq()), "torch.lt": ("<", ast.Lt()), "torch.le": ("<=", ast.LtE()),
    "torch.gt": (">", ast.Gt()), "torch.ge": (">=", ast.GtE()),
}  # fmt: skip


LEGACY = {
    "FloatTensor": "float32", "LongTensor": "int64", "DoubleTensor": "float64", "IntTensor": "int32",
    "BoolTensor": "bool", "HalfTensor": "float16", "ByteTensor": "uint8",
}  # fmt: skip


# What `finfo` and `iinfo` tell, of a dtype x.
LIMITS = {
    ("finfo", "max"): "float(x.max)", ("finfo", "min"): "float(x.min)", ("finfo", "bits"): "x.size * 8",
    ("finfo", "eps"): "float(np.finfo(x.as_numpy_dtype).eps)",
    ("finfo", "tiny"): "float(np.finfo(x.as_numpy_dtype).tiny)",
    ("finfo", "smallest_normal"): "float(np.finfo(x.as_numpy_dtype).tiny)",
    ("iinfo", "max"): "int(x.max)", ("iinfo", "min"): "int(x.min)", ("iinfo", "bits"): "x.size * 8",
}  # fmt: skip

# Asked of nothing else.
OF_TORCH = frozenset(
    ("zero_grad", "backward", "state_dict", "load_state_dict", "named_parameters", "requires_grad_", "register_buffer")
)
LETTERS = 10  # of what is written anew count as a node
PLAN = 50  # nodes take as long as the plan of a call


@dataclass
class Done:
    """A call that was ported, and how."""

    node: ast.expr
    name: str
    how: str
    mapping: str | None = None
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class LeftOver:
    """What was left, and why."""

    node: ast.AST
    name: str
    reason: str
    todo: str = ""
    mapping: str | None = None


class Porter:
    """Text of expressions. Statements, classes and training code are in modules of their own, which call this one."""

    def __init__(self, characters: Characters, inference: Inference, library: Library) -> None:
        self.characters = characters
        self.inference = inference
        self.budget = inference.budget
        self.library = library
        self.planner = Planner(library)
        self.helpers = Helpers(inference.tree)
        self.done: list[Done] = []
        self.left: list[LeftOver] = []
        self._left_at: set[ast.AST] = set()
        self.parents: dict[ast.AST, ast.AST] = {}
        self.known: dict[ast.expr, Known] = {}
        self._plans: dict[ast.AST, Plan | Left] = {}
        self._texts: dict[ast.AST, str] = {}
        self._in_f_string: set[ast.AST] = set()
        for parent in ast.walk(inference.tree):
            for child in ast.iter_child_nodes(parent):
                self.parents[child] = parent
            if isinstance(parent, ast.JoinedStr):
                self._in_f_string |= set(ast.walk(parent))
        for node, value in inference.values.items():
            if isinstance(node, ast.expr):
                self.known[node] = value.known

    # Plans

    def plan_all(self) -> None:
        """A plan for every call, so that a helper fits all the calls that it takes."""
        for node, called in self.inference.called.items():
            if (
                isinstance(node, ast.Call)
                and called.side == "torch"
                and called.name not in rules().calls
                and called.name not in rules().functional
            ):
                self._plans[node] = self._plan(node, called)
        for node in ast.walk(self.inference.tree):
            if isinstance(node, ast.BinOp | ast.AugAssign | ast.Compare) and (name := self._operator_name(node)):
                self._plan_operator(node, name)

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

    # Text

    def text(self, node: ast.AST) -> str:
        """What a node becomes."""
        if node in self._texts:
            return self._texts[node]
        made = self.rewritten(node)
        return self.spliced(node) if made is None else made

    def spliced(self, node: ast.AST) -> str:
        """The node's own characters, its parts rewritten."""
        if node in self._in_f_string and not isinstance(node, ast.JoinedStr):
            return self._unparsed(node)
        return self.characters.splice(node, self._part)

    def _part(self, node: ast.AST) -> str | None:
        """The text of a part, None where it stays as it is."""
        made = self.rewritten(node)
        if made is None:
            inner = self.characters.splice(node, self._part)
            return None if inner == self.characters.segment(node) else inner
        parent = self.parents.get(node)
        if (
            isinstance(node, ast.expr)
            and binds(parent, node)
            and not is_atom(made)
            and is_atom(self.characters.segment(node))
        ):
            return f"({made})"
        return made

    def _unparsed(self, node: ast.AST) -> str:
        """Inside an f-string the positions of Python 3.11 are not the text's: written again."""
        holes: dict[str, str] = {}
        porter = self

        class Holes(ast.NodeTransformer):
            def visit(self, inner: ast.AST) -> ast.AST:
                made = porter.rewritten(inner) if inner is not node and isinstance(inner, ast.expr) else None
                if made is None:
                    return self.generic_visit(inner)
                name = f"_hole_{len(holes)}_"
                holes[name] = made if is_atom(made) else f"({made})"
                return ast.Name(name, ast.Load())

        import copy

        originals = {}
        duplicate = copy.copy(node)
        for name, value in ast.iter_fields(node):
            originals[name] = value
            if isinstance(value, ast.expr):
                setattr(duplicate, name, Holes().visit(_copied(value)))
            elif isinstance(value, list):
                setattr(duplicate, name, [Holes().visit(_copied(v)) if isinstance(v, ast.AST) else v for v in value])
        text = code(duplicate)
        for name, made in holes.items():
            text = text.replace(name, made)
        return text

    def rewritten(self, node: ast.AST) -> str | None:
        """The new text of a node; None where only its parts may change."""
        self.budget.spend()
        match node:
            case ast.Call():
                return self.call(node)
            case ast.Attribute() | ast.Name():
                return self.reference(node)
            case ast.BinOp():
                return self.binary(node)
            case ast.Compare():
                return self.comparison(node)
            case ast.Subscript():
                return self.subscript(node)
            case ast.JoinedStr():
                return self.f_string(node)
        return None

    def f_string(self, node: ast.JoinedStr) -> str | None:
        changes = any(
            isinstance(inner, ast.expr)
            and not isinstance(inner, ast.JoinedStr)
            and inner in self._in_f_string
            and self._changes(inner)
            for inner in ast.walk(node)
        )
        return self._unparsed(node) if changes else None

    def _changes(self, node: ast.expr) -> bool:
        return not isinstance(node, ast.Constant | ast.FormattedValue) and self.rewritten(node) is not None

    # Calls

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is None or called.side != "torch":
            return self._own_call(node)
        if called.name in rules().functional:
            return self._of_function(node, called, rules().functional[called.name])
        template = rules().calls.get(called.name, Ellipsis)
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
        if (
            isinstance(function, ast.Attribute)
            and self.value(function.value).known.kinds is None
            and not self.value(function.value).outside
        ):
            plain = not node.args or (function.attr == "to" and len(node.args) == 1 and self._is_device(node.args[0]))
            flags = all(k.arg in ("non_blocking", "device") for k in node.keywords)
            if (
                plain
                and flags
                and ((function.attr == "to" and (node.args or node.keywords)) or function.attr in ("cuda", "cpu"))
            ):
                return self.text(function.value)
            if self._is_asked_of_unknown(node, function):
                reason = Left("whether this is a model or an optimizer is not known from the text", "annotate it")
                return self.leave(node, f"torch.nn.Module.{function.attr}", reason)
        return None

    def _is_asked_of_unknown(self, node: ast.Call, function: ast.Attribute) -> bool:
        """A method that only PyTorch's models, optimizers and tensors have, of what may be one."""
        value = self.value(function.value)
        if value.made or value.local or value.outside or value.foreign or value.name:
            return False
        return function.attr in OF_TORCH or (function.attr in ("train", "eval") and not node.args and not node.keywords)

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

    def apply(self, node: ast.Call, name: str, plan: Plan) -> str:
        """The call by its plan."""
        texts = {parameter: self._argument_text(parameter, plan) for parameter in plan.bound.arguments}
        self.done.append(Done(node, name, plan.how, plan.entry.document.id, tuple(plan.conditions), tuple(plan.notes)))
        if (operated := self._as_operator(plan, texts)) is not None:
            return operated
        if plan.expression is not None:
            self.helpers.note_imports(plan.expression)
            return fill(plan.expression, texts)
        group = self.planner.group_of(plan)
        helper = self.helpers.of_group(group, self.planner)
        return f"{helper}({', '.join(self._arguments(plan, group.made.parameters if group.made else [], texts))})"

    def _as_operator(self, plan: Plan, texts: dict[str, str]) -> str | None:
        """`torch.add(x, y)` as `x + y`, where TensorFlow's operator does the same."""
        symbol = SYMBOLS.get(plan.entry.document.id)
        arguments = list(plan.bound.arguments.values())
        if symbol is None or len(arguments) != 2:
            return None
        left, right = arguments
        if not is_native(symbol[1], left.known, right.known):
            return None
        if list(texts) != [p for p in plan.bound.variant.parameters if p in texts]:
            return None  # keywords in another order: what is written first is evaluated first
        a, b = texts.values()
        return f"{wrapped(a)} {symbol[0]} {wrapped(b)}"

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

    def leave(self, node: ast.AST, name: str, reason: Left) -> str:
        """A call that fails when it is reached, and says why."""
        entry = reason.entry
        if node not in self._left_at:
            self._left_at.add(node)
            self.left.append(LeftOver(node, name, str(reason), reason.todo, entry.document.id if entry else None))
        shown = " ".join(self.characters.segment(node).split())
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        message = f"{shown}: {reason}"
        self.budget.spend(1 + len(message) // LETTERS)
        return f"{self.helpers.not_ported()}({_quoted(message)})"

    def _note(self, node: ast.expr, called: Called, how: str) -> None:
        self.done.append(Done(node, called.name, how))

    # Names

    def reference(self, node: ast.Attribute | ast.Name) -> str | None:
        """A name of the framework, or an attribute of a tensor."""
        if isinstance(getattr(node, "ctx", None), ast.Store):
            return None
        called = self.inference.called.get(node)
        if isinstance(node, ast.Attribute) and node.attr in (fields := self.value(node.value).fields):
            return f"{wrapped(self.text(node.value))}[{fields.index(node.attr)}]"
        if isinstance(node, ast.Attribute) and (told := self._told_of_type(node)) is not None:
            return told
        if called is None or called.side != "torch":
            return None
        known = self.inference.value(node).known
        if called.receiver is not None and isinstance(node, ast.Attribute):
            return self._tensor_attribute(node, called)
        if known.is_surely("dtype") and known.is_literal:
            self._note(node, called, "rule")
            return f"tf.{known.value}"
        if called.name in rules().names:
            self._note(node, called, "rule")
            made = rules().names[called.name]
            self.helpers.note_imports(made)
            return code(made)
        if called.name in ("torch", "torch.nn", "torch.nn.functional", "torch.optim"):
            parent = self.parents.get(node)
            inside = isinstance(parent, ast.Attribute) and parent.value is node
            reason = Left("a module of PyTorch is passed on as a value")
            return None if inside and parent in self.inference.called else self.leave(node, called.name, reason)
        if self._is_annotation(node):  # tells a reader, does nothing: the nearest class
            entry = self.library.entry(called.name)
            return entry.document.tf.name if entry is not None and entry.document.tf is not None else "object"
        try:
            found = self.planner.reference(called.name)
        except Left as error:
            return self.leave(node, called.name, error)
        self.done.append(Done(node, called.name, "helper"))
        assert not isinstance(found, ast.expr)
        if found.made is None:
            from loader.calls.specialise import specialise

            found.made = specialise(found.variant.function, found.given)
        if (direct := _direct(found.made.expression, list(found.variant.parameters))) is not None:
            return direct
        return self.helpers.of_group(found, self.planner)

    def _told_of_type(self, node: ast.Attribute) -> str | None:
        """`torch.finfo(dtype).max` and its like, `torch.device(...).type`."""
        owner = node.value
        if node.attr == "type" and self.known.get(owner, ANYTHING).is_surely("device"):
            return f"{wrapped(self.text(owner))}.partition(':')[0]"
        called = self.inference.called.get(owner)
        if not isinstance(owner, ast.Call) or called is None or called.name not in ("torch.finfo", "torch.iinfo"):
            return None
        template = LIMITS.get((called.name.rpartition(".")[2], node.attr))
        dtypes = [*owner.args, *(keyword.value for keyword in owner.keywords if keyword.arg == "type")]
        if template is None or len(dtypes) != 1:
            return None
        self._note(owner, called, "rule")
        made = ast.parse(template, mode="eval").body
        self.helpers.note_imports(made)
        return fill(made, {"x": self.text(dtypes[0])})

    def _old_constructor(self, node: ast.Call, called: Called) -> str | None:
        """`torch.FloatTensor([1, 2])`: of values; of sizes it holds what was in memory."""
        root, _, leaf = called.name.rpartition(".")
        if root != "torch" or not (leaf == "Tensor" or leaf in LEGACY) or len(node.args) != 1 or node.keywords:
            return None
        if not _is_of_numbers(self.known.get(node.args[0], ANYTHING)):
            return None
        self._note(node, called, "rule")
        return f"tf.constant({self.text(node.args[0])}, tf.{LEGACY.get(leaf, 'float32')})"

    def _is_annotation(self, node: ast.AST) -> bool:
        child, parent = node, self.parents.get(node)
        while isinstance(parent, ast.expr):
            child, parent = parent, self.parents.get(parent)
        if isinstance(parent, ast.arg):
            return True
        return child in (getattr(parent, "returns", None), getattr(parent, "annotation", None))

    def _tensor_attribute(self, node: ast.Attribute, called: Called) -> str | None:
        template = rules().attributes.get(node.attr)
        if template is not None:
            if called.certainty == "uncertain" and node.attr in ("shape", "dtype"):
                return None
            text = fill(template, {"x": self.text(node.value)})
            if text == f"{self.characters.segment(node)}":
                return None
            self._note(node, called, "rule")
            return text
        parent = self.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            return None
        if node.attr in ("grad", "device", "requires_grad", "is_leaf", "grad_fn", "layout"):
            return self.leave(
                node, called.name, Left(f"a tensor of TensorFlow has no .{node.attr}", "see the training code")
            )
        return self.leave(node, called.name, Left("a method that is passed on rather than called"))

    # Operators

    def _operator_name(self, node: ast.AST) -> str | None:
        """The function that says how PyTorch computes this operator, where TensorFlow's own does not."""
        match node:
            case ast.BinOp(left=left, op=op, right=right) | ast.AugAssign(target=left, op=op, value=right):
                pass
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                pass
            case _:
                return None
        name = rules().operators.get(type(op).__name__)
        a, b = self.known.get(left, ANYTHING), self.known.get(right, ANYTHING)
        if name is None or is_never_tensor(a, b) or is_native(op, a, b):
            return None
        if not (a.is_surely("tensor") or b.is_surely("tensor")):
            if isinstance(op, ast.Eq | ast.NotEq) and self._is_tensor_argument(node):
                return name
            return name if isinstance(op, ast.Div) and a.kinds is None and b.kinds is None else None
        return name

    def _is_tensor_argument(self, node: ast.AST) -> bool:
        """Whether an expression is passed where only a tensor is taken."""
        call = self.parents.get(node)
        called = self.inference.called.get(call) if call is not None else None
        if not isinstance(call, ast.Call) or called is None or node not in call.args:
            return False
        place = call.args.index(node) + (1 if called.receiver is not None else 0)
        return place in self.library.tensor_parameters(called.name)

    def _plan_operator(self, node: ast.BinOp | ast.AugAssign | ast.Compare, name: str) -> None:
        self.budget.spend(PLAN)
        left, right = _operands(node)
        call = ast.Call(ast.Name("operator", ast.Load()), [left, right], [])
        try:
            self._plans[node] = self.planner.plan(name, call, None, self.known)
        except Left as error:
            self._plans[node] = error

    def binary(self, node: ast.BinOp) -> str | None:
        return self.operator(node)

    def operator(self, node: ast.BinOp | ast.AugAssign | ast.Compare) -> str | None:
        """An operator as the function that promotes; None where TensorFlow's operator does the same."""
        name = self._operator_name(node)
        if name is None:
            return None
        left, right = _operands(node)
        kinds = [self.known.get(operand, ANYTHING) for operand in (left, right)]
        if not isinstance(node, ast.Compare) and not any(known.is_surely("tensor") for known in kinds):
            return f"{self.helpers.divide()}({self.text(left)}, {self.text(right)})"
        plan = self._plans.get(node)
        if plan is None or isinstance(plan, Left):
            return self.leave(node, name, plan or Left("the operator has no counterpart"))
        texts = {parameter: self._argument_text(parameter, plan) for parameter in plan.bound.arguments}
        self.done.append(Done(left, name, plan.how, plan.entry.document.id, tuple(plan.conditions)))
        if plan.expression is not None:
            self.helpers.note_imports(plan.expression)
            return fill(plan.expression, texts)
        group = self.planner.group_of(plan)
        helper = self.helpers.of_group(group, self.planner)
        return f"{helper}({', '.join(self._arguments(plan, group.made.parameters if group.made else [], texts))})"

    def comparison(self, node: ast.Compare) -> str | None:
        return self.operator(node) if len(node.ops) == 1 else None

    # Indexing

    def subscript(self, node: ast.Subscript) -> str | None:
        """`x[...]` as TensorFlow indexes: by numbers and slices itself, by tensors and lists through a helper."""
        if not isinstance(node.ctx, ast.Load):
            return None
        owner = self.known.get(node.value, ANYTHING)
        value = self.inference.value(node.value)
        if value.name or value.made or not (owner.is_surely("tensor") or owner.kinds is None):
            return None
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        simple = [self._is_simple_index(part) for part in parts]
        if all(simple):
            return None
        if len(parts) == 1 and self.known.get(parts[0], ANYTHING).dtypes == BOOL and owner.is_surely("tensor"):
            return f"tf.boolean_mask({self.text(node.value)}, {self.text(parts[0])})"
        if not owner.is_surely("tensor"):
            return None if all(is_simple is not False for is_simple in simple) else self._indexed(node, parts)
        return self._indexed(node, parts)

    def _indexed(self, node: ast.Subscript, parts: list[ast.expr]) -> str:
        known = self.known.get(parts[0], ANYTHING)
        one = len(parts) == 1
        if (
            one
            and known.is_surely("tensor")
            and known.dtypes is not None
            and known.dtypes <= frozenset(("int32", "int64"))
        ) and self._never_negative(parts[0]):
            return f"tf.gather({self.text(node.value)}, {self.text(parts[0])})"
        index = ", ".join(self._index_text(part) for part in parts)
        index = index if one else f"({index})"
        return f"{self.helpers.indexed()}({self.text(node.value)}, {index})"

    def _never_negative(self, node: ast.expr) -> bool:
        """Indices that PyTorch itself made: `argmax`, `topk`, `sort`, `randperm`, `nonzero`."""
        called = self.inference.called.get(node)
        return called is not None and called.name.rpartition(".")[2] in (
            "argmax",
            "argmin",
            "argsort",
            "randperm",
            "nonzero",
        )

    def _index_text(self, part: ast.expr) -> str:
        if isinstance(part, ast.Slice):
            bounds = [self.text(bound) if bound else "None" for bound in (part.lower, part.upper, part.step)]
            if bounds[2] == "None":
                bounds.pop()
                if bounds[0] == "None":
                    bounds.pop(0)
            return f"slice({', '.join(bounds)})"
        return self.text(part)

    def _is_simple_index(self, part: ast.expr) -> bool | None:
        """Whether TensorFlow indexes by it as PyTorch does; None where it is not known what it is."""
        if isinstance(part, ast.Slice):
            return True
        if isinstance(part, ast.Constant):
            return not isinstance(part.value, bool)
        known = self.known.get(part, ANYTHING)
        if known.is_surely("int"):
            return True
        if (
            known.is_surely("tensor")
            and known.rank == 0
            and known.dtypes is not None
            and known.dtypes.isdisjoint(BOOL | FLOATING)
        ):
            return True
        if known.kinds is None:
            return None
        return bool(known.is_surely("none", "slice"))

    def value(self, node: ast.AST) -> Value:
        self.budget.spend()  # whatever is looked for again and again, values are asked for
        return self.inference.value(node)


def _is_of_numbers(known: Known) -> bool:
    """Whether it is a list of numbers, however deep."""
    if not known.is_surely("list", "tuple") or known.items is None:
        return False
    return all(item.is_surely("int", "float", "bool") or _is_of_numbers(item) for item in known.items)


def _is_off(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _operands(node: ast.BinOp | ast.AugAssign | ast.Compare) -> tuple[ast.expr, ast.expr]:
    if isinstance(node, ast.BinOp):
        return node.left, node.right
    if isinstance(node, ast.AugAssign):
        return node.target, node.value
    return node.left, node.comparators[0]


def _copied(node: ast.AST) -> ast.AST:
    """The node itself: parts are looked up by identity, and the transformer replaces, it does not change."""
    return node


def _direct(expression: ast.expr | None, parameters: list[str]) -> str | None:
    """`tf.nn.relu` for `tf.nn.relu(input)`."""
    match expression:
        case ast.Call(func=function, args=args, keywords=[]):
            names = [arg.id for arg in args if isinstance(arg, ast.Name)]
            if len(names) == len(args) and names == parameters:
                return dotted(function)
    return None


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', "'")
    return f'"{text}"'
