"""The languages of the pages: their addresses, and what templates say in them.

Templates are written in English and mark what they say (`_("...")`, `{% trans %}`); a catalogue in `languages/` has
the same in another language, with the English text as its key. A test holds both together.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from api.lookup.language import Lang

FOLDER = Path(__file__).parent / "languages"


@dataclass(frozen=True)
class Language:
    """A language of the pages; `root` is what the addresses of its pages begin with."""

    lang: Lang
    tag: str  # for `lang` and `hreflang`
    root: str
    name: str  # in the language itself


ENGLISH = Language("en", "en", "", "English")
CHINESE = Language("zh", "zh-Hans", "/zh", "中文")
LANGUAGES: dict[Lang, Language] = {"en": ENGLISH, "zh": CHINESE}


def language_at(path: str) -> Language:
    """The language of the page at a path."""
    return CHINESE if path.startswith(f"{CHINESE.root}/") else ENGLISH


@lru_cache
def catalogue(lang: Lang) -> dict[str, str]:
    """What to say for each English text; a text that is not in it is said in English."""
    file = FOLDER / f"{lang}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def say(lang: Lang, text: str) -> str:
    """A text of the pages in a language."""
    return catalogue(lang).get(text, text)


def count(lang: Lang, one: str, many: str, number: int) -> str:
    """The same of a number of things, for which English has two forms and Chinese one."""
    return say(lang, one if lang == "en" and number == 1 else many)
