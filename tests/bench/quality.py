"""How good the search is: labelled queries, one half for tuning, the other set aside.

`python -m tests.bench.quality DATABASE` prints the figures; with `--misses` also the queries of the half for tuning
whose first result is wrong. There is no way to print those of the other half, and that is on purpose.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Literal, get_args

import yaml

from api.queries import Database
from api.search import rank

QUERIES = Path(__file__).with_name("queries.yaml")
DEEPEST = 20  # a right result further down counts as none
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


def place(database: Database, query: Query) -> int | None:
    """Which result is the first right one, counted from 1."""
    found = [database.listed[number].id for number, _ in rank(database, query.ask)[:DEEPEST]]
    return next((position for position, name in enumerate(found, start=1) if name in query.want), None)


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


def table(database: Database) -> str:
    """The figures of both halves, for each kind of query and for all."""
    queries = read_queries()
    places = {query: place(database, query) for query in queries}
    lines = ["kind           " + "".join(f"{half:<32}" for half in get_args(Half)).rstrip()]
    lines.append(" " * 13 + "     n    MRR  hit@1  hit@5    " * 2)
    for kind in [*dict.fromkeys(query.kind for query in queries), "all"]:
        cells = []
        for half in get_args(Half):
            chosen = [q for q in queries if q.half == half and kind in (q.kind, "all")]
            found = score(places[q] for q in chosen)
            cells.append(f"{found.queries:6} {found.mrr:6.3f} {found.hit1:6.2f} {found.hit5:6.2f}    ")
        lines.append((f"{kind:<13}" + "".join(cells)).rstrip())
    return "\n".join(lines)


def misses(database: Database) -> str:
    """The queries of the half for tuning whose first result is wrong, each with what was found."""
    lines: list[str] = []
    for query in read_queries():
        if query.half == "tuned" and (found := place(database, query)) != 1:
            first = [database.listed[number].id for number, _ in rank(database, query.ask)[:3]]
            lines.append(f"{query.kind}: {query.ask!r} right at {found}, first {', '.join(first) or 'nothing'}")
    return "\n".join(lines)


def main() -> None:
    """Print the figures for a built database."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--misses", action="store_true", help="queries for tuning whose first result is wrong")
    options = parser.parse_args()
    database = Database(options.database)
    print(table(database))
    if options.misses:
        print(misses(database))


if __name__ == "__main__":
    main()
