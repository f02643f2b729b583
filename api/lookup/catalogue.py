"""What every interface asks: one object over the database."""

from __future__ import annotations

from itertools import chain
from json.encoder import encode_basestring_ascii as _json

from pydantic import BaseModel, Field

from api.lookup.bounds import bounded
from api.lookup.brief import BriefMapping, brief_mapping
from api.lookup.database import Database
from api.lookup.language import Lang, told_in
from api.lookup.parsed_name import parse_name
from api.lookup.problems import NoAnswer
from api.lookup.resolve import VERSION_1, resolve
from api.lookup.suggest import Suggester, Suggestion
from loader.model.dotted import FRAMEWORK, OTHER, Side, leaf
from loader.names import key
from loader.publish.document import MappingDocument, OutsideDocument, VersionDocument

_HERE = "\0"  # where a document comes in: no JSON text has this character


class NamedAnswer(BaseModel):
    """A mapping that answers a name."""

    why: str = Field(description="Why it is an answer: `exact name`, `alias of ...`, `method spelling of ...`.")
    name: str = Field(description="The full name that matched.")
    side: Side = Field(description="The framework that the name belongs to.")
    mapping: MappingDocument


class BriefAnswer(BaseModel):
    """A mapping that answers a name, in brief."""

    why: str
    name: str
    side: Side
    mapping: BriefMapping


class FurtherAnswer(BaseModel):
    """An answer beyond the limit, by its id."""

    id: str
    why: str
    name: str


class CallAnswer(BaseModel):
    """The call as it was given, in the other framework."""

    code: str = Field(description="The expression; functions that it needs stand in `helpers`.")
    helpers: str = Field(description="Imports and functions that the expression needs.")
    left: list[str] = Field(description="Why it could not be ported, where it could not.")


class MapAnswer(BaseModel):
    """The twins of a name, the best first."""

    query: str
    call: CallAnswer | None = Field(None, description="Of a call with arguments: the call itself, ported.")
    answers: list[NamedAnswer]
    more: list[FurtherAnswer] = Field(description="Answers beyond the limit; /mappings/{id} has each in full.")


def with_call(found: bytes, call: CallAnswer | None) -> bytes:
    """A MapAnswer as JSON, with the call itself where there is one."""
    return b'{"call":%b,%b' % (call.model_dump_json().encode(), found[1:]) if call else found


class BriefMapAnswer(BaseModel):
    """The twins of a name in brief, the best first."""

    query: str
    answers: list[BriefAnswer]
    more: list[FurtherAnswer] = Field(description="Answers beyond the limit; /mappings/{id} has each in full.")


class Catalogue:
    """The published dataset."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.suggester = Suggester(database)
        self.about = VersionDocument.model_validate_json(self.page("version"))

    def page(self, path: str) -> bytes:
        """A page that every dataset has. Raises KeyError."""
        body = self.database.page(path)
        if body is None:
            raise KeyError(path)
        return body

    def map(self, text: str, side: Side, limit: int, *, brief: bool = False, lang: Lang = "en") -> bytes:
        """The MapAnswer to a name as typed, as JSON. The documents were rendered by the build and are only joined.

        In brief it is a BriefMapAnswer.

        Raises:
            NoAnswer: no answer: the name is unknown, not mapped yet, or the other framework's.
        """
        answers = resolve(self.database, text, side)
        if not answers:
            raise self._no_answer(text, side)
        listed = self.database.summaries
        documents = self._documents([a.mapping for a in answers[:limit]], brief=brief, lang=lang)
        full = [
            f'{{"why":{_json(a.why)},"name":{_json(a.name)},"side":"{side}","mapping":{_HERE}}}'
            for a in answers[:limit]
        ]
        more = [
            f'{{"id":{_json(listed[a.mapping].id)},"why":{_json(a.why)},"name":{_json(a.name)}}}'
            for a in answers[limit:]
        ]
        around = f'{{"query":{_json(text)},"answers":[{",".join(full)}],"more":[{",".join(more)}]}}'
        pieces = zip(around.encode().split(_HERE.encode()), [*documents, b""], strict=True)
        return b"".join(chain.from_iterable(pieces))

    def map_either(self, text: str, limit: int, *, brief: bool = False) -> bytes:
        """As `map`, of whichever framework has the name; a name of both is PyTorch's.

        Raises:
            NoAnswer: neither has an answer; told of the framework that the name looks like.
        """
        first: Side = "tf" if text.lstrip().startswith(("tf.", "keras.", "tensorflow.")) else "torch"
        try:
            return self.map(text, first, limit, brief=brief)
        except NoAnswer as error:
            try:
                return self.map(text, OTHER[first], limit, brief=brief)
            except NoAnswer:
                raise error from None

    def _documents(self, numbers: list[int], *, brief: bool, lang: Lang) -> list[bytes]:
        bodies = self.database.documents(numbers)
        if not brief and lang == "en":
            return bodies
        told = [told_in(lang, MappingDocument.model_validate_json(body)) for body in bodies]
        return [(brief_mapping(document) if brief else document).model_dump_json().encode() for document in told]

    def named(self, name: str) -> bytes:
        """The document of an id, or else of the first mapping that answers a name, as JSON.

        Raises:
            NoAnswer: nothing has this name.
        """
        found = (answer for side in ("torch", "tf") for answer in resolve(self.database, name, side))
        number = self.database.numbers.get(name) or next((answer.mapping for answer in found), None)
        return self.mapping(name) if number is None else self.database.document(number)

    def mapping(self, mapping_id: str) -> bytes:
        """One document, as JSON.

        Raises:
            NoAnswer: no mapping has this id.
        """
        number = self.database.numbers.get(mapping_id)
        if number is None:
            side: Side = "tf" if mapping_id.startswith(("tf", "keras")) else "torch"
            raise NoAnswer(
                "unknown-mapping",
                f"No mapping is called {bounded(mapping_id)!r}; ids are full names, /map understands short ones.",
                [s for s in self.suggester.suggest(mapping_id, side) if s.mapped],
            )
        return self.database.document(number)

    def module(self, module_id: str) -> bytes:
        """The ModuleDocument, as JSON.

        Raises:
            NoAnswer: no module has this id.
        """
        body = self.database.page(f"modules/{module_id}")
        if body is None:
            detail = f"No module is called {bounded(module_id)!r}; /modules lists them."
            raise NoAnswer("unknown-module", detail)
        return body

    def program(self, name: str) -> bytes:
        """The ProgramDocument, as JSON.

        Raises:
            NoAnswer: no worked program has this name.
        """
        body = self.database.page(f"programs/{name}")
        if body is None:
            detail = f"No worked program is called {bounded(name)!r}; /programs lists them."
            raise NoAnswer("unknown-program", detail)
        return body

    def _no_answer(self, text: str, side: Side) -> NoAnswer:
        parsed = parse_name(text)
        framework = FRAMEWORK[side]
        if parsed is None:
            return NoAnswer("unknown-name", f"{bounded(text)!r} contains no name; try {side}={_SAMPLE[side]}.")
        if outside := self._outside(parsed.name):
            see = [self.suggester.answer(mapping_id) for mapping_id in outside.see]
            return NoAnswer("out-of-scope", f"{parsed.name}: {outside.text}", see)
        suggestions = self.suggester.suggest(parsed.name, side)
        version = self._framework_version(side)
        if former := self._former(parsed.name, side, version):
            return former
        if known := self._public_name(parsed.name, side):
            detail = f"{known} is a public name of {framework} {version}, but has no answer here yet."
            return NoAnswer("not-mapped-yet", detail, [s for s in suggestions if s.mapped])
        other = OTHER[side]
        if resolve(self.database, text, other) or self._public_name(parsed.name, other):
            name = parsed.name
            detail = f"{name} is a name of {FRAMEWORK[other]}, not of {framework}: ask with {other}={name}."
            return NoAnswer("other-framework", detail, self.suggester.suggest(name, other, limit=1))
        hint = (
            f"; did you mean {suggestions[0].name}?" if suggestions else f": /search?q={parsed.leaf} looks for words."
        )
        return NoAnswer("unknown-name", f"{framework} {version} has no public name {parsed.name!r}{hint}", suggestions)

    def _former(self, name: str, side: Side, version: str) -> NoAnswer | None:
        """What became of a name of an earlier version, or of an argument, that leads to no mapping."""
        if side == "torch":
            return None
        plain = name.replace(VERSION_1, "", 1)
        for road in sorted(self.database.roads(key(plain)), key=lambda road: road.name != plain):
            if road.to and self._public_name(road.to, side):
                detail = f"{road.told}: a public name of TensorFlow {version} that has no answer here yet."
                return NoAnswer("not-mapped-yet", detail, self._mapped_near(road.to, side))
            return NoAnswer("removed", f"{road.told}.", self._mapped_near(name, side))
        return None

    def _mapped_near(self, name: str, side: Side) -> list[Suggestion]:
        return [suggestion for suggestion in self.suggester.suggest(name, side) if suggestion.mapped]

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
