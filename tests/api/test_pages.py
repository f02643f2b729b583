"""The pages for people: every kind answers, says what it must, and asks no other host for anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.views.documentation import documentation
from api.views.filters import size

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = [
    "/",
    "/?q=conv",
    "/modules.html",
    "/module/layers",
    "/coverage.html",
    "/differences",
    "/differences?module=tensors",
    "/differences?what=values",
    "/torch.clamp",
    "/tf.reshape",
    "/torch.cumsum",
    "/torchvision.models.resnet18",
    "/missing/torch",
    "/programs.html",
    "/program/a_line",
    "/integrations",
]


@pytest.mark.parametrize("path", PAGES)
def test_page_is_complete_and_keeps_to_its_own_host(client: TestClient, path: str) -> None:
    page = client.get(path, headers=HTML)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.text.count("<h1") == 1
    assert " style=" not in page.text
    for address in re.findall(r'(?:href|src|action)="([^"#]+)', page.text):
        if address.startswith("https://"):  # a link for people, which no browser follows by itself
            assert f'<a href="{address}' in page.text
            continue
        assert address.startswith("/"), address
        assert client.get(address, headers=HTML).status_code == 200, address


@pytest.mark.parametrize(
    "name", ["torch.cat", "torch.nn.Conv2d", "tf.image.resize", "torch.nn.ReLU", "torch.Tensor.view"]
)
def test_every_mapping_has_a_page(client: TestClient, name: str) -> None:
    page = client.get(f"/{name}")
    assert page.status_code == 200
    assert name in page.text


def test_mapping_page_shows_twin_snippets_differences_and_evidence(client: TestClient) -> None:
    text = client.get("/torch.clamp").text
    for wanted in ("tf.clip_by_value", "clip_value_min", "Where min is above max the results differ.", "1.5", "2.13.0"):
        assert wanted in text, wanted
    assert "≠ default" in client.get("/torch.optim.Adam").text


def test_the_side_that_a_mapping_is_about_comes_first(client: TestClient) -> None:
    assert "| PyTorch | TensorFlow | |" in client.get("/torch.clamp.md").text
    assert "| TensorFlow | PyTorch | |" in client.get("/tf.image.resize.md").text
    heads = re.findall(r'scope="col">(PyTorch|TensorFlow)', client.get("/tf.image.resize").text)
    assert heads == ["TensorFlow", "PyTorch"]


def test_short_name_leads_to_the_page(client: TestClient) -> None:
    answer = client.get("/nn.Conv2d", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/torch.nn.Conv2d"


def test_unknown_name_gets_a_page_with_suggestions(client: TestClient) -> None:
    page = client.get("/torch.catt", headers=HTML)
    assert page.status_code == 404
    assert 'href="/torch.cat"' in page.text
    assert client.get("/torch.catt").json()["type"] == "/problems/unknown-path"
    assert client.get("/module/nonsense").status_code == 404


@pytest.mark.parametrize("path", ["/modules", "/modules/layers", "/coverage", "/programs", "/programs/a_line"])
def test_one_address_answers_programs_and_people(client: TestClient, path: str) -> None:
    for _ in range(2):  # made, and given again
        page, data = client.get(path, headers=HTML), client.get(path)
        assert page.headers["content-type"].startswith("text/html")
        assert data.headers["content-type"] == "application/json"
        for answer in (page, data):
            assert answer.headers["vary"].count("Accept,") + answer.headers["vary"].endswith("Accept") == 1
        assert page.headers["etag"] != data.headers["etag"]


def test_search_without_javascript(client: TestClient) -> None:
    assert 'href="/torch.nn.Conv2d"' in client.get("/?q=convolution").text
    hostile = client.get("/", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in hostile


def test_differences_stand_by_subject_with_what_to_write(client: TestClient) -> None:
    text = client.get("/differences").text
    assert 'href="/differences?module=tensors"' in text
    assert "Where min is above max the results differ." in text
    for chosen in ("module=tensors", "what=values"):
        text = client.get(f"/differences?{chosen}").text
        assert "min above max" in text
        assert "What to write instead" in text
    assert client.get("/differences?what=dtype").text.count("<article") == 0


def test_a_name_that_is_asked_heads_its_page(client: TestClient) -> None:
    """Several answers, no answer yet, of another package: each is a page of that name."""
    text = client.get("/tf.reshape").text
    assert '<span class="tf">tf.reshape</span>' in text
    assert 'href="/torch.reshape"' in text
    assert 'href="/torch.Tensor.view"' in text
    assert "has no answer here yet" in client.get("/torch.cumsum").text
    assert "A package of its own." in client.get("/torchvision.models.resnet18").text
    assert client.get("/tf.keras.layers.Conv2D", follow_redirects=False).status_code == 200


def test_crawlers_and_browsers_find_their_way(client: TestClient) -> None:
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").text
    sitemap = client.get("/sitemap.xml")
    assert sitemap.headers["content-type"] == "application/xml"
    paths = re.findall(r"<loc>http://testserver(/[^<]*)</loc>", sitemap.text)
    assert {"/", "/torch.clamp", "/module/layers", "/program/a_line"} <= set(paths)
    for path in paths:
        page = client.get(path, headers=HTML)
        assert page.status_code == 200, path
        assert path == "/docs" or f'<link rel="canonical" href="{path}">' in page.text
    assert "/?q={searchTerms}" in client.get("/opensearch.xml").text


def test_what_is_missing_is_listed_by_name(client: TestClient) -> None:
    assert 'href="/missing/torch"' in client.get("/coverage.html").text
    text = client.get("/missing/torch").text
    assert 'href="/torch.cumsum"' in text
    assert 'href="/torch.cat"' not in text
    assert client.get("/missing/nowhere").status_code == 404


def test_a_mapping_leads_to_the_documentation_and_to_its_source(database: Path) -> None:
    settings = Settings(database=database, repository="https://example.org/twintensor/")
    with TestClient(create_app(settings)) as client:
        text = client.get("/torch.clamp").text
    assert 'href="https://docs.pytorch.org/docs/stable/generated/torch.clamp.html"' in text
    assert 'href="https://www.tensorflow.org/api_docs/python/tf/clip_by_value"' in text
    assert 'href="https://example.org/twintensor/edit/main/mappings/tensors/torch.clamp.yaml"' in text
    assert "issues/new?template=wrong-answer.yml&amp;title=torch.clamp" in text


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("torch.nn.Conv2d", "generated/torch.nn.Conv2d.html"),
        ("torch.Tensor.view", "generated/torch.Tensor.view.html"),
        ("torch.nn.Module.train", "generated/torch.nn.Module.html#torch.nn.Module.train"),
        ("tf.data.Dataset.map", "python/tf/data/Dataset#map"),
        ("keras.ops.cbrt", "python/tf/keras/ops/cbrt"),
    ],
)
def test_documentation_of_a_name(name: str, end: str) -> None:
    assert documentation(name).url.endswith(end)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/plain", "text/plain"),
        ("text/markdown", "text/markdown"),
        ("*/*", "text/html"),
        ("text/html,text/plain", "text/html"),
    ],
)
def test_one_address_answers_a_terminal_and_a_browser(client: TestClient, accept: str, kind: str) -> None:
    for _ in range(2):  # made, and given again
        answer = client.get("/torch.cat", headers={"Accept": accept})
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert "Accept" in answer.headers["vary"].split(", ")
        assert "tf.concat" in answer.text


def test_terminal_understands_short_names(client: TestClient) -> None:
    answer = client.get("/nn.Conv2d", headers={"Accept": "text/plain"}, follow_redirects=False)
    assert answer.text.startswith("# torch.nn.Conv2d")
    assert client.get("/nn.Conv2dd", headers={"Accept": "text/plain"}).status_code == 404


def test_results_are_marked_and_filters_are_links(client: TestClient) -> None:
    text = client.get("/?q=relu").text
    assert "<mark>relu</mark>" in text
    assert 'href="/?q=relu&amp;kind=layer"' in text
    only = client.get("/?q=relu&kind=layer").text
    assert "1 result " in only
    assert 'aria-current="true"' in only
    assert client.get("/?q=relu&kind=nonsense").status_code == 200


def test_misspelt_words_are_told(client: TestClient) -> None:
    assert "Read as “join tensors”" in client.get("/?q=joning+tensros").text


def test_differences_beyond_the_last_page(client: TestClient) -> None:
    assert client.get("/differences?page=99").status_code == 404
    assert client.get("/differences.json").json()["differences"][0]["mapping"]


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    "path", ["/nonsense/path", "/nonsense", "/torch/nn/Conv2d", "/mappings/nope", "/modules/nope", "/problems/nope",
             "/static/nope", "/torch.nope.md", "/docs/x", "/x//y"]
)  # fmt: skip
def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(client: TestClient, path: str) -> None:
    page = client.get(path, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-store"
    assert "<h1>Nothing here</h1>" in page.text
    for accepted in ("*/*", "application/json", "application/json, text/html;q=0.5", ""):
        told = client.get(path, headers={"Accept": accepted})
        assert (told.status_code, told.headers["content-type"]) == (404, "application/problem+json"), accepted


def test_an_unknown_address_suggests_names(client: TestClient) -> None:
    assert 'href="/torch.nn.Conv2d"' in client.get("/torch/nn/Conv2d", headers=BROWSER).text


def test_unknown_name_leads_to_a_search(client: TestClient) -> None:
    page = client.get("/torch.no_such_thing", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert 'href="/?q=no_such_thing"' in page.text
    assert "/search?q=" not in page.text  # an address for programs


@pytest.mark.parametrize(("value", "told"), [(250.0, "250"), (12.4, "12"), (0.25, "0.25"), (1.2e-7, "1.2e-07")])
def test_sizes_are_read_as_people_write_them(value: float, told: str) -> None:
    assert size(value) == told
