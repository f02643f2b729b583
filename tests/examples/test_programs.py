"""Worked programs: how they are published, that every call has its mapping, and that the proof can fail."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.views.program_calls import calls_of
from examples.runner.client import ROOT, Worker
from examples.runner.request import Request
from loader.database.build import TARGET, build, read_inputs
from loader.proof.evidence import FOLDER as EVIDENCE
from loader.proof.programs import CAP, FILES, FOLDER, cut, read_program, read_programs
from loader.publish.curves import Line, curves
from loader.reading.problems import BadData
from tests.support.dataset import Dataset

PROGRAMS = {worked.name: worked for worked in read_programs(ROOT / FOLDER)}


# Publishing


def page(path: Path, name: str) -> Any:
    with sqlite3.connect(path) as connection:
        (body,) = connection.execute("SELECT body FROM page WHERE path = ?", (name,)).fetchone()
    return json.loads(body)


def test_program_is_published_with_its_proof(database: Path) -> None:
    (listed,) = page(database, "programs")["programs"]
    assert listed["status"] == "verified"
    assert (listed["loss"], listed["ported_loss"]) == (1e-7, 1.25)
    program = page(database, "programs/a_line")
    assert [section["name"] for section in program["sections"]] == ["model", "loss"]
    assert program["sections"][0]["ported"] == "-y = tf.clip_by_value(x, 0, 1)\n+y = x"
    assert program["sections"][1]["ported"] is None
    assert program["drifts"][0]["measured"] == 0.0078
    assert program["curves"].startswith("<svg")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("a_line/in_tf.py", "0, 1", "0, 2"),
        ("a_line/program.yaml", "longest_sum: 4", "longest_sum: 5"),
        ("datasets.py", "", "x = 1\n"),
        ("evidence/a_line.json", "2.21.0", "2.20.0"),
    ],
)
def test_whatever_the_proof_depends_on_makes_it_stale(
    dataset: Dataset, tmp_path: Path, file: str, old: str, new: str
) -> None:
    path = dataset.programs / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert page(dataset.build(tmp_path / "x.sqlite"), "programs/a_line")["status"] == "stale"


def test_a_changed_recipe_makes_it_stale(dataset: Dataset, tmp_path: Path) -> None:
    path = dataset.path("layers/torch.nn.Conv2d")
    path.write_text(path.read_text(encoding="utf-8").replace("(2, 3, 1, 0)", "(3, 2, 1, 0)"), encoding="utf-8")
    assert page(dataset.build(tmp_path / "x.sqlite"), "programs/a_line")["status"] == "stale"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("in_tf.py", "# %% loss", "# %% lost", "sections are model, lost"),
        ("in_tf.py", "# %% loss\n", "\n", "its sections are not those of in_torch.py"),
        ("program.yaml", "steps: 3", "steps: 300000", "take fewer steps"),
        ("program.yaml", "torch.nn.Conv2d", "torch.nn.Nothing", "the mapping torch.nn.Nothing has no weight recipe"),
        ("program.yaml", "order: 1", "ordre: 1", "did you mean 'order'?"),
    ],
)
def test_what_is_wrong_with_a_program_is_told(
    dataset: Dataset, tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    path = dataset.programs / "a_line" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadData) as caught:
        dataset.build(tmp_path / "x.sqlite")
    assert said in str(caught.value)


def test_page_shows_both_programs_pictures_and_links(client: TestClient) -> None:
    text = client.get("/program/a_line").text
    for wanted in ("<svg", 'href="/torch.clamp"', 'href="/torch.cat"', "The range is forgotten.", "1e-06", "Speed."):
        assert wanted in text, wanted
    assert "1.25" not in client.get("/programs.html").text  # two digits are enough
    assert client.get("/programs/nothing").json()["type"] == "/problems/unknown-program"


def test_curves_have_an_axis_for_every_range() -> None:
    for values in ([1.0, 1.0], [0.0, 3.0], [1e-6, 1e3], [5.0]):
        picture = curves([Line("one", "tf", values)], "a < b")
        assert "a &lt; b" in picture
        assert "nan" not in picture
        assert picture.count('class="grid"') >= 2


# The programs themselves


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Over the real dataset."""
    target = tmp_path_factory.mktemp("real") / TARGET.name
    build(read_inputs(ROOT / "mappings", ROOT / EVIDENCE, ROOT / FOLDER), target)
    return Catalogue(Database(target))


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("which", FILES)
def test_every_call_has_a_mapping(catalogue: Catalogue, name: str, which: str) -> None:
    calls = calls_of(catalogue, PROGRAMS[name].sources[which])
    assert calls or which == "ported"  # a port may leave all calls to the functions that it imports
    missing = {f"line {call.line}: {call.name}" for call in calls if call.status != "mapped"}
    assert not missing


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_is_whole(name: str) -> None:
    """Runnable alone, in all sections that a reader expects, and a bound that means something."""
    worked = PROGRAMS[name]
    for which in ("torch", "tf"):
        assert {"data", "model", "loop", "evaluation", "saving", "run"} <= cut(worked.sources[which]).keys()
        assert 'if __name__ == "__main__":' in worked.sources[which]
    assert worked.program.bound <= CAP[worked.program.precision]


RUN = """
import contextlib, io, runpy, sys
for name in sys.argv[2:]:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        runpy.run_module(f"examples.programs.{name}.in_{sys.argv[1]}", run_name="__main__")
    print(name, printed.getvalue().count("step "))
"""


@pytest.mark.parametrize("framework", ["torch", "tf"])
def test_every_program_runs_alone(framework: str) -> None:
    """As `python -m` runs it, one after another in one process; those that set up devices come first."""
    names = sorted(PROGRAMS, key=lambda name: not PROGRAMS[name].program.fresh)
    command = [sys.executable, "-W", "ignore", "-c", RUN, framework, *names]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    assert result.returncode == 0, result.stderr[-3000:]
    assert result.stdout.splitlines() == [f"{name} {PROGRAMS[name].program.steps}" for name in names]


# The proof can fail


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


def planted(worker: Worker, folder: Path, file: str, old: str, new: str) -> str:
    """What the runner says of a program with one change."""
    copy = folder / "binary_classifier_mid"
    shutil.copytree(ROOT / FOLDER / copy.name, copy)
    shutil.copy(ROOT / FOLDER / "datasets.py", folder)
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    return str(worker.ask(Request("program", copy)).get("failure", "holds"))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("in_tf.py", "momentum=0.9", "momentum=0.1", "losses part from step 2 on"),
        ("in_tf.py", "learning_rate=0.1", "learning_rate=0.1001", "what rounding explains"),
        ("in_tf.py", 'activation="relu"', 'activation="gelu"', "predictions before training"),
        ("in_tf.py", "tf.sigmoid(model", "tf.nn.softplus(model", "predictions before training"),
        ("in_tf.py", "restored.load_weights", "str", "predicts something else after saving and loading"),
        ("program.yaml", "steps: 60", "steps: 50", "50 are declared, 60 were taken"),
        ("program.yaml", '{torch: "2"', '{torch: "1"', "state:"),
        ("as_ported.py", "BinaryCrossentropy()", "BinaryCrossentropy(from_logits=True)", "cannot be told"),
    ],
)
def test_a_planted_error_is_caught(worker: Worker, tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    assert said in planted(worker, tmp_path, file, old, new)


def test_what_is_right_holds(worker: Worker, tmp_path: Path) -> None:
    assert planted(worker, tmp_path, "in_tf.py", "momentum=0.9", "momentum=0.90") == "holds"


def test_a_program_without_its_description_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"program\.yaml"):
        read_program(tmp_path)
