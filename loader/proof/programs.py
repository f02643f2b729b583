"""Worked programs: what a `program.yaml` says, the sources beside it, and the evidence of their parity.

A program is a folder: `program.yaml`, `in_torch.py`, `in_tf.py`, and `as_ported.py`, the TensorFlow program as
people write it who translate names only. The sources are cut into sections by `# %%` lines.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loader.files import FileError, read_bounded, read_text, write_text
from loader.model.fields import Code, Strict, Text
from loader.model.mapping import Precision
from loader.model.state import State
from loader.reading.data import read_model
from loader.reading.problems import BadData, Problem

FOLDER = Path("examples/programs")
EVIDENCE = "evidence"  # below the folder of the programs
MAX_BYTES = 2**20  # of a source or an evidence file
FORMAT = 1  # raised when the runner compares more than before: older evidence is then stale
EPSILON: dict[Precision, float] = {"float32": 2.0**-23, "bfloat16": 2.0**-7}  # distance from 1 to the next number
CAP: dict[Precision, float] = {"float32": 1e-3, "bfloat16": 0.05}  # no program may claim a larger tolerance
FILES = {"torch": "in_torch.py", "tf": "in_tf.py", "ported": "as_ported.py"}
DATASETS = "datasets.py"  # shared by all programs
SECTIONS = ("data", "model", "loss", "optimizer", "loop", "evaluation", "saving")
Section = Literal["data", "model", "loss", "optimizer", "loop", "evaluation", "saving"]
_MARK = re.compile(r"^# %% (\w+)\n", re.MULTILINE)


class Carried(Strict):
    """One layer whose weights go from PyTorch to Keras.

    `torch` is the name of the submodule, `tf` the path to the layer. `recipe` is the mapping whose weight recipe is
    used; without one, parameters go to variables of the same name.
    """

    torch: str
    tf: str
    recipe: str | None = None


class Tolerance(Strict):
    """What the tolerance follows from: the longest sum of one operation, and how many operations lie behind another."""

    longest_sum: int = Field(gt=0)
    depth: int = Field(gt=0)
    why: Text


class Drift(Strict):
    """A parameter that may differ by more than the tolerance, and why that is right."""

    parameter: str
    limit: float = Field(gt=0)
    reason: Text


class Program(Strict):
    """The description of a worked program."""

    title: str
    order: int
    summary: Text
    introduction: str
    steps: int = Field(gt=0)
    precision: Precision = "float32"
    tolerance: Tolerance
    weights: list[Carried] = Field([])
    drifts: list[Drift] = Field([])
    sections: dict[Section, Text] = Field({})
    ported: list[Text] = Field(min_length=1)
    cannot_show: list[Text] = Field([])
    fresh: bool = False  # needs a process in which TensorFlow has not started yet

    @property
    def bound(self) -> float:
        """The largest relative difference that rounding explains.

        Rounding n times in a row, each time by up to half an epsilon and as often up as down, leaves an error of about
        sqrt(n) epsilon (Higham and Mary, 2019). Behind one value of a step lie `depth` operations, each a sum of up to
        `longest_sum` numbers; and every step passes on what the one before it left. In mixed precision only the results
        of operations are rounded to bfloat16; sums are float32, and so are the weights, by which steps are passed on.
        """
        epsilon = EPSILON[self.precision]
        if self.precision == "bfloat16":
            return epsilon * math.sqrt(self.tolerance.depth)
        return epsilon * self.steps * math.sqrt(self.tolerance.depth * self.tolerance.longest_sum)


@dataclass(frozen=True)
class Worked:
    """A program with its sources."""

    folder: Path
    program: Program
    sources: dict[str, Code]
    datasets: str

    @property
    def name(self) -> str:
        return self.folder.name

    def sections(self, which: str) -> dict[str, str]:
        """The code of each section, without its marking line."""
        return cut(self.sources[which])

    def hash(self, recipes: dict[str, State]) -> str:
        """Identifies everything that the verdict depends on; `recipes` by mapping."""
        used = {c.recipe: recipes.get(c.recipe, {}) for c in self.program.weights if c.recipe}
        value = {
            "format": FORMAT,
            "sources": self.sources,
            "datasets": self.datasets,
            "steps": self.program.steps,
            "weights": [carried.model_dump() for carried in self.program.weights],
            "recipes": {name: {k: w.model_dump() for k, w in recipe.items()} for name, recipe in used.items()},
            "bound": self.program.bound,
            "drifts": [drift.model_dump(exclude={"reason"}) for drift in self.program.drifts],
        }
        return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


class Differences(BaseModel):
    """Largest differences between PyTorch and TensorFlow: of losses over all steps, of parameters and of predictions
    after the last one. Relative where a value (for parameters: the largest of its tensor) is above 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    loss: float
    parameters: float
    predictions: float


class ProgramEvidence(BaseModel):
    """What running a program in both frameworks showed. `losses`: one per step, by `torch`, `tf` and `ported`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    generated: str = "by the verification; do not edit"
    program: str
    hash: str
    versions: dict[str, str]
    losses: dict[str, list[float]]
    first: float = Field(description="Difference of the predictions before the first step.")
    faithful: Differences
    ported: Differences
    drifts: dict[str, float] = {}


def cut(source: str) -> dict[str, str]:
    """The sections of a source; what stands before the first one is its head, under the empty name."""
    parts = _MARK.split(source)
    return {name: text.strip("\n") for name, text in zip(["", *parts[1::2]], parts[0::2], strict=True)}


def read_program(folder: Path) -> Worked:
    """One program with its sources.

    Raises:
        BadData: everything that is wrong with it.
    """
    path = folder / "program.yaml"
    program, _ = read_model(path, Program)
    problems: list[Problem] = []
    sources: dict[str, str] = {}
    for which, file in FILES.items():
        try:
            sources[which] = read_text(folder / file, MAX_BYTES)
        except FileError as error:
            problems.append(Problem(folder / file, 1, 1, error.why))
            continue
        found = [name for name in cut(sources[which]) if name]
        known = [name for name in SECTIONS if name in found]
        if found[: len(known)] != known or found[len(known) :] not in ([], ["run"]):
            order = ", ".join([*SECTIONS, "run"])
            problems.append(
                Problem(folder / file, 1, 1, f"sections are {', '.join(found)}: allowed, in order: {order}")
            )
    if not problems and list(cut(sources["torch"])) != list(cut(sources["tf"])):
        problems.append(Problem(folder / FILES["tf"], 1, 1, f"its sections are not those of {FILES['torch']}"))
    cap = CAP[program.precision]
    if program.bound > cap:
        text = f"the tolerance comes to {program.bound:.1e}, at most {cap:.0e} proves anything: take fewer steps"
        problems.append(Problem(path, 1, 1, text))
    try:
        datasets = read_text(folder.parent / DATASETS, MAX_BYTES)
    except FileError as error:
        problems.append(Problem(error.path, 1, 1, error.why))
    if problems:
        raise BadData(problems)
    return Worked(folder, program, sources, datasets)


def read_programs(folder: Path) -> list[Worked]:
    """All programs, in reading order; none where there is no such folder.

    Raises:
        BadData: everything that is wrong with the first one that has a problem.
    """
    found = [read_program(path.parent) for path in sorted(folder.glob("*/program.yaml"))]
    return sorted(found, key=lambda worked: (worked.program.order, worked.name))


def read_evidence(worked: Worked) -> ProgramEvidence | None:
    """The committed evidence, or None.

    Raises:
        BadData: the file is not evidence.
    """
    path = worked.folder.parent / EVIDENCE / f"{worked.name}.json"
    if not path.exists():
        return None
    try:
        return ProgramEvidence.model_validate_json(read_bounded(path, MAX_BYTES))
    except (ValueError, FileError) as error:
        raise BadData([Problem(path, 1, 1, f"not readable as evidence; record it again ({error})")]) from None


def write_evidence(worked: Worked, evidence: ProgramEvidence) -> Path:
    """Write the evidence beside the programs, atomically; the file."""
    path = worked.folder.parent / EVIDENCE / f"{worked.name}.json"
    text = json.dumps(evidence.model_dump(mode="json"), indent=1, sort_keys=True) + "\n"
    write_text(path, _one_line_lists(text))
    return path


def _one_line_lists(text: str) -> str:
    """Losses side by side: a file of fifty numbers a line is read, one of a number a line is not."""
    return re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), text)
