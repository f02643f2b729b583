"""Which names of the frameworks a source uses: imports, aliases and variables followed, nothing run."""

from __future__ import annotations

import ast
from collections import ChainMap
from dataclasses import dataclass, field
from typing import Literal

from api.source.budget import Budget
from loader.model.dotted import Side

Certainty = Literal["imported", "assumed", "inferred", "uncertain"]
Node = ast.Call | ast.Name | ast.Attribute | ast.Constant

ROOTS: dict[str, tuple[str, Side]] = {
    "torch": ("torch", "torch"), "tensorflow": ("tf", "tf"), "keras": ("keras", "tf"), "tf_keras": ("keras", "tf"),
}  # fmt: skip
# What a notebook cell means that shows no import.
USUAL = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional", "optim": "torch.optim",
         "tf": "tf", "keras": "keras"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a variable stands for: a name of a framework, or (`made`) something that a call of this name gave."""

    name: str
    side: Side
    certainty: Certainty
    made: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a framework's name. `method`: called on a value, which is the first argument then."""

    node: Node
    name: str
    side: Side
    certainty: Certainty
    method: bool = False
    owner: str | None = None

    @property
    def call(self) -> ast.Call | None:
        return self.node if isinstance(self.node, ast.Call) else None

    @property
    def called(self) -> ast.Call | None:
        """The call; of a text that names something, what the framework makes of it: a call without arguments."""
        return ast.Call(ast.Name(self.name), [], []) if isinstance(self.node, ast.Constant) else self.call


# Methods of a layer that give the layer, and methods of a tensor that do not give a tensor.
RETURNS_ITSELF = frozenset(("to", "cuda", "cpu", "train", "eval", "half", "float", "double", "requires_grad_", "apply"))
RETURNS_OTHER = frozenset(
    (
        *("item", "tolist", "numpy", "size", "dim", "numel", "nelement", "backward", "stride", "type", "get_device"),
        *("is_contiguous", "data_ptr", "element_size", "storage", "register_hook"),
    )
)

LONGEST_NAME = 200  # characters; `a = a.x` over and over makes a name that nobody has

Scope = ChainMap[str, Meaning | None]


def find_uses(tree: ast.Module, budget: Budget | None = None) -> list[Use]:
    """Every use, in the order of the text. Raises TooLarge or Cancelled, as the budget says."""
    finder = _Finder(budget or Budget())
    finder.visit(tree)
    return sorted(finder.uses, key=lambda use: (use.node.lineno, use.node.col_offset, use.name))


@dataclass
class _Finder(ast.NodeVisitor):
    budget: Budget
    uses: list[Use] = field(default_factory=list)
    scope: Scope = field(default_factory=lambda: ChainMap({}))
    sides: set[Side] = field(default_factory=set)
    # Each expression has one meaning, found when it is first looked at: so the work grows with the source only.
    meanings: dict[ast.expr, Meaning | None] = field(default_factory=dict)

    def visit(self, node: ast.AST) -> None:
        self.budget.spend()
        super().visit(node)

    # Imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            meaning = _imported(alias.name if alias.asname else alias.name.partition(".")[0])
            self._bind(alias.asname or alias.name.partition(".")[0], meaning)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            meaning = _imported(f"{node.module}.{alias.name}") if node.module and not node.level else None
            self._bind(alias.asname or alias.name, meaning)

    # Variables

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)
            self._assign(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._assign(node.target, node.value)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._forget(node.target)
        for statement in [*node.body, *node.orelse]:
            self.visit(statement)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._bind(node.name, None)
        self._function(node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node.args, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outer in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(outer)
        self._bind(node.name, None)
        self._inside(node.body)

    def _function(self, arguments: ast.arguments, body: list[ast.stmt] | list[ast.expr]) -> None:
        for default in [*arguments.defaults, *filter(None, arguments.kw_defaults)]:
            self.visit(default)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        bound: dict[str, Meaning | None] = {}
        for argument in [*every, *filter(None, (arguments.vararg, arguments.kwarg))]:
            kind = self._meaning(argument.annotation) if argument.annotation else None
            made = kind and Meaning(kind.name, kind.side, "inferred", made=True)
            bound[argument.arg] = made
        self._inside(body, bound)

    def _inside(self, body: list[ast.stmt] | list[ast.expr], bound: dict[str, Meaning | None] | None = None) -> None:
        outer = self.scope
        self.scope = outer.new_child(bound or {})
        for node in body:
            self.visit(node)
        shared = {name: meaning for name, meaning in self.scope.maps[0].items() if name.startswith("self.")}
        self.scope = outer
        self.scope.update(shared)  # what __init__ puts on self, forward uses

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        name = _dotted(target)
        if isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value)
            return
        if name is None:
            self._forget(target)
        else:
            self._bind(name, self._meaning(value))

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.expr) -> None:
        """`values, places = torch.topk(x, 3)`: what a call gives are tensors, each of them."""
        values: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            values = list(value.elts)
        whole = self._meaning(value)
        for part, own in zip(target.elts, values, strict=True):
            name = _dotted(part)
            if own is not None:
                self._assign(part, own)
            elif name is not None:
                self._bind(name, _tensor(whole) if whole and whole.made else None)
            else:
                self._forget(part)

    def _forget(self, target: ast.expr) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._bind(node.id, None)

    def _bind(self, name: str, meaning: Meaning | None) -> None:
        self.scope[name] = meaning
        if meaning:
            self.sides.add(meaning.side)

    # Uses

    def visit_Call(self, node: ast.Call) -> None:
        meaning = self._meaning(node.func)
        if meaning and not meaning.made:
            self._add(node, meaning)
        elif isinstance(node.func, ast.Attribute):
            self._method(node, node.func)
        else:
            self.visit(node.func)
        for argument in [*node.args, *node.keywords]:
            self.visit(argument)

    def _method(self, node: ast.Call, function: ast.Attribute) -> None:
        receiver = function.value
        owner = self._meaning(receiver)
        if owner:  # the result of a call, or a layer
            self.uses.append(Use(node, function.attr, owner.side, "inferred", method=True, owner=owner.name))
        elif not _is_plain(receiver) and not self._is_other_library(receiver):
            self.uses.append(Use(node, function.attr, self._likely_side(), "uncertain", method=True))
        self.visit(receiver)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        meaning = self._meaning(node)
        if meaning and not meaning.made:
            self._add(node, meaning)
        else:
            self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        meaning = self._meaning(node)
        if meaning and not meaning.made and isinstance(node.ctx, ast.Load):
            self._add(node, meaning)

    def _add(self, node: Node, meaning: Meaning) -> None:
        self.uses.append(Use(node, meaning.name, meaning.side, meaning.certainty))

    def _meaning(self, node: ast.expr) -> Meaning | None:
        """What an expression stands for, as far as its text tells."""
        if node not in self.meanings:
            found = self._find_meaning(node)
            self.meanings[node] = found if found is None or len(found.name) <= LONGEST_NAME else None
        return self.meanings[node]

    def _find_meaning(self, node: ast.expr) -> Meaning | None:
        match node:
            case ast.Call():
                return self._result(node)
            case ast.BinOp(left=left, right=right):
                return self._result_of_operator([left, right])
            case ast.Compare(left=left, comparators=others):
                return self._result_of_operator([left, *others])
            case ast.UnaryOp(operand=operand) | ast.Subscript(value=operand):
                return self._result_of_operator([operand])
        name = _dotted(node)
        if name is not None and name in self.scope:
            return self.scope[name]
        if isinstance(node, ast.Name) and node.id in USUAL:
            full = USUAL[node.id]
            return Meaning(full, "torch" if full.startswith("torch") else "tf", "assumed")
        if isinstance(node, ast.Attribute):
            owner = self._meaning(node.value)
            if owner and not owner.made:
                return Meaning(f"{owner.name}.{node.attr}", owner.side, owner.certainty)
        return None

    def _result(self, call: ast.Call) -> Meaning | None:
        """What a call gives. Each part of the expression is looked at once, however long the chain of methods."""
        function = call.func
        name = _dotted(function)
        if isinstance(function, ast.Attribute) and (name is None or name not in self.scope):
            owner = self._meaning(function.value)
            if owner is None or owner.made:
                return owner and _result_of_method(owner, function.attr)
            return Meaning(f"{owner.name}.{function.attr}", owner.side, "inferred", made=True)
        called = self._meaning(function)
        if called is None or called.made:  # a layer or a loss that is called
            return called and _tensor(called)
        return Meaning(called.name, called.side, "inferred", made=True)

    def _result_of_operator(self, operands: list[ast.expr]) -> Meaning | None:
        """`x + 1`, `-x`, `x > 0`, `x[0]`: a tensor, where an operand is one."""
        found = [meaning for operand in operands if (meaning := self._meaning(operand))]
        return next((_tensor(meaning) for meaning in found if meaning.made and not _is_class(meaning.name)), None)

    def _likely_side(self) -> Side:
        return "tf" if self.sides == {"tf"} else "torch"

    def _is_other_library(self, node: ast.expr) -> bool:
        """`np.reshape(...)`: an import that is not a framework's is bound to nothing, a variable to nothing too;
        the usual short names of other libraries tell them apart."""
        name = _dotted(node) or ""
        return name.partition(".")[0] in ("np", "numpy", "jnp", "jax", "scipy", "pd", "plt", "os", "math", "re", "json")


def _imported(path: str) -> Meaning | None:
    first, dot, rest = path.partition(".")
    if first not in ROOTS:
        return None
    root, side = ROOTS[first]
    return Meaning(f"{root}{dot}{rest}", side, "imported")


def _tensor(meaning: Meaning) -> Meaning:
    name = "torch.Tensor" if meaning.side == "torch" else "tf.Tensor"
    return Meaning(name, meaning.side, "inferred", made=True)


def _result_of_method(owner: Meaning, method: str) -> Meaning | None:
    """Of a tensor mostly a tensor, of a layer or an optimizer only sometimes itself."""
    if _is_class(owner.name):
        return owner if method in RETURNS_ITSELF else None
    return None if method in RETURNS_OTHER else _tensor(owner)


def _is_class(name: str) -> bool:
    """Whether a call of this name makes a layer, an optimizer or the like rather than a tensor."""
    last = name.rpartition(".")[2]
    return last[:1].isupper() and last != "Tensor"


def _dotted(node: ast.expr) -> str | None:
    """`self.conv` as text; None for anything that is not a chain of names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def _is_plain(node: ast.expr) -> bool:
    """Whether this is surely no tensor."""
    return isinstance(
        node, ast.Constant | ast.JoinedStr | ast.List | ast.Dict | ast.Set | ast.Tuple | ast.ListComp | ast.DictComp
    )
