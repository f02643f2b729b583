"""The tables of the published database. It is written once by the build and only read afterwards."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

# Full-text tables have no SQLModel counterpart. `_` is kept inside a word; Chinese is stored character by character,
# so that a phrase finds any piece of it. Notes are apart, so that a mapping with many of them is not a long text, in
# which each word counts less. `asked` has a row for each question, so that one that holds all words counts more than
# several that hold one each. `pieces` finds parts of names.
_TOKENS = "tokenize=\"porter unicode61 remove_diacritics 2 tokenchars '_'\""
FULL_TEXT = (
    f"CREATE VIRTUAL TABLE words USING fts5(names, arguments, summary, questions, content='', {_TOKENS})",
    f"CREATE VIRTUAL TABLE asked USING fts5(question, content='', {_TOKENS})",
    f"CREATE VIRTUAL TABLE remarks USING fts5(notes, content='', {_TOKENS})",
    "CREATE VIRTUAL TABLE pieces USING fts5(names, content='', tokenize='trigram')",
)
FILL_FULL_TEXT = (
    "INSERT INTO words(rowid, names, arguments, summary, questions) "
    "VALUES (:number, :names, :arguments, :summary, :questions)",
    "INSERT INTO remarks(rowid, notes) VALUES (:number, :notes)",
    "INSERT INTO pieces(rowid, names) VALUES (:number, :full_names)",
)
FILL_ASKED = "INSERT INTO asked(rowid, question) VALUES (?, ?)"


class MappingRow(SQLModel, table=True):
    """A mapping with its rendered documents; the columns are what a search filters by.

    Documents are bytes, so that an answer is made without decoding and encoding them.
    """

    __tablename__ = "mapping"

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    module: str
    kind: str
    relation: str
    status: str
    modes: str  # ways of running TensorFlow in which it holds, with spaces between
    basic: bool  # stands in the reading order of its module
    weight: float  # how much code uses its names, from 0 to 1
    brief: bytes
    document: bytes


class NameRow(SQLModel, table=True):
    """A key that finds a mapping: each name is stored under each of its endings (`nn.Conv2d`, `Conv2d`)."""

    __tablename__ = "name"

    number: int = Field(primary_key=True)
    key: str = Field(index=True)
    ending: str
    name: str
    side: str
    role: str
    of: str
    method: bool
    rank: int
    mapping: int = Field(foreign_key="mapping.number")


class PublicName(SQLModel, table=True):
    """A public name of a framework, mapped or not: for suggestions, and for `known but not mapped yet`."""

    __tablename__ = "public_name"

    name: str = Field(primary_key=True)
    side: str
    leaf: str = Field(index=True)
    canonical: str
    kind: str


class RoadRow(SQLModel, table=True):
    """A name that is no public one and leads to one: a path of definition, a name of an earlier version.

    Stored under each of its endings; `told` says what it is to the name that it leads to.
    """

    __tablename__ = "road"

    number: int = Field(primary_key=True)
    key: str = Field(index=True)
    name: str
    to: str
    told: str


class Page(SQLModel, table=True):
    """An answer that depends on no parameter, rendered: `modules`, `modules/tensors`, `coverage`, `version`."""

    __tablename__ = "page"

    path: str = Field(primary_key=True)
    body: bytes


class DownloadPiece(SQLModel, table=True):
    """A piece of the whole dataset as one JSON text in gzip, in their order: see `loader.publish.download`."""

    __tablename__ = "download"

    number: int = Field(primary_key=True)
    body: bytes


class Word(SQLModel, table=True):
    """A word of the full text as it is written: what a misspelt one may have meant, and in how many mappings."""

    __tablename__ = "word"

    word: str = Field(primary_key=True)
    count: int


ALL: tuple[type[SQLModel], ...] = (MappingRow, NameRow, PublicName, RoadRow, Page, DownloadPiece, Word)
