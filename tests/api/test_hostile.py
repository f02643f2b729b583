"""Hostile questions, as large as they may be: an answer or a clear refusal, in time, in bounded memory."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.source.parse import MAX_SOURCE
from tests.bench.process import resident, server

SECONDS = 3.0  # of processor time, for one question
MEGABYTES = 500  # of the whole server, whatever is asked
ORDINARY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NESTED = st.builds(
    lambda pair, depth: pair[0] * depth + pair[1] * depth,
    st.sampled_from([("(", ")"), ("[", "]"), ("f(", ")"), ("{1:", "}"), ("lambda:", ""), ("not ", "x"), ("-", "1"),
                     ("if x:\n ", ""), ("f'{", "}'"), ('"', '"'), ("NEAR(", ")")]),
    st.integers(1, 3000),
)  # fmt: skip
NUMBERS = st.one_of(st.integers(), st.integers(10, 5000).map(lambda n: "9" * n), st.floats()).map(str)
CONTROL = st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp"]), max_size=50)
OPERATORS = st.sampled_from(
    ['"', "'", "*", "^", "-", "+", ":", "(", ")", "{", "}", " AND ", " OR ", " NOT ", " NEAR(a b, 3) ", "words:", "\\",
     "%", "_", "?", ";", "--", "/*", "\0", "a*", '""', "💥", "张", "\u202e", "\ufffe", "import torch\n", "torch.clamp(",
     "x", "*10**9", ", ", "\n    ", "def f(", ":\n", "=", "!ls\n", "%time "]
)  # fmt: skip
PIECE = st.one_of(OPERATORS, CONTROL, NUMBERS, NESTED, st.text(max_size=100))
TEXT = st.one_of(
    st.text(), st.lists(PIECE, max_size=30).map("".join), st.builds(lambda piece: (piece * 10_000)[:10_000], PIECE)
)


class Watch:
    """Fails if more processor time than allowed was used: other programs of the machine do not count."""

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        assert time.process_time() - self._began < SECONDS


@ORDINARY
@given(TEXT)
def test_any_text_is_a_question(client: TestClient, text: str) -> None:
    text = text.encode()[:10_000].decode(errors="ignore")
    with Watch():
        for path, parameters in (("/search", {"q": text}), ("/map", {"torch": text}), ("/map", {"tf": text})):
            response = client.get(path, params=parameters)
            assert response.status_code in (200, 404, 422)
            if response.status_code == 422:
                assert response.json()["errors"] or response.json()["detail"]


@ORDINARY
@given(st.dictionaries(st.sampled_from(["q", "limit", "offset", "module", "kind", "relation", "nothing"]), PIECE))
def test_any_parameters_are_answered_or_refused(client: TestClient, parameters: dict[str, str]) -> None:
    with Watch():
        assert client.get("/search", params=parameters).status_code in (200, 422)


@ORDINARY
@given(st.binary(max_size=300))
def test_any_bytes_are_a_question(client: TestClient, raw: bytes) -> None:
    for path in ("/search?q=", "/map?torch=", "/"):
        assert client.get(path + quote_from_bytes(raw, safe="")).status_code < 500


@ORDINARY
@given(TEXT)
def test_any_text_is_a_source(client: TestClient, text: str) -> None:
    with Watch():
        assert client.post("/scan", content=json.dumps({"source": text})).status_code in (200, 422)


@ORDINARY
@given(st.one_of(st.binary(), NESTED.map(str.encode), PIECE.map(lambda text: json.dumps([text]).encode())))
def test_any_body_is_answered_or_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/scan", content=body).status_code in (200, 413, 422)


LONGEST = [
    "= =\n",
    "x.view(1)\n",
    "名.view(1);",
    "x,",
    "@f\n",
    "\\\n",
    "nn.Conv2d(3,6,5)\n",
    "[0]",
    "(",
    "if x:\n = =\n",
]


@pytest.mark.parametrize("piece", LONGEST)
def test_the_longest_sources_are_read_in_time(client: TestClient, piece: str) -> None:
    with Watch():
        response = client.post("/scan", json={"source": piece * (MAX_SOURCE // len(piece))})
    assert response.status_code in (200, 422)


def test_memory_is_bounded(database: Path) -> None:
    """The longest sources from several clients at once, then bodies beyond the limit; searches go on meanwhile."""
    # A connection each: one that waited for its next request may be closed by the server just as it is sent.
    apart = httpx.Limits(max_keepalive_connections=0)
    with (
        server(["-m", "api"], database) as (process, port),
        httpx.Client(verify=False, timeout=120, limits=apart) as client,
    ):
        address = f"http://127.0.0.1:{port}"

        def scan(piece: str) -> int:
            return client.post(f"{address}/scan", json={"source": piece * (MAX_SOURCE // len(piece))}).status_code

        with ThreadPoolExecutor(4) as pool:
            answers = pool.map(scan, LONGEST)
            searches = [client.get(f"{address}/search", params={"q": f"relu {n}"}).status_code for n in range(20)]
            assert set(answers) <= {200, 422}
        assert set(searches) == {200}
        for _ in range(3):
            assert client.post(f"{address}/scan", content=b" " * 20_000_000).status_code == 413
        assert resident(process) < MEGABYTES
