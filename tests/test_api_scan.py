"""/scan: names followed, arguments bound, differences of this call only, broken and hostile sources."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.scan_source import MAX_SOURCE


def scanned(client: TestClient, source: str) -> Any:
    response = client.post("/scan", json={"source": source})
    assert response.status_code == 200, response.text
    return response.json()


def names(client: TestClient, source: str) -> list[tuple[str, str, int]]:
    return [(call["name"], call["certainty"], call["line"]) for call in scanned(client, source)["calls"]]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import torch.nn as nn\nnn.Conv2d(3, 6, 5)", ("torch.nn.Conv2d", "imported", 2)),
        ("from torch.nn import functional as G\nG.relu(x)", ("torch.nn.functional.relu", "imported", 2)),
        ("from torch import cat as join\njoin([a, b])", ("torch.cat", "imported", 2)),
        ("import torch\nj = torch.cat\nj([a, b])", ("torch.cat", "imported", 3)),
        ("F.relu(x)", ("torch.nn.functional.relu", "assumed", 1)),
        ("import torch\ny = torch.cat([a])\ny.view(3)", ("torch.Tensor.view", "inferred", 3)),
        ("def f(x: torch.Tensor):\n    return x.clamp(0, 1)", ("torch.Tensor.clamp", "inferred", 2)),
        ("y.view(3)", ("torch.Tensor.view", "uncertain", 1)),
        ("import torch\nx = torch.rand(3)\nz = x.clamp(0, 1) + 1\nz.view(3)", ("torch.Tensor.view", "inferred", 4)),
        ("import torch\nv, i = torch.topk(x, 3)\nv.view(3)", ("torch.Tensor.view", "inferred", 3)),
        ("import torch.nn as nn\nc = nn.Conv2d(3, 6, 5).to(d)\nc(x)[0].view(3)", ("torch.Tensor.view", "inferred", 3)),
        ("import torch\nn = torch.rand(3).item()\nn.view(3)", ("torch.Tensor.view", "uncertain", 3)),
        ("import tensorflow as tf\ntf.concat([a], 0)", ("tf.concat", "imported", 2)),
    ],
)
def test_names_are_followed(client: TestClient, source: str, found: tuple[str, str, int]) -> None:
    assert found in names(client, source)


@pytest.mark.parametrize("source", ["import numpy as np\nnp.clip(x, 0, 1)", "'a'.view(1)", "def nn(): pass\nnn()"])
def test_others_are_left_alone(client: TestClient, source: str) -> None:
    assert names(client, source) == []


def test_columns_count_characters(client: TestClient) -> None:
    (call,) = scanned(client, "import torch\n名字 = '张量😀'; y = torch.relu(x)\n")["calls"]
    line = "名字 = '张量😀'; y = torch.relu(x)"
    assert line[call["column"] - 1 : call["end_column"] - 1] == "torch.relu(x)"


def test_a_long_chain_of_methods_is_read_quickly(client: TestClient) -> None:
    began = time.monotonic()
    assert scanned(client, "import torch\ny = torch.relu(x)" + ".clamp(0, 1)" * 40)["calls"]
    assert time.monotonic() - began < 2


def texts(call: Any, group: str) -> str:
    return " ".join(item["text"] for item in call["differences"][group])


def test_only_differences_of_this_call(client: TestClient) -> None:
    wanted = "Where min is above max"
    both, one, unknown = scanned(
        client, "import torch\ntorch.clamp(x, 0, 1)\ntorch.clamp(x, min=0)\ntorch.clamp(x, *bounds)\n"
    )["calls"]
    assert wanted in texts(both, "applies")
    assert wanted not in texts(one, "applies") + texts(one, "depends") + texts(one, "general")
    assert wanted in texts(unknown, "depends")


def test_default_that_is_not_passed(client: TestClient) -> None:
    plain, passed = scanned(client, "from torch import optim\noptim.Adam(p)\noptim.Adam(p, eps=1e-7)")["calls"]
    assert "eps defaults to" in texts(plain, "applies")
    assert "eps defaults to" not in texts(passed, "applies")


def test_broken_source_is_read_around_the_error(client: TestClient) -> None:
    answer = scanned(client, "import torch\ntorch.cat([a, b])\nx = = 3\ndef f():\n    return torch.relu(x)\n")
    assert answer["error"]["line"] == 3
    assert answer["skipped_lines"] == [3]
    assert [(c["name"], c["line"]) for c in answer["calls"]] == [("torch.cat", 2), ("torch.relu", 5)]


def test_commands_of_a_notebook(client: TestClient) -> None:
    assert scanned(client, "%matplotlib inline\n!pip list\nimport torch\ntorch.relu(x)")["error"] is None


@pytest.mark.parametrize(
    "source", ["x" * (MAX_SOURCE + 1), "[" * 150 + "]" * 150, "-" * 50_000 + "1", "a" + ".b" * 5000, "1" + "+1" * 5000]
)
def test_limits(client: TestClient, source: str) -> None:
    response = client.post("/scan", json={"source": source})
    assert response.status_code in (200, 422)
    if response.status_code == 200:
        assert response.json()["error"]


PIECES = st.sampled_from(
    ["import torch\n", "torch.clamp(", "x", "'a'", "*10**9", ", ", ")", "\n    ", "def f(", ":\n", "\0", "%d", "=", "["]
)


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_hostile_sources_and_questions(client: TestClient, text: str) -> None:
    began = time.monotonic()
    assert client.post("/scan", json={"source": text}).status_code in (200, 422)
    assert client.get("/search", params={"q": text}).status_code in (200, 422)
    assert time.monotonic() - began < 2


@given(st.binary())
@settings(max_examples=50, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_bodies(client: TestClient, body: bytes) -> None:
    assert client.post("/scan", content=body).status_code in (200, 413, 422)
