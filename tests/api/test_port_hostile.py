"""/port on texts that are no Python, or hardly: answered, and what cannot be read stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

BROKEN = "import torch\n\ndef f(x):\n    ¼é ) broken(\n    return torch.clamp(x, 0, 1)\n"


def ported(client: TestClient, source: str, to: str = "tf") -> str:
    answer = client.post("/port", json={"source": source, "to": to})
    assert answer.status_code == 200, answer.text
    text: str = answer.json()["source"]
    return text


def test_a_line_that_cannot_be_read_stays(client: TestClient) -> None:
    text = ported(client, BROKEN)
    assert "    ¼é ) broken(\n" in text
    assert "    return torch.clamp(x, 0, 1)\n" not in text


@pytest.mark.parametrize(
    "source",
    [
        "\u00bc\x1c\xad)\xe8!P",
        "x = 1\ry = torch.abs(x)\r\nz = )\r\n",
        "\x0cimport torch\n\x0c\ttorch.abs(é\n",
        "%time x = (\n",
        "import torch\nf'{torch.cat([x])!r:{torch.relu(1)}}'\n",
        "import torch\nf'{1:{torch.relu(1)}}'\n",
        "",
    ],
)
@pytest.mark.parametrize("to", ["tf", "torch"])
def test_odd_texts_are_answered(client: TestClient, source: str, to: str) -> None:
    ported(client, source, to)


@given(st.text(alphabet="xé¼𝒙()[]:=.,# \n\r\t\x0c\x1c\\'\"%!torch", max_size=60))
def test_any_text_is_answered(client: TestClient, source: str) -> None:
    ported(client, source)


@given(st.text(alphabet="xé¼𝒙()[]:=.,# \n\r\t\x0c\x1c\\'\"%!+-<tfkeras", max_size=60))
def test_any_text_is_answered_in_the_other_direction(client: TestClient, source: str) -> None:
    ported(client, source, "torch")


def test_a_format_with_parts_is_ported(client: TestClient) -> None:
    text = ported(client, "import torch\nprint(f'{1:{torch.cat([n])}}')\n").replace("'", '"')
    assert 'f"{1:{' in text
    assert "torch.cat" not in text
