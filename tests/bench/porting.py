"""How long a port takes: model files of the examples, put together to a number of lines."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from api.lookup.catalogue import Catalogue
from api.port.answer import port
from api.port.plan.library import Library

FILES = Path(__file__).parent.parent.parent / "examples" / "ports"
TARGETS = {100: 0.06, 1000: 1.0}  # lines: seconds
SOURCES = 5  # of each length


def table(catalogue: Catalogue) -> str:
    """The median over different sources of about so many lines, each ported once; the slowest beside it."""
    library = Library(catalogue)
    port(catalogue, "import torch\n", library)  # what is read once
    lines: list[str] = []
    for length, target in TARGETS.items():
        times: list[float] = []
        for source in sources(length, SOURCES):
            began = time.perf_counter()
            port(catalogue, source, library)
            times.append(time.perf_counter() - began)
        lines.append(
            f"port of {length:5} lines  {median(times) * 1e3:8.0f} ms, slowest {max(times) * 1e3:.0f} ms   "
            f"(target: {target * 1e3:.0f} ms)"
        )
    return "\n".join(lines)


def sources(length: int, count: int) -> list[str]:
    """Texts of at least so many lines, each of other files than the one before, as far as there are enough."""
    found: list[str] = []
    texts = [path.read_text(encoding="utf-8") for path in sorted(FILES.rglob("*.py"))]
    for turn in range(count):
        first = turn * len(texts) // count
        source = ""
        for text in [*texts[first:], *texts[:first]]:
            if source.count("\n") >= length:
                break
            source += text
        found.append(source)
    return found
