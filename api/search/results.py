"""What a search answers: one page of results, counts for its filters, and what may have been meant."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from pydantic import BaseModel, Field

from api.lookup.catalogue import Catalogue
from api.lookup.database import Listed
from api.lookup.suggest import Suggestion
from api.search.highlight import marker
from api.search.ranking import Reason
from loader.model.mapping import Kind, Relation
from loader.publish.document import MappingBrief

FILTERS = ("module", "kind", "relation")


class Filters(BaseModel):
    """Restrictions of a search; null leaves all through."""

    module: str | None = Field(None, description="Only this functional module; /modules lists them.")
    kind: Kind | None = Field(None, description="Only this kind.")
    relation: Relation | None = Field(
        None, description="Only this relation, from closest (`identical`) to farthest (`none`)."
    )

    @property
    def any(self) -> bool:
        """Whether anything is restricted."""
        return any(getattr(self, name) is not None for name in FILTERS)

    def admits(self, item: Listed, *, but: str | None = None) -> bool:
        """Whether a mapping passes, with one restriction left out of account."""
        return all(
            name == but or (wanted := getattr(self, name)) is None or getattr(item, name) == wanted for name in FILTERS
        )


class Found(BaseModel):
    """One result."""

    why: Reason = Field(description="What matched.")
    matched: list[str] = Field(
        description="Pieces of the names and the summary that match, as they are written there: to be marked."
    )
    mapping: MappingBrief


class Facet(BaseModel):
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
        description="For module, kind and relation: the values among the results, each counted without its own filter."
    )
    suggestions: list[Suggestion] = Field(description="Names that may have been meant, when nothing was found.")


def search(catalogue: Catalogue, text: str, filters: Filters, *, limit: int, offset: int) -> SearchAnswer:
    """All mappings that have to do with a text; an empty text lists everything."""
    database = catalogue.database
    ranked = catalogue.ranking.rank(text)
    admitted = [item for item in ranked if filters.admits(database.listed[item[0]])] if filters.any else ranked
    page = admitted[offset : offset + limit]
    read_as = catalogue.ranking.read_as(text)
    mark = marker(f"{text} {read_as or ''}")
    results: list[Found] = []
    for (_, why), brief in zip(page, database.briefs(number for number, _ in page), strict=True):
        mapping = MappingBrief.model_validate_json(brief)
        results.append(Found(why=why, matched=mark(mapping.torch, mapping.tf, mapping.summary), mapping=mapping))
    suggestions = [] if ranked else catalogue.suggester.mapped_near(text)
    return SearchAnswer(
        query=text,
        read_as=read_as,
        total=len(admitted),
        offset=offset,
        limit=limit,
        results=results,
        facets=_facets([database.listed[number] for number, _ in ranked], filters),
        suggestions=suggestions,
    )


def _facets(found: list[Listed], filters: Filters) -> dict[str, list[Facet]]:
    facets: dict[str, list[Facet]] = {}
    for name in FILTERS:
        admitted = [item for item in found if filters.admits(item, but=name)] if filters.any else found
        counts = Counter(map(attrgetter(name), admitted))
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        facets[name] = [Facet(value=value, count=count) for value, count in ordered]
    return facets
