"""Completions for shells: a function `twintensor` that runs this program, and what may follow it.

Commands and options are read from the parser, so that a script tells of none that there is not; names of either
framework come from the database while one is typed.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from api.settings import Settings

SHELLS = ("bash", "zsh", "fish")
MOST_NAMES = 200  # what a shell shows at once

_BASH = """\
twintensor() {{ (cd {folder} && {python} -m api "$@"); }}
_twintensor() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]}} words=
  if [ "$COMP_CWORD" -eq 1 ]; then words="{commands}"
  else case "$command" in
{cases}
  esac; fi
  if [ "$command" = map ] && [[ "$word" != -* ]] && [ "$COMP_CWORD" -gt 1 ]; then
    words=$(twintensor names -- "$word" 2>/dev/null)
  elif [ "$command" = scan ] && [[ "$word" != -* ]] && [ "$COMP_CWORD" -gt 1 ]; then
    COMPREPLY=($(compgen -f -- "$word")); return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -F _twintensor twintensor
"""
_FISH_HEAD = """\
function twintensor; pushd {folder}; {python} -m api $argv; set -l code $status; popd; return $code; end
complete -c twintensor -f -n __fish_use_subcommand -a '{commands}'
complete -c twintensor -f -n '__fish_seen_subcommand_from map' -a '(twintensor names -- (commandline -ct) 2>/dev/null)'
complete -c twintensor -F -n '__fish_seen_subcommand_from scan'
"""


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """What the configuration of a shell reads; `shell` is one of SHELLS."""
    options = _options(parser)
    folder = shlex.quote(str(Path(__file__).resolve().parent.parent))
    python, commands = shlex.quote(sys.executable), " ".join(options)
    if shell == "fish":
        lines = [
            f"complete -c twintensor -n '__fish_seen_subcommand_from {name}' -l {option.removeprefix('--')}"
            for name, some in options.items()
            for option in some
        ]
        return _FISH_HEAD.format(folder=folder, python=python, commands=commands) + "\n".join(lines) + "\n"
    cases = "\n".join(f'    {name}) words="{" ".join(some)}";;' for name, some in options.items())
    text = _BASH.format(folder=folder, python=python, commands=commands, cases=cases)
    return f"autoload -Uz +X compinit bashcompinit && compinit && bashcompinit\n{text}" if shell == "zsh" else text


def print_names(settings: Settings, beginning: str) -> int:
    """Print the names with an answer that begin so, in full or in their usual short form."""
    from api.lookup.database import Database, DatabaseError

    try:
        database = Database(settings.database)
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 2
    print(*database.endings_with(beginning, MOST_NAMES), sep="\n")
    database.close()
    return 0


def _options(parser: argparse.ArgumentParser) -> dict[str, list[str]]:
    """The commands of a parser with their long options."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {
                name: [text for one in command._actions for text in one.option_strings if text.startswith("--")]
                for name, command in action.choices.items()
                if name != "names"
            }
    return {}
