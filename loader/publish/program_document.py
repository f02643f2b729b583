"""What is published about a worked program: a list of them, and each with its sources, pictures and proof."""

from __future__ import annotations

from pydantic import Field

from loader.model.mapping import Precision
from loader.publish.measured import Published, Status


class ProgramBrief(Published):
    """A program in the table of parity. Differences are null where it has not been run."""

    name: str
    title: str
    summary: str
    status: Status
    steps: int
    tolerance: float = Field(description="The largest relative difference that rounding explains.")
    loss: float | None = Field(description="Largest difference of loss between PyTorch and TensorFlow, over all steps.")
    parameters: float | None = Field(description="Largest difference of a parameter after the last step.")
    predictions: float | None = Field(description="Largest difference of a prediction after the last step.")
    ported_loss: float | None = Field(description="Largest difference of loss of the program as people port it.")
    ported_parameters: float | None = Field(description="Its largest difference of a parameter.")
    ported_predictions: float | None = Field(description="Its largest difference of a prediction.")


class ProgramList(Published):
    """All worked programs, in reading order."""

    programs: list[ProgramBrief]


class ProgramSection(Published):
    """The same part of both programs, side by side."""

    name: str
    text: str | None
    torch: str
    tf: str
    ported: str | None = Field(None, description="What the port writes instead, as a unified diff of the section.")


class ProgramWeights(Published):
    """One layer whose weights are carried over."""

    torch: str = Field(description="The submodule; empty: the model itself.")
    tf: str = Field(description="The path of the layer in Keras: numbers, names, attributes.")
    recipe: str | None = Field(description="The mapping whose weight recipe is used; null: the names are the same.")


class ProgramDrift(Published):
    """A parameter that parts by more than rounding explains, and why."""

    parameter: str
    reason: str
    limit: float
    measured: float | None


class ProgramTolerance(Published):
    """Where the tolerance comes from: epsilon x steps x root of (depth x longest sum); in mixed precision, where sums
    and weights are float32, epsilon x root of depth."""

    value: float
    precision: Precision
    longest_sum: int = Field(description="How many numbers the longest sum of one operation adds.")
    depth: int = Field(description="How many operations of a step lie behind one another.")
    why: str


class ProgramDocument(Published):
    """A program in both frameworks, with the proof that both train alike."""

    name: str
    title: str
    summary: str
    introduction: str
    status: Status
    steps: int
    tolerance: ProgramTolerance
    parity: ProgramBrief
    weights: list[ProgramWeights]
    drifts: list[ProgramDrift]
    ported: list[str] = Field(description="What goes wrong in the program as people port it.")
    cannot_show: list[str] = Field(description="What a CPU cannot show of this.")
    sections: list[ProgramSection]
    torch: str = Field(description="The whole program in PyTorch.")
    tf: str = Field(description="The whole program in TensorFlow.")
    as_ported: str = Field(description="What the port writes otherwise, whole.")
    losses: dict[str, list[float]] = Field(description="The loss at each step: `torch`, `tf` and `ported`.")
    curves: str | None = Field(description="The losses as SVG.")
    gaps: str | None = Field(description="Differences of the losses as SVG.")
    versions: dict[str, str]
