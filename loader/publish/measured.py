"""What is published of the evidence: the models of what running both frameworks showed."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loader.model.dotted import Side
from loader.model.mapping import Dtype, Mode
from loader.proof.evidence import Size

Status = Literal["verified", "stale", "missing"]


class Published(BaseModel):
    """Base of all published models."""

    model_config = ConfigDict(frozen=True)


SIZES = {  # for readers
    "exact": "exactly the same",
    "rounding": "the same within rounding",
    "tolerance": "the same within the declared tolerance",
    "distribution": "the same distribution",
    "infinite": "infinite",
}


SIZE = (
    "exact: equal. rounding: as far apart as rounding explains. tolerance: as far as declared. distribution: random "
    "numbers that a two-sample test does not tell apart. A number: the largest absolute difference. infinite: one side "
    "is infinite or NaN. null: not compared."
)


class Measured(Published):
    """One value that was compared."""

    name: str
    shape: list[int] | None
    dtype: str
    difference: Size | None = Field(description=SIZE)


class Mutations(Published):
    """Keyword arguments of the TensorFlow snippet, dropped one at a time: does the example notice?"""

    total: int
    proved: int
    unproved: list[str]


class ExampleEvidence(Published):
    """What running both snippets showed."""

    status: Status = Field(description="verified, stale (changed since, or other versions) or missing.")
    values: list[Measured] = []
    gradients: list[Measured] = []
    state: list[Measured] = Field([], description="State of the layer after training steps.")
    gradients_compared: bool = False
    difference: Size | None = Field(None, description=f"Of everything compared. {SIZE}")
    differs: list[str] = Field([], description="Aspects that differed, in a counter-example.")
    errors: dict[str, str] = Field({}, description="What each side raised.")
    mutations: Mutations | None = None
    printed: dict[str, str] = Field({}, description="What each script prints.")


class SweepCount(Published):
    """Samples of one dtype."""

    samples: int
    matched: int
    limited: int = Field(description="Samples that fall under a declared limit.")
    gradients: int = Field(description="Samples whose gradients were compared too.")


class SweepEvidence(Published):
    """A drop-in, run on the sample inputs of the tests of its name's framework."""

    status: Status
    source: str = Field(description="Which collection of samples.")
    samples: int = Field(description="Samples over all dtypes.")
    matched: int
    limited: int
    dtypes: dict[str, SweepCount]


class ModeCoverage(Published):
    """Mappings by what holds in one way of running TensorFlow."""

    mode: Mode
    holds: int = Field(description="Mappings of which everything tried holds.")
    declared: int = Field(description="Mappings that declare with a reason that it cannot be.")
    fails: int = Field(description="Mappings of which something does not hold yet.")


class DropInCoverage(Published):
    """Mappings about the names of one framework, by what their drop-ins did on the samples of its tests."""

    side: Side = Field(description="The framework of the names: its signatures, written in the other framework.")
    written: int = Field(description="Mappings with a drop-in.")
    swept: int = Field(description="Mappings whose drop-in was run on samples; the framework has none for the others.")
    samples: int
    limited: int = Field(description="Samples that fall under a declared limit.")


class ProofCoverage(Published):
    """How much is proved, over all mappings."""

    modes: list[ModeCoverage] = Field(description="Ways of running TensorFlow, beside eager.")
    drop_ins: list[DropInCoverage] = Field(description="For the names of either framework.")
    samples: int = Field(description="Samples on which drop-ins were run.")
    limited: int = Field(description="Samples that fall under a declared limit.")
    notes: int
    notes_proved: int = Field(description="Notes with an example that shows them.")


class DtypeEvidence(Published):
    """One dtype that PyTorch takes: what the drop-ins make of it."""

    dtype: Dtype
    status: Literal["holds", "declared", "refused", "wrong"] = Field(
        description="holds: all that was tried. declared: some cannot, for the reason. refused: TensorFlow raises. "
        "wrong: it gives something else."
    )
    reason: str | None = Field(None, description="Why not; or the first sample that does not hold, and what was given.")


class ModeEvidence(Published):
    """One way of running TensorFlow: what holds in it."""

    mode: Mode = Field(description="In a tf.function with known or unknown sizes, under XLA, in a functional model.")
    status: Literal["holds", "declared", "fails"] = Field(
        description="holds: all that was tried. declared: it cannot be, for the reason. fails: it does not yet."
    )
    tried: int = Field(description="Samples of the drop-ins and the first example that were tried.")
    reason: str | None = Field(None, description="Why not, and what to write instead; or what was raised.")
    zh: str | None = Field(None, description="A declared reason in Simplified Chinese, where it is translated.")
