"""Defaults side by side: what a page and a scan warn of."""

from __future__ import annotations

import pytest

from loader.publish.parameters import defaults_differ


@pytest.mark.parametrize(
    ("default", "convert", "to_default", "differ"),
    [
        ("1", None, "(1, 1)", False),
        ("(1, 1)", None, "1", False),
        ("1", None, "(2, 2)", True),
        ("1", None, "(1, 2)", True),
        ("0", None, "'valid'", False),
        ("(0, 0)", None, "'valid'", False),
        ("1", None, "'valid'", True),
        ("0", None, "'same'", True),
        ("0.1", "1 - x", "0.99", True),
        ("0.25", "1 - x", "0.75", False),
        ("1", "x + 1", "(2, 2)", False),
        ("1", "x + 1", "(1, 1)", True),
        ("None", None, "0", True),
        ("1e-05", None, "0.001", True),
        ("<object>", None, "0", False),
        (None, None, "0", False),
        ("0", None, None, False),
        ("'mean'", None, "'sum_over_batch_size'", False),
        ("'constant'", None, "'CONSTANT'", False),
        ("'mean'", None, "'sum'", True),
    ],
)
def test_defaults_differ(default: str | None, convert: str | None, to_default: str | None, differ: bool) -> None:
    assert defaults_differ("x", default, convert, "x", to_default) is differ
