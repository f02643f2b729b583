"""The language that a reader is answered in: documents carry both, here the one that is asked for takes its place."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import BaseModel

from loader.publish.document import (
    Difference,
    MappingBrief,
    MappingDocument,
    ModuleBrief,
    ModuleDocument,
    ModuleText,
    Note,
)

Lang = Literal["en", "zh"]
LANG = "`zh`: summaries and notes in Simplified Chinese, where they are translated."

Document = TypeVar("Document", bound=BaseModel)


def told_in(lang: Lang, document: Document) -> Document:
    """A document in a language: what is not translated stays English."""
    if lang == "en":
        return document
    update: dict[str, object] = {}
    match document:
        case MappingDocument(zh=summary, notes=notes):
            update = {"summary": summary or document.summary, "notes": [told_in(lang, note) for note in notes]}
        case MappingBrief(zh=str(summary)):
            update = {"summary": summary}
        case Note(zh=str(text)):
            update = {"text": text}
        case ModuleBrief(zh=str(title)):
            update = {"title": title}
        case ModuleDocument(zh=ModuleText() as text):
            mappings = [told_in(lang, one) for one in document.mappings]
            update = {"title": text.title, "introduction": text.introduction, "mappings": mappings}
        case ModuleDocument():
            update = {"mappings": [told_in(lang, one) for one in document.mappings]}
        case Difference(notes=notes):
            update = {"notes": [told_in(lang, note) for note in notes]}
    return document.model_copy(update=update)
