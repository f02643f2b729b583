"""The server's questions on the command line, offline on the built database: `map`, `search`, `scan`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from api.settings import Settings
from loader.model.dotted import OTHER, side_of

if TYPE_CHECKING:
    from api.lookup.catalogue import CallAnswer, Catalogue
    from api.lookup.problems import NoAnswer
    from loader.model.dotted import Side

COMMANDS = ("map", "search", "scan", "port")
OPTIONS = ("what", "json", "limit", "tf", "diff", "output", "to")
FOUND, NOT_FOUND, USAGE = 0, 1, 2


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to a parser's."""
    told = {
        "map": ("the twin of a name", "a name as typed: nn.Conv2d"),
        "search": ("mappings by words", "words or part of a name"),
        "scan": ("the framework calls of a source file", "a Python file; - reads standard input"),
        "port": ("a source in the other framework", "a Python file or a notebook; - reads standard input"),
    }
    for name in COMMANDS:
        about, what = told[name]
        command = commands.add_parser(
            name, help=about, description=f"Exit code: 0 found, 1 not found, 2 usage. {about}"
        )
        command.add_argument("what", nargs="+" if name == "search" else None, help=what)
        command.add_argument("--json", action="store_true", help="for programs: what the server would answer")
        command.add_argument("--database", default=argparse.SUPPRESS, help="the built database (TWINTENSOR_DATABASE)")
        if name == "port":
            command.description = (
                "Exit code: 0 all ported, 1 something left, 2 usage. Standard error tells what is left."
            )
            command.add_argument("--diff", action="store_true", help="show what changes instead of the whole text")
            command.add_argument(
                "--to",
                choices=("tf", "torch"),
                default="tf",
                help="tf for a PyTorch source, torch for a TensorFlow one",
            )
            command.add_argument("-o", "--output", metavar="FILE", help="write the ported text here")
        if name in ("map", "search"):
            command.add_argument(
                "--limit", type=int, choices=range(1, 101), metavar="N", default=3 if name == "map" else 20
            )
        if name == "map":
            command.add_argument("--tf", action="store_true", help="the name is TensorFlow's; else it is tried as both")


def answer(
    settings: Settings,
    command: str,
    *,
    what: str | list[str],
    json: bool,
    limit: int = 20,
    tf: bool = False,
    diff: bool = False,
    output: str | None = None,
    to: Side = "tf",
) -> int:
    """Answer on standard output; the exit code. A reader that goes away, as `head` does, ends it quietly."""
    try:
        text = what if isinstance(what, str) else " ".join(what)
        code = _answer(settings, command, text, json, limit, tf=tf, diff=diff, output=output, to=to)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to be flushed at the end
        return FOUND
    return code


def _answer(
    settings: Settings,
    command: str,
    what: str,
    json: bool,
    limit: int,
    *,
    tf: bool,
    diff: bool,
    output: str | None,
    to: Side,
) -> int:
    from api.lookup.catalogue import Catalogue  # `serve --help` starts faster without these
    from api.lookup.database import Database, DatabaseError
    from api.lookup.problems import NoAnswer
    from api.source.budget import TooLarge

    try:
        database = Database(settings.database)
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return USAGE
    try:
        catalogue = Catalogue(database)
        if command == "map":
            return _map(catalogue, what, json, limit, tf)
        if command == "port":
            return _port(catalogue, what, json, diff, output, to)
        return _search(catalogue, what, json, limit) if command == "search" else _scan(catalogue, what, json)
    except NoAnswer as error:
        _print_problem(error, json)
        return NOT_FOUND
    except BrokenPipeError:
        raise
    except (OSError, UnicodeDecodeError, TooLarge) as error:
        print(error, file=sys.stderr)
        return USAGE
    finally:
        database.close()


def _print_problem(error: NoAnswer, json: bool) -> None:
    from api.http.problems import document_of

    if json:
        print(document_of(error).model_dump_json())
    else:
        print(error.detail, file=sys.stderr)


def _map(catalogue: Catalogue, name: str, json: bool, limit: int, tf: bool) -> int:
    from api.lookup.catalogue import MapAnswer, with_call
    from api.views.markdown import call_section, markdown

    body = catalogue.map(name, "tf", limit) if tf else catalogue.map_either(name, limit)
    call = _ported_call(catalogue, name, "tf" if tf else side_of(name))
    if json:
        print(with_call(body, call).decode())
        return FOUND
    found = MapAnswer.model_validate_json(body)
    first = found.answers[0]
    print(f"({first.why})\n\n{call_section(call) if call else ''}{markdown(first.mapping)}")
    others = [f"  {a.mapping.id}: {a.why}" for a in found.answers[1:]] + [f"  {m.id}: {m.why}" for m in found.more]
    if others:
        print("Also:\n" + "\n".join(others))
    return FOUND


def _ported_call(catalogue: Catalogue, text: str, side: Side) -> CallAnswer | None:
    """Of a call with arguments, written for the framework `side`: the call itself in the other one."""
    from api.port.answer import is_call, port_call
    from api.port.plan.library import libraries

    return port_call(catalogue, text, libraries(catalogue)[OTHER[side]]) if is_call(text) else None


def _search(catalogue: Catalogue, words: str, json: bool, limit: int) -> int:
    from api.search.results import Filters, Search

    found = Search(catalogue).find(words, Filters(), limit=limit)
    if json:
        print(found.model_dump_json())
    else:
        for result in found.results:
            twin = result.mapping.tf if result.mapping.side == "torch" else result.mapping.torch
            print(f"{result.mapping.id}  ->  {twin or '-'}\n    {result.mapping.summary}")
        if found.read_as:
            print(f"read as: {found.read_as}")
        for suggestion in found.suggestions:
            print(f"did you mean {suggestion.name}?")
    return FOUND if found.total else NOT_FOUND


def _scan(catalogue: Catalogue, path: str, json: bool) -> int:
    from api.scan.answer import scan

    found = scan(catalogue, sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
    if json:
        print(found.model_dump_json())
        return FOUND if found.calls else NOT_FOUND
    for call in found.calls:
        twin = (call.twin.name or "(nothing)") if call.twin else call.status
        print(f"{path}:{call.line}:{call.column}: {call.name} -> {twin} [{call.certainty}]")
        for difference in call.differences.applies if call.differences else []:
            print(f"    {difference.kind}: {difference.text}")
    if found.error:
        print(f"{path}:{found.error.line}:{found.error.column}: {found.error.message}", file=sys.stderr)
    return FOUND if found.calls else NOT_FOUND


def _port(catalogue: Catalogue, path: str, json: bool, diff: bool, output: str | None, to: Side) -> int:
    import difflib

    from api.port.answer import port
    from api.port.listing import source_of
    from api.port.plan.library import libraries

    source = source_of(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
    found = port(catalogue, source, libraries(catalogue)[to])
    text = found.source
    if diff:
        lines = difflib.unified_diff(source.splitlines(True), text.splitlines(True), path, "ported")
        text = "".join(lines)
    if json:
        text = found.model_dump_json() + "\n"
    if output:
        Path(output).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    for left in found.left:
        print(
            f"{path}:{left.line}:{left.column}: {left.name} is left: {left.reason} {left.todo}".rstrip(),
            file=sys.stderr,
        )
    return NOT_FOUND if found.left else FOUND
