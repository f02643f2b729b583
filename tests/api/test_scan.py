"""/scan: names followed, arguments bound, differences of this call only, broken and hostile sources."""

from __future__ import annotations

import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.source.notebook import without_magics
from api.source.parse import MAX_SOURCE


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
    said = "eps is 1e-08 by default in PyTorch, epsilon 1e-07 in TensorFlow: pass epsilon=1e-08."
    assert said in texts(plain, "applies")
    assert said not in texts(passed, "applies")


def test_broken_source_is_read_around_the_error(client: TestClient) -> None:
    answer = scanned(client, "import torch\ntorch.cat([a, b])\nx = = 3\ndef f():\n    return torch.relu(x)\n")
    assert answer["error"]["line"] == 3
    assert answer["skipped_lines"] == [3]
    assert [(c["name"], c["line"]) for c in answer["calls"]] == [("torch.cat", 2), ("torch.relu", 5)]


COMMANDS = [
    "%matplotlib inline",
    "%load_ext autoreload\n%autoreload 2",
    "!pip install -q 'torch",
    "!apt-get install \\\n    it's \\\n    here",
    "pip install torch --upgrade",
    "?torch.cat",
    "torch.cat?",
    "torch.nn.*?",
    "nn??  ",
    "files = !ls *.py",
    "a, b = %sql SELECT 'x",
    "if ready:\n    !nvidia-smi\n    %cd ..",
    "%%time",
    "%%writefile model.py",
    "%%capture out",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_a_notebook_are_passed_over(client: TestClient, command: str) -> None:
    before = "" if command.startswith("%%") else "import torch\nt = '''\n%d\n'''\n"
    rest = "y = torch.relu(x\n    % torch.cat([a])) \\\n    % 3; 名 = torch.clamp(y, 0)"
    answer = scanned(client, f"{before}{command}\n{rest}\n")
    assert (answer["error"], answer["skipped_lines"]) == (None, [])
    line = (before + command).count("\n") + 2
    assert [(c["name"], c["line"], c["column"]) for c in answer["calls"]] == [
        ("torch.relu", line, 5),
        ("torch.cat", line + 1, 7),
        ("torch.clamp", line + 2, 14),
    ]


@pytest.mark.parametrize(
    "command", ["%time ", "%timeit  ", "%%timeit -n 10 -r 3 ", "%prun -l 5 ", "    %time y = ", "%time torch.relu("]
)
def test_what_a_command_runs_is_read_where_it_stands(client: TestClient, command: str) -> None:
    head = "if x:\n" if command.startswith(" ") else "\n"
    answer = scanned(client, f"{head}{command}torch.cat([a, b]{')' if '(' in command else ''})\n")
    assert answer["error"] is None
    assert ("torch.cat", 2, len(command) + 1) in [(c["name"], c["line"], c["column"]) for c in answer["calls"]]


@pytest.mark.parametrize("cell", ["%%bash\ntorch.relu(x)", "\n%%html\n<b>torch.relu(x)</b>", "%%!\nls 'x"])
def test_a_cell_in_another_language_has_no_calls(client: TestClient, cell: str) -> None:
    answer = scanned(client, cell)
    assert (answer["calls"], answer["error"], answer["skipped_lines"]) == ([], None, [])


def test_an_error_between_commands_keeps_its_place(client: TestClient) -> None:
    answer = scanned(client, "%matplotlib inline\nimport torch\nx = = 3\n!ls\ntorch.relu(x)\n")
    assert (answer["error"]["line"], answer["error"]["column"], answer["skipped_lines"]) == (3, 5, [3])
    assert [(c["name"], c["line"]) for c in answer["calls"]] == [("torch.relu", 5)]


HOSTILE = [
    '\\"',
    "\\'",
    '"""\\',
    "'''\"",
    "!",
    "\n!x",
    "\n%time ",
    "a?\n",
    "(",
    "\n =",
    "a ",
    "-n 1 ",
    "\\\n",
    "\n%x \\",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_commands_are_read_in_time(piece: str) -> None:
    text = "%time " + piece * (MAX_SOURCE // len(piece))
    began = time.process_time()  # other programs of the machine do not count
    assert without_magics(text).count("\n") == text.count("\n")
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    "source", ["x" * (MAX_SOURCE + 1), "[" * 150 + "]" * 150, "-" * 50_000 + "1", "a" + ".b" * 5000, "1" + "+1" * 5000]
)
def test_limits(client: TestClient, source: str) -> None:
    response = client.post("/scan", json={"source": source})
    assert response.status_code in (200, 422)
    if response.status_code == 200:
        assert response.json()["error"]
