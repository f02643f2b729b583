"""The kinds of values that hand-written files hold: each is checked as it is read, and a mistake says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from loader import python_code
from loader.model import conditions as when

_HOLE = re.compile(r"\{([A-Za-z_]\w*)\}")  # `{name}` in a template stands for the argument of that name


class Strict(BaseModel):
    """Unknown fields and silent conversions (`no` to False, "1" to 1) are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _parses(code: str) -> str:
    try:
        python_code.parse(code)
    except SyntaxError as error:
        raise ValueError(f"this Python does not parse: {error.msg} (line {error.lineno} of the text)") from None
    return code


def _expression(text: str) -> str:
    when.parse(text)
    return text


def _value_expression(text: str) -> str:
    try:
        python_code.expression(text)
    except SyntaxError as error:
        raise ValueError(f"this is not a Python expression: {error.msg}") from None
    return text


def _template(text: str) -> str:
    _value_expression(as_expression(text))
    return text


def as_expression(template: str, arguments: Mapping[str, str] | None = None) -> str:
    """A template as Python: each argument stands for itself, or as it is given."""
    given = arguments or {}
    return _HOLE.sub(lambda hole: given.get(hole[1], hole[1]), template)


def holes(template: str) -> set[str]:
    """The arguments that a template speaks of."""
    return set(_HOLE.findall(template))


def _one_paragraph(text: str) -> str:
    if not text.strip():
        raise ValueError("empty text")
    return " ".join(text.split())


Text = Annotated[str, AfterValidator(_one_paragraph)]
Code = Annotated[str, AfterValidator(_parses)]
When = Annotated[str, AfterValidator(_expression)]
ValueExpression = Annotated[str, AfterValidator(_value_expression)]
Template = Annotated[str, AfterValidator(_template)]
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NAME = r"^[A-Za-z_][\w]*(\.[A-Za-z_]\w*)*$"
Slug = Annotated[str, Field(pattern=SLUG)]
Name = Annotated[str, Field(pattern=NAME)]
