"""The language that a reader is answered in: documents carry both, here the one that is asked for takes its place."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import BaseModel

from loader.publish.document import (
    Argument,
    Difference,
    Limit,
    MappingBrief,
    MappingDocument,
    ModuleBrief,
    ModuleDocument,
    ModuleText,
    Note,
    Overload,
)
from loader.publish.measured import ModeEvidence

Lang = Literal["en", "zh"]
LANG = "`zh`: summaries and notes in Simplified Chinese, where they are translated."

Document = TypeVar("Document", bound=BaseModel)


def told_in(lang: Lang, document: Document) -> Document:
    """A document in a language: what is not translated stays English."""
    if lang == "en":
        return document
    update: dict[str, object] = {}
    match document:
        case MappingDocument(zh=summary, overloads=overloads, limits=limits, notes=notes, modes=modes):
            update = {"summary": summary or document.summary}
            update |= {"overloads": _all(lang, overloads), "limits": _all(lang, limits), "notes": _all(lang, notes)}
            update |= {"modes": _all(lang, modes)}
        case Overload(arguments=arguments):
            update = {"arguments": _all(lang, arguments)}
        case Argument(zh=str(text)):
            update = {"note": text}
        case Limit(zh=str(text)) | ModeEvidence(zh=str(text)):
            update = {"reason": text}
        case MappingBrief(zh=str(summary)):
            update = {"summary": summary}
        case Note(zh=str(text)):
            update = {"text": text}
        case ModuleBrief(zh=str(title)):
            update = {"title": title}
        case ModuleDocument(zh=ModuleText() as text):
            listed = _all(lang, document.mappings)
            update = {"title": text.title, "introduction": text.introduction, "mappings": listed}
        case ModuleDocument():
            update = {"mappings": _all(lang, document.mappings)}
        case Difference(notes=notes):
            update = {"notes": _all(lang, notes)}
    return document.model_copy(update=update)


def _all(lang: Lang, documents: list[Document]) -> list[Document]:
    return [told_in(lang, one) for one in documents]
