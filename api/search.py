"""Full-text search: exact names first, then the beginnings of names, then words, then pieces of names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Literal

from pydantic import BaseModel, Field

from api.catalogue import Catalogue
from api.queries import Database, Listed
from api.resolve import resolve
from api.suggest import Suggestion
from loader.document import MappingBrief
from loader.names import key
from loader.schema import Kind, Relation
from loader.text import is_han, spaced

Reason = Literal["name", "beginning of a name", "all words", "some words", "piece of a name", "listed"]

# Words that say nothing about what is looked for.
_EMPTY_WORDS = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "by", "can", "do", "does", "for", "from", "how", "i", "in", "into"),
        *("is", "it", "like", "of", "on", "or", "that", "the", "this", "to", "use", "using", "what", "which"),
        *("with", "you", "equivalent", "pytorch", "tensorflow", "在", "的", "了", "是", "如何", "怎么", "怎样"),
    )
)
_TOKEN = re.compile(r"[\w.]+")


class Filters(BaseModel):
    """Restrictions of a search; null leaves all through."""

    module: str | None = Field(None, description="Only this functional module; /modules lists them.")
    kind: Kind | None = Field(None, description="Only this kind.")
    relation: Relation | None = Field(
        None, description="Only this relation, from closest (`identical`) to farthest (`none`)."
    )

    def admits(self, item: Listed, *, but: str | None = None) -> bool:
        """Whether a mapping passes, with one restriction left out of account."""
        return all(
            name == but or wanted is None or getattr(item, name) == wanted
            for name, wanted in (("module", self.module), ("kind", self.kind), ("relation", self.relation))
        )


class Found(BaseModel):
    """One result."""

    why: Reason = Field(description="What matched.")
    mapping: MappingBrief


class Facet(BaseModel):
    """How many results a value of a filter would leave."""

    value: str
    count: int


class SearchAnswer(BaseModel):
    """One page of results, the best first."""

    query: str
    total: int = Field(description="Results on all pages, with the filters applied.")
    offset: int
    limit: int
    results: list[Found]
    facets: dict[str, list[Facet]] = Field(
        description="For module, kind and relation: the values among the results, each counted without its own filter."
    )
    suggestions: list[Suggestion] = Field(description="Names that may have been meant, when nothing was found.")


def search(catalogue: Catalogue, text: str, filters: Filters, *, limit: int, offset: int) -> SearchAnswer:
    """All mappings that have to do with a text; an empty text lists everything."""
    database = catalogue.database
    ranked = rank(database, text)
    admitted = [(number, why) for number, why in ranked if filters.admits(database.listed[number])]
    page = admitted[offset : offset + limit]
    briefs = database.briefs(number for number, _ in page)
    suggestions: list[Suggestion] = []
    if not ranked:
        near = [*catalogue.suggester.suggest(text, "torch"), *catalogue.suggester.suggest(text, "tf")]
        suggestions = [suggestion for suggestion in near if suggestion.mapped]
    return SearchAnswer(
        query=text,
        total=len(admitted),
        offset=offset,
        limit=limit,
        results=[
            Found(why=why, mapping=MappingBrief.model_validate_json(brief))
            for (_, why), brief in zip(page, briefs, strict=True)
        ],
        facets=_facets([database.listed[number] for number, _ in ranked], filters),
        suggestions=suggestions,
    )


def rank(database: Database, text: str) -> list[tuple[int, Reason]]:
    """The numbers of all mappings that match, best first, each once, with what matched."""
    text = "".join(filter(str.isprintable, text)).strip()
    if not text:
        return [(number, "listed") for number in database.listed]
    seen: dict[int, Reason] = {}
    for number, why in _stages(database, text):
        seen.setdefault(number, why)
    return list(seen.items())


def _stages(database: Database, text: str) -> Iterator[tuple[int, Reason]]:
    tokens = _tokens(text)
    is_name = len(text.split()) == 1
    if is_name:
        yield from _because("name", (a.mapping for side in ("torch", "tf") for a in resolve(database, text, side)))
        yield from _because("beginning of a name", database.with_prefix(key(text)))
    if tokens:
        phrases = [_quoted(token) for token in tokens]
        complete = " AND ".join([*phrases[:-1], phrases[-1] + "*"])
        yield from _because("all words", database.with_words(complete))
        yield from _because("some words", database.with_words(" OR ".join(_loose(tokens))))
    if is_name and len(text) >= 3:
        yield from _because("piece of a name", database.with_piece(_quoted(text)))


def _because(why: Reason, numbers: Iterable[int]) -> Iterator[tuple[int, Reason]]:
    return ((number, why) for number in numbers)


def _tokens(text: str) -> list[str]:
    """Words that mean something; a run of Chinese is set apart character by character, as in the index."""
    runs = ("".join(run) for word in _TOKEN.findall(text) for _, run in groupby(word, is_han))
    pieces = [piece for piece in runs if piece.strip("._")]
    meaningful = [piece for piece in pieces if piece.lower() not in _EMPTY_WORDS]
    return [spaced(piece) for piece in meaningful or pieces]


def _loose(tokens: list[str]) -> list[str]:
    """Any of the words; of Chinese any two neighbouring characters, for words are mostly that long."""
    found: list[str] = []
    for token in tokens:
        characters = token.split()
        if len(characters) > 2 and all(map(is_han, characters)):
            found += [_quoted(f"{first} {second}") for first, second in pairwise(characters)]
        else:
            found.append(_quoted(token))
    return found


def _quoted(token: str) -> str:
    """A phrase for FTS5: whatever a reader types means itself."""
    return '"' + token.replace('"', '""') + '"'


def _facets(found: list[Listed], filters: Filters) -> dict[str, list[Facet]]:
    facets: dict[str, list[Facet]] = {}
    for name in ("module", "kind", "relation"):
        counts = Counter(getattr(item, name) for item in found if filters.admits(item, but=name))
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        facets[name] = [Facet(value=value, count=count) for value, count in ordered]
    return facets
