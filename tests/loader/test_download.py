"""The dataset as one compressed text: whole, and never more of it unpacked at once than a slow reader may hold."""

from __future__ import annotations

import json
import random

from loader.publish.download import PIECE, UNPACKED, packed, unpacked


def test_it_is_unpacked_in_small_pieces_whatever_was_packed() -> None:
    drawn = random.Random(1)
    documents = [json.dumps("a" * 3_000_000).encode(), json.dumps([drawn.random() for _ in range(50_000)]).encode()]
    pieces = list(packed(b'"1"', documents))
    assert [len(piece) for piece in pieces[:-1]] == [PIECE] * (len(pieces) - 1)
    texts = list(unpacked(pieces))
    assert b"".join(texts) == b'{"version":"1","mappings":[' + b",".join(documents) + b"]}"
    assert max(map(len, texts)) <= UNPACKED


def test_nothing_in_it_is_still_a_text() -> None:
    assert json.loads(b"".join(unpacked(packed(b"1", [])))) == {"version": 1, "mappings": []}
