"""Where a drop-in holds: planted ones fail in the ways of running TensorFlow in which they must."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from examples.runner.client import ROOT, Worker
from examples.runner.records import dtype_faults
from examples.runner.request import Kind, Request
from examples.verify.snippet import split
from loader.model.mapping import Exceptions
from loader.reading.data import read_mapping


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


UNKNOWN = {"unknown-batch", "unknown-sizes"}
EVERYWHERE = {"graph", "xla"} | UNKNOWN
HEAD = "def flip(input, dims):\n    dims = [dims] if isinstance(dims, int) else dims\n"


def planted(folder: Path, body: str, /, **more: Any) -> Path:
    """A file with a drop-in, for torch.flip unless `more` says otherwise."""
    mapping: dict[str, Any] = {
        "name": "torch.flip",
        "twins": ["tf.reverse"],
        "kind": "function",
        "relation": "renamed",
        "summary": "Planted.",
        "signatures": [
            {
                "parameters": {"input": "tensor", "dims": "axis"},
                "drop_in": f"{HEAD}    {body}\n",
            }
        ],
    }
    mapping |= more
    path = folder / "mappings" / "planted" / f"{mapping['name']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(mapping, sort_keys=False))
    return path


def asked(worker: Worker, folder: Path, kind: Kind, body: str, /, **more: Any) -> dict[str, Any]:
    """The evidence of a planted drop-in."""
    evidence: dict[str, Any] = worker.ask(Request(kind, planted(folder, body, **more)))["evidence"]
    return evidence


@pytest.mark.parametrize(
    ("body", "failed"),
    [
        ("return tf.reverse(input, dims)", set()),
        (
            "return tf.reverse(input, dims) + 0 * input.numpy().size",
            EVERYWHERE,
        ),
        (
            "return tf.reshape(tf.reverse(input, dims), [int(n) for n in input.shape])",
            {"unknown-batch", "unknown-sizes"},
        ),
    ],
)
def test_modes_tell_what_only_works_eagerly(worker: Worker, tmp_path: Path, body: str, failed: set[str]) -> None:
    found = asked(worker, tmp_path, "modes", body)
    assert set(found["failed"]) == failed
    assert EVERYWHERE - failed <= set(found["held"])


@pytest.mark.parametrize(
    ("body", "declared", "said"),
    [
        (
            "return tf.reshape(tf.reverse(input, dims), [int(n) for n in input.shape])",
            {},
            "the drop-in does not run in the mode unknown-batch",
        ),
        (
            "return tf.reshape(tf.reverse(input, dims), [int(n) for n in input.shape])",
            {"unknown-batch": "Planted, for what knows less too."},
            "it holds",
        ),
        ("return tf.reverse(input, dims)", {"xla": "Planted."}, "exceptions.modes.xla is not needed"),
    ],
    ids=["not declared", "declared", "needless"],
)
def test_a_mode_that_fails_is_declared(tmp_path: Path, body: str, declared: dict[str, str], said: str) -> None:
    path = planted(tmp_path, body, exceptions={"modes": declared})
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", str(path), "-n", "0", "-q", "-k", "modes-0"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert said in run.stdout, run.stdout


def test_dtypes_that_come_back_as_others_are_wrong(worker: Worker, tmp_path: Path) -> None:
    body = "return tf.cast(tf.reverse(input, dims), tf.float32 if input.dtype == tf.float16 else input.dtype)"
    found = asked(worker, tmp_path, "domain", body)["dtypes"]
    assert [dtype for dtype, record in found.items() if record["wrong"]] == ["float16"]
    assert "float16 in PyTorch, float32 in TensorFlow" in found["float16"]["wrong"]
    assert found["complex64"]["held"] > 0


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({}, ["wrong in silence with float16"]),
        ({"float16": "Planted."}, []),
        ({"float16": "Planted.", "bool": "Planted."}, ["exceptions.dtypes.bool is not needed"]),
    ],
    ids=["undeclared", "declared", "needless"],
)
def test_a_dtype_that_is_wrong_in_silence_is_declared(declared: dict[str, str], said: list[str]) -> None:
    mapping = read_mapping(Path("mappings/shape/torch.flip.yaml")).mapping
    mapping = mapping.model_copy(update={"exceptions": Exceptions.model_validate({"dtypes": declared})})
    record = {"dtypes": {"float16": {"wrong": "float16 in PyTorch"}, "bool": {"held": 3, "wrong": None}}}
    found = list(dtype_faults(mapping, record))
    assert len(found) == len(said)
    assert all(part in text for part, text in zip(said, found, strict=True))


def test_statements_that_no_tensor_reaches_stay_outside() -> None:
    before, inside = split("layer = make(3)\ny = layer(x)\nz = y + 1\nn = 2", ["x"])
    assert before == "layer = make(3)\nn = 2"
    assert inside == "y = layer(x)\nz = y + 1"


def test_what_has_no_batch_is_not_tried_in_a_functional_model(worker: Worker, tmp_path: Path) -> None:
    """PyTorch's samples of a layer hold a number without axes, which keras.Input cannot stand for."""
    layer = {
        "name": "torch.nn.Tanh",
        "twins": ["tf.keras.layers.Activation"],
        "kind": "layer",
        "signatures": [{"parameters": {}, "drop_in": "def Tanh():\n    return tf.keras.layers.Activation('tanh')\n"}],
    }
    found = asked(worker, tmp_path, "modes", "", **layer)
    assert found["failed"] == {}
    assert found["held"]["functional-model"] < found["held"]["graph"]


def test_an_axis_of_features_is_no_batch(worker: Worker) -> None:
    """PyTorch takes single vectors too: their axis has one size, and is not tried as the batch of a model."""
    found = worker.ask(Request("modes", ROOT / "mappings/layers/torch.nn.Bilinear.yaml"))["evidence"]
    assert found["failed"] == {}
    assert 0 < found["held"]["functional-model"] < found["held"]["graph"]
