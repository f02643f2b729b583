"""The dataset several times over, under other names, to see how the build grows with it.

`python -m tests.bench.copies MAPPINGS EVIDENCE TIMES FOLDER` builds it and prints seconds and megabytes as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from loader.database.build import Inputs, build
from loader.model.inventory import Inventory
from loader.proof.evidence import read_evidence, write_evidence
from loader.reading.data import Data, Source, read_data


def copies(data: Data, evidence: Path, times: int, folder: Path) -> Data:
    """The data `times` over; every copy brings its own evidence, written to `folder`."""
    sources = list(data.sources)
    for number in range(1, times):
        sources += [_copy(source, evidence, number, folder) for source in data.sources]
    for source in data.sources:
        if record := read_evidence(evidence, source.mapping.name):
            write_evidence(folder, record)
    return replace(data, sources=tuple(sources))


def _copy(source: Source, evidence: Path, number: int, folder: Path) -> Source:
    mapping = source.mapping
    renamed = mapping.model_copy(update={"name": f"{mapping.name}_copy{number}"})
    if record := read_evidence(evidence, mapping.name):
        write_evidence(folder, record.model_copy(update={"mapping": renamed.name}))
    return replace(source, mapping=renamed)


def main(mappings: Path, evidence: Path, times: int, folder: Path) -> None:
    """Write the copies, build them once, tell what it took."""
    started = time.perf_counter()
    data = read_data(mappings)
    inventory = Inventory.load(mappings / "inventory")
    read = time.perf_counter() - started
    many = copies(data, evidence, times, folder / "evidence")
    started = time.perf_counter()
    built = build(Inputs(many, inventory, folder / "evidence"), folder / "copies.sqlite")
    taken = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"mappings": built.mappings, "read": read, "build": taken, "memory": memory, "size": built.size}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
