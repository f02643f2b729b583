"""Porting asked through every interface: JSON, the page, the command line, chatbots, and a name with a call."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings

SOURCE = "import torch\n\nx = torch.zeros(2, 3)\ny = torch.clamp(x, min=0)  # kept\n"
LEFT = "import torch\n\ny = torch.not_a_name(3)\n"


@pytest.fixture(scope="module")
def whole(whole_database: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(database=whole_database)), base_url="http://127.0.0.1:8000") as client:
        yield client


def test_json(whole: TestClient) -> None:
    answer = whole.post("/port", json={"source": SOURCE, "to": "tf"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["source"].endswith("y = tf.maximum(x, 0)  # kept\n")
    assert body["left"] == []
    assert {"line": 4, "column": 5, "name": "torch.clamp"}.items() <= body["calls"][-1].items()


def test_json_to_torch(whole: TestClient) -> None:
    source = "import tensorflow as tf\n\nx = tf.zeros((2, 3))\ny = tf.add(x, 1.0)  # kept\n"
    body = whole.post("/port", json={"source": source, "to": "torch"}).json()
    assert body["source"].startswith("import torch\n")
    assert body["source"].endswith("y = x + 1.0  # kept\n")
    assert (body["left"], body["weights"]) == ([], "")


def test_json_tells_what_is_left(whole: TestClient) -> None:
    (left,) = whole.post("/port", json={"source": LEFT}).json()["left"]
    assert (left["line"], left["column"], left["name"]) == (3, 5, "torch.not_a_name")
    assert left["reason"]


@pytest.mark.parametrize(
    "body", ['{"source": 1}', '{"source": "x", "to": "jax"}', "{", '{"source": "' + "x" * 200_001 + '"}']
)
def test_bad_requests_are_refused_clearly(whole: TestClient, body: str) -> None:
    answer = whole.post("/port", content=body)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("invalid-request")


def test_a_notebook_is_ported_as_its_cells(whole: TestClient) -> None:
    cells = [
        {"cell_type": "code", "source": ["import torch\n", "x = torch.ones(2)"]},
        {"cell_type": "markdown", "source": "#"},
    ]
    body = whole.post("/port", json={"source": json.dumps({"cells": cells})}).json()
    assert "x = tf.ones((2,))" in body["source"]


def test_page_without_script(whole: TestClient) -> None:
    assert '<textarea id="source"' in whole.get("/port").text
    page = whole.post("/port", data={"source": SOURCE.replace("\n", "\r\n") + "<script>\r\n"}).text
    assert "tf.maximum(x, 0)  # kept" in page
    assert "&lt;script&gt;" in page
    assert "torch.clamp: " in page  # why, for the mouse
    assert "What is left" in whole.post("/port", data={"source": LEFT}).text


def test_page_reads_either_framework(whole: TestClient) -> None:
    """Calls with twins and differences; each is ported to the other one."""
    keras = "import tensorflow as tf\n\nx = tf.concat([a, b], 1)\ny = tf.keras.layers.BatchNormalization()\n"
    page = whole.post("/port", data={"source": keras}).text
    assert re.search(r"<td><code>tf.concat</code></td>\s*<td><a href=\"/[^\"]+\"><code>torch.cat</code></a>", page)
    assert "2 calls ported, 0 left." in page
    assert "y = BatchNormalization().eval()" in page
    torch = "import torch\n\nlayer = torch.nn.BatchNorm2d(3)\n"
    page = whole.post("/port", data={"source": torch}).text
    assert "1 calls ported" in page
    assert "eps is 1e-05 by default in PyTorch, epsilon 0.001 in TensorFlow: pass epsilon=1e-05." in page
    assert "No call of PyTorch or TensorFlow was found" in whole.post("/port", data={"source": "x = 1"}).text


def test_a_name_with_a_call_has_the_call(whole: TestClient) -> None:
    body = whole.get("/map", params={"torch": "nn.Linear(3, 64, bias=False)"}).json()
    assert body["call"]["code"] == "tf.keras.layers.Dense(64, use_bias=False)"
    assert body["answers"]
    assert whole.get("/map", params={"torch": "nn.Linear"}).json().get("call") is None
    body = whole.get("/map", params={"tf": "tf.math.top_k(x, k=2)"}).json()
    assert body["call"]["code"] == "top_k(x)"
    assert "values[..., :2]" in body["call"]["helpers"]


def run(database: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api", "port", "-", "--database", str(database), *options]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=False)


def test_command_line(whole_database: Path, tmp_path: Path) -> None:
    done = run(whole_database, SOURCE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("y = tf.maximum(x, 0)  # kept\n")
    left = run(whole_database, LEFT, "-o", str(tmp_path / "ported.py"))
    assert left.returncode == 1
    assert left.stderr.startswith("-:3:5: torch.not_a_name is left: ")
    assert "not_ported(" in (tmp_path / "ported.py").read_text()
    assert "-y = torch.clamp(x, min=0)  # kept" in run(whole_database, SOURCE, "--diff").stdout
    assert json.loads(run(whole_database, SOURCE, "--json").stdout)["calls"]
