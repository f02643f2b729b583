"""What is published about a mapping: the documents that the build renders and the API hands out.

Plain models without behaviour. Their descriptions are what a reader of the API documentation sees.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from loader.model.dotted import Side
from loader.model.example import Aspect
from loader.model.mapping import Kind, Mode, Relation
from loader.publish.measured import (
    DtypeEvidence,
    ExampleEvidence,
    ModeEvidence,
    ProofCoverage,
    Published,
    Status,
    SweepEvidence,
)

RELATION_MEANINGS: dict[Relation, str] = {
    "identical": "The same call works in the other framework.",
    "renamed": "The same operation; names or order of arguments differ.",
    "defaults": "The same operation, once the arguments whose defaults differ are passed explicitly.",
    "composed": "The other framework needs several calls; the drop-in puts them together.",
    "partial": "Some inputs have no counterpart in the other framework; the limits say which.",
    "pattern": "The other framework solves the task in another way; the examples show both.",
    "unneeded": "The other framework does this by itself: delete the call.",
    "none": "The other framework has no counterpart; the notes give the reason and the nearest thing to do.",
}


class Parameter(Published):
    """One parameter of a signature."""

    name: str
    default: str | None = Field(None, description="Source text of the default; null when it must be passed.")
    type: str | None = Field(None, description="Short text of the type, where the framework documents one.")
    kind: str = Field("ordinary", description="ordinary, keyword, positional, var_positional or var_keyword.")


class Signature(Published):
    """One signature; a name with overloads has several."""

    text: str = Field(description="As one would write it: `torch.clamp(input, min=None, max=None)`.")
    parameters: list[Parameter]


class FrameworkSide(Published):
    """The names of a mapping in one framework, and their signatures."""

    name: str = Field(description="The subject of the mapping, or what its first twin is called.")
    also: list[str] = Field(description="Other names of the same thing, or further twins.")
    aliases: list[str] = Field(description="More names that the framework itself gives to the same objects.")
    methods: list[str] = Field([], description="Spellings as a method of a tensor.")
    signatures: list[Signature] = Field(description="Those of `name`.")


class Argument(Published):
    """One parameter and its counterpart."""

    name: str
    default: str | None = Field(None, description="Its default; null when it must be passed.")
    to: str | None = Field(None, description="The parameter of the other framework that takes it; null: nothing does.")
    to_default: str | None = Field(None, description="The default of that parameter.")
    convert: str | None = Field(None, description="What to pass when it is not the same value.")
    further: dict[str, str] = Field({}, description="More parameters that take a part of it, with what to pass.")
    into: str | None = Field(None, description="The parameter of this signature whose counterpart takes it along.")
    note: str | None = None
    zh: str | None = Field(None, description="The note in Simplified Chinese, where it is translated.")
    unverified: str | None = Field(None, description="Why no call could show here that the drop-in treats it rightly.")
    differs: bool = Field(False, description="The defaults differ: leaving the argument out means something else.")


class Rewrite(Published):
    """What to write for a call: a template in which `{name}` stands for an argument."""

    when: str | None = Field(None, description="Condition over the arguments; null: always.")
    to: str


class Overload(Published):
    """One signature with what becomes of its arguments, and of a call."""

    signature: str = Field(description="The signature that the table follows.")
    twins: list[str] = Field(description="Names of the other framework, where this signature has its own.")
    arguments: list[Argument]
    rewrites: list[Rewrite] = Field([], description="The first whose condition holds; else the drop-in.")
    drop_in: str | None = Field(None, description="The subject's signature with the other framework's body.")
    samples: list[str] = Field([], description="Calls that the sweep runs beside those of the framework's own tests.")
    fields: list[str] = Field(description="Names of the results, where the subject returns a named tuple.")
    sweep: SweepEvidence | None = None


class Weight(Published):
    """What becomes of one entry of the PyTorch state dict; an entry that feeds several variables stands for each.

    In the other direction the entry is the end of the path of a Keras variable, and `to` an entry of the state dict.
    """

    entry: str
    to: str | None = Field(None, description="What receives it: the end of the path of a Keras variable.")
    transform: str = Field(
        description="NumPy expression over `w`, the entry, `state`, all entries, and `shape`, that of what receives it."
    )
    into: str | None = Field(None, description="Consumed by this other entry.")
    unused: str | None = Field(None, description="Why it has no counterpart.")


class Limit(Published):
    """Inputs that the drop-in does not serve."""

    when: str | None = Field(None, description="Condition over the arguments.")
    what: str | None = Field(None, description="The condition in words, where no expression can say it.")
    reason: str
    zh: str | None = Field(None, description="The reason in Simplified Chinese, where it is translated.")
    proof: str | None = Field(None, description="The example that shows it.")
    samples: int | None = Field(None, description="How many samples of the sweep fall under it.")


class Note(Published):
    """One fact that saves a reader an hour."""

    kind: Literal["pitfall", "difference", "tip", "same"]
    when: str | None = Field(None, description="The calls it concerns: a condition over the arguments.")
    text: str
    zh: str | None = Field(None, description="The text in Simplified Chinese, where it is translated.")
    proof: str | None = Field(None, description="The example that shows it.")
    measured: float | None = Field(None, description="Largest difference measured, where the proof must differ.")


class Example(Published):
    """The same computation in both frameworks."""

    name: str
    title: str | None
    outcome: Literal["match", "differ", "error"] = Field(description="A `differ` is a counter-example: it must differ.")
    differ: list[Aspect]
    torch: str = Field(description="The snippet.")
    tf: str = Field(description="Its twin.")
    torch_script: str = Field(description="Complete and runnable; this is what was run.")
    tf_script: str = Field(description="Complete and runnable; this is what was run.")
    compare: list[str] = Field(description="The names whose values are compared.")
    evidence: ExampleEvidence


class Instead(Published):
    """What to write where a counter-example goes wrong."""

    name: str
    torch: str
    tf: str


class Difference(Published):
    """A counter-example: the same code in appearance, another result."""

    mapping: str
    module: str
    name: str
    title: str | None
    outcome: Literal["differ", "error"]
    differ: list[Aspect]
    torch: str
    tf: str
    evidence: ExampleEvidence
    notes: list[Note]
    instead: Instead | None


class DifferenceList(Published):
    """All counter-examples that were run, the worst first."""

    differences: list[Difference]


class Gone(Published):
    """The name was removed, or imports and only raises."""

    since: str
    instead: str


class MappingDocument(Published):
    """Everything about one equivalence, with its proof."""

    id: str = Field(description="The full name that the mapping is about.")
    side: Side = Field(description="The framework of that name: tables, conditions and drop-ins follow its signature.")
    pair: str | None = Field(None, description="The mapping about the first twin, which answers the other way round.")
    module: str
    kind: Kind
    relation: Relation
    relation_meaning: str
    status: Status = Field(description="verified: all evidence holds for this text and these versions.")
    summary: str
    zh: str | None = Field(None, description="The summary in Simplified Chinese, where it is translated.")
    gone: Gone | None = None
    torch: FrameworkSide | None = Field(description="The names in PyTorch; null where it has no answer.")
    tf: FrameworkSide | None = Field(description="The names in TensorFlow; null where it has no answer.")
    uses: list[str] = Field(description="Names of either framework that the answer leans on.")
    overloads: list[Overload]
    random: str | None = Field(None, description="How random results were compared.")
    weights: list[Weight]
    weights_back: list[Weight] = Field(
        description="The same from Keras to PyTorch, derived and proved on the same weights; empty where none is."
    )
    limits: list[Limit]
    notes: list[Note]
    examples: list[Example]
    modes: list[ModeEvidence] = Field([], description="Beside eager: in which ways of running TensorFlow it holds.")
    dtypes: list[DtypeEvidence] = Field([], description="What the drop-ins make of each dtype that PyTorch takes.")
    questions: list[str] = Field(description="How people ask for it.")
    versions: dict[str, str] = Field(description="The versions that the evidence was measured with.")


class MappingBrief(Published):
    """A mapping in a list."""

    id: str
    side: Side
    module: str
    kind: Kind
    relation: Relation
    status: Status
    torch: str | None
    tf: str | None
    modes: list[Mode] = Field([], description="Ways of running TensorFlow in which it holds, beside eager.")
    near: str | None = Field(None, description="Where the other framework has no twin: a name of its that helps.")
    summary: str
    zh: str | None = Field(None, description="The summary in Simplified Chinese, where it is translated.")


class ModuleBrief(Published):
    """A functional module in the list of modules."""

    id: str
    title: str
    zh: str | None = Field(None, description="The title in Simplified Chinese, where it is translated.")
    mappings: int
    verified: int


class ModuleList(Published):
    """All functional modules, in reading order."""

    modules: list[ModuleBrief]


class ModuleText(Published):
    """What is said of a functional module."""

    title: str
    introduction: str


class ModuleDocument(ModuleText):
    """A functional module and its mappings."""

    id: str
    zh: ModuleText | None = Field(None, description="Title and introduction in Simplified Chinese, where translated.")
    mappings: list[MappingBrief]


class NamespaceCoverage(Published):
    """Public names of one namespace, counted once for each object."""

    namespace: str
    names: int
    answered: int


class SideCoverage(Published):
    """Public names of one framework."""

    version: str
    names: int
    answered: int
    namespaces: list[NamespaceCoverage]


class CoverageDocument(Published):
    """How many public names of each framework have an answer."""

    torch: SideCoverage
    tf: SideCoverage
    proof: ProofCoverage


class OutsideDocument(Published):
    """Where to go for a name that belongs to neither framework."""

    name: str
    text: str
    see: list[str] = Field(description="Ids of mappings that answer what was probably meant.")


class VersionDocument(Published):
    """What this dataset is."""

    dataset: str = Field(description="Changes whenever any published content changes.")
    frameworks: dict[str, str] = Field(description="Versions that the names and the evidence hold for.")
    mappings: int
    verified: int
    examples: int


class Change(Published):
    """A dataset against the one before: ids of mappings."""

    at: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", description="When it was recorded, in UTC.")
    added: list[str] = Field([])
    changed: list[str] = Field([])
    removed: list[str] = Field([])


class ChangeList(Published):
    """What each new dataset changed, the newest first; ids of mappings."""

    changes: list[Change]
