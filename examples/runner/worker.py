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
from pathlib import Path
from typing import Any

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
            print(json.dumps(answer(json.loads(line))), file=answers, flush=True)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Evidence for one example, sweep or program, or the reason why there is none."""
    from examples.runner.execute import BadExample
    from examples.sweep.sweep import sweep
    from examples.verify.example import Failed, verify_example
    from examples.verify.parity import Unequal, measure
    from loader.reading.data import read_mapping

    try:
        if request["kind"] == "program":
            return {"evidence": measure(Path(request["path"])).model_dump(mode="json")}
        mapping = read_mapping(Path(request["path"])).mapping
        if request["kind"] == "example":
            example = next(e for e in mapping.examples if e.name == request["name"])
            return {"evidence": verify_example(mapping, example).model_dump(mode="json")}
        return {"evidence": sweep(mapping, int(request["name"])).model_dump(mode="json")}
    except (BadExample, Failed, Unequal) as error:
        return {"failure": str(error)}
    except Exception:  # noqa: BLE001 - a fault of the runner itself is reported whole, and the run goes on
        return {"failure": "the verification itself failed:\n" + traceback.format_exc()}


if __name__ == "__main__":
    main()
