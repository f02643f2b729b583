"""The commands of the loader: `python -m loader build`, `schema`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from loader import build, evidence, json_schema

MAPPINGS = Path("mappings")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    command = options.command
    if command == "build":
        return build.report(options.mappings, options.evidence, options.output)
    return json_schema.report(options.mappings, check=options.check)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m loader", description="From mappings to the published database.")
    commands = parser.add_subparsers(dest="command", required=True)

    building = commands.add_parser("build", help="check everything and write the database")
    building.add_argument("--evidence", type=Path, default=evidence.FOLDER, help="folder of the recorded evidence")
    building.add_argument("--output", type=Path, default=build.TARGET, help="the database (default: %(default)s)")

    schema = commands.add_parser("schema", help="write the JSON Schema that editors use")
    schema.add_argument("--check", action="store_true", help="write nothing; fail if the committed file is stale")

    for command in (building, schema):
        command.add_argument(
            "--mappings", type=Path, default=MAPPINGS, help="folder of the data (default: %(default)s)"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
