"""What expressions are."""

from __future__ import annotations

import ast
from dataclasses import replace

from api.source.calls import Calls
from api.source.evidence import CASTS
from api.source.results.functions import result_of
from api.source.results.given import Given
from api.source.results.tensorflow import result_of_tf_operator
from api.source.roles import is_model_name
from api.source.uses import USUAL
from api.source.value import (
    BATCH,
    LONGEST_NAME,
    MODULE,
    NUMPY,
    SHARED,
    UNKNOWN,
    Called,
    State,
    Value,
    constant,
    joined,
    opened,
)
from loader.calls.decide import dotted
from loader.calls.known import (
    ANYTHING,
    BOOL,
    INT,
    TENSOR,
    TRUTH,
    Dtype,
    Known,
    literal,
    of_kind,
    of_literal,
    sequence,
    tensor,
)


def tensor_attribute(attr: str, known: Known) -> Known:
    if attr == "shape":
        shape = known.shape
        return Known(
            frozenset(("shape",)),
            shape=shape,
            items=None if shape is None else tuple(INT if n is None else literal(n) for n in shape),
        )
    if attr == "dtype":
        return literal(Dtype(known.dtype)) if known.dtype else Known(frozenset(("dtype",)), dtypes=known.dtypes)
    if attr in ("ndim", "itemsize", "nbytes"):
        return INT if known.rank is None or attr != "ndim" else literal(known.rank)
    if attr == "device":
        return of_kind("device")
    if attr in ("is_cuda", "is_leaf", "requires_grad", "is_sparse"):
        return TRUTH
    if attr in ("T", "mT", "H", "mH"):
        return tensor(known.dtypes, rank=known.rank)
    if attr in ("data", "grad"):
        return tensor(known.dtypes, known.shape)
    return ANYTHING


def indexed(known: Known, index: ast.expr, inference: State) -> Known:
    """`x[i, :, None]` of a tensor: its dtype, and the rank where it follows."""
    if not known.is_surely("tensor"):
        return ANYTHING
    rank = known.rank
    for part in index.elts if isinstance(index, ast.Tuple) else [index]:
        found = inference.value(part).known
        if isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and part.value is Ellipsis):
            continue
        if isinstance(part, ast.Constant) and part.value is None:
            rank = None if rank is None else rank + 1
        elif found.is_surely("int"):
            rank = None if rank is None else max(0, rank - 1)
        else:
            rank = None
    return tensor(known.dtypes, rank=rank)


MOST_PARTS = 32  # of a list or a tuple that are told apart


# What Python computes is no module: a cast of it is a tensor's.
COMPUTED = (ast.BinOp, ast.UnaryOp, ast.Compare)


class Expressions(Calls):
    """Expressions."""

    def expr(self, node: ast.expr) -> Value:
        """What an expression is. Raises TooLarge or Cancelled, as the budget says."""
        self.budget.spend()
        value = self._expr(node)
        self.values[node] = value
        return value

    def _expr(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant():
                return Value(literal(node.value)) if node.value is not Ellipsis else UNKNOWN
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case ast.BinOp():
                return self._operated(node.op, self.expr(node.left), self.expr(node.right))
            case ast.UnaryOp():
                known = self.expr(node.operand).known
                if isinstance(node.op, ast.Not):
                    return Value(TRUTH)
                if known.is_literal:
                    return Value(of_literal(node))
                return Value(known if known.is_surely("tensor", "int", "float") else ANYTHING)
            case ast.Compare():
                return self._compared(node)
            case ast.BoolOp():
                found = [self.expr(value).known for value in node.values]
                either = found[0]
                for other in found[1:]:
                    either = either.join(other)
                return Value(either)
            case ast.IfExp():
                self.expr(node.test)
                return joined(self.expr(node.body), self.expr(node.orelse))
            case ast.List() | ast.Tuple():
                parts = tuple(self.expr(element) for element in node.elts)
                kind = "list" if isinstance(node, ast.List) else "tuple"
                if any(isinstance(element, ast.Starred) for element in node.elts):
                    return Value(of_kind(kind))
                told = any(part.made or part.local or part.parts for part in parts)
                deep = any(inner.parts for part in parts for inner in part.parts)
                made = parts if told and not deep and len(parts) <= MOST_PARTS else ()
                return Value(sequence(kind, tuple(part.known for part in parts)), parts=made)
            case ast.Subscript():
                return self._subscript(node)
            case ast.NamedExpr():
                value = self.expr(node.value)
                self.assign(node.target, value, node.value)
                return value
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                return self._comprehension(node)
            case ast.Lambda():
                self._scope = self._scope.new_child({a.arg: UNKNOWN for a in [*node.args.args, *node.args.kwonlyargs]})
                for argument in [node.args.vararg, node.args.kwarg]:
                    if argument:
                        self._scope[argument.arg] = UNKNOWN
                for default in node.args.defaults:
                    self.expr(default)
                self.expr(node.body)
                self._scope = self._scope.parents
                return Value(of_kind("function"))
            case ast.JoinedStr():
                for part in ast.walk(node):
                    if isinstance(part, ast.FormattedValue):
                        self.expr(part.value)
                return Value(of_kind("str"))
            case ast.Dict():
                for child in [*node.keys, *node.values]:
                    if child:
                        self.expr(child)
                return Value(of_kind("dict"))
            case ast.Starred():
                self.expr(node.value)
                return UNKNOWN
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.expr):
                self.expr(inner)
        return UNKNOWN

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> Value:
        self._scope = self._scope.new_child({})
        for generator in node.generators:
            iterated = self.expr(generator.iter)
            self.assign(generator.target, self.element(iterated, generator.iter), None)
            for condition in generator.ifs:
                self.expr(condition)
        if isinstance(node, ast.DictComp):
            self.expr(node.key)
            self.expr(node.value)
            kind = "dict"
        else:
            self.expr(node.elt)
            kind = {ast.ListComp: "list", ast.SetComp: "set"}.get(type(node), "generator")
        self._scope = self._scope.parents
        return Value(of_kind(kind))

    def _name(self, node: ast.Name) -> Value:
        if node.id in self._scope:
            value = self._scope[node.id]
            if value.known.is_literal and node.id not in self._scope.maps[0] and self._stores.get(node.id, 0) > 1:
                value = replace(value, known=opened(value.known))  # it may have another value when the function runs
        elif full := next((f"{m}.{node.id}" for m in self._stars if m and self._names.has(f"{m}.{node.id}")), None):
            value = Value(name=full, side="torch" if full.startswith("torch") else "tf", certainty="imported")
        elif node.id in USUAL:
            full = USUAL[node.id]
            value = Value(name=full, side="torch" if full.startswith("torch") else "tf", certainty="assumed")
        elif node.id in NUMPY:
            value = Value(outside=True)
        elif node.id in self._free:
            return Value(made=self._free[node.id])
        else:
            return UNKNOWN
        if value.name:
            self.called[node] = Called(node, value.name, value.side, value.certainty)
            return constant(value) or value
        return value

    def _attribute(self, node: ast.Attribute) -> Value:
        owner = self.expr(node.value)
        name = dotted(node)
        if name is not None and name in self._scope and (found := self._scope[name]) != UNKNOWN:
            return found
        if owner.name and not owner.made:
            full = f"{owner.name}.{node.attr}"
            if len(full) > LONGEST_NAME:
                return UNKNOWN
            self.called.pop(node.value, None)
            self.called[node] = Called(node, full, owner.side, owner.certainty)
            value = Value(name=full, side=owner.side, certainty=owner.certainty)
            return constant(value) or value
        if owner.outside:
            return Value(outside=True)
        if owner.local is not None and owner.made and isinstance(owner.local, ast.ClassDef):
            local = self.classes.get(owner.local)
            found = local.attributes.get(node.attr, UNKNOWN) if local is not None else UNKNOWN
            if found == UNKNOWN and local is not None and name is not None and name in local.roles:
                return Value(made=local.roles[name])
            return found
        if owner.known.is_surely("tensor"):
            of = "tf.Variable" if owner.made == "tf.Variable" else f"{self.side}.Tensor"
            self.called[node] = Called(node, f"{of}.{node.attr}", self.side, "inferred", node.value)
            return Value(tensor_attribute(node.attr, owner.known))
        items = owner.known.items
        if node.attr in owner.fields:
            place = owner.fields.index(node.attr)
            return Value(items[place] if items is not None and len(items) == len(owner.fields) else TENSOR)
        if (
            not owner.known.is_never("tensor")
            and not owner.made
            and (
                node.attr not in SHARED
                or self.side == "tf"
                or (node.attr in CASTS and isinstance(node.value, COMPUTED))
                or self._casts(node, owner)
            )
            and self._names.is_tensor_method(node.attr)
        ):
            self.called[node] = Called(node, f"{self.side}.Tensor.{node.attr}", self.side, "uncertain", node.value)
            return Value(tensor_attribute(node.attr, ANYTHING))
        return UNKNOWN

    def _casts(self, node: ast.Attribute, owner: Value) -> bool:
        """`x.float()`: of tensors and models alone."""
        leaf = (dotted(node.value) or "").rpartition(".")[2]
        return node.attr in ("float", "double", "half", "bool") and not owner.foreign and not is_model_name(leaf)

    def _operated(self, op: ast.operator, left: Value, right: Value) -> Value:
        a, b = left.known, right.known
        if a.is_literal and b.is_literal:
            from loader.calls.builtins import NotKnown, operate

            try:
                return Value(literal(operate(op, a.value, b.value)))
            except (NotKnown, KeyError):
                return UNKNOWN
        if self.side == "tf" and (a.is_surely("tensor") or b.is_surely("tensor")):
            return Value(result_of_tf_operator(op, a, b))
        if a.is_surely("tensor") or b.is_surely("tensor"):
            leaf = {ast.Div: "true_divide", ast.MatMult: "matmul"}.get(type(op), "add")
            return Value(result_of(leaf, Given((a, b), {}, self.float), method=False))
        if a.is_surely("int", "bool") and b.is_surely("int", "bool"):
            return Value(of_kind("float") if isinstance(op, ast.Div) else INT)
        if a.is_surely("int", "float", "bool") and b.is_surely("int", "float", "bool"):
            return Value(of_kind("float", "int"))
        if self.side == "tf" and any(k.kinds and "ndarray" in k.kinds for k in (a, b)):
            return Value(of_kind("ndarray", "float", "int"))
        for kind in ("str", "list", "tuple"):
            if a.is_surely(kind) and isinstance(op, ast.Add | ast.Mult):
                if a.items is not None and b.items is not None and isinstance(op, ast.Add):
                    return Value(sequence(kind, a.items + b.items))
                return Value(of_kind(kind))
        return UNKNOWN

    def _compared(self, node: ast.Compare) -> Value:
        found = [self.expr(node.left).known, *(self.expr(other).known for other in node.comparators)]
        if isinstance(node.ops[0], ast.Is | ast.IsNot | ast.In | ast.NotIn):
            return Value(TRUTH)
        if any(known.is_surely("tensor") for known in found):
            ranks = [known.rank if known.is_surely("tensor") else 0 for known in found]
            return Value(tensor(BOOL, rank=None if None in ranks else max(r for r in ranks if r is not None)))
        return Value(TRUTH) if all(known.is_never("tensor") for known in found) else UNKNOWN

    def _asks_shape(self, node: ast.expr) -> bool:
        called = self.called.get(node)
        return called is not None and called.name == "tf.shape" and isinstance(node, ast.Call) and len(node.args) == 1

    def _subscript(self, node: ast.Subscript) -> Value:
        owner = self.expr(node.value)
        place = self.expr(node.slice)
        items = owner.known.items
        if self.side == "tf" and place.known.is_literal and self._asks_shape(node.value):
            return Value(INT)  # of a size; see how `tf.shape(x)[0]` is written
        if isinstance(place.known.value, int) and -len(owner.parts) <= place.known.value < len(owner.parts):
            return owner.parts[place.known.value]
        if items is not None and isinstance(place.known.value, int) and -len(items) <= place.known.value < len(items):
            return Value(items[place.known.value])
        if owner.made in ("torch.nn.ModuleList", "torch.nn.ModuleDict", "torch.nn.Sequential"):
            return Value(made=owner.made if isinstance(node.slice, ast.Slice) else MODULE)
        if owner.made == BATCH:
            return Value(TENSOR)
        if owner.known.is_surely("shape"):
            return Value(of_kind("shape") if isinstance(node.slice, ast.Slice) else INT)
        return Value(indexed(owner.known, node.slice, self))
