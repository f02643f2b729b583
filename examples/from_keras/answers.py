"""The drop-ins of the database, as a reader pastes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from examples.sweep.drop_ins import load_drop_in
from loader.reading.data import mapping_files, read_mapping

MAPPINGS = Path(__file__).parent.parent.parent / "mappings"


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """The files of the mappings by name."""
    return {path.stem: path for path in mapping_files(MAPPINGS)}


@lru_cache(maxsize=128)
def drop_in(name: str) -> Callable[..., Any]:
    """What stands for a public name of TensorFlow in PyTorch.

    Raises:
        KeyError: no mapping is about it, or it has no drop-in.
    """
    overloads = [one for one in read_mapping(files()[name]).mapping.signatures if one.drop_in]
    if not overloads:
        raise KeyError(f"{name} has no drop-in")
    return load_drop_in(overloads[0], "torch")
