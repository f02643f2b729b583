"""Conditions over the arguments of a call: what holds, what stays unknown, and what may not be said."""

from __future__ import annotations

from typing import Any

import pytest

from loader.model import conditions


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("ceil_mode", {"ceil_mode": True}, True),
        ("stride != 1 and padding == 'same'", {"stride": 2, "padding": "same"}, True),
        ("stride != 1 and padding == 'same'", {"stride": 1}, False),  # the other part does not matter
        ("stride == 1 or padding == 'same'", {"stride": 1}, True),
        ("not bias", {"bias": False}, True),
        ("0 < p < 1", {"p": 0.5}, True),
        ("0 < p < 1", {"p": 1}, False),
        ("dim in (0, -1)", {"dim": -1}, True),
        ("max is None", {"max": None}, True),
        ("kernel_size[0] % 2 == 0", {"kernel_size": (4, 3)}, True),
        ("len(padding) == 2", {"padding": (1, 2)}, True),
        ("is_int(padding)", {"padding": True}, False),  # a truth value is no number here
        ("is_number(x)", {"x": 1.5}, True),
        ("is_sequence(x) and is_str(x[0])", {"x": ["a"]}, True),
        ("-(-n) // 2 + 1 == 3", {"n": 4}, True),
    ],
)
def test_what_holds(text: str, arguments: dict[str, Any], expected: bool) -> None:
    assert conditions.holds(text, arguments) is expected


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("stride != 1", {}),
        ("stride != 1 and padding == 0", {"padding": 0}),
        ("stride > 1", {"stride": "a"}),
        ("kernel_size[3] == 1", {"kernel_size": (1, 2)}),
        ("n / m == 1", {"n": 1, "m": 0}),
        ("x.ndim == 2", {"x": 1}),
        ("text * n == ''", {"text": "a", "n": 10**9}),  # must not be computed
    ],
)
def test_what_stays_unknown(text: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(conditions.Unknown):
        conditions.holds(text, arguments)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x ==", "no Python expression"),
        ("(" * 5000, "no Python expression"),
        ("x.__class__ == 1", r"may not use \.__class__"),
        ("open('x')", "may only call len"),
        ("x.append(1)", "may not use .append|may only call"),
        ("lambda: 1", "may not use"),
        ("[y for y in x]", "may not use"),
        ("x ** 9", "may not use"),
        ("len(x, key=1)", "without keywords"),
        ("x := 1", "no Python expression"),
    ],
)
def test_what_may_not_be_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        conditions.parse(text)


def test_names_are_those_of_arguments() -> None:
    assert conditions.names("len(padding) == 2 and stride != dilation") == {"padding", "stride", "dilation"}
