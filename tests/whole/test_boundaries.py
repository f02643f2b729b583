"""What each room may import, seen in a fresh interpreter that loads all its modules."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def modules_of(room: str) -> list[str]:
    paths = [path for path in (ROOT / room).rglob("*.py") if path.stem != "__init__"]
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages in `sys.modules` after importing some modules in a fresh interpreter."""
    code = f"import sys, {', '.join(modules)}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_server_loads_no_framework_and_no_yaml() -> None:
    loaded = loaded_by(*modules_of("api"))
    assert {"api", "fastapi", "loader"} <= loaded
    assert loaded.isdisjoint({"torch", "tensorflow", "keras", "yaml", "examples", "numpy"})


def test_loader_loads_no_framework_and_no_server() -> None:
    loaded = loaded_by(*modules_of("loader"))
    assert {"loader", "yaml", "sqlmodel"} <= loaded
    assert loaded.isdisjoint({"torch", "tensorflow", "keras", "fastapi", "starlette", "api", "examples"})


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.py")), ids=lambda path: path.name)
def test_runner_imports_no_server_and_no_tables(path: Path) -> None:
    """Read from the source: importing the runner would start both frameworks."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module)
    rooms = {name.partition(".")[0] for name in imported}
    assert rooms.isdisjoint({"fastapi", "sqlmodel", "sqlalchemy", "starlette", "api"})
    assert imported.isdisjoint(
        {"loader.database.tables", "loader.database.build", "loader.publish.pages", "loader.database.rows"}
    )


def test_sql_stands_in_one_module_of_the_server() -> None:
    users = {path.name for path in (ROOT / "api").rglob("*.py") if "sqlite3" in path.read_text(encoding="utf-8")}
    assert users == {"database.py"}
