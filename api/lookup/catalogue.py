"""What every door of the server (JSON, and whatever joins it) asks: one object over the database."""

from __future__ import annotations

from http import HTTPStatus
from json import JSONEncoder

from pydantic import BaseModel, Field

from api.http.problems import Problem, ProblemDocument
from api.lookup.database import Database
from api.lookup.parsed_name import read_name
from api.lookup.resolve import resolve
from api.lookup.suggest import Suggester
from api.search.ranking import Ranking
from loader.model.mapping import Side
from loader.names import key, leaf
from loader.publish.document import MappingDocument, OutsideDocument, VersionDocument

FRAMEWORK: dict[Side, str] = {"torch": "PyTorch", "tf": "TensorFlow"}
OTHER: dict[Side, Side] = {"torch": "tf", "tf": "torch"}

_encode = JSONEncoder().encode


def _json(text: str) -> bytes:
    return _encode(text).encode()


class NamedAnswer(BaseModel):
    """A mapping that answers a name."""

    why: str = Field(description="Why it is an answer: `exact name`, `alias of ...`, `method spelling of ...`.")
    name: str = Field(description="The full name that matched.")
    side: Side = Field(description="The framework that the name belongs to.")
    mapping: MappingDocument


class FurtherAnswer(BaseModel):
    """An answer beyond the limit, by its id."""

    id: str
    why: str
    name: str


class MapAnswer(BaseModel):
    """The twins of a name, the best first."""

    query: str
    answers: list[NamedAnswer]
    more: list[FurtherAnswer] = Field(description="Answers beyond the limit; /mappings/{id} has each in full.")


class ManyAnswer(BaseModel):
    """The answer to one name of several, or why there is none."""

    query: str
    found: MapAnswer | None
    problem: ProblemDocument | None


class MapAnswers(BaseModel):
    """The answers to several names, in the order asked for."""

    side: Side
    names: list[ManyAnswer]


class Catalogue:
    """The published dataset."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.suggester = Suggester(database)
        self.ranking = Ranking(database, self.suggester)
        self.about = VersionDocument.model_validate_json(self.page("version"))

    def page(self, path: str) -> bytes:
        """A page that every dataset has. Raises KeyError."""
        body = self.database.page(path)
        if body is None:
            raise KeyError(path)
        return body

    def map(self, text: str, side: Side, limit: int) -> bytes:
        """The MapAnswer to a name as typed, as JSON. The documents were rendered by the build and are only joined.

        Raises:
            Problem: no answer: the name is unknown, not mapped yet, or the other framework's.
        """
        answers = resolve(self.database, text, side)
        if not answers:
            raise self._no_answer(text, side)
        full = b",".join(
            b'{"why":%b,"name":%b,"side":%b,"mapping":%b}'
            % (_json(a.why), _json(a.name), _json(side), self.database.document(a.mapping))
            for a in answers[:limit]
        )
        listed = self.database.listed
        more = b",".join(
            b'{"id":%b,"why":%b,"name":%b}' % (_json(listed[a.mapping].id), _json(a.why), _json(a.name))
            for a in answers[limit:]
        )
        return b'{"query":%b,"answers":[%b],"more":[%b]}' % (_json(text), full, more)

    def map_all(self, names: list[str], side: Side, limit: int) -> bytes:
        """The MapAnswers to several names, as JSON; a name without an answer does not fail the others."""
        parts: list[bytes] = []
        for text in names:
            found, problem = b"null", b"null"
            try:
                found = self.map(text, side, limit)
            except Problem as error:
                problem = error.document.model_dump_json().encode()
            parts.append(b'{"query":%b,"found":%b,"problem":%b}' % (_json(text), found, problem))
        return b'{"side":%b,"names":[%b]}' % (_json(side), b",".join(parts))

    def mapping(self, mapping_id: str) -> bytes:
        """One document, as JSON.

        Raises:
            Problem: no mapping has this id.
        """
        number = self.database.numbers.get(mapping_id)
        if number is None:
            side: Side = "tf" if mapping_id.startswith(("tf", "keras")) else "torch"
            raise Problem(
                HTTPStatus.NOT_FOUND,
                "unknown-mapping",
                f"No mapping is called {mapping_id!r}; ids are full names, /map understands short ones.",
                suggestions=[s for s in self.suggester.suggest(mapping_id, side) if s.mapped],
            )
        return self.database.document(number)

    def _no_answer(self, text: str, side: Side) -> Problem:
        typed = read_name(text)
        framework = FRAMEWORK[side]
        if typed is None:
            return Problem(
                HTTPStatus.NOT_FOUND, "unknown-name", f"{text!r} contains no name; try {side}={_SAMPLE[side]}."
            )
        if outside := self._outside(typed.name):
            return Problem(
                HTTPStatus.NOT_FOUND,
                "out-of-scope",
                f"{typed.name}: {outside.text}",
                suggestions=[self.suggester.answer(mapping_id) for mapping_id in outside.see],
            )
        suggestions = self.suggester.suggest(typed.name, side)
        if known := self._public_name(typed.name, side):
            return Problem(
                HTTPStatus.NOT_FOUND,
                "not-mapped-yet",
                f"{known} is a public name of {framework} {self._framework_version(side)}, but has no answer here yet.",
                suggestions=[s for s in suggestions if s.mapped],
            )
        other = OTHER[side]
        if resolve(self.database, text, other) or self._public_name(typed.name, other):
            return Problem(
                HTTPStatus.NOT_FOUND,
                "other-framework",
                f"{typed.name} is a name of {FRAMEWORK[other]}, not of {framework}: ask with {other}={typed.name}.",
                suggestions=self.suggester.suggest(typed.name, other, limit=1),
            )
        hint = f"; did you mean {suggestions[0].name}?" if suggestions else f": /search?q={typed.leaf} looks for words."
        return Problem(
            HTTPStatus.NOT_FOUND,
            "unknown-name",
            f"{framework} {self._framework_version(side)} has no public name {typed.name!r}{hint}",
            suggestions=suggestions,
        )

    def _outside(self, name: str) -> OutsideDocument | None:
        """What is said about a name that belongs to neither framework, or else about its package."""
        for known in (name, name.partition(".")[0]):
            if body := self.database.page(f"outside/{known}"):
                return OutsideDocument.model_validate_json(body)
        return None

    def _public_name(self, name: str, side: Side) -> str | None:
        """The public name that is meant by a name as typed, in its own letters."""
        wanted = f".{key(name)}"
        found = [full for full, _ in self.database.public_names(key(leaf(name)), side)]
        return next((full for full in found if f".{key(full)}".endswith(wanted)), None)

    def _framework_version(self, side: Side) -> str:
        return self.about.frameworks["torch" if side == "torch" else "tensorflow"]


_SAMPLE: dict[Side, str] = {"torch": "nn.Conv2d", "tf": "tf.concat"}
