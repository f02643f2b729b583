"""The pages in Chinese: what templates say is in the catalogue, addresses, and who is shown which language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from starlette.testclient import TestClient

from api.http.accept import prefers_chinese
from api.views.html import HERE
from api.views.languages import LANGUAGES, catalogue, count, say
from api.views.translating import Translating
from loader.model.example import Aspect
from loader.model.mapping import MODES, RELATIONS, Kind
from loader.publish.document import RELATION_MEANINGS
from loader.publish.measured import SIZES
from tests.api.test_pages import HTML, PAGES

HAN = re.compile(r"[\u4e00-\u9fff]")
VALUES = [
    *RELATIONS, *RELATION_MEANINGS.values(), *SIZES.values(), *Aspect.__args__, *Kind.__args__,  # type: ignore[attr-defined]
    *(mode.replace("-", " ") for mode in MODES), "Pitfall", "Difference", "Tip", "Same",
    "module", "kind", "relation", "mode", "top", "bottom",
]  # fmt: skip


def said() -> Iterator[str]:
    """Every text that a template marks; of two forms that for several things."""
    environment = Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    environment.policies["ext.i18n.trimmed"] = True
    for path in sorted((HERE / "templates").iterdir()):
        for _, _, message in environment.extract_translations(path.read_text(encoding="utf-8")):  # type: ignore[attr-defined]
            yield message if isinstance(message, str) else [form for form in message if form][-1]


def test_the_catalogue_has_what_the_pages_say_and_nothing_else() -> None:
    assert {*said(), *VALUES} == catalogue("zh").keys()


def test_templates_say_it_as_they_are_compiled() -> None:
    source = """{% trans %}Results{% endtrans %} {{ _("<i>100%%</i>") }} {{ _("%(n)s of them", n="<") }} """
    source += """{% trans n=n %}{{ n }} result{% pluralize %}{{ n }} results{% endtrans %}"""
    for language in LANGUAGES.values():
        templates = Translating(language)
        calls = list(templates.parse(source).find_all(nodes.Call))
        assert len(calls) == 1  # what is counted
        plain = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
        say_it = partial(say, language.lang)
        counted = partial(count, language.lang)
        plain.install_gettext_callables(say_it, counted, newstyle=True)  # type: ignore[attr-defined]
        assert templates.from_string(source).render(n=2) == plain.from_string(source).render(n=2)


def test_a_translation_keeps_what_is_put_into_it() -> None:
    for english, chinese in catalogue("zh").items():
        for pattern in (r"%\(\w+\)s", r"<[^>]+>"):
            assert sorted(re.findall(pattern, english)) == sorted(re.findall(pattern, chinese)), english


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_in_chinese_and_leads_to_chinese_pages(client: TestClient, path: str) -> None:
    page = client.get(f"/zh{path}", headers=HTML)
    assert page.status_code == 200
    assert '<html lang="zh-Hans">' in page.text
    assert HAN.search(page.text.partition("<main")[2])
    canonical = re.search(r'rel="canonical" href="/zh([^"]*)"', page.text)
    assert canonical
    for tag, address in (("en", canonical[1]), ("zh-Hans", f"/zh{canonical[1]}")):
        assert f'<link rel="alternate" hreflang="{tag}" href="{address}">' in page.text
        assert client.get(address, headers=HTML).status_code == 200
    for address in re.findall(r'<(?:a|form)[^>]* (?:href|action)="(/[^"#]*)"(?! lang="en")', page.text):
        if re.match(r"/(docs|llms\.txt|openapi\.json|twintensor|programs$|[\w.]+\.(json|md)$)", address):
            continue
        assert address.startswith("/zh/"), address
        assert client.get(address, headers=HTML).status_code == 200, address


def test_what_is_translated_is_shown_and_what_is_not_stays_english(client: TestClient) -> None:
    text = client.get("/zh/torch.clamp").text
    assert "把每个元素限制在一个范围内。" in text
    assert "min 大于 max 时结果不同。" in text
    assert "在 PyTorch 中可选，在 TensorFlow 中必需" in text
    assert "Where min is above max" not in text
    assert "The same elements in another shape." in client.get("/zh/torch.Tensor.view").text
    assert "创建张量并改变其形状。" in client.get("/zh/module/tensors").text
    assert "min 大于 max 时结果不同。" in client.get("/zh/differences").text
    assert "把每个元素限制在一个范围内。" in client.get("/zh/?q=clamp").text
    assert "把每个元素限制在一个范围内。" not in client.get("/torch.clamp").text


def test_short_names_and_unknown_ones_stay_in_chinese(client: TestClient) -> None:
    assert client.get("/zh/nn.Conv2d", follow_redirects=False).headers["location"] == "/zh/torch.nn.Conv2d"
    for path in ("/zh/torch.catt", "/zh/nonsense/path", "/zh/module/nonsense"):
        page = client.get(path, headers=HTML)
        assert page.status_code == 404
        assert '<html lang="zh-Hans">' in page.text


def test_a_source_is_ported_on_the_chinese_page(client: TestClient) -> None:
    page = client.post("/zh/port", data={"source": "import torch\ny = torch.cat([x])\n"})
    assert "tf.concat" in page.text
    assert "移植后的文件" in page.text


def test_answers_of_the_api_carry_both_languages_and_are_given_in_one(client: TestClient) -> None:
    mapping = client.get("/map?torch=clamp").json()["answers"][0]["mapping"]
    assert (mapping["summary"], mapping["zh"]) == ("Limit every element to a range.", "把每个元素限制在一个范围内。")
    assert mapping["notes"][0]["zh"] == "min 大于 max 时结果不同。"
    mapping = client.get("/map?torch=clamp&lang=zh").json()["answers"][0]["mapping"]
    assert mapping["summary"] == "把每个元素限制在一个范围内。"
    assert mapping["notes"][0]["text"] == "min 大于 max 时结果不同。"
    assert mapping["overloads"][0]["arguments"][1]["note"] == "在 PyTorch 中可选，在 TensorFlow 中必需"
    brief = client.get("/map?torch=clamp&lang=zh&view=brief").json()["answers"][0]["mapping"]
    assert brief["pitfalls"] == ["min 大于 max 时结果不同。"]
    (first, *_) = client.get("/search?q=clamp&lang=zh").json()["results"]
    assert first["mapping"]["summary"] == "把每个元素限制在一个范围内。"
    assert client.get("/modules/tensors").json()["zh"]["title"] == "张量"
    assert client.get("/search?q=clamp&lang=fr").status_code == 422


@pytest.mark.parametrize(
    ("accepted", "chinese"),
    [("zh-CN,zh;q=0.9,en;q=0.8", True), ("en-US,en;q=0.9,zh;q=0.8", False), ("zh", True), ("ZH-hans;q=0.1", True),
     ("", False), ("de,fr", False), ("zh;q=0", False), ("zh;q=x", False), ("*", False)],
)  # fmt: skip
def test_the_language_that_a_browser_prefers(accepted: str, *, chinese: bool) -> None:
    assert prefers_chinese(accepted) is chinese


CHINESE = {**HTML, "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


@pytest.mark.parametrize(
    ("path", "came", "leads"),
    [
        ("/", None, "/zh/"),
        ("/", "none", "/zh/"),
        ("/?q=conv", "cross-site", "/zh/?q=conv"),
        ("/torch.cat", "none", "/zh/torch.cat"),
        ("/modules", "none", "/zh/modules.html"),
        ("/torch.cat", None, None),
        ("/?q=", None, None),
        ("/torch.cat", "same-origin", None),
        ("/", "same-origin", None),
        ("/torch.cat.md", "none", None),
        ("/sitemap.xml", "none", None),
        ("/changes.atom", "cross-site", None),
        ("/manifest.webmanifest", "cross-site", None),
        ("/worker.js", "cross-site", None),
        ("/zh/torch.cat", "none", None),
        ("/search?q=conv", "none", None),
    ],
)
def test_who_comes_from_elsewhere_is_shown_the_language_preferred(
    client: TestClient, path: str, came: str | None, leads: str | None
) -> None:
    headers = {**CHINESE, **({"Sec-Fetch-Site": came} if came else {})}
    for _ in range(2):  # made, and given again
        answer = client.get(path, headers=headers, follow_redirects=False)
        assert answer.headers.get("location") == leads
        assert client.get(path, headers=HTML).status_code == 200
    if leads:
        assert "Accept-Language" in answer.headers["vary"]
        assert client.get(leads, headers=headers, follow_redirects=False).status_code == 200


def test_the_sitemap_tells_both_languages(client: TestClient) -> None:
    text = client.get("/sitemap.xml").text
    assert "<loc>http://testserver/zh/torch.clamp</loc>" in text
    assert 'hreflang="zh-Hans" href="http://testserver/zh/torch.clamp"' in text
    assert "/zh/docs" not in text


def test_scripts_have_their_words_from_the_page() -> None:
    """What the script says is what the page gives it."""
    script = (HERE / "static" / "pages.js").read_text(encoding="utf-8")
    base = Path(HERE / "templates" / "base.html").read_text(encoding="utf-8")
    used = set(re.findall(r"words\.(\w+)", script))
    assert used == set(re.findall(r" data-(\w+)=", base.partition("<body")[2].partition(">\n")[0]))
