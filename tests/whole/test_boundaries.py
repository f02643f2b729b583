"""What each package may import, and how large it may grow. Arrows lead down only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole.boundaries import MOST_LINES, MOST_MODULES, faults, imports_of, modules_of, too_large

ROOT = Path(__file__).parent.parent.parent
ROOMS = ["api", "loader", "examples"]


def packages(table: str) -> dict[str, frozenset[str]]:
    """`package: what it may import`, a line each."""
    lines = (line.partition(":") for line in table.strip().splitlines())
    return {package.strip(): frozenset(targets.split()) for package, _, targets in lines}


PROGRAMS = sorted(path.name for path in (ROOT / "examples/programs").iterdir() if any(path.glob("*.py")))
PORTED = sorted(path.name for path in (ROOT / "examples/ports").iterdir() if any(path.glob("*.py")))
SNIPPETS = sorted(
    f"{folder}.{path.name}"
    for folder in ("snippets", "from_tf")
    for path in (ROOT / "examples/ports" / folder).iterdir()
    if any(path.glob("*.py"))
)

# From the top down. A module beside the packages of a room stands for itself.
ALLOWED = packages(
    """
    api.__main__: api.app api.cli api.completion api.lookup api.lsp api.serving api.settings
    api.lsp: api.lookup api.scan api.settings api.source loader.model loader.publish
    api.app: api.http api.http.middleware api.http.routes api.lookup api.mcp api.port api.port.plan api.search api.serving api.settings api.views
    api.cli: api.http api.lookup api.port api.port.plan api.scan api.search api.settings api.source api.views loader.model
    api.completion: api.lookup api.settings
    api.serving:
    api.settings:
    api.mcp: api.lookup api.port api.port.plan api.scan api.search api.source api.views loader.model loader.publish
    api.http.routes: api.http api.lookup api.port api.port.plan api.scan api.search api.source api.views api.views.web loader.model loader.publish
    api.http.middleware: api.http api.source
    api.http: api.lookup api.port api.port.plan api.scan api.search api.source api.views loader.model loader.publish
    api.views.web: api.lookup api.views loader.model loader.publish
    api.views: api.lookup api.port api.port.plan api.scan api.search loader.model loader.names loader.publish
    api.views.integrations:
    api.port: api.lookup api.port.classes api.port.keras api.port.plan api.port.statements api.port.train api.port.write api.source loader.model loader.publish
    api.port.train: api.port.classes api.port.expressions api.port.plan api.port.statements api.port.write api.source loader.calls
    api.port.keras: api.port.expressions api.port.plan api.port.statements api.port.write api.source loader.calls
    api.port.classes: api.port.expressions api.port.plan api.port.statements api.port.write api.source loader.calls
    api.port.statements: api.port.expressions api.port.plan api.port.write api.source api.source.results loader.calls
    api.port.expressions: api.port.plan api.port.write api.source loader.calls loader.evaluate
    api.port.write: api.port.plan loader.evaluate loader.model
    api.port.plan: api.lookup loader.calls loader.evaluate loader.model loader.names loader.publish
    api.scan: api.lookup api.source loader.model loader.names loader.publish
    api.search: api.lookup loader.model loader.names loader.publish loader.text
    api.source: api.source.results loader.calls loader.model loader.publish
    api.source.results: loader.calls
    api.lookup: loader.model loader.names loader.publish loader.text

    loader.__main__: loader.changes loader.checks loader.database loader.fix loader.missing loader.new loader.preview loader.proof loader.reading
    loader.changes: loader.files loader.model loader.publish loader.reading
    loader.fix: loader.files loader.model loader.reading
    loader.missing: loader.files loader.model loader.names loader.reading
    loader.preview: loader.checks loader.database loader.files loader.model loader.proof loader.reading
    loader.new: loader.checks loader.files loader.model loader.names loader.reading
    loader.database: loader.changes loader.checks loader.files loader.model loader.names loader.proof loader.publish loader.reading loader.text
    loader.checks: loader.files loader.hints loader.model loader.names loader.proof loader.publish loader.python_code loader.reading
    loader.publish: loader.files loader.model loader.names loader.proof loader.reading
    loader.proof: loader.calls loader.evaluate loader.files loader.model loader.python_code loader.reading
    loader.reading: loader.files loader.hints loader.model
    loader.names: loader.model
    loader.model: loader.files loader.python_code
    loader.evaluate: loader.calls
    loader.calls: loader.python_code
    loader.files:
    loader.hints:
    loader.python_code:
    loader.text:

    examples.from_keras: examples.compare examples.execution examples.frameworks examples.sources examples.sweep loader.model loader.proof loader.reading
    examples.from_keras.in_keras:
    examples.from_keras.in_torch: examples.from_keras
    examples.port: examples.compare examples.frameworks examples.sources
    examples.pictures: examples.execution examples.frameworks loader.files loader.model loader.proof loader.publish loader.reading
    examples.runner: examples.execution examples.frameworks examples.reach examples.sweep examples.verify loader.model loader.proof loader.reading
    examples.reach: examples.compare examples.execution examples.frameworks examples.sweep loader.model loader.proof
    examples.sweep: examples.compare examples.execution examples.frameworks examples.recording examples.verify loader.model loader.proof loader.reading
    examples.verify: examples.compare examples.execution examples.frameworks examples.sources loader.model loader.proof loader.reading
    examples.execution: examples.compare examples.frameworks loader.model loader.proof
    examples.compare: examples.frameworks loader.model loader.proof
    examples.recording: examples.frameworks examples.inventory loader.files
    examples.inventory: examples.frameworks loader.files loader.model loader.names loader.text
    examples.frameworks:
    examples.sources:
    examples.programs:
    """.replace("\n\n", "\n")  # noqa: E501
)
ALLOWED |= {f"examples.programs.{name}": frozenset({"examples.programs"}) for name in PROGRAMS}
# Sources that are read and ported, and imported by nobody.
ALLOWED |= {f"examples.ports.{name}": frozenset() for name in PORTED}
ALLOWED |= {f"examples.ports.{name}": frozenset() for name in SNIPPETS}
# Arrows that still lead up, each to be turned: the list may only become shorter.
UPWARD: dict[str, set[str]] = {}
# Modules and folders that may be larger, and why.
LONG: dict[str, str] = {}


def test_packages_import_what_the_table_allows() -> None:
    upward = {f"{unit} may not import {target}" for unit, targets in UPWARD.items() for target in targets}
    found = [(fault.partition(": ")[2] or fault, fault) for fault in faults(ROOT, ALLOWED)]
    assert [fault for short, fault in found if short not in upward] == []
    assert upward - {short for short, _ in found} == set(), "turned: take it off the list"


def test_no_module_and_no_folder_is_too_large() -> None:
    assert too_large(ROOT, ROOMS, LONG) == []


@pytest.mark.parametrize("folder", ["api", *sorted(p.replace(".", "/") for p in ALLOWED if p.startswith("api."))])
def test_each_package_of_the_server_says_what_it_is_for(folder: str) -> None:
    """Two lines: what lives there, and what it may import. Modules and folders of data have nothing to say here."""
    init = ROOT / folder / "__init__.py"
    if init.exists():
        first, second = (line for line in init.read_text(encoding="utf-8").splitlines() if line.strip('"'))
        assert first.startswith('"""')
        assert "import" in second


# A planted fault is caught wherever it stands.


def plant(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


TABLE = packages("room.top: room.high room.low\nroom.high: room.low\nroom.low:")
SOUND = {
    "room__top": "import room.high.a\n",
    "room__high__a": "from room.low import b\n",
    "room__low__b": "import ast\n",
}


def test_a_sound_room_has_no_faults(tmp_path: Path) -> None:
    plant(tmp_path, **SOUND)
    assert faults(tmp_path, TABLE) == []


@pytest.mark.parametrize(
    "text",
    [
        "import room.high.a\n",
        "from room.high import a\n",
        "from room import high\n",
        "def f():\n    import room.high\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from room.high.a import A\n",
        "from ..high import a\n",
    ],
)
@pytest.mark.parametrize("place", ["room__low__b", "room__low__moved"])
def test_an_upward_import_is_caught(tmp_path: Path, place: str, text: str) -> None:
    plant(tmp_path, **SOUND)
    plant(tmp_path, **{place: text})
    (fault,) = faults(tmp_path, TABLE)
    assert fault.startswith(f"{place.replace('__', '/')}.py:")
    assert "room.low may not import" in fault


def test_a_moved_package_is_not_forgotten(tmp_path: Path) -> None:
    plant(tmp_path, **SOUND)
    plant(tmp_path, room__low__deep__c="import room.high.a\n")
    assert faults(tmp_path, TABLE) == [
        "room/low/deep/c.py:1: room.low.deep may not import room.high",
        "the table does not know room.low.deep",
    ]


def test_a_table_that_leads_round_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, **SOUND)
    table = TABLE | {"room.low": frozenset({"room.high"})}
    assert faults(tmp_path, table) == ["the table leads round: room.high -> room.low -> room.high"]


def test_a_package_that_is_gone_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, **SOUND)
    assert faults(tmp_path, TABLE | packages("room.old:")) == ["the table has room.old, which does not exist"]


def test_too_large_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, **{f"room__m{n}": "" for n in range(MOST_MODULES + 1)}, room__low__b="\n" * (MOST_LINES + 1))
    assert too_large(tmp_path, ["room"], {"room/gone.py": ""}) == [
        f"room/low/b.py has {MOST_LINES + 1} lines: at most {MOST_LINES}",
        "room/gone.py is not too long any more",
        f"room has {MOST_MODULES + 1} modules: at most {MOST_MODULES}",
    ]


# What is loaded beyond this project's own modules, seen in a fresh interpreter.


def loaded_by(room: str) -> set[str]:
    """The top-level packages in `sys.modules` after importing all modules of a room."""
    paths = [path for path in modules_of(ROOT, room) if path.stem != "__init__"]
    modules = sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)
    code = f"import sys, {', '.join(modules)}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_server_loads_no_framework_and_no_yaml() -> None:
    loaded = loaded_by("api")
    assert {"api", "fastapi", "loader"} <= loaded
    assert loaded.isdisjoint({"torch", "tensorflow", "keras", "yaml", "examples", "numpy"})


def test_start_does_not_load_the_sdk_of_mcp() -> None:
    code = "import sys, api.app\nprint('mcp' in sys.modules, 'pygments' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "False"]


def test_loader_loads_no_framework_and_no_server() -> None:
    loaded = loaded_by("loader")
    assert {"loader", "yaml", "sqlmodel"} <= loaded
    assert loaded.isdisjoint({"torch", "tensorflow", "keras", "fastapi", "starlette", "api", "examples"})


def test_runner_imports_no_server_and_no_tables() -> None:
    """Read from the source: importing the runner would start both frameworks."""
    found = {name for path in modules_of(ROOT, "examples") for _, name in imports_of(path)}
    assert {name.partition(".")[0] for name in found} & {
        "fastapi",
        "sqlmodel",
        "sqlalchemy",
        "starlette",
        "api",
    } == set()


def test_sql_stands_in_one_module_of_the_server() -> None:
    users = [path.name for path in modules_of(ROOT, "api") if "sqlite3" in {name for _, name in imports_of(path)}]
    assert users == ["database.py"]
