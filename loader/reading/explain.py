"""What is wrong with a file that does not fit its model, in words for the person who wrote it."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from loader.hints import hint
from loader.model.fields import NAME, SLUG
from loader.reading.problems import Problem
from loader.reading.yaml_text import locate

_FORMS = {
    SLUG: "a name of an example: lower-case words and digits joined by hyphens, such as 'same-padding'",
    NAME: "a full name of a framework, such as 'torch.nn.Conv2d'; calls and modules' short forms are none",
}
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def explain(path: Path, text: str, error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Every problem with its place in the text."""
    errors = error.errors(include_url=False)
    return [Problem(path, *locate(text, item["loc"]), _message(item, model)) for item in errors]


def _message(item: Any, model: type[BaseModel]) -> str:
    location: Sequence[str | int] = item["loc"]
    place = ".".join(map(str, location))
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        message = f"unknown field{hint(str(location[-1]), _fields_at(model, location[:-1]))}"
        if len(location) > 1 and location[-1] in model.model_fields:
            message = f"`{location[-1]}` belongs to the whole file, not in here: begin its line at the margin"
        elif item["input"] is None:
            message += "; if it belongs to the text before it, put that whole text in quotes"
    elif item["type"] == "string_pattern_mismatch" and item["ctx"]["pattern"] in _FORMS:
        message = f"{_SHORT.repr(item['input'])} is not {_FORMS[item['ctx']['pattern']]}"
    elif item["type"].endswith("_type"):
        message += "".join(_other_type(item["type"], item["input"]))
    return f"{place}: {message}" if place else message


def _other_type(wanted: str, got: Any) -> Iterator[str]:
    if isinstance(got, dict) and wanted == "string_type" and len(got) == 1:
        yield ": a text with a colon followed by a space is read as a field: put the whole text in quotes"
        return
    yield f", not {type(got).__name__} {_SHORT.repr(got)}"
    if isinstance(got, bool):
        yield ": YAML reads yes, no, on and off as true and false: put the word in quotes"
    elif isinstance(got, str) and wanted == "float_type":
        yield ": YAML reads 1e-5 as text: write 1.0e-5"


def _fields_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The fields of the model that stands at a location, found through the JSON schema."""
    schema = _schema(model)
    node = schema
    for step in location:
        node = _resolve(schema, node)
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(step) or node.get("additionalProperties") or {}
    return sorted(_resolve(schema, node).get("properties", {}))


@lru_cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for option in node.get("anyOf", []):
        if "$ref" in option:
            node = option
    if "$ref" in node:
        found: dict[str, Any] = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
        return found
    return node
