"""The evidence: what the verification measured, one generated JSON file per mapping.

The runner writes these files, the build publishes them. A record carries the hash of everything it depends
on; where the hash no longer fits the mapping, or the versions are others, the claim counts as unverified.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from loader.files import read_bounded, write_text
from loader.model.example import Example
from loader.model.mapping import Mapping, Mode
from loader.model.signature import Overload, Rewrite
from loader.proof.rewrites import derived
from loader.proof.script import build_script, used_drop_ins

FOLDER = Path("examples/evidence")
MAX_BYTES = 16 * 2**20  # of one file; the largest has a hundredth of this
FORMAT = 1  # raised when the runner compares more than before: older evidence is then stale
Status = Literal["verified", "stale", "missing"]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# `exact`: equal, and of a dtype that is not rounded. `rounding`: floats as far apart as rounding explains.
# `tolerance`: as far as declared. `distribution`: random numbers of one distribution. A number: the largest absolute
# difference of a counter-example, to two digits; `infinite` where one side is infinite or NaN.
Size = Literal["exact", "rounding", "tolerance", "distribution", "infinite"] | float


class Compared(Record):
    """One compared value; `difference` is null where values were not compared."""

    shape: tuple[int, ...] | None = None
    dtype: str
    difference: Size | None = None


class Mutations(Record):
    """Keyword arguments of the TensorFlow snippet, dropped one at a time."""

    total: int
    proved: int
    unproved: list[str] = []


class ExampleEvidence(Record):
    """What one example showed. `differs` lists the aspects that differed (for counter-examples)."""

    hash: str
    outcome: Literal["match", "differ", "error"]
    outputs: dict[str, Compared] = {}
    gradients: dict[str, Compared] = {}
    state: dict[str, Compared] = {}
    state_shapes: dict[str, tuple[tuple[int, ...], str]] = {}
    differs: list[str] = []
    errors: dict[str, str] = {}
    mutations: Mutations | None = None
    printed: dict[str, str] = {}


class SweepCount(Record):
    samples: int = 0
    matched: int = 0
    limited: int = 0
    gradients: int = 0


class SweepEvidence(Record):
    """A drop-in run on torch's own sample inputs; `limits` counts samples per declared limit.

    `methods`, `also` and `rewrites` count the samples on which each method, other name and rewrite of the mapping was
    compared; null if none was.
    """

    hash: str
    source: str
    dtypes: dict[str, SweepCount]
    limits: dict[str, int] = {}
    methods: dict[str, int] | None = None
    also: dict[str, int] | None = None
    rewrites: dict[str, int] | None = None


class Rewrites(Record):
    """What follows from a drop-in; kept, because deriving it for all drop-ins takes longer than the rest of a build."""

    hash: str
    derived: tuple[Rewrite, ...] = ()


class ModesEvidence(Record):
    """A drop-in or an example in the ways of running TensorFlow: samples that held by mode, and why others failed."""

    hash: str
    held: dict[Mode, int] = {}
    failed: dict[Mode, str] = {}


class Held(Record):
    """What became of the samples of one dtype, or of one kind of corner: how many hold, and the first that do not."""

    held: int = 0
    refused: str | None = None
    wrong: str | None = None


class DomainEvidence(Record):
    """Where a drop-in holds: by dtype, and at the corners of its arguments."""

    hash: str
    dtypes: dict[str, Held] = {}
    corners: dict[str, Held] = {}


class Evidence(Record):
    """All evidence of one mapping."""

    generated: str = "by the verification; do not edit"
    format: int = FORMAT
    mapping: str
    versions: dict[str, str]
    examples: dict[str, ExampleEvidence] = {}
    sweeps: dict[str, SweepEvidence] = {}
    rewrites: dict[str, Rewrites] = {}
    modes: dict[str, ModesEvidence] = {}
    domains: dict[str, DomainEvidence] = {}


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def example_hash(mapping: Mapping, example: Example) -> str:
    """Identifies everything that the verdict on an example depends on."""
    return _digest(
        {
            "format": FORMAT,
            "example": example.model_dump(mode="json", exclude={"title"}, exclude_defaults=True),
            "scripts": [build_script(mapping, example, side).text() for side in ("torch", "tf")],
            "state": {k: w.model_dump() for k, w in mapping.recipe(example).items()} if example.carry else {},
            "random": mapping.random is not None,
            "drop_ins": [overload.drop_in for overload in used_drop_ins(mapping, example)],
        }
    )


def drop_in_hash(mapping: Mapping, overload: Overload) -> str:
    """Identifies everything that the behaviour of a drop-in depends on: its modes and its domain."""
    return _digest(_of_drop_in(mapping, overload))


def sweep_hash(mapping: Mapping, overload: Overload) -> str:
    """Identifies everything that the verdict of a sweep depends on."""
    return _digest(
        _of_drop_in(mapping, overload)
        | ({"samples": overload.samples} if overload.samples else {})
        | ({"unshown": sorted(mapping.exceptions.parameters)} if mapping.exceptions.parameters else {})
    )


def _of_drop_in(mapping: Mapping, overload: Overload) -> dict[str, Any]:
    return (
        {
            "format": FORMAT,
            "drop_in": overload.drop_in,
            "parameters": list(overload.parameters),
            "limits": [limit.when for limit in mapping.limits],
            "state": {k: w.model_dump() for k, w in mapping.state.items()},
            "random": mapping.random is not None,
        }
        | ({"dtypes": sorted(mapping.exceptions.dtypes)} if mapping.exceptions.dtypes else {})
        | ({"rewrites": [rewrite.model_dump() for rewrite in overload.rewrites]} if overload.rewrites else {})
    )


def rewrites_hash(drop_in: str) -> str:
    """Identifies the drop-in that rewrites follow from."""
    return _digest(drop_in)


def derive_rewrites(mapping: Mapping) -> dict[str, Rewrites]:
    """What follows from the drop-ins of a mapping, by the key of their signature."""
    return {
        sweep_key(index, overload): Rewrites(hash=rewrites_hash(overload.drop_in), derived=derived(overload.drop_in))
        for index, overload in enumerate(mapping.signatures)
        if overload.drop_in is not None
    }


def rewrites_of(index: int, overload: Overload, evidence: Evidence | None) -> list[Rewrite]:
    """What to write for a call: the rewrites of the mapping, then those that follow from its drop-in."""
    if overload.drop_in is None:
        return []
    kept = evidence.rewrites.get(sweep_key(index, overload)) if evidence else None
    if kept is not None and kept.hash == rewrites_hash(overload.drop_in):
        return [*overload.rewrites, *kept.derived]
    return [*overload.rewrites, *derived(overload.drop_in)]


SNIPPET = "example"  # names the modes of the first example in the evidence; those of drop-ins are named as their sweeps


def path_of(folder: Path, mapping_id: str) -> Path:
    return folder / f"{mapping_id}.json"


def read_evidence(folder: Path, mapping_id: str) -> Evidence | None:
    """The committed evidence of a mapping, or None.

    Raises:
        ValueError: the file is not evidence (edited by hand, or from another version).
        FileError: it cannot be read.
    """
    path = path_of(folder, mapping_id)
    if not path.exists():
        return None
    try:
        return Evidence.model_validate_json(read_bounded(path, MAX_BYTES))
    except ValueError as error:
        raise ValueError(f"{path}: not readable as evidence; record it again ({error})") from error


def write_evidence(folder: Path, evidence: Evidence) -> None:
    """Write one evidence file atomically, with sorted keys."""
    path = path_of(folder, evidence.mapping)
    data = evidence.model_dump(mode="json", exclude_defaults=True) | {
        "generated": evidence.generated, "format": evidence.format,
    }  # fmt: skip
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_text(path, text)


def example_status(mapping: Mapping, example: Example, evidence: Evidence | None, versions: dict[str, str]) -> Status:
    """Whether the committed evidence still speaks of this example and of these framework versions."""
    record = evidence.examples.get(example.name) if evidence else None
    if evidence is None or record is None:
        return "missing"
    current = record.hash == example_hash(mapping, example) and evidence.versions == versions
    return "verified" if current else "stale"


def sweep_key(index: int, overload: Overload) -> str:
    """Names the sweep of an overload in the evidence: `0:input,min,max`."""
    return f"{index}:{','.join(overload.parameters)}"


def sweep_status(
    mapping: Mapping, index: int, overload: Overload, evidence: Evidence | None, versions: dict[str, str]
) -> Status:
    """Like `example_status`, for the sweep of one drop-in."""
    record = evidence.sweeps.get(sweep_key(index, overload)) if evidence else None
    if evidence is None or record is None:
        return "missing"
    current = record.hash == sweep_hash(mapping, overload) and evidence.versions == versions
    return "verified" if current else "stale"
