"""Source files that are run as modules of their own, wherever they stand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any


def module_from(path: Path, name: str) -> Any:
    """The module that a file defines, under a name that nothing else has."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and AutoGraph look it up
    spec.loader.exec_module(module)
    return module
