"""What contributors meet on the way in: the workflow, the forms and the template say what the project does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
GITHUB = ROOT / ".github"
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")


def read(path: Path) -> Any:
    """With texts only: for `safe_load`, the key `on` of a workflow is true."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def blocks(path: Path) -> list[str]:
    """The lines of all code blocks of a Markdown file."""
    found = re.findall(r"^```\w*\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in found for line in block.splitlines()]


def test_continuous_integration_runs_the_script_and_nothing_else() -> None:
    workflow = read(GITHUB / "workflows" / "ci.yml")
    assert set(workflow["on"]) == {"push", "pull_request"}
    assert set(workflow["on"].values()) == {""}  # of every branch, whatever files it touches
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["bash .ci/run"]
    assert {"env", "if", "continue-on-error"}.isdisjoint({key for part in (job, *job["steps"]) for key in part})
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.splitlines()[-1] == "make test"


def test_continuous_integration_takes_the_oldest_python() -> None:
    (job,) = read(GITHUB / "workflows" / "ci.yml")["jobs"].values()
    (version,) = [step["with"]["python-version"] for step in job["steps"] if "python-version" in step.get("with", {})]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={version}"


def test_workflow_may_only_read() -> None:
    assert read(GITHUB / "workflows" / "ci.yml")["permissions"] == {"contents": "read"}


def test_template_has_the_commands_of_contributing() -> None:
    commands = blocks(GITHUB / "pull_request_template.md")
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert len(commands) == 4
    assert [command for command in commands if command not in contributing] == []
    assert [command for command in blocks(ROOT / "CONTRIBUTING.md") if "NAME.yaml" in command] == commands[:3]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form_asks_for_a_name_and_every_field_says_what_it_wants(path: Path) -> None:
    form = read(path)
    assert {"name", "description", "title", "body"} <= set(form)
    fields = {field["id"]: field for field in form["body"]}
    assert len(fields) == len(form["body"])
    assert fields["name"]["validations"] == {"required": "true"}
    for field in fields.values():
        assert field["type"] in ("input", "textarea")
        assert {"label", "description"} <= set(field["attributes"])
        assert field["validations"]["required"] in ("true", "false")


def test_there_is_a_form_for_each_kind_of_news() -> None:
    assert [read(path)["name"] for path in FORMS] == ["This name is missing", "This answer is wrong"]
