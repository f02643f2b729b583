"""What words tell is kept, within bounds, and is the same however often it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.search import weights
from api.search.weights import WordWeights


@pytest.fixture
def catalogue(database: Path) -> Catalogue:
    return Catalogue(Database(database))


@pytest.fixture
def kept(catalogue: Catalogue) -> WordWeights:
    return weights.of_mappings(catalogue.database)


def test_a_word_is_looked_up_once(kept: WordWeights, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept.of('"conv2d"')
    assert first
    monkeypatch.setattr(catalogue.database, "weights", None)
    assert kept.of('"conv2d"') is first


def test_the_least_recently_used_word_is_forgotten(kept: WordWeights, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept.of('"conv2d"')
    monkeypatch.setattr(weights, "KEPT", len(first) + 4 + 20 * 4)
    for number in range(200):  # words that nothing has count too
        assert kept.of(f'"nosuchword{number}"') == {}
        assert kept.of('"conv2d"') is first
    assert len(kept._kept) <= 21
    for number in range(30):
        kept.of(f'"nosuchword{number}"')
    assert kept.of('"conv2d"') == first
    assert kept.of('"conv2d"') is not first
