"""What templates do with values: highlighted code, Markdown, sizes of differences."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from api.lookup.language import Lang
from api.views.languages import Language, say
from loader.publish.measured import SIZES


def _marked(text: str | None, pieces: list[str]) -> str:
    """The text with its matching pieces marked."""
    if text is None or not pieces:
        return escape(text or "")
    parts = re.split("(" + "|".join(map(re.escape, pieces)) + ")", text)
    return Markup("").join(Markup("<mark>{}</mark>").format(p) if n % 2 else p for n, p in enumerate(parts))


def filters(language: Language) -> dict[str, Callable[..., str]]:
    """All filters of the templates, for pages in a language."""
    markdown = MarkdownIt("js-default", {"html": False})  # no raw HTML, and no link that runs anything
    plain = markdown.normalizeLink
    # Texts link to pages as `/torch.cat`: to those in their own language.
    markdown.normalizeLink = lambda url: plain(language.root + url if url.startswith("/") else url)  # type: ignore[method-assign]
    lang = language.lang
    return {
        "markdown": lambda text: Markup(markdown.render(text)),
        "inline": lru_cache(maxsize=2048)(lambda text: Markup(markdown.renderInline(text))),
        "marked": _marked,
        "python": python,
        "diff": diff,
        "picture": Markup,  # drawn by the build from numbers
        "size": lambda value: size(value, lang),
        "message": message,
        "say": lambda text: say(lang, text),
        "english": lambda text: text if lang == "en" else Markup('<span lang="en">{}</span>').format(text),
    }


@lru_cache(maxsize=2048)
def python(code: str) -> str:
    """Highlighted Python; the colours are in the style sheet."""
    return _coloured(code.strip("\n"), "python")


def diff(changes: str) -> str:
    """Highlighted changes; the lines that come and go are marked in text as well."""
    return _coloured(changes, "diff")


def size(value: float | str | None, lang: Lang = "en") -> str:
    """A difference for reading: `the same within rounding`, `1.2e-07`, `0.25`, `250`."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return say(lang, SIZES[value])
    return f"{value:.0f}" if 99.5 <= value < 1e6 else f"{value:.2g}"


def message(text: str) -> str:
    """What an exception says, without the names that a framework gives its inner operations."""
    return re.sub(r"\{\{function_node [^}]*\}\} | \[Op:\w+\]( name:)?", "", text).rstrip(". ")


def _coloured(code: str, language: str) -> Markup:
    # Imported for the first page: a tenth of the time that the server would take to start.
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    return Markup(highlight(code, get_lexer_by_name(language), HtmlFormatter(nowrap=True)).rstrip("\n"))
