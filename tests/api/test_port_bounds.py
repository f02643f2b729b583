"""Porting any source takes bounded time and memory, and ends when nobody waits: over HTTP, MCP and in an address."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from mcp import Client

from api.app import create_app
from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.lsp.findings import Reader
from api.mcp import tools
from api.port.answer import LONGEST_CALL, is_call, port, port_call
from api.port.plan.library import Library
from api.settings import Settings
from api.source.budget import MAX_SECONDS, Budget, Cancelled, TooLarge
from tests.api.test_scan_bounds import HOSTILE as SCANNED
from tests.api.test_slow_clients import connect, port_of
from tests.support.live import serving

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
LOOPS = HEAD + "m=nn.Linear(2,2)\nopt=torch.optim.SGD(m.parameters(),lr=.1)\n"
HOSTILE = {
    "a tuple that doubles": HEAD + "x=(1,2)\n" + "x=(x,x)\n" * 60 + "torch.cat(x)\n",
    "a function that doubles": HEAD + "def f(x):\n return (x,x)\n" + "x=f(1)\n" + "x=f(x)\n" * 60 + "torch.cat(x)\n",
    "a list that grows": HEAD + "x=[1,2]\n" + "x=x+x\n" * 100 + "torch.zeros(x)\ntorch.zeros(9**9**9)\n",
    "a text that grows": HEAD + "s='a'*10**9\n" + "s=s+s\n" * 90 + "torch.tensor(s)\n",
    "calls in calls": HEAD + ("y=" + "torch.relu(" * 80 + "x" + ")" * 80 + "\n") * 20,
    "changes in place": HEAD + "a=torch.zeros(2)\n" + "b=a.view(2)\nb.add_(1)\na[0]=b\n" * 5000,
    "ways that come together": HEAD + "".join(f"a{n}={n}\n" for n in range(4000)) + "for a in x:\n b=a\n" * 6000,
    "one long name": f"import torch.{'x' * 100_000} as a\n" + "a();" * 20_000,
    "loops that train": LOOPS
    + "for x,y in d:\n opt.zero_grad()\n l=F.mse_loss(m(x),y)\n l.backward()\n opt.step()\n" * 2200,
    "losses behind a long block": LOOPS + "for a in b:\n" + " z=m(x)\n" * 9000 + "l.backward()\n" * 9000,
    "functions in functions": "".join(" " * n + f"def f{n}():\n" for n in range(80)) + " " * 80 + "x;" * 20_000,
    **{kind: SCANNED[kind] for kind in ("a name that grows", "many targets of a long comparison")},
}
ENOUGH = MAX_SECONDS + 6  # of processor time: the budget, and a step that had begun


@pytest.fixture(scope="module")
def catalogue(database: Path) -> Catalogue:
    return Catalogue(Database(database))


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_sources_are_ported_or_refused_in_time(catalogue: Catalogue, kind: str) -> None:
    began = time.process_time()
    written = 0
    with suppress(TooLarge):
        written = len(port(catalogue, HOSTILE[kind][:200_000]).source)
    assert time.process_time() - began < ENOUGH
    assert written < 10_000_000


def test_a_budget_of_time_ends_the_work(catalogue: Catalogue) -> None:
    with pytest.raises(TooLarge, match="takes more than 0 s"):
        port(catalogue, "import torch\n" + "torch.clamp(x, 0, 1)\n" * 200, budget=Budget(seconds=0))


def test_a_cancelled_port_ends(catalogue: Catalogue) -> None:
    budget = Budget()
    budget.cancel()
    with pytest.raises(Cancelled):
        port(catalogue, "import torch\n", budget=budget)


def test_a_call_in_an_address_is_short_and_takes_little(catalogue: Catalogue) -> None:
    """It is read aside, and what is no call is not read at all."""
    library = Library(catalogue)
    assert not is_call("nn.Conv2d")
    assert not is_call("x.view(")
    assert port_call(catalogue, f"torch.cat([{'x, ' * LONGEST_CALL}])", library) is None
    began = time.process_time()
    port_call(catalogue, "torch.cat([" + "torch.relu(" * 70 + "x" + ")" * 70 + "])", library)
    assert time.process_time() - began < 5


def test_the_language_server_reads_any_text_in_time(catalogue: Catalogue) -> None:
    reader = Reader(catalogue, "http://here")
    for source in SCANNED.values():
        began = time.process_time()
        with suppress(TooLarge):
            reader.calls(source[:200_000])
        assert time.process_time() - began < 5


class Endless:
    """Work that ends when its budget says so."""

    def __init__(self) -> None:
        self.begun, self.ended = Event(), Event()

    def __call__(self, *given: Any) -> None:
        budget = given[-1]
        self.begun.set()
        try:
            while True:
                budget.spend(0)
                time.sleep(0.01)
        finally:
            self.ended.set()


BODY = b'{"source": "torch.cat([x])"}'
POSTS = {
    "/port": b"POST /port HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    "/map": b"GET /map?torch=torch.cat([x]) HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("path", POSTS)
def test_a_client_that_goes_ends_its_port(database: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    endless = Endless()
    monkeypatch.setattr(
        f"api.http.routes{path.replace('/', '.')}.{'port' if path == '/port' else 'port_call'}", endless
    )
    with serving(create_app(Settings(database=database))) as live:
        with connect(port_of(live), POSTS[path]):
            assert endless.begun.wait(20)
            assert not endless.ended.is_set()
        assert endless.ended.wait(20)


def test_a_chatbot_that_goes_ends_its_port(
    database: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    endless = Endless()

    def ported(*given: Any) -> None:  # catalogue, source, library, budget
        endless(*given)

    monkeypatch.setattr(tools, "port", ported)

    async def ask(address: str) -> None:
        async with Client(f"{address}/mcp") as client:
            await client.call_tool("port_code", {"source": "x"})

    async def leave(address: str) -> None:
        asking = asyncio.ensure_future(ask(address))
        while not endless.begun.is_set():
            await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    with serving(create_app(Settings(database=database))) as live:
        asyncio.run(leave(live.address))
        assert endless.ended.wait(20)
        assert httpx.get(f"{live.address}/version", timeout=20).status_code == 200
    assert not [record for record in caplog.records if record.exc_info]
