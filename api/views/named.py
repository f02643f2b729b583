"""What the page of a name shows that no mapping is about: its answers, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.lookup.catalogue import Catalogue
from api.lookup.language import Lang, told_in
from api.lookup.problems import NoAnswer
from api.lookup.resolve import Answer, resolve
from loader.model.dotted import OTHER, Side, side_of
from loader.names import ABOUT
from loader.publish.document import Example, MappingDocument

SHOWN = 5  # answers with their example; the others are links


@dataclass(frozen=True)
class Shown:
    """A mapping that answers a name."""

    why: str
    mapping: MappingDocument

    @property
    def reason(self) -> str:
        """Why it answers, where that says more than that it does."""
        return "" if self.why == f"what {self.mapping.id} becomes" else self.why

    @property
    def example(self) -> Example | None:
        """The first example that holds."""
        matching = (example for example in self.mapping.examples if example.outcome == "match")
        return next(matching, None)


@dataclass(frozen=True)
class Named:
    """A name with its answers, or with the reason why there is none and the names near it."""

    name: str
    side: Side
    shown: list[Shown] = field(default_factory=list)
    further: list[str] = field(default_factory=list)
    detail: str = ""
    near: list[str] = field(default_factory=list)


def subject(catalogue: Catalogue, text: str) -> str | None:
    """The id of the mapping that is about a name, under one of its spellings; None where none is."""
    for answer in _answers(catalogue, text)[1][:1]:
        if answer.role in ABOUT:
            return catalogue.database.summaries[answer.mapping].id
    return None


def named(catalogue: Catalogue, text: str, lang: Lang = "en") -> Named:
    """What there is to say of a name, in a language.

    Raises:
        NoAnswer: neither framework has it, and no other package that is known.
    """
    side, answers = _answers(catalogue, text)
    if not answers:
        return _unanswered(catalogue, text, side)
    database = catalogue.database
    shown = [
        Shown(answer.why, told_in(lang, MappingDocument.model_validate_json(database.document(answer.mapping))))
        for answer in answers[:SHOWN]
    ]
    further = [database.summaries[answer.mapping].id for answer in answers[SHOWN:]]
    return Named(answers[0].name, side, shown, further)


def _answers(catalogue: Catalogue, text: str) -> tuple[Side, list[Answer]]:
    """The answers of the side that the name seems to belong to, else of the other."""
    side = side_of(text)
    for one in (side, OTHER[side]):
        if answers := resolve(catalogue.database, text, one):
            return one, answers
    return side, []


def _unanswered(catalogue: Catalogue, text: str, side: Side) -> Named:
    try:
        catalogue.map(text, side, 1)
    except NoAnswer as error:
        if error.kind == "unknown-name":
            raise
        return Named(text, side, detail=error.detail, near=[suggestion.name for suggestion in error.suggestions])
    raise AssertionError("answered after all")
