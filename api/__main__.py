"""`python -m api`: serve the database over HTTP, ask it offline, or ask a running server whether it is well."""

from __future__ import annotations

import argparse
import http.client
import sys
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from api import cli, completion
from api.settings import VERSION, Settings

# Where a server that listens on all addresses is found from the same machine.
_LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Without a command it serves."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the database over HTTP.")
    commands = parser.add_subparsers(dest="command")
    for serving in (parser, commands.add_parser("serve", help="answer over HTTP (the default)")):
        serving.add_argument("--host", default=argparse.SUPPRESS, help="address to listen on (TWINTENSOR_HOST)")
        serving.add_argument("--port", default=argparse.SUPPRESS, help="port to listen on (TWINTENSOR_PORT)")
        serving.add_argument("--workers", default=argparse.SUPPRESS, help="processes that answer (TWINTENSOR_WORKERS)")
    editor = commands.add_parser("lsp", help="serve an editor over standard input and output, offline")
    editor.add_argument("--database", default=argparse.SUPPRESS, help="the built database (TWINTENSOR_DATABASE)")
    commands.add_parser("health", help="ask the server on this machine; fails when it cannot answer")
    completing = commands.add_parser("completion", help="print completions for a shell; --help tells how to use them")
    completing.description = (
        "bash, zsh: source <(python -m api completion bash); fish: python -m api completion fish | source"
    )
    completing.add_argument("shell", choices=completion.SHELLS)
    naming = commands.add_parser("names", help="print the names with an answer that begin so, for completions")
    naming.add_argument("beginning")
    cli.add_commands(commands)
    given: dict[str, Any] = vars(parser.parse_args(arguments))
    command = given.pop("command")
    if command == "completion":
        print(completion.script(given["shell"], parser), end="")
        return 0
    beginning = given.pop("beginning", "")
    asked = {name: given.pop(name) for name in cli.OPTIONS if name in given}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        for item in error.errors():
            print(f"setting {item['loc'][0]}: {item['msg']}, not {item['input']!r}", file=sys.stderr)
        return 2
    if command == "names":
        return completion.print_names(settings, beginning)
    if command in cli.COMMANDS:
        return cli.answer(settings, command, **asked)
    if command == "lsp":
        from api.lsp.server import run  # the other commands need no language server

        return run(settings, VERSION)
    return health(settings) if command == "health" else serve(settings)


def serve(settings: Settings) -> int:
    """Serve until interrupted; the exit code. Several workers are renewed one after the other by SIGHUP."""
    from api.app import create_served  # the other commands start faster without the server
    from api.lookup.database import Database, DatabaseError
    from api.serving.workers import run

    options = {"host": settings.host, "port": settings.port, "access_log": settings.access_log}
    try:
        if settings.workers == 1:
            run(create_served(settings), workers=1, **options)
        else:
            Database(settings.database).close()  # a problem is told once, and before any process starts
            run("api.app:create_served", workers=settings.workers, **options)
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def health(settings: Settings) -> int:
    """Whether the server on this machine is ready, as an exit code."""
    connection = http.client.HTTPConnection(_LOCAL.get(settings.host, settings.host), settings.port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except OSError as error:
        print(f"no answer on port {settings.port}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    print("ready" if status == 200 else f"not ready: status {status}")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
