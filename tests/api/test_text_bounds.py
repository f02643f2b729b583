"""Any text in bounded time, whichever interface it comes through: one bound stands before names and words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from api.lookup.bounds import MAX_TEXT
from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.lookup.problems import NoAnswer
from api.search.results import Filters, Search
from api.views.html import Pages

HUGE = [text * (4_000_000 // len(text)) for text in ("x", "nn.Conv2d", "a b ", "张量", "\ufdfa", "= ", "(")]
SECONDS = 0.5  # of processor time for a text of 4 MB, most of it for its own bytes


@pytest.fixture(scope="module")
def catalogue(database: Path) -> Catalogue:
    catalogue = Catalogue(Database(database))
    catalogue.suggester.mapped_near("relu")  # reads its lists
    return catalogue


@pytest.mark.parametrize("text", HUGE, ids=lambda text: text[:9])
def test_huge_texts_are_answered_or_refused_at_once(catalogue: Catalogue, text: str) -> None:
    began = time.process_time()
    with pytest.raises(NoAnswer) as unknown:
        catalogue.mapping(text)
    try:
        catalogue.map(text, "torch", 1)
    except NoAnswer as error:
        told = error.detail
    else:
        told = ""
    search = Search(catalogue)
    search.find(text, Filters(), limit=10)
    catalogue.suggester.mapped_near(text)
    page = Pages(catalogue, search).home(text, Filters())
    assert time.process_time() - began < SECONDS
    assert len(unknown.value.detail) < 10 * MAX_TEXT
    assert len(told) < 10 * MAX_TEXT
    assert len(page) < 100_000


def test_the_beginning_of_a_long_call_is_its_name(catalogue: Catalogue) -> None:
    assert b'"torch.cat"' in catalogue.map("torch.cat([" + "x, " * 5000 + "])", "torch", 1)
