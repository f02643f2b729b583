"""The commands of the loader: `python -m loader check`, `new`, `preview`, `build`, ...; `--help` lists them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from loader import changes, fix, missing, new, preview
from loader.checks import command
from loader.database import build
from loader.proof import evidence, programs
from loader.reading import json_schema

MAPPINGS = Path("mappings")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code = _run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to be flushed at the end
        return 0
    return code


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "check":
            return command.report(options.mappings, options.paths)
        case "new":
            return new.report(options.mappings, options.name, options.module)
        case "fix":
            return fix.report(options.mappings, options.paths)
        case "missing":
            return missing.report(options.mappings, options.namespace, options.prior)
        case "preview":
            return preview.report(
                options.mappings, options.evidence, options.name, options.port, browser=not options.no_browser
            )
        case "build":
            return build.report(options.mappings, options.evidence, options.output, options.programs)
        case "changes":
            return changes.report(options.mappings)
    return json_schema.report(options.mappings, check=options.check)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m loader", description="From mappings to the published database.")
    commands = parser.add_subparsers(dest="command", required=True)

    checking = commands.add_parser("check", help="check every file, without any framework")
    checking.add_argument("paths", nargs="*", type=Path, help="print problems of these files and folders only")

    drafting = commands.add_parser("new", help="write the first draft of a mapping")
    drafting.add_argument("name", help="a public name of either framework, such as torch.clamp")
    drafting.add_argument("--module", help="folder that it belongs to (default: where its neighbours are)")

    fixing = commands.add_parser("fix", help="put fields in order and quote what must be quoted; comments stay")
    fixing.add_argument("paths", nargs="*", type=Path, help="these files only (default: all)")

    lacking = commands.add_parser("missing", help="list public names that no mapping answers")
    lacking.add_argument("namespace", nargs="?", help="of this namespace only, such as torch.nn or tf.keras.layers")
    lacking.add_argument("--prior", type=Path, help="JSON file of names and how often they are used, to list by it")

    showing = commands.add_parser("preview", help="show the page of a mapping in a browser, again after each save")
    showing.add_argument("name", help="its name or its file")
    showing.add_argument("--port", type=int, default=8010, help="port to serve it on (default: %(default)s)")
    showing.add_argument("--no-browser", action="store_true", help="print the address only")

    building = commands.add_parser("build", help="check everything and write the database")
    for one in (showing, building):
        one.add_argument("--evidence", type=Path, default=evidence.FOLDER, help="folder of the recorded evidence")
    building.add_argument("--programs", type=Path, default=programs.FOLDER, help="folder of the worked programs")
    building.add_argument("--output", type=Path, default=build.TARGET, help="the database (default: %(default)s)")

    changed = commands.add_parser("changes", help="record what changed since the last record, for the feed of readers")

    schema = commands.add_parser("schema", help="write the JSON Schema that editors use")
    schema.add_argument("--check", action="store_true", help="write nothing; fail if the committed file is stale")

    for one in (checking, drafting, fixing, lacking, showing, building, changed, schema):
        one.add_argument("--mappings", type=Path, default=MAPPINGS, help="folder of the data (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
