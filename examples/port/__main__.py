"""`python -m examples.port model.py`: port a file and prove it: the same weights, inputs, outputs, gradients, steps."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

USAGE = 2


def main() -> int:
    """Verdicts on standard output; 0 where every model is equal, 1 where one is not, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="python -m examples.port", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="PyTorch sources")
    parser.add_argument("--build", help="an expression that builds the model: `Net(10)`; else as the docstring says")
    parser.add_argument("--inputs", help="what it is fed: `float32 (2, 3, 32, 32); int64 (2,) < 10`")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="write the Keras weights here (.weights.h5)")
    parser.add_argument("--database", help="the built database")
    given = parser.parse_args()
    asked: list[tuple[Path, str, dict[str, Any]]] = []
    for path in given.files:
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            print(error, file=sys.stderr)
            return USAGE
        ported = port(path, given.database)
        if ported is None:
            return USAGE
        asked.append((path, source, ported))

    from examples.frameworks import configure  # starts both frameworks

    configure()
    worst = 0
    for path, source, ported in asked:
        worst = max(worst, judge(path, source, ported, given))
    return worst


def judge(path: Path, source: str, ported: dict[str, Any], given: argparse.Namespace) -> int:
    """The verdicts on one file; the exit code."""
    from examples.port.prove import Recipe, prove, recipes_of

    if given.build and given.inputs:
        recipes = [Recipe(given.build, [part.strip() for part in given.inputs.split(";")])]
    else:
        recipes = recipes_of(source)
    if not recipes:
        told = "tell how: --build 'Net(10)' --inputs 'float32 (2, 3)', or lines `build:` and `inputs:` in the docstring"
        print(f"{path}: no model is built here; {told}", file=sys.stderr)
        return USAGE
    for left in ported["left"]:
        print(f"{path}:{left['line']}:{left['column']}: {left['name']} is left: {left['reason']}")
    verdicts = [prove(source, ported["source"], ported["weights"], recipe, given.weights) for recipe in recipes]
    for verdict in verdicts:
        print(f"{path.name}: {verdict}")
    return 0 if all(verdict.is_equal for verdict in verdicts) else 1


def port(path: Path, database: str | None) -> dict[str, Any] | None:
    """The answer of `python -m api port`, which knows the dataset; None where it refuses."""
    command = [sys.executable, "-m", "api", "port", str(path), "--json"]
    command += ["--database", database] if database else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == USAGE:
        print(done.stderr.strip(), file=sys.stderr)
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    sys.exit(main())
