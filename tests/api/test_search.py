"""/search: order, both languages, filters with counts, paging, and text that SQLite would stumble over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.search.highlight import highlighter
from loader.text import name_words, spaced
from tests.support.dataset import MAPPINGS


def search(client: TestClient, **parameters: Any) -> Any:
    response = client.get("/search", params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


def ids(answer: Any) -> list[str]:
    return [result["mapping"]["id"] for result in answer["results"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("nn.Conv2d", "torch.nn.Conv2d"),
        ("tf.clip_by_value", "torch.clamp"),
        ("clip by value", "torch.clamp"),
        ("how to join two tensors", "torch.cat"),
        ("joining tensors", "torch.cat"),  # another form of the word
        ("cap values", "torch.clamp"),
        ("convolutional layer", "torch.nn.Conv2d"),
        ("张量拼接", "torch.cat"),
        ("卷积", "torch.nn.Conv2d"),  # two characters, inside a longer word
        ("怎么连接张量", "torch.cat"),
        ("張量拼接", "torch.cat"),  # in traditional characters
        ("卷積", "torch.nn.Conv2d"),
        ("np.cat", "torch.cat"),  # of another library
        ("ip_by_val", "torch.clamp"),  # a piece of a name
    ],
)
def test_best_result(client: TestClient, text: str, first: str) -> None:
    assert ids(search(client, q=text))[0] == first


def test_exact_names_come_before_beginnings_and_words(client: TestClient) -> None:
    answer = search(client, q="relu")
    assert [r["why"] for r in answer["results"]][:3] == ["name"] * 3
    assert search(client, q="resh")["results"][0]["why"] == "beginning of a name"
    assert search(client, q="onv2d")["results"][0]["why"] == "piece of a name"  # and no misspelt one


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("joining tensors", ["tensor", "Join"]),
        ("conv2d", ["conv2d"]),
        ("nn.Conv2d(3, 6)", ["Conv2D", "Conv2d"]),
        ("joinn", ["Join"]),
    ],
)
def test_what_matched_is_told(client: TestClient, text: str, matched: list[str]) -> None:
    assert search(client, q=text)["results"][0]["matched"] == matched


def test_a_piece_inside_a_word_is_not_marked() -> None:
    assert highlighter("or")("torch.ormqr", "a tensor or more") == ["or"]
    assert highlighter("conv")("deconv") == highlighter("*")("*") == highlighter("a")("a b") == []


def test_no_mapping_is_listed_twice(client: TestClient) -> None:
    found = ids(search(client, q="convolution layer for relu tensors", limit=100))
    assert len(found) == len(set(found))


def test_nothing_typed_lists_everything(client: TestClient) -> None:
    assert search(client)["total"] == len(MAPPINGS)


def test_filters_restrict_and_counts_tell_what_each_would_leave(client: TestClient) -> None:
    answer = search(client, q="relu", kind="layer")

    assert ids(answer) == ["torch.nn.ReLU"]
    assert answer["total"] == 1
    kinds = {facet["value"]: facet["count"] for facet in answer["facets"]["kind"]}
    assert kinds == {"function": 2, "layer": 1}  # counted without the filter on kind
    assert answer["facets"]["relation"] == [{"value": "identical", "count": 1}]  # counted with it
    for kind, count in kinds.items():
        assert search(client, q="relu", kind=kind)["total"] == count


def test_pages_join_without_gap_or_overlap(client: TestClient) -> None:
    whole = ids(search(client, limit=100))
    assert [
        *ids(search(client, limit=4)),
        *ids(search(client, limit=4, offset=4)),
        *ids(search(client, offset=8)),
    ] == whole


def test_page_beyond_the_end_is_empty(client: TestClient) -> None:
    answer = search(client, offset=1000)
    assert answer["results"] == []
    assert answer["total"] == len(MAPPINGS)


@pytest.mark.parametrize(
    ("text", "first"),
    [("reshpae", "torch.reshape"), ("torch.reshpae", "torch.reshape"), ("con v2dd", "torch.nn.functional.conv2d")],
)
def test_misspelt_name_is_found(client: TestClient, text: str, first: str) -> None:
    assert ids(search(client, q=text))[0] == first


def test_misspelt_word_is_read_as_the_nearest(client: TestClient) -> None:
    answer = search(client, q="joning tensros")
    assert ids(answer)[0] == "torch.cat"
    assert answer["read_as"] == "join tensors"


def test_nothing_found_says_what_may_have_been_meant(client: TestClient) -> None:
    answer = search(client, q="zzzzzzz")
    assert (answer["total"], answer["results"], answer["read_as"]) == (0, [], None)


@pytest.mark.parametrize(
    "bad", [{"kind": "layers"}, {"relation": "same"}, {"limit": 0}, {"limit": 101}, {"offset": -1}]
)
def test_wrong_parameters_are_refused(client: TestClient, bad: dict[str, Any]) -> None:
    response = client.get("/search", params=bad)
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == next(iter(bad))


@pytest.mark.parametrize(
    "text", ["a-b", '"', "*", "nn.Conv2d", "NEAR(", "names:cat", "AND", "x OR", "'", "^a", "\0", "."]
)
def test_query_syntax_of_the_index_means_itself(client: TestClient, text: str) -> None:
    search(client, q=text)


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_no_text_breaks_the_search(client: TestClient, text: str) -> None:
    assert client.get("/search", params={"q": text}).status_code == 200


def test_words_of_a_name() -> None:
    assert {"max", "pool", "2d", "maxpool2d", "maxpool", "pool2d", "nn"} <= set(name_words("nn.MaxPool2d"))
    assert {"clip", "by", "value", "clip_by_value"} <= set(name_words("tf.clip_by_value"))
    assert {"re", "lu", "relu"} <= set(name_words("ReLU"))


def test_chinese_is_set_apart() -> None:
    assert spaced("用relu激活") == "用 relu 激 活"
