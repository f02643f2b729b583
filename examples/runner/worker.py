"""The process that runs snippets: `python -m examples.runner.worker`, one JSON request a line.

It is separate from pytest so that a snippet that hangs, crashes the interpreter or prints without end
fails alone: the client kills this process and starts another. Answers go to the descriptor that was
standard output; what snippets print there is discarded.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import sys
import tempfile
import traceback
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from examples.runner.request import Request
from loader.model.mapping import Mapping
from loader.reading.data import read_mapping

LARGEST_FILE = 256 * 1024 * 1024  # bytes a snippet may write before it is stopped


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    from examples import frameworks

    frameworks.configure()
    print(json.dumps({"ready": frameworks.versions()}), file=answers, flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)  # snippets that save files do so here
        for line in sys.stdin:
            print(json.dumps(answer(Request.read(line))), file=answers, flush=True)


def answer(request: Request) -> dict[str, Any]:
    """Evidence for what is asked, or the reason why there is none."""
    from examples.execution.execute import BadExample
    from examples.verify.outcome import Failed
    from examples.verify.parity import Unequal

    try:
        found = _evidence(request)
        return {"evidence": None if found is None else found.model_dump(mode="json")}
    except (BadExample, Failed, Unequal) as error:
        return {"failure": str(error)}
    except Exception:  # noqa: BLE001 - a fault of the runner itself is reported whole, and the run goes on
        return {"failure": "the verification itself failed:\n" + traceback.format_exc()}


def _evidence(request: Request) -> BaseModel | None:
    from examples.reach.domain import try_domain
    from examples.reach.modes import try_modes
    from examples.sweep.sweep import sweep
    from examples.verify.example import verify_example
    from examples.verify.parity import measure
    from examples.verify.snippet import try_snippet

    if request.kind == "program":
        return measure(request.path)
    mapping = _mapping(request.path, request.path.stat().st_mtime_ns)
    if request.kind in ("example", "snippet"):
        example = next(e for e in mapping.examples if e.name == request.name)
        return (verify_example if request.kind == "example" else try_snippet)(mapping, example)
    by_signature: dict[str, Callable[[Mapping, int], BaseModel | None]] = {
        "sweep": sweep,
        "modes": try_modes,
        "domain": try_domain,
    }
    return by_signature[request.kind](mapping, request.index)


@lru_cache(maxsize=1)
def _mapping(path: Path, changed: int) -> Mapping:  # noqa: ARG001 - a file that was edited is read again
    return read_mapping(path).mapping


if __name__ == "__main__":
    main()
