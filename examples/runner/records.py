"""What was measured against what is recorded, and the writing of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from examples.runner.client import ROOT
from examples.runner.request import Kind
from loader.model.mapping import Mapping, Mode
from loader.proof import evidence as ev
from loader.proof.script import traceable
from loader.reading.data import read_mapping

EVIDENCE = ROOT / ev.FOLDER
MAPPINGS = ROOT / "mappings"
NOISE = 0.1  # the part of a size of two digits that rounding may change

# The tables of the evidence, each with what its records are.
TABLES: dict[str, Any] = {
    "examples": ev.ExampleEvidence,
    "sweeps": ev.SweepEvidence,
    "modes": ev.ModesEvidence,
    "domains": ev.DomainEvidence,
}
# What is measured and published without a claim: a mapping that nobody has measured yet does not fail.
MEASURED = ("modes", "domains")


def table_of(kind: Kind) -> str:
    """The table that holds the answers to a kind of request."""
    return {"example": "examples", "sweep": "sweeps", "snippet": "modes", "modes": "modes", "domain": "domains"}[kind]


def keys_of(mapping: Mapping) -> list[str]:
    """What names the records of each signature."""
    return [ev.sweep_key(index, overload) for index, overload in enumerate(mapping.signatures)]


def undeclared(mapping: Mapping, record: dict[str, Any]) -> Iterator[tuple[Mode, str]]:
    """Modes in which a drop-in fails though no exception says so, with what was raised."""
    return ((mode, told) for mode, told in record["failed"].items() if mapping.exceptions.of_mode(mode) is None)


def needless(mapping: Mapping, committed: ev.Evidence | None, key: str, record: dict[str, Any]) -> Iterator[Mode]:
    """Modes declared as exceptions in which all that was tried holds: this record, and those committed of the rest."""
    expected = {k for k, o in zip(keys_of(mapping), mapping.signatures, strict=True) if o.drop_in}
    expected |= set() if traceable(mapping) is None else {ev.SNIPPET}
    others = {} if committed is None else {k: r for k, r in committed.modes.items() if k != key and k in expected}
    if expected - {key} and not others:
        return  # recorded for the first time: the rest may need them
    for mode in mapping.exceptions.modes:
        if mode not in record["failed"] and all(mode not in other.failed for other in others.values()):
            yield mode


# The sweep runs all samples of these, and judges them.
SWEPT = ("float32", "float64", "int64")


def dtype_faults(mapping: Mapping, record: dict[str, Any]) -> Iterator[str]:
    """dtypes in which a drop-in is wrong in silence and nothing says so, and such as are declared without need."""
    declared = mapping.exceptions.dtypes
    for dtype, held in record["dtypes"].items():
        if dtype not in SWEPT and dtype not in declared and held.get("wrong"):
            yield f"wrong in silence with {dtype}: {held['wrong']}\nMend it, or say why in exceptions.dtypes"
    if sum(overload.drop_in is not None for overload in mapping.signatures) > 1:
        return
    for dtype in declared:
        held = record["dtypes"].get(dtype)
        if dtype not in SWEPT and held is not None and not (held.get("wrong") or held.get("refused")):
            yield f"exceptions.dtypes.{dtype} is not needed: everything that was tried holds. Remove it"


def changes(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """What is no longer the same. What errors say, and the last digit of a size, may vary from CPU to CPU."""
    if place.endswith((".refused", ".wrong")):
        old, new = old is not None, new is not None
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if key in ("errors", "failed"):
                yield from changes(sorted(old.get(key, [])), sorted(new.get(key, [])), f"{place}.{key}")
            else:
                yield from changes(old.get(key), new.get(key), f"{place}.{key}")
    elif isinstance(old, float) and isinstance(new, float):
        if abs(old - new) > NOISE * max(abs(old), abs(new)):
            yield f"{place.lstrip('.')}: was {old!r}, is {new!r}"
    elif old != new:
        yield f"{place.lstrip('.')}: was {old!r}, is {new!r}"


def write_records(mapping_id: str, payloads: list[dict[str, Any]]) -> None:
    """Update one evidence file; entries that the mapping no longer has are dropped."""
    path = next(iter(MAPPINGS.glob(f"*/{mapping_id}.yaml")), None)
    if path is None:
        return
    mapping = read_mapping(path).mapping
    versions = payloads[0]["versions"]
    old = ev.read_evidence(EVIDENCE, mapping_id)
    kept = old if old is not None and old.versions == versions else ev.Evidence(mapping=mapping_id, versions=versions)
    tables = {table: dict(getattr(kept, table)) for table in TABLES}
    for payload in payloads:
        tables[payload["table"]][payload["key"]] = TABLES[payload["table"]].model_validate(payload["record"])
    names = {"examples": {example.name for example in mapping.examples}}
    known = {*keys_of(mapping), ev.SNIPPET}
    filtered = {t: {k: v for k, v in rows.items() if k in names.get(t, known)} for t, rows in tables.items()}
    ev.write_evidence(
        EVIDENCE,
        ev.Evidence(mapping=mapping_id, versions=versions, rewrites=ev.derive_rewrites(mapping), **filtered),
    )
