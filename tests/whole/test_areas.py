"""What the tests of each area import: server and loader are tested where neither framework is installed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
FRAMEWORKS = {"torch", "tensorflow", "keras", "scipy", "sklearn", "statsmodels"}
FORBIDDEN = {
    "loader": {*FRAMEWORKS, "api", "examples", "starlette", "fastapi", "playwright"},
    "api": {*FRAMEWORKS, "examples"},
}


def imported(path: Path) -> set[str]:
    """The first parts of all modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("area", FORBIDDEN)
def test_area_imports_only_what_it_is_about(area: str) -> None:
    files = [*(TESTS / area).rglob("*.py"), TESTS / "conftest.py"]
    assert len(files) > 5
    wrong = {path.name: found for path in files if (found := imported(path) & FORBIDDEN[area])}
    assert wrong == {}
