"""From a dataset on disk to the database: content, determinism, errors, and being killed."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from loader.database import build as building
from loader.database import sqlite
from loader.database.build import build
from loader.files import FileError
from loader.proof.evidence import path_of
from loader.reading.problems import BadData
from tests.support.dataset import MAPPINGS, Dataset

ROOT = Path(__file__).parent.parent.parent


def documents(database: Path) -> dict[str, Any]:
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT id, document FROM mapping").fetchall()
    connection.close()
    return {mapping_id: json.loads(document) for mapping_id, document in rows}


def test_every_mapping_is_published(database: Path) -> None:
    assert sorted(documents(database)) == sorted(name.partition("/")[2] for name in MAPPINGS)


def test_status_follows_the_evidence(database: Path) -> None:
    status = {name: document["status"] for name, document in documents(database).items()}

    assert status["torch.cat"] == "verified"
    assert status["torch.Tensor.view"] == "stale"  # its snippet was changed after the run
    assert status["torch.relu"] == "missing"


def test_evidence_of_no_mapping_is_a_problem(dataset: Dataset, tmp_path: Path) -> None:
    path_of(dataset.evidence, "torch.cat").rename(path_of(dataset.evidence, "torch.dog"))
    with pytest.raises(BadData, match=r"torch\.dog\.json:1:1: this is evidence of no mapping: delete it"):
        dataset.build(tmp_path / "twintensor.sqlite")


def test_evidence_of_other_versions_is_stale(dataset: Dataset, tmp_path: Path) -> None:
    path = path_of(dataset.evidence, "torch.cat")
    path.write_text(path.read_text(encoding="utf-8").replace("2.13.0", "2.12.0"), encoding="utf-8")

    assert documents(dataset.build(tmp_path / "x.sqlite"))["torch.cat"]["status"] == "stale"


def test_stale_sweep_leaves_the_mapping_unverified(dataset: Dataset, tmp_path: Path) -> None:
    path = dataset.path("tensors/torch.cat")
    path.write_text(path.read_text(encoding="utf-8").replace("return tf.concat(", "return tf.concat(  "), "utf-8")

    document = documents(dataset.build(tmp_path / "x.sqlite"))["torch.cat"]
    assert document["overloads"][0]["sweep"]["status"] == "stale"
    assert document["examples"][0]["evidence"]["status"] == "verified"
    assert document["status"] == "stale"


def test_argument_table_has_both_defaults(database: Path) -> None:
    rows = documents(database)["torch.optim.Adam"]["overloads"][0]["arguments"]
    epsilon = next(row for row in rows if row["name"] == "eps")
    rate = next(row for row in rows if row["name"] == "lr")

    assert (epsilon["default"], epsilon["to"], epsilon["to_default"]) == ("1e-08", "epsilon", "1e-07")
    assert epsilon["differs"] is True
    assert rate["differs"] is False  # 0.001 on both sides


def test_overload_follows_the_signature_that_has_its_parameters(database: Path) -> None:
    overload = documents(database)["torch.clamp"]["overloads"][0]
    assert overload["signature"] == "torch.clamp(input, min, max)"  # of two, the one with the fewest others


def test_note_shows_the_measured_difference_of_its_counter_example(database: Path) -> None:
    (note,) = documents(database)["torch.clamp"]["notes"]
    assert note["measured"] == 1.5


def test_scripts_are_complete(database: Path) -> None:
    """They hold imports, inputs, weights, snippet and output, and compile."""
    example = documents(database)["torch.nn.Conv2d"]["examples"][0]
    for side, carried in (("torch_script", "load_state_dict"), ("tf_script", ".assign(")):
        compile(example[side], side, "exec")
        assert carried in example[side]
        assert "print('y', y)" in example[side]


def test_aliases_come_from_the_inventory(database: Path) -> None:
    assert "tf.keras.layers.Convolution2D" in documents(database)["torch.nn.Conv2d"]["tf"]["aliases"]


def test_same_input_gives_the_same_bytes(dataset: Dataset, tmp_path: Path) -> None:
    first, second = dataset.build(tmp_path / "1.sqlite"), dataset.build(tmp_path / "2.sqlite")
    assert first.read_bytes() == second.read_bytes()


def test_dataset_version_changes_with_the_content(dataset: Dataset, tmp_path: Path) -> None:
    before = build(dataset.inputs(), tmp_path / "x.sqlite").version
    path = dataset.path("layers/torch.relu")
    path.write_text(path.read_text(encoding="utf-8").replace("become", "are made"), encoding="utf-8")

    assert build(dataset.inputs(), tmp_path / "x.sqlite").version != before


def test_all_problems_are_reported(dataset: Dataset, tmp_path: Path) -> None:
    for name in ("torch.cat", "torch.clamp"):
        path_of(dataset.evidence, name).write_text("{}", encoding="utf-8")

    with pytest.raises(BadData) as caught:
        dataset.build(tmp_path / "x.sqlite")
    assert {problem.path.stem for problem in caught.value.problems} == {"torch.cat", "torch.clamp"}


def test_bad_data_leaves_the_old_database(dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = dataset.build(tmp_path / "x.sqlite")
    before = target.read_bytes()
    dataset.path("tensors/torch.cat").write_text("name: torch.cat\nknid: function\n", encoding="utf-8")

    assert building.report(dataset.mappings, dataset.evidence, target) == 1
    assert "did you mean 'kind'" in capsys.readouterr().err
    assert target.read_bytes() == before


def test_one_build_at_a_time(dataset: Dataset, tmp_path: Path) -> None:
    target, inputs = tmp_path / "x.sqlite", dataset.inputs()
    with building.locked(target), pytest.raises(BlockingIOError, match="another build"):
        build(inputs, target)


def test_failed_build_leaves_no_file_behind(dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite, "compact", fail)
    with pytest.raises(FileError, match=r"x\.sqlite: cannot be written: database or disk is full"):
        dataset.build(tmp_path / "out" / "x.sqlite")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["x.sqlite.lock"]


def test_killed_build_leaves_the_old_database_or_the_new_one(dataset: Dataset, tmp_path: Path) -> None:
    """Kill builds at moments spread over their whole duration; the file is never anything in between."""
    target = dataset.build(tmp_path / "x.sqlite")
    old = target.read_bytes()
    path = dataset.path("layers/torch.relu")
    path.write_text(path.read_text(encoding="utf-8").replace("become", "are made"), encoding="utf-8")
    new = dataset.build(tmp_path / "new.sqlite").read_bytes()
    assert old != new
    command = [
        *(sys.executable, "-m", "loader", "build", "--mappings", str(dataset.mappings)),
        *("--evidence", str(dataset.evidence), "--programs", str(dataset.programs), "--output", str(target)),
    ]

    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    duration = time.monotonic() - started
    assert target.read_bytes() == new

    target.write_bytes(old)
    killed = 0
    for step in range(8):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(duration * (0.5 + step / 14))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        assert target.read_bytes() in (old, new)
    assert killed > 0
    assert dataset.build(target).read_bytes() == new  # what the killed ones left does not hinder the next


def test_build_killed_while_writing_leaves_the_old_database(dataset: Dataset, tmp_path: Path) -> None:
    """The moment that matters most: everything is written, nothing renamed yet."""
    target = dataset.build(tmp_path / "x.sqlite")
    old = target.read_bytes()
    code = f"""
import os, signal
from pathlib import Path
from loader.database import build as b, sqlite
sqlite.compact = lambda connection: os.kill(os.getpid(), signal.SIGKILL)
b.build(b.read_inputs(Path({str(dataset.mappings)!r}), Path({str(dataset.evidence)!r})), Path({str(target)!r}))
"""
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)

    assert process.returncode == -signal.SIGKILL
    assert target.read_bytes() == old
    assert target.with_name("x.sqlite.part").exists()
    dataset.build(target)
    assert not target.with_name("x.sqlite.part").exists()
