"""What Keras's tests feed to public names: specifications, what is drawn from them, and that they are up to date."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from examples.frameworks import keras
from examples.recording import run, store
from examples.recording.__main__ import AGAIN, SLICES, files_of, stale
from examples.recording.choose import MOST, PATIENCE, Chooser, chosen
from examples.recording.kinds import draw, kind_of
from examples.recording.public import recorded
from examples.recording.signatures import SIGNATURE, from_signatures
from examples.recording.values import Dtype, Made, Named, Sparse, Unrecordable, drawn, specify, to_tensorflow

KINDS = [
    ("normal", (3, 4), "float32"),
    ("uniform 0 1", (40,), "float32"),
    ("uniform -50 20", (4, 5), "float64"),
    ("sorted -2 2", (6,), "float32"),
    ("integers 0 9", (40,), "int64"),
    ("sorted-integers 1 7", (40,), "int32"),
    ("permutation", (9,), "int32"),
    ("one-hot", (5, 4), "float32"),
    ("probabilities", (5, 4), "float32"),
    ("fill 2.5", (3, 2), "float32"),
    ("fill 1", (3,), "bool"),
    ("flags", (30,), "bool"),
    ("prefix", (5, 6), "bool"),
    ("symmetric", (4, 4), "float64"),
    ("positive-definite", (2, 4, 4), "float64"),
    ("lower-triangular", (4, 4), "float32"),
    ("upper-triangular", (4, 4), "float32"),
    ("with nan normal", (3, 4), "float32"),
    ("with nan inf normal", (3, 4), "float32"),
    ("normal", (3, 4), "complex64"),
    ("uniform -1.7e+38 3.4e+38", (40,), "float32"),
    ("uniform 0 1.8e+19", (40,), "uint64"),
    ("normal", (0, 4), "float32"),
]


@pytest.mark.parametrize(("kind", "shape", "dtype"), KINDS)
def test_what_is_drawn_of_a_kind_is_of_that_kind(kind: str, shape: tuple[int, ...], dtype: str) -> None:
    array = draw(kind, shape, dtype, np.random.default_rng(0))
    assert (array.shape, array.dtype.name) == (shape, dtype)
    told, ranged = kind_of(array).split(), {"uniform", "sorted"}
    word = kind.split()[0]
    assert told[0] == word
    assert word in ranged or word == "with" or told == kind.split()
    assert word != "with" or told[:-1] == kind.split()[:-1]


def test_ranges_are_told_as_somebody_would_write_them() -> None:
    assert kind_of(np.random.default_rng(0).uniform(0, 3, size=1000)) == "uniform 0 3"


def test_what_is_left_beside_nan_is_told_by_its_range_alone() -> None:
    array = np.array([[0, np.nan], [1, 2]])
    assert kind_of(array) == "with nan integers 0 2"
    assert np.isnan(draw(kind_of(array), (2, 2), "float64", np.random.default_rng(0))).any()


def test_every_committed_sample_can_be_drawn() -> None:
    for listed in store.read().values():
        for one in listed:
            new = one.get("new", {"args": [], "kwargs": {}})
            for spec in (*one["args"], *one["kwargs"].values(), *new["args"], *new["kwargs"].values()):
                drawn(spec, np.random.default_rng(0))


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="odd"):
        draw("odd", (2, 2), "float32", np.random.default_rng(0))


def specified(value: Any) -> Any:
    names = {id(tf.nn.relu): "tf.nn.relu"}
    spec = specify(value, lambda thing: names.get(id(thing)), lambda _: None)
    return json.loads(json.dumps(spec))


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 0.5, float("-inf"), 2 + 1j, "same", [1, [2, 3]], (2, 3), slice(1, None, 2), ..., {"a": (1,)}],
    ids=repr,
)
def test_plain_values_come_back(value: Any) -> None:
    assert drawn(specified(value), np.random.default_rng(0)) == value


def test_tensors_keep_shape_and_dtype_and_hold_no_values_of_the_test() -> None:
    spec = specified(tf.random.normal((3, 40), seed=1))
    assert spec == {"tensor": [3, 40], "dtype": "float32", "draw": "normal"}
    assert drawn(spec, np.random.default_rng(0)).shape == (3, 40)


def test_few_whole_numbers_are_kept_since_they_depend_on_each_other() -> None:
    assert specified(np.array([[2, 0], [1, 3]])) == {"values": [[2, 0], [1, 3]], "dtype": "int64"}
    assert specified(tf.constant(["a", "b"])) == {"values": ["a", "b"], "dtype": "string"}


def test_names_dtypes_and_sparse_tensors_are_of_neither_framework_until_they_are_needed() -> None:
    assert drawn(specified(tf.nn.relu), np.random.default_rng(0)) == Named("tf.nn.relu")
    assert to_tensorflow(Named("tf.nn.relu")) is tf.nn.relu
    assert to_tensorflow(Dtype("int8")) is tf.int8
    sparse = drawn(
        {"tensor": [4, 5], "dtype": "float32", "draw": "normal", "layout": "sparse", "stored": 6},
        np.random.default_rng(0),
    )
    assert isinstance(sparse, Sparse)
    assert np.count_nonzero(sparse.array) == 6
    layer = to_tensorflow(Made("tf.keras.layers.Dense", [4], {"activation": "relu"}))
    assert (layer.units, layer.activation) == (4, keras.activations.relu)


@pytest.mark.parametrize("value", [lambda: 0, keras.Input((3,)), np.zeros((300, 300)), "x" * 100, {1: 2}], ids=type)
def test_what_cannot_be_specified_is_refused(value: Any) -> None:
    with pytest.raises(Unrecordable):
        specified(value)


def sample(*args: Any, **kwargs: Any) -> dict[str, Any]:
    return {"args": list(args), "kwargs": kwargs}


X = {"tensor": [2, 3], "dtype": "float32", "draw": "normal"}


def test_a_call_that_shows_nothing_new_is_dropped() -> None:
    chooser = Chooser()
    for call in (sample(X, axis=0), sample(X, axis=0), sample(X, axis=1), sample(X | {"tensor": [7, 8]}, axis=1)):
        chooser.offer("tf.sum", call)
    assert chooser.candidates == {"tf.sum": [sample(X, axis=0), sample(X, axis=1)]}


def test_nested_calls_come_after_those_of_tests() -> None:
    chooser = Chooser()
    chooser.offer("f", sample(X, axis=0), nested=True)
    chooser.offer("f", sample(X, axis=1))
    assert [call["kwargs"]["axis"] for call in chooser.candidates["f"]] == [1, 0]


def test_nobody_listens_for_ever() -> None:
    chooser = Chooser()
    for _ in range(PATIENCE + 1):
        chooser.offer("same", sample(X))
    assert not chooser.wants("same")
    for size in range(MOST + 5):
        chooser.offer("new", sample(X, axis=size))
    assert not chooser.wants("new")
    assert len(chooser.candidates["new"]) == MOST


def test_arguments_are_exercised_before_dtypes() -> None:
    calls = [sample(X | {"dtype": dtype}) for dtype in ("float32", "float16", "float64")]
    calls += [sample(X, axis=axis) for axis in (0, 1, 2)]
    assert chosen(calls, 4) == [calls[0], *calls[3:]]


def test_the_committed_samples_are_those_of_the_installed_versions() -> None:
    """Runs a small part of Keras's tests again."""
    assert list(stale(store.read(), run.record(files_of(AGAIN)))) == []


def test_a_changed_sample_and_other_tests_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    call = {"test": "a_test.py"} | sample(X, axis=0)
    [problem] = stale({"tf.sum": [call]}, {"a_test.py": {"tf.sum": [sample(X, axis=1)]}})
    assert problem.startswith("tf.sum: a_test.py no longer makes the call")
    assert list(stale({"tf.sum": [call]}, {"a_test.py": {"tf.sum": [sample(X, axis=0)]}})) == []
    monkeypatch.setattr("examples.recording.__main__.headers", lambda: [store.header() | {"keras": "3.0.0"}])
    [problem] = stale({}, {})
    assert problem.startswith("the samples were recorded with other versions")


def test_every_public_layer_loss_and_optimizer_is_listened_to() -> None:
    names = {public.name for public in recorded()}
    for name in ("layers.Conv2D", "losses.Huber", "metrics.AUC", "optimizers.Adam", "ops.add", "activations.relu"):
        assert f"tf.keras.{name}" in names
    assert {"tf.nn.conv2d", "tf.linalg.svd", "tf.signal.stft"} <= names
    assert not {"tf.function", "tf.while_loop", "tf.keras.activations.get"} & names


def test_samples_hold_no_arrays_and_stay_small() -> None:
    size = sum(path.stat().st_size for path in store.FOLDER.glob("*.json"))
    assert size < 2_000_000
    assert max(len(listed) for listed in store.read().values()) <= store.BOUND + 1


def test_slices_cover_the_tests_of_what_is_recorded() -> None:
    covered = {file for patterns in SLICES for file in files_of(patterns)}
    for folder in ("activations", "layers", "losses", "metrics", "optimizers", "initializers"):
        there = {
            path.relative_to(run.tests_folder()).as_posix() for path in (run.tests_folder() / folder).rglob("*_test.py")
        }
        assert there <= covered


def test_signatures_give_samples_where_no_test_of_keras_goes() -> None:
    made = from_signatures({name for name in store.read() if name != "tf.math.lbeta"})
    assert {sample["test"] for sample in made["tf.math.lbeta"]} == {SIGNATURE}
    assert made["tf.math.lbeta"] == store.read()["tf.math.lbeta"]
