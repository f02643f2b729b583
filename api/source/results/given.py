"""The arguments of a call, as far as they are known."""

from __future__ import annotations

from dataclasses import dataclass

from loader.calls.known import (
    ANYTHING,
    Known,
)


@dataclass(frozen=True)
class Given:
    """The arguments of a call, the tensor of a method first."""

    args: tuple[Known, ...]
    kwargs: dict[str, Known]
    default_float: str | None = "float32"

    def at(self, place: int, *names: str) -> Known | None:
        for name in names:
            if name in self.kwargs:
                return self.kwargs[name]
        return self.args[place] if place < len(self.args) else None

    @property
    def dtype(self) -> frozenset[str] | None:
        found = self.kwargs.get("dtype")
        return found.dtypes if found is not None and not found.is_surely("none") else None

    @property
    def input(self) -> Known:
        return self.at(0, "input", "self", "tensors", "tensor", "query") or ANYTHING
