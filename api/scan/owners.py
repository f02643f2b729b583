"""Whose method is meant: what a variable is, by the same inference that porting uses."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from api.source.budget import Budget
from api.source.infer import Inference
from api.source.uses import Use
from api.source.value import MODULE, Value
from loader.model.dotted import Side

MOST_NODES = 40_000  # of a tree that is looked at again and again; a larger one is read as it stands
# A method that a class does not have of its own is its base's.
BASES = (
    ("torch.optim.lr_scheduler.", "torch.optim.lr_scheduler.LRScheduler"),
    ("torch.optim.", "torch.optim.Optimizer"),
    ("torch.cuda.amp.GradScaler", "torch.amp.GradScaler"),
    ("torch.nn.", MODULE),
)
FRAMEWORKS = ("torch.", "tf.", "keras.")


class Names:
    """What a scan knows of the frameworks' names."""

    side: Side = "torch"  # owners are looked for among PyTorch's names

    def __init__(self, has: Callable[[str], bool]) -> None:
        self._has = has
        self._found: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        if name not in self._found:
            self._found[name] = self._has(name)
        return self._found[name]

    def is_tensor_method(self, leaf: str) -> bool:
        return not leaf.startswith("__") and self.has(f"torch.Tensor.{leaf}")

    def tensor_parameters(self, name: str) -> frozenset[str | int]:  # noqa: ARG002 - a scan asks for owners alone
        return frozenset()

    def fields(self, name: str) -> tuple[str, ...]:  # noqa: ARG002 - see above
        return ()


def owned(uses: list[Use], tree: ast.Module, names: Names, budget: Budget) -> Iterator[Use]:
    """The uses, each method with its owner where that is known; those of other libraries' values left out."""
    if not any(use.method for use in uses) or sum(1 for _ in ast.walk(tree)) > MOST_NODES:
        yield from uses
        return
    inference = Inference(tree, names, budget).run()
    for use in uses:
        function = use.call.func if use.call is not None else None
        if not use.method or not isinstance(function, ast.Attribute):
            yield use
            continue
        value = inference.value(function.value)
        if use.side == "tf":  # the inference knows other libraries, and of the frameworks PyTorch alone
            is_plain = value.known.is_surely("ndarray", "int", "float", "list", "dict", "str") and not value.made
            if use.certainty != "uncertain" or not (value.outside or value.foreign or is_plain):
                yield use
            continue
        owner = _owner(value, inference)
        if owner is not None:
            yield replace(use, owner=_with_method(owner, use.name, names), certainty="inferred")
        elif use.certainty != "uncertain" or not _is_other(value, inference):
            yield use


def _owner(value: Value, inference: Inference) -> str | None:
    if value.local is not None:
        return MODULE if value.made and inference.is_module(value) else None
    return value.made if value.made and value.made.startswith(FRAMEWORKS) else None


def _with_method(owner: str, name: str, names: Names) -> str:
    """The class itself where it has the method in public, else its base."""
    if names.has(f"{owner}.{name}"):
        return owner
    base = next((base for prefix, base in BASES if owner.startswith(prefix)), None)
    return base if base is not None and names.has(f"{base}.{name}") else owner


def _is_other(value: Value, inference: Inference) -> bool:
    """Whether it is surely no framework's: an instance of a class of the source, a list, what a library gave."""
    if value.outside or value.foreign:
        return True
    if value.local is not None and not inference.is_module(value):
        return True
    return value.known.is_surely("list", "dict", "set", "str", "tuple") and not value.made and not value.name
