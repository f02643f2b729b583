"""A look-up in about a kilobyte, for a hover: names, what to mind, the best example, the worst pitfalls."""

from __future__ import annotations

from pydantic import BaseModel, Field

from loader.publish.document import Example, MappingDocument, Note

MOST_ARGUMENTS = 6
MOST_NOTES = 2
LONGEST = 160  # characters of a note
LONGEST_EXAMPLE = 400  # characters of both snippets: of longer ones the shortest is taken


class BriefArgument(BaseModel):
    """A parameter that is not simply handed on."""

    name: str
    to: str | None = Field(description="The parameter that takes it; null: see the full answer.")
    change: str | None = Field(None, description="What to pass, or both defaults where leaving it out differs.")


class BriefMapping(BaseModel):
    """What a hover shows of a mapping."""

    id: str
    torch: str | None
    tf: str | None
    relation: str
    status: str
    summary: str
    arguments: list[BriefArgument] = Field(description="Those that change their name, value or default.")
    example: dict[str, str] | None = Field(description="The shortest example that matches, by framework.")
    pitfalls: list[str]
    url: str


def brief_mapping(mapping: MappingDocument) -> BriefMapping:
    """A document cut down; what is cut says so by an ellipsis, and the address has it in full."""
    return BriefMapping(
        id=mapping.id,
        torch=mapping.torch and mapping.torch.name,
        tf=mapping.tf and mapping.tf.name,
        relation=mapping.relation,
        status=mapping.status,
        summary=mapping.summary,
        arguments=_arguments(mapping),
        example=_example(mapping.examples),
        pitfalls=[_cut(note.text) for note in sorted(mapping.notes, key=_harm) if _harm(note) < 2][:MOST_NOTES],
        url=f"/mappings/{mapping.id}",
    )


def _arguments(mapping: MappingDocument) -> list[BriefArgument]:
    found: dict[str, BriefArgument] = {}
    for argument in (argument for overload in mapping.overloads for argument in overload.arguments):
        change = argument.convert
        if change is None and argument.differs:
            change = f"default {argument.default} becomes {argument.to_default}"
        if change or (argument.to and argument.to != argument.name):
            found.setdefault(argument.name, BriefArgument(name=argument.name, to=argument.to, change=change))
    return list(found.values())[:MOST_ARGUMENTS]


def _example(examples: list[Example]) -> dict[str, str] | None:
    matching = [one for one in examples if one.outcome == "match"]
    if not matching:
        return None
    first = matching[0]
    if len(first.torch) + len(first.tf) > LONGEST_EXAMPLE:
        first = min(matching, key=lambda one: len(one.torch) + len(one.tf))
    return {"torch": first.torch, "tf": first.tf}


def _harm(note: Note) -> int:
    return {"pitfall": 0, "difference": 1}.get(note.kind, 2)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " …"
