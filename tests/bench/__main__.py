"""`python -m tests.bench`: what the server does in a second, what it needs, and how the build grows."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from loader.database.build import build, read_inputs
from loader.proof.evidence import FOLDER
from tests.bench import porting
from tests.bench.load import Load, ask
from tests.bench.loading import comparison
from tests.bench.mixture import CONNECTIONS, endurance
from tests.bench.process import resident, server
from tests.bench.quality import search_times, table

ROUNDS = 5
TARGET = 0.75
QUERIES = ("conv", "join+two+tensors", "normalization+layer", "%E5%BC%A0%E9%87%8F", "relu", "learning+rate", "maximum")


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--mappings", type=Path, default=Path("mappings"))
    parser.add_argument("--evidence", type=Path, default=FOLDER)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one round")
    parser.add_argument("--load-seconds", type=float, default=60.0, help="length of the mixed load, for each set-up")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 10, 50], help="the dataset so many times over")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = build(read_inputs(options.mappings, options.evidence), folder / "twintensor.sqlite").path
        quality(database)
        print(f"{porting.table(Catalogue(Database(database)))}\n")
        starting(database)
        rates(database, options.seconds)
        endurance(database, options.load_seconds)
        print(f"\n{comparison()}")
        growth(options.mappings, options.evidence, folder, options.copies)


def quality(database: Path) -> None:
    """How good the search is, by labelled queries."""
    print(table(Catalogue(Database(database))))
    print("(target: MRR 0.93 and hit@5 0.99 of all that are held out)\n")


def starting(database: Path) -> None:
    """Server start to first answer, and resident memory then and after some thousand requests."""
    times: list[float] = []
    for _ in range(3):
        started = time.perf_counter()
        with server(["-m", "api"], database) as (process, port):
            times.append(time.perf_counter() - started)
            fresh = resident(process)
            asyncio.run(ask(port, ["/modules", "/search?q=conv"], connections=4, seconds=1))
            used = resident(process)
    print(f"start to first answer   {median(times):8.2f} s   (target: under 1 s)")
    print(f"resident memory         {fresh:8.0f} MB, {used:.0f} MB after requests   (target: under 150 MB)")


def rates(database: Path, seconds: float) -> None:
    """Requests per second of /map beside routes that return the same bytes, in turn, and of /search."""
    with server(["-m", "tests.bench.servers"], database, positional=True) as (_, port):
        name = _sample(port)
        paths = {
            "/map, asked before": f"/map?{name}",
            "/map, answered anew": f"/fresh/map?{name}",
            "FastAPI route in the application": "/fresh/same",
            "FastAPI route, nothing around it": "/plain/map",
            "Starlette route, nothing around it": "/bare/map",
        }
        size = len(urllib.request.urlopen(f"http://127.0.0.1:{port}/plain/map", timeout=5).read())
        print(f"\n{CONNECTIONS} connections, {size} bytes each, median of {ROUNDS} rounds in turn, one process")
        rounds: dict[str, list[Load]] = {label: [] for label in paths}
        for _ in range(ROUNDS):
            for label, path in paths.items():
                rounds[label].append(asyncio.run(ask(port, [path], connections=CONNECTIONS, seconds=seconds)))
        medians = {label: median(load.rate for load in loads) for label, loads in rounds.items()}
        before, anew, inside, plain, bare = medians.values()
        for label, rate in medians.items():
            p99 = median(load.p99 for load in rounds[label])
            print(f"{label:<34} {rate:8.0f} requests/s   p99 {p99 * 1e3:6.1f} ms")
        print(f"to the FastAPI route: {before / plain:.2f} asked before, {anew / plain:.2f} anew (target: {TARGET}),")
        print(
            f"to the same in the application: {anew / inside:.2f} anew; to Starlette: {before / bare:.2f} asked before"
        )
        searches = [f"/fresh/search?q={query}" for query in QUERIES]
        searching = asyncio.run(ask(port, searches, connections=1, seconds=seconds))
        label = "/search, one connection, anew"
        print(f"{label:<34} {searching.rate:8.0f} requests/s   p50 {searching.p50 * 1e3:6.1f} ms")


def growth(mappings: Path, evidence: Path, folder: Path, copies: Sequence[int]) -> None:
    """Build time and memory of synthetic copies, each in a process of its own, and how long a search takes in them."""
    print("\ncopies  mappings   build    per mapping   memory   database   search p50   p99")
    for times in copies:
        target = folder / str(times)
        target.mkdir()
        command = [sys.executable, "-m", "tests.bench.copies", str(mappings), str(evidence), str(times), str(target)]
        result = subprocess.run(command, check=True, capture_output=True, text=True)
        told = json.loads(result.stdout)
        each = told["build"] / told["mappings"] * 1e3
        searching = search_times(Catalogue(Database(target / "copies.sqlite")))
        print(
            f"{times:6} {told['mappings']:9} {told['build']:7.2f} s {each:10.2f} ms "
            f"{told['memory']:8.0f} MB {told['size'] / 1e6:7.1f} MB "
            f"{median(searching) * 1e3:9.2f} ms {quantiles(searching, n=100)[98] * 1e3:6.1f} ms"
        )
    print("(target: at ten times the data 250 MB; search p50 under 2 ms, at 50 times the data under 10 ms)")


def _sample(port: int) -> str:
    """The name that the servers agree on: see `tests.bench.servers`."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/plain/map", timeout=5) as response:
        answer = json.load(response)["answers"][0]
    return f"{answer['side']}={answer['name']}"


if __name__ == "__main__":
    main()
