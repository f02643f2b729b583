"""A reader's text as words to look for: names stay whole, Chinese is cut at the words that say nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

from api.lookup.bounds import bounded
from api.search.chinese import simplified
from loader.text import is_han, spaced

MOST_WORDS = 24  # a longer text is not a question any more, and each word costs time

# Words that say nothing about what is looked for.
_EMPTY = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "do", "does", "each", "every"),
        *("for", "from", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "like", "me", "my", "of"),
        *("on", "or", "our", "should", "so", "some", "that", "the", "their", "them", "then", "there", "these"),
        *("this", "to", "two", "use", "using", "want", "was", "we", "what", "when", "which", "while", "why", "will"),
        *("with", "would", "you", "your", "equivalent", "pytorch", "tensorflow"),
    )
)
# Single characters among them are no part of a longer word that names something: 中 is one of 中位数, 和 of 求和.
_EMPTY_HAN = re.compile(
    "张量|一个|如何|怎么样|怎么办|怎么写|怎么|怎样|为什么|用什么|什么|哪个|哪些|某些|是否|有没有|可以|想要|使用|请问|[在的了是把吗呢]"
)
_BRITISH = re.compile(r"(?<=\w{4})is(e[drs]?|ing|ations?)$", re.IGNORECASE)
_TOKEN = re.compile(r"[\w.]+")


@dataclass(frozen=True)
class Words:
    """What to look for. `whole`: every word of the text, also the empty ones."""

    wanted: tuple[str, ...]
    whole: tuple[str, ...]


def read_text(text: str) -> str:
    """The text as it is compared: full-width letters are letters, Chinese is simplified, the unprintable a space."""
    read = simplified(unicodedata.normalize("NFKC", bounded(text)))
    return "".join(c if c.isprintable() else " " for c in read).strip()


def read_words(text: str) -> Words:
    """The words of a text, in its order, each once. Without any that means something, all of them are wanted."""
    runs = ["".join(run).strip("._") for token in _TOKEN.findall(text) for _, run in groupby(token, is_han)]
    whole = tuple(dict.fromkeys(run for run in runs if run))[:MOST_WORDS]
    wanted: list[str] = []
    for run in whole:
        if is_han(run[0]):
            parts = [part for part in _EMPTY_HAN.split(run) if part]
            wanted += [part for part in parts if len(part) > 1] or parts
        elif run.lower() not in _EMPTY and not run.isdigit():
            wanted.append(run)
    return Words(tuple(dict.fromkeys(wanted)) or whole, whole)


def american(word: str) -> str:
    """The spelling of the frameworks: `normalise` is `normalize`."""
    return _BRITISH.sub(r"iz\1", word)


def is_chinese(word: str) -> bool:
    """Whether a word that was read is Chinese."""
    return is_han(word[0])


def phrase(word: str) -> str:
    """A word as a phrase for FTS5: whatever a reader types means itself."""
    return '"' + spaced(word).replace('"', '""') + '"'
