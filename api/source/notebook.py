"""A notebook's own commands (`%matplotlib inline`, `!pip install x`, `?name`) made into Python that does nothing.

Lines and columns of everything else stay where they are.
"""

from __future__ import annotations

import re

# What may hide the end of a statement: strings, comments, brackets. The possessive `*+` never goes back, so that
# hostile text takes no longer than other text; an unclosed string goes on to where Python gives it up.
_TOKEN = re.compile(
    r"""
      (?P<triple>"{3}|'{3})(?:\\.|(?!(?P=triple)).)*+(?P=triple)?
    | (?P<quote>["'])(?:\\.|(?!(?P=quote))[^\\\n])*+(?P=quote)?
    | \#[^\n]*
    | \\\n
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<end>\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_INDENTATION = re.compile(r"[ \t]*")
_LINE = re.compile(r"(?:\\\n|[^\n])*+")  # with those that a backslash adds
_COMMAND = re.compile(
    r"[%!?]|[\w.*]+\?\??[ \t]*(?:\n|\Z)|(?:pip3?|conda|mamba)[ \t]+(?:install|uninstall|list|show|freeze)\b"
)
_ASSIGNED = re.compile(r"[\w., \t]+=[ \t]*(?=[%!])")  # files = !ls
# %time and its like run the Python that follows.
_RUNNING = re.compile(r"%%?(?:time|timeit|prun|memit|lprun)(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+(?=[^\s-])")
# Cells in another language; all other ones (%%time, %%capture, %%writefile) hold Python.
_FOREIGN = re.compile(
    r"\s*%%(?:!|(?:bash|cmd|cython|html|javascript|js|latex|markdown|perl|r|ruby|script|sh|sql|svg|sx|system)\b)",
    re.IGNORECASE,
)


def without_magics(text: str) -> str:
    """The text, as many lines, with `pass` for each command; nothing of a cell in another language."""
    if _FOREIGN.match(text):
        return "\n" * text.count("\n")
    pieces: list[str] = []
    kept = at = depth = 0
    begins = True
    while True:
        if begins:  # a statement: only here may a command stand, `x\n% y` in brackets is none
            start = _end(_INDENTATION, text, at)
            end, instead = _instead(text, start)
            pieces += [text[kept:start], instead]
            kept = at = end
        token = _TOKEN.search(text, at)
        if token is None:
            return "".join([*pieces, text[kept:]])
        at = token.end()
        depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
        begins = bool(token["end"]) and not depth


def _instead(text: str, start: int) -> tuple[int, str]:
    """Where the command that begins at `start` ends, and the Python for it; nothing where there is none."""
    if running := _RUNNING.match(text, start):
        return running.end(), f"{'pass':<{len(running[0]) - 2}}; "
    assigned = _ASSIGNED.match(text, start)
    if not assigned and not _COMMAND.match(text, start):
        return start, ""
    end = _end(_LINE, text, start)
    return end, (f"{assigned[0]}None" if assigned else "pass") + "\n" * text.count("\n", start, end)


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Where a match that may be empty ends."""
    found = pattern.match(text, start)
    return found.end() if found else start
