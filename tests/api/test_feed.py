"""What readers of feeds and installed pages ask for."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from starlette.testclient import TestClient

from api.views.web.feed import feed
from loader.publish.document import Change

ATOM = "{http://www.w3.org/2005/Atom}"
CHANGES = [
    Change(at="2026-11-27T10:00:00Z", added=["torch.cat"], changed=["torch.nn.Linear"], removed=["torch.gone"]),
    Change(at="2026-11-20T10:00:00Z", added=[f"torch.name{number}" for number in range(300)]),
]


def test_feed_tells_each_change_with_links() -> None:
    root = ET.fromstring(feed(CHANGES, "https://twins.example"))
    assert root.findtext(f"{ATOM}updated") == "2026-11-27T10:00:00Z"
    newest, older = root.findall(f"{ATOM}entry")
    assert newest.findtext(f"{ATOM}title") == "Mappings: 1 added, 1 changed, 1 removed"
    content = newest.findtext(f"{ATOM}content") or ""
    assert '<a href="https://twins.example/torch.cat">torch.cat</a>' in content
    assert "Removed: torch.gone" in content
    assert "and 100 more" in (older.findtext(f"{ATOM}content") or "")
    ids = [entry.findtext(f"{ATOM}id") for entry in (newest, older)]
    assert len(set(ids)) == 2


def test_feed_and_manifest_are_served_and_linked(client: TestClient) -> None:
    home = client.get("/", headers={"accept": "text/html"}).text
    answer = client.get("/changes.atom")
    assert answer.headers["content-type"] == "application/atom+xml"
    ET.fromstring(answer.text)
    assert client.get("/changes.json").json() == {"changes": []}
    manifest = client.get("/manifest.webmanifest")
    assert manifest.json()["start_url"] == "/"
    assert client.get(manifest.json()["icons"][0]["src"]).status_code == 200
    for path in ("/changes.atom", "/manifest.webmanifest"):
        assert f'href="{path}"' in home


def test_worker_keeps_what_exists(client: TestClient) -> None:
    answer = client.get("/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    listed = answer.text.partition("AT_ONCE = [")[2].partition("]")[0]
    paths = [path.strip(' "') for path in listed.split(",")]
    assert len(paths) > 5
    assert {client.get(path).status_code for path in paths} == {200}
