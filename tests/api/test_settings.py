"""Settings as people write them: they work, or the message says what to write."""

from __future__ import annotations

import pytest

from api.__main__ import main
from api.settings import Settings


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ("example.com", ["example.com"]),
        ("example.com, example.org:*", ["example.com", "example.org:*"]),
        ('["example.com"]', ["example.com"]),
        ("", []),
    ],
)
def test_lists_are_words_or_json(monkeypatch: pytest.MonkeyPatch, given: str, hosts: list[str]) -> None:
    monkeypatch.setenv("TWINTENSOR_MCP_HOSTS", given)
    assert Settings().mcp_hosts == hosts


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("HOST", "", "0.0.0.0 for all"),
        ("HOST", " ", "0.0.0.0 for all"),
        ("MCP_HOSTS", "[example.com", "mcp_hosts"),
        ("PORT", "many", "port"),
    ],
)
def test_wrong_settings_are_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"TWINTENSOR_{name}", value)
    assert main(["health"]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_version_6_of_ip(host: str) -> None:
    assert Settings(host=host).host == "::1"
