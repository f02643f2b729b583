"""The examples that readers paste: each works against a running server."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api.views.html import EXAMPLE, HERE
from tests.support.live import Live

FOLDER = HERE / "integrations"
SOURCE = "import torch\n\nx = torch.rand(3)\ny = torch.clamp(x, 0.2, 0.8)\n"


@pytest.fixture(scope="module")
def hover(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hover script, as its page shows it for this server."""
    script = tmp_path_factory.mktemp("editor") / "hover.py"
    script.write_text((FOLDER / "hover.py").read_text(encoding="utf-8").replace(EXAMPLE, live.address), "utf-8")
    return script


@pytest.mark.parametrize(("line", "column", "told"), [(4, 9, "torch.clamp → tf.clip_by_value"), (2, 1, "")])
def test_hover(hover: Path, tmp_path: Path, line: int, column: int, told: str) -> None:
    source = tmp_path / "model.py"
    source.write_text(SOURCE, encoding="utf-8")
    command = [sys.executable, str(hover), str(source), str(line), str(column)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout.strip()
    assert shown.partition("\n")[0] == told
    assert ("Where min is above max" in shown) == bool(told)


def test_hover_is_short() -> None:
    code = [line for line in (FOLDER / "hover.py").read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(code) <= 25
    assert "hover" in runpy.run_path(str(FOLDER / "hover.py"))


def test_action_describes_what_the_server_has(client: TestClient) -> None:
    action = json.loads((FOLDER / "action.json").read_text(encoding="utf-8"))
    whole: dict[str, Any] = client.get("/openapi.json").json()
    for path, methods in action["paths"].items():
        for method, operation in methods.items():
            real = whole["paths"][path][method]
            assert operation["operationId"] == real["operationId"]
            assert {p["name"] for p in operation["parameters"]} <= {p["name"] for p in real["parameters"]}
    assert action["servers"] == [{"url": EXAMPLE}]


def test_editor_configuration_leads_to_the_door(live: Live) -> None:
    server = json.loads((FOLDER / "mcp.json").read_text(encoding="utf-8"))["servers"]["twintensor"]
    assert server["type"] == "http"
    answer = httpx.post(
        server["url"].replace(EXAMPLE, live.address),
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        headers={"Accept": "application/json, text/event-stream"},
    )
    assert "map_name" in {tool["name"] for tool in answer.json()["result"]["tools"]}


def test_page_shows_them_for_this_server(client: TestClient) -> None:
    page = client.get("/integrations").text
    for wanted in (".vscode/mcp.json", "hover.py", "operationId", "curl"):
        assert wanted in page
