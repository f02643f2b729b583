"""What a search answers: one page of results, counts for its filters, and what may have been meant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from pydantic import BaseModel, Field

from api.lookup.bounds import bounded
from api.lookup.catalogue import Catalogue
from api.lookup.database import MappingSummary
from api.lookup.language import Lang, told_in
from api.lookup.suggest import Suggestion
from api.search.highlight import highlighter
from api.search.ranking import Ranking, Reason
from loader.model.mapping import Kind, Mode, Relation
from loader.publish.document import MappingBrief

FILTERS = ("module", "kind", "relation", "mode")
_FIELDS = {"mode": "modes"}  # of what a mapping has several values


def _values(item: MappingSummary, name: str) -> tuple[str, ...]:
    """What a mapping is under a filter: one thing, or in several modes."""
    return getattr(item, _FIELDS[name]) if name in _FIELDS else (getattr(item, name),)


class Filters(BaseModel):
    """Restrictions of a search; null leaves all through."""

    module: str | None = Field(None, description="Only this functional module; /modules lists them.")
    kind: Kind | None = Field(None, description="Only this kind.")
    relation: Relation | None = Field(
        None, description="Only this relation, from closest (`identical`) to farthest (`none`)."
    )

    mode: Mode | None = Field(None, description="Only what holds in this way of running TensorFlow.")

    @property
    def any(self) -> bool:
        """Whether anything is restricted."""
        return any(getattr(self, name) is not None for name in FILTERS)

    def admits(self, item: MappingSummary, *, but: str | None = None) -> bool:
        """Whether a mapping passes, with one restriction left out of account."""
        return all(
            name == but or (wanted := getattr(self, name)) is None or wanted in _values(item, name) for name in FILTERS
        )


class Found(BaseModel):
    """One result."""

    why: Reason = Field(description="What matched.")
    matched: list[str] = Field(
        description="Pieces of the names and the summary that match, as they are written there: to be marked."
    )
    mapping: MappingBrief


@dataclass(frozen=True, slots=True)
class Facet:
    """How many results a value of a filter would leave."""

    value: str
    count: int


class SearchAnswer(BaseModel):
    """One page of results, the best first."""

    query: str
    read_as: str | None = Field(None, description="The query with misspelt words put right; null where there are none.")
    total: int = Field(description="Results on all pages, with the filters applied; of very many the first 1000.")
    offset: int
    limit: int
    results: list[Found]
    facets: dict[str, list[Facet]] = Field(
        description="For each filter: the values among the results, each counted without its own filter."
    )
    suggestions: list[Suggestion] = Field(description="Names that may have been meant, when nothing was found.")


class Search:
    """Search over the dataset; reads its word lists when first asked."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._ranking = Ranking(catalogue.database, catalogue.suggester)

    def first(self, text: str, count: int) -> list[str]:
        """The ids of the best mappings for a text, best first."""
        ranked = self._ranking.rank(bounded(text))[:count]
        return [self._catalogue.database.summaries[number].id for number, _ in ranked]

    def find(self, text: str, filters: Filters, *, limit: int, offset: int = 0, lang: Lang = "en") -> SearchAnswer:
        """All mappings that have to do with a text, one page of them in a language; an empty text lists everything."""
        text = bounded(text)
        database = self._catalogue.database
        ranked = self._ranking.rank(text)
        admitted = [item for item in ranked if filters.admits(database.summaries[item[0]])] if filters.any else ranked
        page = admitted[offset : offset + limit]
        read_as = self._ranking.read_as(text)
        matching = highlighter(text, read_as or "")
        results: list[Found] = []
        for (_, why), brief in zip(page, database.briefs(number for number, _ in page), strict=True):
            mapping = told_in(lang, MappingBrief.model_validate_json(brief))
            matched = matching(mapping.torch, mapping.tf, mapping.summary)
            results.append(Found(why=why, matched=matched, mapping=mapping))
        return SearchAnswer(
            query=text,
            read_as=read_as,
            total=len(admitted),
            offset=offset,
            limit=limit,
            results=results,
            facets=_facets([database.summaries[number] for number, _ in ranked], filters),
            suggestions=[] if ranked else self._catalogue.suggester.mapped_near(text),
        )


def _facets(found: list[MappingSummary], filters: Filters) -> dict[str, list[Facet]]:
    facets: dict[str, list[Facet]] = {}
    for name in FILTERS:
        admitted = [item for item in found if filters.admits(item, but=name)] if filters.any else found
        held = map(attrgetter(_FIELDS.get(name, name)), admitted)
        counts = Counter(chain.from_iterable(held) if name in _FIELDS else held)
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        facets[name] = [Facet(value=value, count=count) for value, count in ordered]
    return facets
