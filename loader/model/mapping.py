"""What a mapping is: the strict shape of the hand-written YAML files.

One mapping is one file, `mappings/<module>/<id>.yaml`. This module says which fields it has and which of
them agree with each other; whether names and arguments exist in the frameworks is `loader.checks.check`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from loader.model.dotted import Side, side_of
from loader.model.example import Example
from loader.model.fields import Name, Slug, Strict, Text, When
from loader.model.signature import Overload
from loader.model.state import State

Kind = Literal[
    "function", "method", "layer", "loss", "metric", "optimizer", "scheduler", "initializer",
    "distribution", "context", "class", "constant", "pattern",
]  # fmt: skip
Relation = Literal["identical", "renamed", "defaults", "composed", "partial", "pattern", "unneeded", "none"]
RELATIONS: tuple[str, ...] = Relation.__args__  # type: ignore[attr-defined]  # from closest to farthest
Precision = Literal["float32", "bfloat16"]  # in which a worked program trains

# Beside eager, which is always run: in a `tf.function` with known sizes, with an unknown first axis, with all sizes
# unknown, compiled by XLA, and in a functional Keras model.
Mode = Literal["graph", "unknown-batch", "unknown-sizes", "xla", "functional-model"]
# What PyTorch computes with on a CPU.
Dtype = Literal[
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
]

DTYPES: tuple[Dtype, ...] = Dtype.__args__  # type: ignore[attr-defined]
MODES: tuple[Mode, ...] = Mode.__args__  # type: ignore[attr-defined]
# What fails in a mode fails in those that know less of a call, or ask more of it.
ALREADY: dict[Mode, tuple[Mode, ...]] = {
    "graph": (),
    "unknown-batch": ("graph",),
    "unknown-sizes": ("unknown-batch", "graph"),
    "xla": ("graph",),
    "functional-model": ("unknown-batch", "graph"),
}


class Limit(Strict):
    """Inputs that the drop-in does not serve; each must really occur.

    `when` is an expression over PyTorch's arguments, met by torch's own samples in the sweep; where no
    expression can say it, `what` describes it and `proof` names the example that shows it.
    """

    when: When | None = Field(
        None,
        description="The inputs, as a condition over the subject's arguments.",
        examples=["dilation != 1 and stride != 1"],
    )
    what: Text | None = Field(
        None,
        description="The inputs in words, where no expression can say it; `proof` then shows it.",
        examples=["A tensor that shares its memory with another one."],
    )
    reason: Text = Field(
        description="Why the drop-in does not serve them.",
        examples=["tf.nn.conv2d takes strides or dilations, not both."],
    )
    proof: Slug | None = Field(
        None, description="The name of the example that shows it.", examples=["stride-and-dilation"]
    )

    @model_validator(mode="after")
    def _provable(self) -> Self:
        if (self.when is None) == (self.what is None):
            raise ValueError("give exactly one of: when (an expression), what (a sentence)")
        if self.what is not None and self.proof is None:
            raise ValueError("a limit told in words needs a proof: the name of the example that shows it")
        return self


class Exceptions(Strict):
    """What cannot be, each with its reason and what to write instead; fails when it is not needed."""

    modes: dict[Mode, Text] = Field(
        {},
        description=(
            "Ways of running TensorFlow in which the answer cannot work, each with the reason and what to write "
            "instead. A reason for `graph` counts for all others too, one for `unknown-batch` for those that know less."
        ),
        examples=[{"xla": "XLA knows no sizes that depend on values: mask instead."}],
    )
    dtypes: dict[Dtype, Text] = Field(
        {},
        description="dtypes of which samples fail, because of what a framework cannot.",
        examples=[{"float64": "tf.nn.gelu holds its constants in single precision."}],
    )
    parameters: dict[str, Text] = Field(
        {},
        description="Parameters of a drop-in that no call can show at work on a CPU: it is not verified what they do.",
        examples=[{"data_format": "TensorFlow convolves channels-first images on a GPU only."}],
    )

    def of_mode(self, mode: Mode) -> str | None:
        """Why the answer cannot work in a mode; None where nothing says so."""
        return next((self.modes[one] for one in (mode, *ALREADY[mode]) if one in self.modes), None)


class Note(Strict):
    """One fact that saves a reader an hour."""

    kind: Literal["pitfall", "difference", "tip", "same"] = Field(
        description="pitfall: goes wrong in silence. difference: differs. tip: good to know. same: equal after all.",
        examples=["pitfall"],
    )
    when: When | None = Field(
        None, description="The calls that it concerns: a condition over the arguments.", examples=["ceil_mode"]
    )
    text: Text = Field(
        description="One fact that saves a reader an hour: what differs, by how much, what to write instead.",
        examples=["Where min is above max, PyTorch returns max."],
    )
    proof: Slug | None = Field(None, description="The name of the example that shows it.", examples=["min-above-max"])

    @model_validator(mode="after")
    def _claims_are_proved(self) -> Self:
        if self.kind == "same" and self.proof is None:
            raise ValueError("a `same` note claims equality: name the example that proves it")
        return self


class Translation(Strict):
    """What is said of a mapping in Simplified Chinese: `mappings/<module>/<id>.zh.yaml`, beside the English."""

    summary: Text = Field(description="The summary.", examples=["沿已有的轴拼接张量。"])
    arguments: dict[str, Text] = Field({}, description="The note of each parameter that has one, by its name.")
    limits: list[Text] = Field([], description="The reasons of all limits, in their order.")
    notes: list[Text] = Field([], description="The texts of all notes, in their order.")
    modes: dict[Mode, Text] = Field({}, description="The reasons of the exceptions of modes, by the mode.")


class Gone(Strict):
    """The name was removed, or imports and only raises."""

    since: Text = Field(description="The version that removed the name, or left it to raise.", examples=["2.0"])
    instead: Text = Field(description="What to write instead.", examples=["torch.linalg.qr"])


class Mapping(Strict):
    """What becomes of one name of one framework in the other. Field by field, with an example: CONTRIBUTING.md.

    `twins` are the names of the other framework that answer, what an experienced user writes first; `uses` are names
    of either framework that the answer leans on.
    """

    name: Name = Field(
        description="The name that the mapping is about, which is the name of its file; its framework follows from it.",
        examples=["torch.nn.Conv2d"],
    )
    also: list[Name] = Field(
        [], description="Other names of the same thing in the same framework.", examples=[["torch.concat"]]
    )
    methods: list[Annotated[str, Field(pattern=r"^\w+$")]] = Field(
        [], description="Spellings as a method of a tensor.", examples=[["clamp", "clamp_"]]
    )
    twins: list[Name] = Field(
        [],
        description="Names of the other framework that answer: first what an experienced user writes.",
        examples=[["tf.keras.layers.Conv2D"]],
    )
    uses: list[Name] = Field(
        [],
        description="Names of either framework that the answer leans on, and that answer nothing.",
        examples=[["tf.keras.layers.ZeroPadding2D"]],
    )
    kind: Kind = Field(description="What the name is.", examples=["layer"])
    relation: Relation = Field(description="How close the twin is, from identical to none.", examples=["renamed"])
    summary: Text = Field(
        description="One sentence about what it does; the search reads it.",
        examples=["Join tensors along an existing axis."],
    )
    questions: list[Text] = Field(
        [],
        description="How people ask for it, in English and Chinese; the search reads them.",
        examples=[["how to join two tensors", "张量拼接"]],
    )
    gone: Gone | None = Field(
        None,
        description="For a name that was removed, or imports and only raises.",
        examples=[{"since": "2.0", "instead": "torch.linalg.qr"}],
    )
    signatures: list[Overload] = Field(
        [],
        description="Its signatures, and what becomes of a call of each; most names have one.",
        examples=[[{"parameters": {"input": "features"}}]],
    )
    random: Text | None = Field(
        None,
        description="Why results are random; they are then compared by their distribution.",
        examples=["It draws samples."],
    )
    state: State = Field(
        {},
        description="How each entry of the PyTorch state dict becomes a Keras variable; it is executed.",
        examples=[{"weight": {"to": "kernel", "transform": "w.transpose(2, 3, 1, 0)"}, "bias": {"to": "bias"}}],
    )
    limits: list[Limit] = Field(
        [],
        description="Inputs that the drop-in does not serve; each must really occur.",
        examples=[[{"when": "dilation != 1 and stride != 1", "reason": "tf.nn.conv2d takes one or the other."}]],
    )
    exceptions: Exceptions = Field(
        Exceptions(),
        description="Ways of running TensorFlow in which the answer cannot work, each with its reason.",
        examples=[{"modes": {"xla": "XLA knows no sizes that depend on values: mask instead."}}],
    )
    notes: list[Note] = Field(
        [],
        description="Pitfalls, differences and tips, each with its proof.",
        examples=[
            [{"kind": "pitfall", "text": "Where min is above max, PyTorch returns max.", "proof": "min-above-max"}]
        ],
    )
    examples: list[Example] = Field(
        [],
        description="The same computation in both frameworks, run and compared.",
        examples=[
            [
                {
                    "name": "columns",
                    "inputs": {"x": "rng.normal(size=(2, 3))"},
                    "torch": "y = torch.cat([x, x])",
                    "tf": "y = tf.concat([x, x], 0)",
                    "compare": ["y"],
                }
            ]
        ],
    )

    @field_validator("questions")
    @classmethod
    def _asked(cls, questions: list[str]) -> list[str]:
        if not questions:
            raise ValueError("an empty list finds nobody: write how people ask for it, in English and Chinese")
        return questions

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.relation == "none" and not self.notes:
            raise ValueError("relation none needs a note: the reason, and the nearest thing to do")
        if self.limits and self.relation in ("identical", "renamed"):
            raise ValueError(f"limits make it `partial` or `composed`, not `{self.relation}`")
        return self

    @property
    def side(self) -> Side:
        """The framework of the name: its signature is the one that tables and drop-ins follow."""
        return side_of(self.name)

    @property
    def answers(self) -> list[str]:
        """The names of the other framework that answer: the mapping's own, then those of its signatures."""
        own = (name for overload in self.signatures for name in overload.twins)
        return list(dict.fromkeys([*self.twins, *own]))

    def recipe(self, example: Example | None = None) -> State:
        """What becomes of the state dict in an example: its own recipe, or the mapping's."""
        return example.state if example is not None and example.state else self.state
