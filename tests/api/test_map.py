"""/map: the shape of an answer, and every way in which there is none."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.lookup.catalogue import MapAnswer


def test_answer_is_as_documented(client: TestClient) -> None:
    answer = MapAnswer.model_validate_json(client.get("/map?torch=nn.Conv2d").content, strict=True)

    assert answer.query == "nn.Conv2d"
    assert answer.answers[0].side == "torch"
    mapping = answer.answers[0].mapping
    assert mapping.tf is not None
    assert mapping.tf.name == "tf.keras.layers.Conv2D"
    assert mapping.examples[0].evidence.gradients_compared
    assert mapping.versions["torch"] == "2.13.0"


def test_query_comes_back_as_typed(client: TestClient) -> None:
    typed = 'torch.cat ("甲", \\)'
    assert client.get("/map", params={"torch": typed}).json()["query"] == typed


def test_unknown_name_gets_the_nearest_ones(client: TestClient) -> None:
    response = client.get("/map?torch=nn.Conv2dd")

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "/problems/unknown-name"
    assert problem["suggestions"][0] == {
        "name": "torch.nn.Conv2d", "mapped": True, "url": "/map?torch=torch.nn.Conv2d",
    }  # fmt: skip
    assert client.get(problem["suggestions"][0]["url"]).status_code == 200


@pytest.mark.parametrize("query", ["torch=torch.cumsum", "torch=cumsum", "tf=tf.math.cumsum", "tf=tf.linalg.einsum"])
def test_name_that_is_not_mapped_yet_is_told_apart(client: TestClient, query: str) -> None:
    response = client.get(f"/map?{query}")
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/not-mapped-yet"
    assert "public name" in response.json()["detail"]


def test_name_of_the_other_framework_is_sent_there(client: TestClient) -> None:
    problem = client.get("/map?torch=tf.concat").json()
    assert problem["type"] == "/problems/other-framework"
    assert "tf=tf.concat" in problem["detail"]


@pytest.mark.parametrize(
    ("query", "told", "sent_to"),
    [
        ("torch=torchvision.transforms.ToTensor", "Divides by 255.", "/map?torch=torch.clamp"),
        ("torch=torchvision.models.resnet18(weights=None)", "A package of its own.", "/map?torch=torch.cat"),
        ("tf=tf.masked_select", "never had it", None),
    ],
)
def test_names_of_other_packages_are_sent_on(client: TestClient, query: str, told: str, sent_to: str | None) -> None:
    response = client.get(f"/map?{query}")
    assert response.status_code == 404
    problem = response.json()
    assert problem["type"] == "/problems/out-of-scope"
    assert told in problem["detail"]
    assert [suggestion["url"] for suggestion in problem["suggestions"]] == ([sent_to] if sent_to else [])


@pytest.mark.parametrize("name", ["np.clamp", "numpy.reshape"])
def test_names_of_other_libraries_are_not_taken_for_methods(client: TestClient, name: str) -> None:
    assert client.get(f"/map?torch={name}").json()["type"] == "/problems/unknown-name"


@pytest.mark.parametrize(("query", "told"), [("", "neither"), ("?torch=torch.cat&tf=tf.concat", "both")])
def test_exactly_one_side_must_be_given(client: TestClient, query: str, told: str) -> None:
    response = client.get(f"/map{query}")
    assert response.status_code == 422
    assert told in response.json()["detail"]
    assert "/map?torch=nn.Conv2d" in response.json()["detail"]
    assert [error["parameter"] for error in response.json()["errors"]] == ["torch", "tf"]


@pytest.mark.parametrize("limit", ["0", "21", "x"])
def test_limit_is_checked(client: TestClient, limit: str) -> None:
    response = client.get(f"/map?torch=relu&limit={limit}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["errors"][0]["parameter"] == "limit"


def test_text_without_a_name(client: TestClient) -> None:
    response = client.get("/map?torch=(")
    assert response.status_code == 404
    assert "contains no name" in response.json()["detail"]
