"""The functions that a drop-in and its rewrites define."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from examples.execution.execute import execute
from loader.model.dotted import OTHER, Side
from loader.model.mapping import Mapping
from loader.model.signature import Overload
from loader.proof.script import IMPORTS, drop_in_name, in_place_of_drop_in

DROP_IN = "drop-in"  # the name under which its source is found


def load_drop_in(overload: Overload, side: Side) -> Callable[..., Any]:
    """The function itself; `side` is the framework in which its body is written."""
    namespace: dict[str, Any] = {"__name__": "drop_in"}
    execute(IMPORTS[side] + "\n" + (overload.drop_in or ""), namespace, DROP_IN)
    function: Callable[..., Any] = namespace[drop_in_name(overload) or ""]
    return function


def load_with_earlier(mapping: Mapping, index: int) -> tuple[Callable[..., Any], list[Callable[..., Any]]]:
    """The drop-in of a signature, and those of the signatures before it, which serve what they fit."""
    side = OTHER[mapping.side]
    earlier = [load_drop_in(o, side) for o in mapping.signatures[:index] if o.drop_in]
    # Loaded last: AutoGraph reads the source of what it traces by its name, which all drop-ins share.
    return load_drop_in(mapping.signatures[index], side), earlier


@dataclass(frozen=True)
class Written:
    """A rewrite that a person wrote: the calls that it is for, and its template as a function of the same arguments."""

    to: str
    when: str | None
    function: Callable[..., Any]


def load_rewrites(overload: Overload, side: Side) -> list[Written]:
    """The rewrites that stand in the mapping, in their order."""
    return [Written(r.to, r.when, load_drop_in(in_place_of_drop_in(overload, r), side)) for r in overload.rewrites]
