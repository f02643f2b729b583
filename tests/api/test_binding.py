"""Arguments of a call bound to a signature."""

from __future__ import annotations

import ast

import pytest

from api.source.binding import Bound, NotLiteral, bind, literal
from loader.publish.document import Parameter, Signature


def signature(*parameters: tuple[str, str, str | None]) -> Signature:
    """A signature from (name, kind, default)."""
    made = [Parameter.model_validate({"name": n, "kind": k, "default": d}) for n, k, d in parameters]
    return Signature(text="f", parameters=made)


CAT = signature(("tensors", "ordinary", None), ("dim", "ordinary", "0"), ("out", "keyword", "None"))
PERMUTE = signature(("input", "ordinary", None), ("dims", "ordinary", None))
BROADCAST = signature(("shapes", "var_positional", None))


def bound(text: str, *signatures: Signature) -> Bound:
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    return bind(call, signatures, receiver)


def passed(found: Bound) -> dict[str, str]:
    return {name: ast.unparse(value) for name, value in found.passed.items()}


def test_places_keywords_and_defaults() -> None:
    found = bound("cat([a, b], dim=1)", CAT)
    assert passed(found) == {"tensors": "[a, b]", "dim": "1"}
    assert found.values == {"dim": 1, "out": None}
    assert (found.complete, found.faults) == (True, 0)


def test_a_method_is_called_on_its_first_argument() -> None:
    assert passed(bound("x.permute((0, 2, 1))", PERMUTE)) == {"input": "x", "dims": "(0, 2, 1)"}


def test_places_too_many_for_a_method_are_one_tuple() -> None:
    found = bound("x.permute(0, 2, 1)", PERMUTE)
    assert found.values == {"dims": (0, 2, 1)}
    assert found.faults == 1


def test_places_are_collected() -> None:
    assert bound("broadcast((2, 1), (1, 3))", BROADCAST).values == {"shapes": ((2, 1), (1, 3))}


@pytest.mark.parametrize("text", ["cat(*parts)", "cat(a, **options)"])
def test_stars_leave_defaults_unknown(text: str) -> None:
    found = bound(text, CAT)
    assert not found.complete
    assert "dim" not in found.values


@pytest.mark.parametrize(("text", "faults"), [("cat()", 1), ("cat(a, 0, None, 4)", 2), ("cat(a, axis=1)", 1)])
def test_what_does_not_fit_is_counted(text: str, faults: int) -> None:
    assert bound(text, CAT).faults == faults


def test_the_signature_that_fits_best_is_taken() -> None:
    assert passed(bound("f(a, dims=b)", CAT, PERMUTE)) == {"input": "a", "dims": "b"}


def test_without_a_signature_nothing_is_known() -> None:
    assert bound("f(a)") == Bound(complete=False)


def test_literals() -> None:
    assert literal("(1, -2.5, 'same', None)") == (1, -2.5, "same", None)


@pytest.mark.parametrize("text", ["x", "f(1)", "[1, y]", "1 +", "{[]: 1}"])
def test_no_literals(text: str) -> None:
    with pytest.raises(NotLiteral):
        literal(text)
