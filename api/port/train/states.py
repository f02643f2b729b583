"""States: of models, optimizers and schedules, kept in memory or in files."""

from __future__ import annotations

import ast
from functools import cached_property

from api.port.plan.planner import Left
from api.port.train.data import DataPorter
from api.source.value import Called

OPTIMIZER = "torch.optim."
SCHEDULER = "torch.optim.lr_scheduler."
SUFFIXES = (".weights.h5", ".pth.tar", ".pth", ".pt", ".ckpt", ".bin", ".pkl")


class StatePorter(DataPorter):
    """Text of what saves and restores."""

    def call(self, node: ast.Call) -> str | None:
        called = self.inference.called.get(node)
        if called is not None and called.side == "torch":
            made = self._of_file(node, called) if called.receiver is None else self._of_state(node, called)
            if made is not None:
                self.done.append(self._rule(node))
                return made
        return super().call(node)

    def _of_file(self, node: ast.Call, called: Called) -> str | None:
        given = dict(zip(("obj", "f"), node.args, strict=False)) | {k.arg or "**": k.value for k in node.keywords}
        if called.name == "torch.save" and {"obj", "f"} <= set(given):
            model, path = self._state_of_model(given["obj"]), self._weights_file(given["f"])
            if model is not None and path is not None:
                return f"{model}.save_weights({path})"
            return f"{self.helpers.special('save')}({self.text(given['obj'])}, {self.text(given['f'])})"
        if called.name == "torch.load" and given:
            return f"{self.helpers.special('load')}({self.text(given['obj'])})"
        return None

    def _state_of_model(self, node: ast.expr) -> str | None:
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="state_dict"), args=[], keywords=[]) if self._has_files(
                owner
            ):
                return self.text(owner)
        return None

    def _is_model(self, node: ast.expr) -> bool:
        value = self.value(node)
        return self.inference.is_module(value) and value.made not in (
            "torch.nn.ModuleList", "torch.nn.ModuleDict", "torch.nn.ParameterList", "torch.nn.ParameterDict",
        )  # fmt: skip

    def _has_files(self, node: ast.expr) -> bool:
        """Whether it becomes a model: a layer alone has no files."""
        return self._is_model(node) and self._all_models

    @cached_property
    def _all_models(self) -> bool:
        """Whether no layer alone is saved or restored in this source: then all go by files of Keras."""
        owners = [
            self.value(node.func.value)
            for node in ast.walk(self.inference.tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("state_dict", "load_state_dict")
        ]
        return all(
            value.local is not None or value.made in (None, "torch.nn.Module", "torch.nn.Sequential")
            for value in owners
            if not (value.made or "").startswith(OPTIMIZER)
        )

    def _weights_file(self, node: ast.expr) -> str | None:
        """The path of a file with the ending that Keras wants; None where the text does not end with one."""
        last: ast.expr = node
        while isinstance(last, ast.BinOp):
            last = last.right
        if isinstance(last, ast.Call) and last.args and not last.keywords:  # os.path.join(folder, "model.pt")
            last = last.args[-1]
        if isinstance(last, ast.Constant) and isinstance(last.value, str):
            text = self.text(node)
            for suffix in SUFFIXES:
                if last.value.endswith(suffix):
                    head, found, tail = text.rpartition(suffix)
                    return f"{head}.weights.h5{tail}" if found else None
        return None

    def _of_state(self, node: ast.Call, called: Called) -> str | None:
        assert called.receiver is not None
        owner, leaf = called.receiver, called.name.rpartition(".")[2]
        if leaf not in ("state_dict", "load_state_dict"):
            return None
        made = self.value(owner).made or ""
        name = self.text(owner)
        if leaf == "state_dict":
            parent = self.parents.get(node)
            if node.args or node.keywords or isinstance(parent, ast.Attribute | ast.Subscript | ast.For):
                return None
            if made.startswith(SCHEDULER):
                return f'getattr({name}, "steps", 0)'
            if made.startswith(OPTIMIZER):
                return f"[variable.numpy() for variable in {name}.variables]"
            return f"{name}.get_weights()" if self._is_model(owner) else None
        if not node.args:
            return None
        if made.startswith(SCHEDULER):
            return f'setattr({name}, "steps", {self.text(node.args[0])})'
        if made.startswith(OPTIMIZER):
            return f"{self.helpers.special('load_optimizer')}({name}, {self.text(node.args[0])})"
        if not self._is_model(owner):
            return None
        strict = [k for k in node.keywords if k.arg == "strict"]
        if strict and not (isinstance(strict[0].value, ast.Constant) and strict[0].value.value is True):
            return self.leave(node, called.name, Left("Keras's weights have no names to match a part of them by"))
        return f"{self.helpers.special('load_weights')}({name}, {self._weights_text(owner, node.args[0])})"

    def _weights_text(self, owner: ast.expr, node: ast.expr) -> str:
        """A state, or the file of one."""
        match node:
            case ast.Call(args=[path, *_]):
                called = self.inference.called.get(node)
                found = self._weights_file(path)
                if called is not None and called.name == "torch.load" and found is not None and self._has_files(owner):
                    self.done.append(self._rule(node))
                    return found
        return self.text(node)
