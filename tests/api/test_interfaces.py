"""The same question at every interface: curl, an MCP client and the command line answer alike."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client

from api.__main__ import main
from tests.support.live import Live

SOURCES = [
    "import torch\ny = torch.clamp(x, 0, 1).view(3)\n",
    "import tensorflow as tf\ntf.concat([a, b], 0)\n",
    "import torch\nx = = 3\ntorch.relu(x)\n",
    "%matplotlib inline\nF.relu(x)\n",
    "",
]


def curl(live: Live, path: str, **parameters: str | int) -> httpx.Response:
    """A plain request, as curl sends it."""
    return httpx.get(
        f"{live.address}{path}", params=parameters or None, headers={"User-Agent": "curl/8", "Accept": "*/*"}
    )


def tool(live: Live, called: str, /, **arguments: str | int) -> Any:
    """The result of an MCP tool."""

    async def ask() -> Any:
        async with Client(f"{live.address}/mcp") as client:
            return await client.call_tool(called, arguments)

    return asyncio.run(ask())


def said(result: Any) -> str:
    """The text of a tool's result."""
    return "\n".join(part.text for part in result.content)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Exit code and JSON of the command line."""
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def _offline(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINTENSOR_DATABASE", str(database))


@pytest.mark.parametrize(
    ("side", "name"),
    [("torch", "nn.Conv2d"), ("torch", "torch.concat"), ("torch", "x.clamp_("), ("torch", "relu"), ("tf", "tf.concat")],
)
def test_names(live: Live, capsys: pytest.CaptureFixture[str], side: str, name: str) -> None:
    asked = curl(live, "/map", **{side: name})
    answers = asked.json()["answers"]
    pages = [f"({a['why']})\n\n{curl(live, '/' + a['mapping']['id'] + '.md').text}" for a in answers]
    assert said(tool(live, "map_name", name=name, framework=side, limit=3)) == "\n\n".join(pages)
    assert said(tool(live, "map_name", name=name, framework=side)) == pages[0]
    options = ["--tf"] if side == "tf" else []
    assert command(capsys, "map", name, *options) == (0, asked.json())


@pytest.mark.parametrize(
    "name", ["torch.catt", "nn.Conv9d", "torch.cumsum", "torchvision.transforms.ToTensor", "", "\0"]
)
def test_names_without_an_answer(live: Live, capsys: pytest.CaptureFixture[str], name: str) -> None:
    asked = curl(live, "/map", torch=name)
    assert asked.status_code == 404
    result = tool(live, "map_name", name=name)
    assert result.is_error
    assert asked.json()["detail"] in said(result)
    assert [s["name"] for s in asked.json()["suggestions"] if s["name"] not in said(result)] == []
    assert command(capsys, "map", name) == (1, asked.json())


@pytest.mark.parametrize("query", ["join tensors", "relu", "conv2d(", "张量拼接", "joinn", "qqqqzzzz", '"a* NEAR(', ""])
def test_searches(live: Live, capsys: pytest.CaptureFixture[str], query: str) -> None:
    asked = curl(live, "/search", q=query).json()
    results = tool(live, "search", query=query).structured_content["results"]
    assert [r["id"] for r in results] == [r["mapping"]["id"] for r in asked["results"]][: len(results)]
    assert len(results) == min(10, asked["total"])
    code, told = command(capsys, "search", query)
    assert (code, told) == (0 if asked["total"] else 1, asked)


def test_what_is_found_can_be_fetched_by_id_and_by_address(live: Live) -> None:
    for result in tool(live, "search", query="relu").structured_content["results"]:
        document = tool(live, "fetch", id=result["id"]).structured_content
        path = httpx.URL(document["url"]).path
        assert (document["id"], document["url"]) == (result["id"], result["url"])
        assert document["text"] == curl(live, path).text
        assert document["title"] == curl(live, f"/mappings/{result['id']}").json()["summary"]


def test_an_unknown_id_is_an_error_at_both_interfaces(live: Live) -> None:
    asked = curl(live, "/mappings/torch.catt")
    result = tool(live, "fetch", id="torch.catt")
    assert asked.status_code == 404
    assert result.is_error
    assert asked.json()["detail"].replace("/map understands", "map_name understands") in said(result)


@pytest.mark.parametrize("source", SOURCES)
def test_scans(live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str) -> None:
    asked = httpx.post(f"{live.address}/scan", json={"source": source}).json()
    assert tool(live, "scan_code", source=source).structured_content == asked
    file = tmp_path / "model.py"
    file.write_text(source, encoding="utf-8")
    assert command(capsys, "scan", str(file)) == (0 if asked["calls"] else 1, asked)


def test_a_source_that_is_too_deep_is_refused_alike(live: Live) -> None:
    source = "f(" * 120 + "x" + ")" * 120
    asked = httpx.post(f"{live.address}/scan", json={"source": source})
    result = tool(live, "scan_code", source=source)
    assert asked.status_code == 422
    assert result.is_error
    assert asked.json()["detail"] in said(result)
