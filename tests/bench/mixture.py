"""What readers really ask, all at once and for long: look-ups, searches and pages, of one worker and of two."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from urllib.parse import quote

from api.lookup.database import Database
from tests.bench.load import ask
from tests.bench.process import server
from tests.bench.quality import read_queries

CONNECTIONS = 16
NAMES = 100  # look-ups and pages, spread over the whole dataset


def endurance(database: Path, seconds: float) -> None:
    """Print what each set-up did in a time. Any status but 200 ends the run with a RuntimeError."""
    paths = mixture(database)
    print(f"\n{len(paths)} addresses mixed, {CONNECTIONS} connections, {seconds:.0f} s each")
    for workers in (1, 2):
        for megabytes, how in ((16, "as served"), (0, "each anew")):
            environment = {"TWINTENSOR_WORKERS": str(workers), "TWINTENSOR_RESPONSE_CACHE_MEGABYTES": str(megabytes)}
            with server(["-m", "api"], database, environment=environment) as (_, port):
                load = asyncio.run(ask(port, paths, connections=CONNECTIONS, seconds=seconds))
            who = "1 worker, " if workers == 1 else f"{workers} workers,"
            p50, p99, longest = (time * 1e3 for time in (load.p50, load.p99, max(load.latencies)))
            print(f"{who} {how} {load.requests:8} requests, 0 errors, {load.rate:5.0f} a second", end="   ")
            print(f"p50 {p50:5.1f} ms   p99 {p99:6.1f} ms   longest {longest:5.0f} ms")


def mixture(database: Path) -> list[str]:
    """Addresses in an order by chance that is the same each time."""
    opened = Database(database)
    every = [item.id for item in opened.summaries.values()]
    opened.close()
    ids = every[:: max(1, len(every) // NAMES)]
    paths = [f"/map?{'torch' if name.startswith('torch') else 'tf'}={name}" for name in ids]
    paths += [f"/{name}" for name in ids] + [f"/search?q={quote(query.ask)}" for query in read_queries()]
    paths += ["/", "/modules", "/coverage", "/differences", "/llms.txt", "/version"]
    return random.Random(1).sample(paths, len(paths))
