"""The files beside the API: Markdown and JSON of a mapping, llms.txt, downloads; and /map with several names."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from pathlib import Path

from starlette.testclient import TestClient

from api.http.routes.map import MapAnswers
from api.http.turns import in_turns
from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from loader.publish.document import MappingDocument
from loader.publish.download import PIECE, packed, unpacked


def test_markdown_and_json_of_a_mapping(client: TestClient) -> None:
    text = client.get("/torch.nn.Conv2d.md")
    assert text.headers["content-type"].startswith("text/markdown")
    assert text.text.startswith("# torch.nn.Conv2d\n")
    assert "`tf.keras.layers.Conv2D`" in text.text
    assert "| `out_channels` | `filters` |" in text.text
    MappingDocument.model_validate_json(client.get("/torch.nn.Conv2d.json").content)
    assert client.get("/torch.nn.Conv9d.md").json()["type"] == "/problems/unknown-mapping"


def test_llms_txt_links_pages_that_exist(client: TestClient) -> None:
    text = client.get("/llms.txt").text
    assert text.startswith("# twintensor\n\n> ")
    links = [line.partition("](")[2].partition(")")[0] for line in text.splitlines() if line.startswith("- [")]
    assert "/torch.cat.md" in links
    for link in links:
        assert client.get(link).status_code == 200, link


def test_dataset_downloads(client: TestClient, tmp_path: Path) -> None:
    dataset = client.get("/version").json()
    answer = client.get("/twintensor.sqlite")
    assert dataset["dataset"] in answer.headers["content-disposition"]
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(answer.content)
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM mapping").fetchone() == (dataset["mappings"],)
    whole = client.get("/twintensor.json").json()
    assert whole["version"] == dataset
    assert len(whole["mappings"]) == dataset["mappings"]
    etag = answer.headers["etag"]
    assert client.get("/twintensor.sqlite", headers={"If-None-Match": etag}).status_code == 304


def test_map_answers_several_names_in_order(client: TestClient) -> None:
    url = "/map?torch=nn.Conv2d&torch=nope&torch=torch.cumsum&torch=F.relu"
    answers = MapAnswers.model_validate_json(client.get(url).content)
    assert [item.query for item in answers.names] == ["nn.Conv2d", "nope", "torch.cumsum", "F.relu"]
    assert answers.names[0].found is not None
    assert answers.names[0].found.answers[0].mapping.id == "torch.nn.Conv2d"
    problems = [item.problem.type for item in answers.names if item.problem]
    assert problems == ["/problems/unknown-name", "/problems/not-mapped-yet"]


def test_map_refuses_too_many_names(client: TestClient) -> None:
    assert client.get("/map", params={"torch": ["relu"] * 101}).status_code == 422
    assert client.get("/map?torch=relu&torch=cat&tf=tf.concat").status_code == 422


def test_the_dataset_is_the_same_in_every_coding(client: TestClient) -> None:
    """Packed by the build for most, unpacked or packed otherwise for others: the same text, the same tag."""
    answers = {
        coding: client.get("/twintensor.json", headers={"Accept-Encoding": coding})
        for coding in ("gzip", "identity", "br", "zstd, gzip", "gzip;q=0")
    }
    sent = {coding: answer.headers.get("content-encoding") for coding, answer in answers.items()}
    assert sent == {"gzip": "gzip", "identity": None, "br": "br", "zstd, gzip": "gzip", "gzip;q=0": None}
    assert len({answer.content for answer in answers.values()}) == 1
    assert len({answer.headers["etag"] for answer in answers.values()}) == 1
    assert {answer.headers["vary"] for answer in answers.values()} == {"Accept-Encoding"}


def test_others_have_their_turn_during_a_download(database: Path) -> None:
    """Of a whole dataset in one go nobody else would get an answer for long."""
    catalogue = Catalogue(Database(database))

    async def turns() -> int:
        count = 0
        ended = False

        async def other() -> None:
            nonlocal count
            while not ended:
                count += 1
                await asyncio.sleep(0)

        task = asyncio.ensure_future(other())
        async for _ in in_turns(catalogue.database.download()):
            pass
        ended = True
        await task
        return count

    pieces = list(catalogue.database.download())
    assert asyncio.run(turns()) >= len(pieces)
    assert max(map(len, pieces)) <= PIECE
    assert sum(map(len, pieces)) == catalogue.database.download_size()


def test_many_downloads_are_one_to_the_others() -> None:
    """Whatever else is ready has its turn after each piece of any of them, not after one of each."""
    readers, pieces = 50, 20

    async def turns() -> int:
        sent = most = since = 0
        ended = False

        async def read() -> None:
            nonlocal sent, since
            async for _ in in_turns([b"x"] * pieces):
                sent += 1
                since += 1

        async def other() -> None:
            nonlocal most, since
            while not ended:
                most, since = max(most, since), 0
                await asyncio.sleep(0)

        task = asyncio.ensure_future(other())
        await asyncio.gather(*(read() for _ in range(readers)))
        ended = True
        await task
        assert sent == readers * pieces
        return most

    assert asyncio.run(turns()) <= 2


def test_the_build_packs_in_bounded_pieces() -> None:
    """Texts that hardly compress: full pieces, then the rest; unpacked they are what went in."""
    texts = [b'"%s"' % random.Random(n).randbytes(9_000).hex().encode() for n in range(20)]
    pieces = list(packed(b"{}", texts))
    assert {len(piece) for piece in pieces[:-1]} == {PIECE}
    assert json.loads(b"".join(unpacked(pieces))) == {"version": {}, "mappings": [json.loads(text) for text in texts]}
    assert list(packed(b"{}", texts)) == pieces
