"""Small doors: answers in brief, unknown parameters, short names of files, the command line in pipes and shells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.__main__ import main
from api.app import create_app
from api.settings import Settings


def test_brief_view_is_about_a_kilobyte_and_keeps_what_matters(client: TestClient) -> None:
    answer = client.get("/map", params={"torch": "torch.clamp", "view": "brief"})
    assert answer.status_code == 200
    assert len(answer.content) < 1500
    mapping = answer.json()["answers"][0]["mapping"]
    assert (mapping["torch"], mapping["tf"]) == ("torch.clamp", "tf.clip_by_value")
    assert {argument["name"]: argument["to"] for argument in mapping["arguments"]}["min"] == "clip_value_min"
    assert "tf.clip_by_value(x, -0.5, 0.5)" in mapping["example"]["tf"]
    assert mapping["pitfalls"] == ["Where min is above max the results differ."]


def test_several_names_in_brief_and_what_they_lack(client: TestClient) -> None:
    names = client.get("/map?torch=torch.cat&torch=torch.nothing&view=brief").json()["names"]
    assert names[0]["found"]["answers"][0]["mapping"]["tf"] == "tf.concat"
    assert names[1]["problem"]["status"] == 404


@pytest.mark.parametrize("path", ["/map?torch=torch.cat&veiw=brief", "/search?q=relu&page=2"])
def test_unknown_parameter_is_refused_by_name(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] in ("veiw", "page")
    assert "there are" in answer.json()["detail"]


def test_scan_that_is_only_looked_at_says_what_to_do(client: TestClient) -> None:
    answer = client.get("/scan")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "curl" in answer.json()["detail"]
    assert client.delete("/scan").json()["detail"].endswith("POST.")


@pytest.mark.parametrize("ending", ["md", "txt", "json"])
def test_short_name_has_its_files(client: TestClient, ending: str) -> None:
    short, full = client.get(f"/nn.Conv2d.{ending}"), client.get(f"/torch.nn.Conv2d.{ending}")
    assert short.status_code == 200
    assert short.content == full.content
    assert client.get(f"/nn.Conv9d.{ending}").status_code == 404


def run(database: Path, *arguments: str, to: str = "cat") -> subprocess.CompletedProcess[str]:
    """The command line with its output into another program, as a shell does it."""
    command = f'"$0" -m api "$@" --database {database} | {to}'
    script = ["bash", "-o", "pipefail", "-c", command, sys.executable, *arguments]
    return subprocess.run(script, capture_output=True, text=True, timeout=60)


def test_search_takes_several_words(database: Path) -> None:
    assert run(database, "search", "join", "two", "tensors").stdout.startswith("torch.cat")


def test_a_reader_that_goes_away_ends_it_quietly(database: Path) -> None:
    ended = run(database, "map", "torch.cat", "--json", to="true")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_know_commands_and_options(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("map", "search", "scan", "serve", "limit"):
        assert word in script


def test_bash_completes_names(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINTENSOR_DATABASE", str(database))
    script = subprocess.run([sys.executable, "-m", "api", "completion", "bash"], capture_output=True, text=True)
    asked = 'COMP_WORDS=(twintensor map nn.Conv); COMP_CWORD=2; _twintensor; printf "%s\\n" "${COMPREPLY[@]}"'
    told = subprocess.run(["bash", "-c", script.stdout + asked], capture_output=True, text=True, timeout=60)
    assert told.stdout.split() == ["nn.Conv2d"]


def test_names_begin_as_typed(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWINTENSOR_DATABASE", str(database))
    assert main(["names", "torch.c"]) == 0
    assert set(capsys.readouterr().out.split()) >= {"torch.cat", "torch.clamp"}


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/opensearch.xml", "/integrations"])
def test_addresses_follow_the_host_that_was_asked(client: TestClient, path: str) -> None:
    for host in ("twins.example", "[::1]:8123"):
        answer = client.get(path, headers={"host": host})
        assert f"http://{host}/" in answer.text
        assert "host" in answer.headers["vary"].lower()
    assert "evil" not in client.get(path, headers={"host": 'evil"><script>'}).text


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/opensearch.xml", "/integrations"])
def test_stated_address_goes_before_the_host(database: Path, path: str) -> None:
    app = create_app(Settings(database=database, public_url="https://twins.example/"))
    with TestClient(app) as client:
        assert "https://twins.example/" in client.get(path).text
        assert "testserver" not in client.get(path).text


def test_unchanged_page_keeps_its_policy(client: TestClient) -> None:
    """A browser takes over the headers of a 304, so the policy of data must not be among them."""
    page = client.get("/torch.clamp", headers={"accept": "text/html"})
    assert "script-src 'self'" in page.headers["content-security-policy"]
    again = client.get("/torch.clamp", headers={"accept": "text/html", "if-none-match": page.headers["etag"]})
    assert again.status_code == 304
    assert "content-security-policy" not in again.headers


@pytest.mark.parametrize("path", ["/sitemap.xml", "/changes.atom", "/opensearch.xml", "/robots.txt", "/integrations"])
def test_a_long_host_does_not_stand_in_an_answer(client: TestClient, path: str) -> None:
    """It would stand there thousands of times: a site map of 36 MB."""
    assert "h" * 300 not in client.get(path, headers={"host": "h" * 3000}).text
