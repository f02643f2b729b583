"""The pages in a real browser: keys, search as you type, copying, accessibility, and no request to other hosts.

Needs Debian's `chromium`; without it these tests are skipped, on CI they fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.live import Live

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = [
    "/",
    "/?q=conv",
    "/modules",
    "/modules/layers",
    "/coverage",
    "/differences",
    "/programs",
    "/programs/a_line",
    "/differences?module=tensors",
    "/tf.reshape",
    "/torch.cumsum",
    "/missing/torch",
    "/torch.clamp",
    "/torch.nn.Conv2d",
    "/integrations",
    "/port",
]

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true",
    reason=f"{CHROMIUM} is missing: apt-get install chromium",
)


@pytest.fixture(scope="module")
def server(live: Live) -> str:
    return live.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A page whose every request goes to our server, and whose console stays silent."""
    context = browser.new_context(base_url=server, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: told.append(request.url) if not request.url.startswith(server) else None)
    yield page
    context.close()
    assert told == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_as_wide_as_the_window(page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(path)
        violations = Axe().run(page).response["violations"]
        assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_description_of_the_api_can_be_read(page: Page, scheme: str) -> None:
    """Swagger UI: contrast in light and dark, closed and open, and a way back to the site."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/docs")
    page.get_by_text("The twin of a name").click()
    page.get_by_text("Server response", exact=False).or_(page.get_by_text("Responses")).first.wait_for()
    found = Axe().run(page, options={"runOnly": ["color-contrast", "document-title", "html-has-lang", "link-name"]})
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found.response["violations"]] == []
    page.get_by_role("link", name="twintensor", exact=True).click()
    expect(page.get_by_role("combobox")).to_be_visible()


def test_typing_finds_and_enter_opens(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("conv2d")
    expect(page.get_by_role("option").first).to_contain_text("onv2d")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/torch.nn*onv2d")


def test_open_results_are_accessible(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox").fill("relu")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


def test_escape_closes_and_control_k_focuses(page: Page) -> None:
    page.goto("/torch.clamp")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("relu/")  # a slash in the box is a slash
    expect(page.get_by_role("combobox")).to_have_value("relu/")
    page.get_by_role("combobox").fill("relu")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_question_mark_shows_the_keys(page: Page) -> None:
    page.goto("/torch.clamp")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("a?")
    expect(page.get_by_role("combobox")).to_have_value("a?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_matches_are_marked(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox").fill("conv")
    expect(page.locator(".option mark").first).to_have_text("conv", ignore_case=True)


def test_copy_button_copies_the_snippet(page: Page) -> None:
    page.goto("/torch.cat")
    page.get_by_role("button", name="Copy TensorFlow code, columns").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "y = tf.concat([x, x], axis=1)\n"


def test_first_screen_answers(page: Page) -> None:
    """Twin, both snippets, the argument table, warnings and evidence, without scrolling."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/torch.clamp")
    for wanted in ("Arguments", "Mind", "Evidence"):
        expect(page.get_by_role("heading", name=wanted)).to_be_in_viewport()
    expect(page.get_by_role("group", name="TensorFlow code, both-bounds")).to_be_in_viewport()


def test_works_without_javascript(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("input[name=q]").fill("convolution")
    page.keyboard.press("Enter")
    page.locator("a[href='/torch.nn.Conv2d']").click()
    page.wait_for_url("**/torch.nn.Conv2d")
    assert not page.locator("button.copy").first.is_visible()
    context.close()


def test_pages_that_were_read_are_read_without_a_network(page: Page, server: str) -> None:
    context = page.context
    page.goto(f"{server}/")
    page.wait_for_function("() => navigator.serviceWorker.getRegistration().then((found) => Boolean(found?.active))")
    page.goto(f"{server}/torch.clamp")  # the worker controls pages from the second one on
    page.goto(f"{server}/torch.clamp")
    for kept in ("location.href", "document.styleSheets[0].href"):  # the worker keeps them behind the answer
        page.wait_for_function(f"() => caches.match({kept}).then(Boolean)")
    context.set_offline(True)
    page.goto(f"{server}/torch.clamp")
    expect(page.locator("h1")).to_contain_text("torch.clamp")
    page.goto(f"{server}/")
    expect(page.locator("#query")).to_be_visible()
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 50


def test_a_browser_that_prefers_chinese_is_led_there_and_may_leave(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    expect(page).to_have_url(f"{server}/zh/")
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    page.get_by_role("combobox").fill("clamp")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("把每个元素限制在一个范围内。")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server}/zh/torch.clamp")
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{server}/torch.clamp")
    page.get_by_role("link", name="Modules").first.click()
    expect(page).to_have_url(f"{server}/modules.html")  # links lead, whatever the browser prefers
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(f"{server}/zh/modules.html")
    context.close()
