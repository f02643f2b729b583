"""What a drop-in cannot do in a way of running TensorFlow is told with its reason, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from loader.model.mapping import ALREADY, MODES, Exceptions
from loader.proof.evidence import SNIPPET, read_evidence
from loader.reading.data import read_data

ROOT = Path(__file__).parent.parent.parent


def test_a_reason_counts_for_the_modes_that_know_less() -> None:
    told = Exceptions(modes={"unknown-batch": "Planted."})
    assert [mode for mode in MODES if told.of_mode(mode)] == ["unknown-batch", "unknown-sizes", "functional-model"]
    assert [mode for mode in MODES if Exceptions(modes={"graph": "Planted."}).of_mode(mode)] == list(MODES)
    own = Exceptions(modes={"graph": "Planted.", "xla": "Its own."})
    assert own.of_mode("xla") == "Its own."
    assert set(ALREADY) == set(MODES)


def test_kept_failures_of_drop_ins_are_declared_and_declared_ones_fail() -> None:
    """The verification says so of each mapping that it runs; here all of them, as they were recorded."""
    wrong = []
    for source in read_data(ROOT / "mappings"):
        mapping = source.mapping
        evidence = read_evidence(ROOT / "examples/evidence", mapping.name)
        records = evidence.modes if evidence else {}
        failed = {mode for key, record in records.items() if key != SNIPPET for mode in record.failed}
        wrong += [f"{mapping.name} fails in {mode}" for mode in failed if mapping.exceptions.of_mode(mode) is None]
        failed |= set(records[SNIPPET].failed) if SNIPPET in records else set()
        wrong += [f"{mapping.name} declares {mode} without need" for mode in mapping.exceptions.modes.keys() - failed]
    assert wrong == []
