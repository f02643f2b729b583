"""The function that a drop-in defines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examples.execution.execute import execute
from loader.model.dotted import Side
from loader.model.signature import Overload
from loader.proof.script import IMPORTS, drop_in_name

DROP_IN = "drop-in"  # the name under which its source is found


def load_drop_in(overload: Overload, side: Side) -> Callable[..., Any]:
    """The function itself; `side` is the framework in which its body is written."""
    namespace: dict[str, Any] = {"__name__": "drop_in"}
    execute(IMPORTS[side] + "\n" + (overload.drop_in or ""), namespace, DROP_IN)
    function: Callable[..., Any] = namespace[drop_in_name(overload) or ""]
    return function
