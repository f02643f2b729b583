"""What is proved of one mapping beside its examples, and how much is proved of all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from loader.model.dotted import Side
from loader.model.mapping import DTYPES, MODES, Dtype, Exceptions, Mapping, Mode, Translation
from loader.model.signature import Overload
from loader.proof.evidence import (
    SNIPPET,
    Evidence,
    Held,
    ModesEvidence,
    drop_in_hash,
    example_hash,
    sweep_key,
    sweep_status,
)
from loader.proof.script import traceable
from loader.publish.document import MappingDocument
from loader.publish.measured import (
    DropInCoverage,
    DtypeEvidence,
    ModeCoverage,
    ModeEvidence,
    ProofCoverage,
    SweepCount,
    SweepEvidence,
)


def modes_of(
    mapping: Mapping, evidence: Evidence | None, versions: dict[str, str], chinese: Translation | None
) -> list[ModeEvidence]:
    """What the drop-ins and the first example showed in each mode; nothing of what has changed since."""
    records = _current(mapping, evidence, versions, "modes")
    told = Exceptions(modes=chinese.modes if chinese else {})
    return [found for mode in MODES if (found := _mode(mapping, mode, records, told)) is not None]


def _current(
    mapping: Mapping, evidence: Evidence | None, versions: dict[str, str], table: Literal["modes", "domains"]
) -> list[Any]:
    """The records of one table of the evidence that still speak of this mapping and of these versions."""
    if evidence is None or evidence.versions != versions:
        return []
    hashes = {sweep_key(i, overload): drop_in_hash(mapping, overload) for i, overload in enumerate(mapping.signatures)}
    if (first := traceable(mapping)) is not None:
        hashes[SNIPPET] = example_hash(mapping, first)
    return [record for key, record in getattr(evidence, table).items() if record.hash == hashes.get(key)]


def _mode(mapping: Mapping, mode: Mode, records: list[ModesEvidence], chinese: Exceptions) -> ModeEvidence | None:
    failures = [record.failed[mode] for record in records if mode in record.failed]
    tried = sum(record.held.get(mode, 0) for record in records) + len(failures)
    declared = mapping.exceptions.of_mode(mode)
    if not tried:
        return None
    if not failures:
        return ModeEvidence(mode=mode, status="holds", tried=tried)
    if declared is not None:
        return ModeEvidence(mode=mode, status="declared", tried=tried, reason=declared, zh=chinese.of_mode(mode))
    return ModeEvidence(mode=mode, status="fails", tried=tried, reason=failures[0])


def dtypes_of(mapping: Mapping, evidence: Evidence | None, versions: dict[str, str]) -> list[DtypeEvidence]:
    """What the drop-ins make of each dtype that PyTorch takes; nothing of what has changed since."""
    records = _current(mapping, evidence, versions, "domains")
    return [
        _dtype(dtype, [record.dtypes[dtype] for record in records if dtype in record.dtypes], mapping)
        for dtype in DTYPES
        if any(dtype in record.dtypes for record in records)
    ]


def _dtype(dtype: Dtype, records: list[Held], mapping: Mapping) -> DtypeEvidence:
    wrong, refused = ([text for r in records if (text := getattr(r, name))] for name in ("wrong", "refused"))
    if dtype in mapping.exceptions.dtypes:
        return DtypeEvidence(dtype=dtype, status="declared", reason=mapping.exceptions.dtypes[dtype])
    if wrong:
        return DtypeEvidence(dtype=dtype, status="wrong", reason=wrong[0])
    if refused:
        return DtypeEvidence(dtype=dtype, status="refused", reason=refused[0])
    return DtypeEvidence(dtype=dtype, status="holds")


@dataclass
class Tally:
    """What was counted so far."""

    modes: Counter[tuple[Mode, str]] = field(default_factory=Counter)
    sweeps: dict[Side, Counter[str]] = field(default_factory=lambda: {"torch": Counter(), "tf": Counter()})
    notes: int = 0
    notes_proved: int = 0

    def add(self, document: MappingDocument) -> None:
        """Another mapping."""
        self.modes.update((found.mode, found.status) for found in document.modes)
        counts = self.sweeps[document.side]
        counts["written"] += any(overload.drop_in is not None for overload in document.overloads)
        sweeps = [overload.sweep for overload in document.overloads if overload.sweep is not None]
        counts["swept"] += bool(sweeps)
        counts["samples"] += sum(sweep.samples for sweep in sweeps)
        counts["limited"] += sum(sweep.limited for sweep in sweeps)
        self.notes += len(document.notes)
        self.notes_proved += sum(note.proof is not None for note in document.notes)

    def coverage(self) -> ProofCoverage:
        """All that was counted."""
        modes = [
            ModeCoverage(
                mode=mode,
                holds=self.modes[mode, "holds"],
                declared=self.modes[mode, "declared"],
                fails=self.modes[mode, "fails"],
            )
            for mode in MODES
        ]
        drop_ins = [
            DropInCoverage(
                side=side,
                written=counts["written"],
                swept=counts["swept"],
                samples=counts["samples"],
                limited=counts["limited"],
            )
            for side, counts in self.sweeps.items()
        ]
        return ProofCoverage(
            modes=modes,
            drop_ins=drop_ins,
            samples=sum(found.samples for found in drop_ins),
            limited=sum(found.limited for found in drop_ins),
            notes=self.notes,
            notes_proved=self.notes_proved,
        )


def sweep_of(
    mapping: Mapping,
    index: int,
    overload: Overload,
    evidence: Evidence | None,
    versions: dict[str, str],
) -> SweepEvidence | None:
    """What the sweep of a signature found."""
    record = evidence.sweeps.get(sweep_key(index, overload)) if evidence else None
    if record is None:
        return None
    counts = record.dtypes.values()
    return SweepEvidence(
        status=sweep_status(mapping, index, overload, evidence, versions),
        source=record.source,
        samples=sum(c.samples for c in counts),
        matched=sum(c.matched for c in counts),
        limited=sum(c.limited for c in counts),
        dtypes={dtype: SweepCount(**count.model_dump()) for dtype, count in sorted(record.dtypes.items())},
    )
