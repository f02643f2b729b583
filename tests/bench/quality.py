"""How good the search is: labelled queries, one half for tuning, the other set aside.

`python -m tests.bench.quality DATABASE` prints the figures; with `--misses` also the queries of the half for tuning
whose first result is wrong. There is no way to print those of the other half, and that is on purpose.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Literal, get_args

import yaml

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.search.results import Filters, Search
from loader.publish.document import MappingBrief

QUERIES = Path(__file__).with_name("queries.yaml")
DEEPEST = 20  # a right result further down counts as none
HEADER = "     n    MRR  hit@1  hit@5    "
Half = Literal["tuned", "held out"]


@dataclass(frozen=True)
class Query:
    """What somebody types, and the ids of the mappings that answer it."""

    kind: str
    half: Half
    ask: str
    want: frozenset[str]


@dataclass(frozen=True)
class Score:
    """Means over some queries; all between 0 and 1."""

    queries: int
    mrr: float
    hit1: float
    hit5: float


def read_queries(path: Path = QUERIES) -> list[Query]:
    """All queries; within each kind every second one is set aside."""
    kinds: dict[str, list[dict[str, list[str]]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Query(kind, "held out" if position % 2 else "tuned", str(item["ask"]), frozenset(item["want"]))
        for kind, items in kinds.items()
        for position, item in enumerate(items)
    ]


def place(search: Search, query: Query) -> int | None:
    """Which result is the first right one, counted from 1."""
    found = search.find(query.ask, Filters(), limit=DEEPEST).results
    return next((position for position, one in enumerate(found, start=1) if query.want & _about(one.mapping)), None)


def _about(mapping: MappingBrief) -> set[str]:
    """A file about a name of TensorFlow is right where its twin is: they are two views of one answer."""
    return {mapping.id, mapping.torch} if mapping.side == "tf" and mapping.torch else {mapping.id}


def score(places: Iterable[int | None]) -> Score:
    """The figures of some queries. Raises ValueError for none."""
    known = list(places)
    if not known:
        raise ValueError("there are no queries to score")
    return Score(
        queries=len(known),
        mrr=fmean(1 / p if p else 0.0 for p in known),
        hit1=fmean(p == 1 for p in known),
        hit5=fmean(p is not None and p <= 5 for p in known),
    )


def table(catalogue: Catalogue) -> str:
    """The figures of both halves, for each kind of query and for all.

    The data have questions of their own; a query may be one of them by chance. The last line leaves those out.
    """
    queries = read_queries()
    search = Search(catalogue)
    places = {query: place(search, query) for query in queries}
    asked = _questions(catalogue)
    rows: dict[str, list[Query]] = {}
    for query in queries:
        rows.setdefault(query.kind, []).append(query)
    rows["all"] = queries
    rows["in other words"] = [query for query in queries if query.ask.lower() not in asked]
    lines = [" " * 16 + "".join(f"{half:<32}" for half in get_args(Half)).rstrip(), " " * 14 + HEADER + HEADER.rstrip()]
    for name, chosen in rows.items():
        scores = [score(places[query] for query in chosen if query.half == half) for half in get_args(Half)]
        cells = "".join(f"{s.queries:6} {s.mrr:6.3f} {s.hit1:6.2f} {s.hit5:6.2f}    " for s in scores)
        lines.append(f"{name:<14}{cells}".rstrip())
    return "\n".join(lines)


def _questions(catalogue: Catalogue) -> set[str]:
    database = catalogue.database
    return {
        text.lower() for number in database.summaries for text in json.loads(database.document(number))["questions"]
    }


def search_times(catalogue: Catalogue) -> list[float]:
    """Seconds that the whole answer to each query takes, without HTTP. The words are read beforehand."""
    search = Search(catalogue)
    times: list[float] = []
    for text in ["warm up", *(query.ask for query in read_queries())]:
        started = time.perf_counter()
        search.find(text, Filters(), limit=20).model_dump_json()
        times.append(time.perf_counter() - started)
    return times[1:]


def misses(catalogue: Catalogue) -> str:
    """The queries of the half for tuning whose first result is wrong, each with what was found."""
    search = Search(catalogue)
    lines: list[str] = []
    for query in read_queries():
        if query.half == "tuned" and (found := place(search, query)) != 1:
            first = search.first(query.ask, 3)
            lines.append(f"{query.kind}: {query.ask!r} right at {found}, first {', '.join(first) or 'nothing'}")
    return "\n".join(lines)


def main() -> None:
    """Print the figures for a built database."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--misses", action="store_true", help="queries for tuning whose first result is wrong")
    options = parser.parse_args()
    catalogue = Catalogue(Database(options.database))
    print(table(catalogue))
    times = search_times(catalogue)
    print(f"p50 {median(times) * 1e3:.2f} ms, slowest {max(times) * 1e3:.1f} ms")
    if options.misses:
        print(misses(catalogue))


if __name__ == "__main__":
    main()
