"""What to write for a call, as it follows from a drop-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.proof.evidence import derive_rewrites, read_evidence
from loader.proof.rewrites import derived
from loader.reading.data import read_data

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return tf.nn.relu(input)", [(None, "tf.nn.relu({input})")]),
        (
            "if dim is None:\n        return tf.reduce_sum(input)\n    return tf.reduce_sum(input, dim)",
            [("dim is None", "tf.reduce_sum({input})"), (None, "tf.reduce_sum({input}, {dim})")],
        ),
        (
            "if not input.dtype.is_floating:\n        input = tf.cast(input, tf.float32)\n    return tf.exp(input)",
            [("is_floating(input)", "tf.exp({input})")],
        ),
        (
            "if dim is not None:\n        raise ValueError('no')\n    return tf.exp(input)",
            [("dim is None", "tf.exp({input})")],
        ),
        ("return lambda x: tf.exp(x)", []),
        ("total = 0\n    for part in input:\n        total += part\n    return total", []),
        ("return tf.map_fn(lambda dim: dim + 1, input)", []),
        ("return tf.concat([input, input], 0)" + " + 1" * 40, []),
    ],
    ids=["any", "branches", "floating", "default", "closure", "loop", "shadowed", "long"],
)
def test_rewrites_of_a_drop_in(body: str, expected: list[tuple[str | None, str]]) -> None:
    found = derived(f"def f(input, dim=None):\n    {body}\n")
    assert [(rewrite.when, rewrite.to) for rewrite in found] == expected


def test_a_dtype_that_changes_nothing_is_no_condition() -> None:
    """Floats and whole numbers alike: then the condition would speak of floats only because they were tried first."""
    drop_in = "def f(a, b):\n    if a.dtype == tf.bool:\n        return tf.logical_or(a, b)\n    return a | b\n"
    assert all("is_floating" not in (rewrite.when or "") for rewrite in derived(drop_in))


def test_a_template_names_nothing_that_only_the_drop_in_defines() -> None:
    assert derived("class Two:\n    pass\n\ndef make(n):\n    return Two(n)") == ()
    assert derived("class Two:\n    pass\n\ndef make(n):\n    return tf.exp(n)") != ()


def test_kept_rewrites_are_current() -> None:
    """Deriving them all takes longer than the rest of a build, so the evidence keeps them."""
    stale = []
    for source in read_data(ROOT / "mappings"):
        evidence = read_evidence(ROOT / "examples/evidence", source.mapping.name)
        if evidence and evidence.rewrites != derive_rewrites(source.mapping):
            stale.append(source.mapping.name)
    assert stale == [], "run `pytest mappings/MODULE/NAME.yaml --record`"
