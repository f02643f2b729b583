"""Names of the framework, annotations, attributes of tensors and dtypes."""

from __future__ import annotations

import ast

from api.port.expressions.calls import CallPorter
from api.port.expressions.writer import Done
from api.port.plan.planner import Left
from api.port.plan.rules import rules
from api.port.write.text import code, fill, wrapped
from api.source.value import Called
from loader.calls.decide import dotted
from loader.calls.known import ANYTHING
from loader.evaluate.specialise import specialise

# What `finfo` and `iinfo` tell, of a dtype x.
LIMITS = {
    ("finfo", "max"): "float(x.max)", ("finfo", "min"): "float(x.min)", ("finfo", "bits"): "x.size * 8",
    ("finfo", "eps"): "float(np.finfo(x.as_numpy_dtype).eps)",
    ("finfo", "tiny"): "float(np.finfo(x.as_numpy_dtype).tiny)",
    ("finfo", "smallest_normal"): "float(np.finfo(x.as_numpy_dtype).tiny)",
    ("iinfo", "max"): "int(x.max)", ("iinfo", "min"): "int(x.min)", ("iinfo", "bits"): "x.size * 8",
}  # fmt: skip


class NamePorter(CallPorter):
    """Text of names and attributes."""

    def reference(self, node: ast.Attribute | ast.Name) -> str | None:
        """A name of the framework, or an attribute of a tensor."""
        if isinstance(getattr(node, "ctx", None), ast.Store):
            return None
        called = self.inference.called.get(node)
        if isinstance(node, ast.Attribute) and node.attr in (fields := self.value(node.value).fields):
            return f"{wrapped(self.text(node.value))}[{fields.index(node.attr)}]"
        if (
            isinstance(node, ast.Attribute)
            and node.attr in self.rules.shapes
            and self.known.get(node.value, ANYTHING).is_surely("shape")
        ):
            return fill(self.rules.shapes[node.attr], {"x": self.text(node.value)})
        if isinstance(node, ast.Attribute) and (told := self._told_of_type(node)) is not None:
            return told
        if called is None or called.side != self.side:
            return None
        known = self.inference.value(node).known
        if called.receiver is not None and isinstance(node, ast.Attribute):
            return self._tensor_attribute(node, called)
        if known.is_surely("dtype") and known.is_literal:
            self._note(node, called, "rule")
            return f"{self.rules.target}.{known.value}"
        if called.name in self.rules.names:
            self._note(node, called, "rule")
            made = self.rules.names[called.name]
            self.helpers.note_imports(made)
            return code(made)
        if called.name in self.rules.words["modules"]:
            parent = self.parents.get(node)
            inside = isinstance(parent, ast.Attribute) and parent.value is node
            reason = Left(f"a module of {self.rules.framework} is passed on as a value")
            return None if inside and parent in self.inference.called else self.leave(node, called.name, reason)
        if self._is_annotation(node):  # tells a reader, does nothing: the nearest class
            entry = self.library.entry(called.name)
            twin = entry and (entry.document.tf if self.side == "torch" else entry.document.torch)
            return twin.name if twin else "object"
        try:
            found = self.planner.reference(called.name)
        except Left as error:
            return self.leave(node, called.name, error)
        self.done.append(Done(node, called.name, "helper"))
        assert not isinstance(found, ast.expr)
        if found.made is None:
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

    def _is_annotation(self, node: ast.AST) -> bool:
        child, parent = node, self.parents.get(node)
        while isinstance(parent, ast.expr):
            child, parent = parent, self.parents.get(parent)
        if isinstance(parent, ast.arg):
            return True
        return child in (getattr(parent, "returns", None), getattr(parent, "annotation", None))

    def _tensor_attribute(self, node: ast.Attribute, called: Called) -> str | None:
        template = self.rules.attributes.get(node.attr)
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
        if node.attr in self.rules.words["absent"]:
            other = rules(self.rules.target).framework
            reason = Left(f"a tensor of {other} has no .{node.attr}", "see the training code")
            return self.leave(node, called.name, reason)
        return self.leave(node, called.name, Left("a method that is passed on rather than called"))


def _direct(expression: ast.expr | None, parameters: list[str]) -> str | None:
    """`tf.nn.relu` for `tf.nn.relu(input)`."""
    match expression:
        case ast.Call(func=function, args=args, keywords=[]):
            names = [arg.id for arg in args if isinstance(arg, ast.Name)]
            if len(names) == len(args) and names == parameters:
                return dotted(function)
    return None
