"""/mcp, asked by the SDK's own client over HTTP; and the same questions on the command line."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client

from api.__main__ import main
from tests.support.live import Live


@pytest.fixture(scope="module")
def address(live: Live) -> str:
    return live.address


def call(address: str, tool: str, **arguments: str) -> Any:
    async def ask() -> Any:
        async with Client(f"{address}/mcp") as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(ask())


def test_tools_answer(address: str) -> None:
    assert "tf.keras.layers.Conv2D" in call(address, "map_name", name="nn.Conv2d").content[0].text
    assert "torch.cat" in call(address, "map_name", name="torch.catt").content[0].text
    results = call(address, "search", query="join tensors").structured_content["results"]
    assert results[0]["id"] == "torch.cat"
    document = call(address, "fetch", id=results[0]["id"]).structured_content
    assert document["text"] == httpx.get(f"{address}/torch.cat.md").text
    assert call(address, "fetch", id="nope").is_error
    source = "import torch\ntorch.cat([a])"
    told = call(address, "scan_code", source=source).structured_content
    assert told == httpx.post(f"{address}/scan", json={"source": source}).json()


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_foreign_hosts_and_origins_are_refused(address: str, header: dict[str, str]) -> None:
    accept = {"Accept": "application/json, text/event-stream", **header}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert httpx.post(f"{address}/mcp", json=body, headers=accept).status_code in (403, 421)


def test_command_line(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWINTENSOR_DATABASE", str(database))
    source = tmp_path / "model.py"
    source.write_text("import torch\ny = torch.cat([a, b])\n", encoding="utf-8")
    assert main(["map", "nn.Conv2d"]) == 0
    assert "tf.keras.layers.Conv2D" in capsys.readouterr().out
    assert main(["map", "tf.concat", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"][0]["mapping"]["id"] == "torch.cat"
    assert main(["map", "torch.cat([a, b], 1)"]) == 0
    assert "## The call\n\n```python\n" in capsys.readouterr().out
    assert main(["map", "nn.Conv9d"]) == 1
    assert main(["search", "join tensors"]) == 0
    assert main(["search", "qqqqzzzz"]) == 1
    assert main(["scan", str(source)]) == 0
    assert "model.py:2:5: torch.cat -> tf.concat" in capsys.readouterr().out
    assert main(["scan", str(tmp_path / "none.py")]) == 2
    with pytest.raises(SystemExit, match="2"):
        main(["map"])


def test_map_name_finds_the_framework_and_errors_speak_of_tools(address: str) -> None:
    assert "torch.cat" in call(address, "map_name", name="tf.concat").content[0].text
    assert "/map?" not in call(address, "map_name", name="torch.catt").content[0].text


def test_titles_say_the_twin_and_addresses_follow_the_host(address: str) -> None:
    first = call(address, "search", query="join two tensors").structured_content["results"][0]
    assert first["title"].startswith("torch.cat -> tf.concat: ")
    assert first["url"].startswith(address.removesuffix("/mcp"))


def test_a_scan_in_brief_has_a_line_for_each_call(address: str) -> None:
    told = call(address, "scan_summary", source="import torch\ny = torch.clamp(x, 1, 2)\n").content[0].text
    assert told.splitlines()[0] == "2:5: torch.clamp -> tf.clip_by_value [imported]"
    assert "pitfall: Where min is above max" in told
    assert call(address, "scan_summary", source="x = 1").content[0].text.startswith("No call")


def refused(address: str, body: object) -> bool:
    """Whether a body is too large. The server may end the connection before all of it is sent."""
    try:
        return httpx.post(address, json=body, timeout=20).status_code == 413
    except httpx.WriteError:
        return True


@pytest.mark.parametrize(("tool", "argument"), [("map_name", "name"), ("search", "query"), ("fetch", "id")])
def test_huge_texts_are_refused_and_others_go_on(address: str, tool: str, argument: str) -> None:
    """A megabyte reaches the tool, which refuses it; 4 MB, which once held everybody up, are not even read."""
    began = time.process_time()
    assert call(address, tool, **{argument: "nn.Conv2d " * 100_000}).is_error
    assert refused(f"{address}/mcp", {"params": {"arguments": {argument: "nn.Conv2d " * 400_000}}})
    assert time.process_time() - began < 10  # client and server together
    assert httpx.get(f"{address}/version", timeout=20).status_code == 200


def test_nobody_is_held_who_asks_for_news(address: str) -> None:
    """There are none; a stream of them would stay open as long as its client."""
    answer = httpx.get(f"{address}/mcp", headers={"Accept": "text/event-stream"}, timeout=10)
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"DELETE", "POST"})
