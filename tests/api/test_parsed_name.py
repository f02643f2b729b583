"""Names as people type them, and which answers they find, in which order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.lookup.parsed_name import ParsedName, parse_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("torch.nn.Conv2d", "torch.nn.Conv2d"),
        ("  nn.Conv2d\t", "nn.Conv2d"),
        ("nn.Conv2d(3, 6, 5)", "nn.Conv2d"),
        ("nn.Conv2d(3, nn.ReLU(), (", "nn.Conv2d"),
        ("F.relu", "torch.nn.functional.relu"),
        ("tensorflow.keras.layers.Dense", "tf.keras.layers.Dense"),
        ("y = torch.cat([a, b], dim=1)", "torch.cat"),
        ("@torch.no_grad()", "torch.no_grad"),
        ("with torch.no_grad():", "torch.no_grad"),
        ("from torch.optim import Adam", "Adam"),
        ("`torch.cat`", "torch.cat"),
        ("torch.cat.", "torch.cat"),
        ("ｔｏｒｃｈ．ｃａｔ（", "torch.cat"),  # full-width letters of an East Asian keyboard
    ],
)
def test_clutter_around_a_name_is_dropped(typed: str, name: str) -> None:
    assert parse_name(typed) == ParsedName(name)


@pytest.mark.parametrize("typed", [".view", "x.view(", "self.fc.weight.view(-1)", "x.view"])
def test_something_behind_a_variable_is_a_method(typed: str) -> None:
    read = parse_name(typed)
    assert read is not None
    assert read.method
    assert read.leaf == "view"


@pytest.mark.parametrize("typed", ["", "   ", "(", "...", "=", "\0", "”"])
def test_where_there_is_no_name(typed: str) -> None:
    assert parse_name(typed) is None


@given(st.text(max_size=300))
def test_reading_never_fails(text: str) -> None:
    read = parse_name(text)
    assert read is None or read.leaf


def found(client: TestClient, query: str) -> list[str]:
    response = client.get(f"/map?{query}")
    assert response.status_code == 200, response.text
    return [answer["mapping"]["id"] for answer in response.json()["answers"]]


@pytest.mark.parametrize(
    ("query", "mapping"),
    [
        ("torch=nn.Conv2d", "torch.nn.Conv2d"),
        ("torch=torch.nn.Conv2d", "torch.nn.Conv2d"),
        ("torch=Conv2d", "torch.nn.Conv2d"),
        ("torch=conv2d", "torch.nn.functional.conv2d"),
        ("torch=TORCH.NN.CONV2D", "torch.nn.Conv2d"),
        ("torch=F.relu", "torch.nn.functional.relu"),
        ("torch=functional.relu", "torch.nn.functional.relu"),
        ("torch=Tensor.view", "torch.Tensor.view"),
        ("torch=x.view(", "torch.Tensor.view"),
        ("torch=.view", "torch.Tensor.view"),
        ("torch=optim.Adam", "torch.optim.Adam"),
        ("torch=%20%20optim.Adam%20", "torch.optim.Adam"),
        ("torch=optim.Adam(model.parameters(),%20lr=1e-3)", "torch.optim.Adam"),
        ("torch=concat", "torch.cat"),
        ("torch=clamp_", "torch.clamp"),
        ("torch=x.reshape_(2)", "torch.reshape"),
        ("torch=x.cat(y)", "torch.cat"),  # no such method, but it is clear what is meant
        ("tf=layers.Conv2D", "torch.nn.Conv2d"),
        ("tf=keras.layers.Conv2D", "torch.nn.Conv2d"),
        ("tf=tf.keras.layers.Convolution2D", "torch.nn.Conv2d"),
        ("tf=tensorflow.keras.layers.Conv2D(32)", "torch.nn.Conv2d"),
        ("tf=tf.concat", "torch.cat"),
        ("tf=concat", "torch.cat"),
        ("tf=tf.image.resize", "tf.image.resize"),
    ],
)
def test_what_people_type_finds_the_mapping(client: TestClient, query: str, mapping: str) -> None:
    assert found(client, query)[0] == mapping


def test_one_name_may_have_several_answers(client: TestClient) -> None:
    assert found(client, "torch=relu") == ["torch.relu", "torch.nn.functional.relu", "torch.nn.ReLU"]


def test_same_letters_come_before_other_capitals(client: TestClient) -> None:
    assert found(client, "torch=ReLU")[0] == "torch.nn.ReLU"


def test_a_full_name_has_no_answers_of_other_names(client: TestClient) -> None:
    assert found(client, "torch=torch.relu") == ["torch.relu"]


def test_closest_relation_answers_a_tensorflow_name_first(client: TestClient) -> None:
    """Both mappings give tf.nn.relu; the renamed one is closer than the composed one."""
    assert found(client, "tf=tf.nn.relu") == ["torch.relu", "torch.nn.functional.relu"]


def test_same_last_part_decides_between_equal_relations(client: TestClient) -> None:
    assert found(client, "tf=tf.reshape") == ["torch.reshape", "torch.Tensor.view"]


def test_names_that_are_leant_on_answer_only_where_nothing_else_does(client: TestClient) -> None:
    assert found(client, "tf=tf.concat") == ["torch.cat"]  # clamp leans on tf.concat too
    assert found(client, "tf=tf.math.maximum") == ["torch.clamp"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("torch=torch.cat", "exact name"),
        ("torch=cat", "short for torch.cat"),
        ("torch=torch.concat", "another name of torch.cat"),
        ("torch=torch.Tensor.clamp", "method spelling of torch.clamp"),
        ("torch=torch.nn.conv2D", "torch.nn.Conv2d, written with other capitals"),
        ("tf=tf.keras.layers.Convolution2D", "alias of tf.keras.layers.Conv2D"),
        ("tf=tf.maximum", "the answer for torch.clamp leans on it"),
        ("torch=x.view(", "short for torch.Tensor.view, as a method"),
        ("torch=torch.relu_(x)", "without the underscore that works in place"),
    ],
)
def test_every_answer_says_why(client: TestClient, query: str, why: str) -> None:
    assert client.get(f"/map?{query}").json()["answers"][0]["why"] == why


def test_answers_beyond_the_limit_come_by_id(client: TestClient) -> None:
    answer = client.get("/map?torch=relu&limit=1").json()
    assert [a["mapping"]["id"] for a in answer["answers"]] == ["torch.relu"]
    assert [a["id"] for a in answer["more"]] == ["torch.nn.functional.relu", "torch.nn.ReLU"]


@settings(max_examples=200)
@given(st.text(max_size=60), st.sampled_from(["torch", "tf"]))
def test_no_text_breaks_the_look_up(client: TestClient, text: str, side: str) -> None:
    assert client.get("/map", params={side: text}).status_code in (200, 404)
