"""The dataset several times over, under other names, to see how the build grows with it.

`python -m tests.bench.copies MAPPINGS EVIDENCE TIMES FOLDER` builds it and prints seconds and megabytes as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from loader.database.build import Inputs, build, read_inputs
from loader.proof.evidence import read_evidence, write_evidence
from loader.reading.data import Source, read_mappings
from loader.reading.problems import Problem


def copies(inputs: Inputs, times: int, folder: Path) -> Inputs:
    """The inputs `times` over; every copy is read from its file again and brings its own evidence, in `folder`.

    They are not checked: the frameworks do not have their names.
    """
    for source in inputs.mappings(_refuse):
        if record := read_evidence(inputs.evidence, source.mapping.name):
            for number in range(times):
                write_evidence(folder, record.model_copy(update={"mapping": _copy(source, number).mapping.name}))

    def read(report: Callable[[Problem], None]) -> Iterator[Source]:
        for number in range(times):
            for source in read_mappings(inputs.common.files, report):
                yield _copy(source, number)

    return replace(inputs, mappings=read, evidence=folder, checks=None)


def _copy(source: Source, number: int) -> Source:
    if number == 0:
        return source
    renamed = source.mapping.model_copy(update={"name": f"{source.mapping.name}_copy{number}"})
    return replace(source, mapping=renamed)


def _refuse(problem: Problem) -> None:
    raise ValueError(str(problem))


def main(mappings: Path, evidence: Path, times: int, folder: Path) -> None:
    """Write the evidence of the copies, build them once, tell what it took."""
    folder.mkdir(exist_ok=True)
    inputs = copies(read_inputs(mappings, evidence), times, folder / "evidence")
    started = time.perf_counter()
    built = build(inputs, folder / "copies.sqlite")
    taken = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"mappings": built.mappings, "build": taken, "memory": memory, "size": built.size}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
