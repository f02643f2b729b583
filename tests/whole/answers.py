"""Which of the names that people use have no answer: `python -m tests.whole.answers` prints them.

The names are in `names.yaml`. A name is answered if /map knows its twin, or says where to go because it belongs
to neither framework.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings

NAMES = Path(__file__).with_name("names.yaml")


def read_names() -> Iterator[tuple[str, str]]:
    """Every name with its side, `torch` or `tf`."""
    for side, names in yaml.safe_load(NAMES.read_text(encoding="utf-8")).items():
        for name in names:
            yield side, name


def unanswered(client: TestClient) -> list[str]:
    """The names without an answer, as `side=name: why`."""
    found: list[str] = []
    for side, name in read_names():
        response = client.get("/map", params={side: name})
        problem = {} if response.status_code == 200 else response.json()
        if problem and problem["type"] != "/problems/out-of-scope":
            found.append(f"{side}={name}: {problem['detail']}")
    return found


def main() -> int:
    with TestClient(create_app(Settings())) as client:
        found = unanswered(client)
    total = sum(1 for _ in read_names())
    print(*found, f"{total - len(found)} of {total} names are answered", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
