"""An example: the same computation in both frameworks, and what it must show."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from loader import python_code
from loader.model.dotted import Side
from loader.model.fields import Code, Slug, Strict, Text, ValueExpression
from loader.model.state import State

Aspect = Literal["values", "shape", "dtype", "gradients", "state"]


class Input(Strict):
    """A value drawn once with NumPy and handed to both sides.

    `value` is an expression over `rng` (numpy.random.Generator with a fixed seed), `np` and the inputs
    above it. `as` says what the snippet receives: a tensor, a variable (tf.Variable; in PyTorch a tensor),
    a NumPy array, or the plain Python value. `allow` gives the reason why an input may have equal sizes on
    two axes, zeros or symmetry, which would let a wrong mapping pass.
    """

    value: ValueExpression = Field(
        description="Expression over `rng` (a NumPy generator with a fixed seed), `np` and the inputs above it.",
        examples=["rng.normal(size=(2, 3))"],
    )
    dtype: str = Field("float32", description="The dtype on both sides.", examples=["int64"])
    as_: Literal["tensor", "variable", "numpy", "python"] = Field(
        "tensor",
        alias="as",
        description="What the snippets receive: a tensor, a variable, a NumPy array or the plain Python value.",
        examples=["numpy"],
    )
    allow: Text | None = Field(
        None,
        description="Why it may have equal sizes on two axes, zeros or symmetry, which would let a wrong mapping pass.",
        examples=["A matrix that is inverted is square."],
    )


def _input(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


class DtypeDifference(Strict):
    torch: str = Field(description="The dtype that PyTorch gives.", examples=["int64"])
    tf: str = Field(description="The dtype that TensorFlow gives.", examples=["int32"])
    why: Text = Field(description="Why they differ.", examples=["tf.argmax counts in the dtype of output_type."])


class Tolerance(Strict):
    """How far the sides differ for another reason than rounding, which needs no tolerance.

    Both are capped at 1e-2 (a wider one is a `differ`).
    """

    rtol: float = Field(ge=0, le=1e-2, description="Relative tolerance, at most 1e-2.", examples=[1.0e-4])
    atol: float = Field(ge=0, le=1e-2, description="Absolute tolerance, at most 1e-2.", examples=[1.0e-5])
    why: Text = Field(
        description="Why rounding is larger than that of the dtype.",
        examples=["Sums of a thousand terms in another order."],
    )


class Example(Strict):
    """The same computation in both frameworks, run and compared.

    `outcome: match` is the rule. `differ` is a counter-example: exactly the aspects listed in `differ` must
    differ. `error` names, per side, the exception class that must be raised.

    Reasons, each of which fails when it is not needed: `random` (results are compared by distribution),
    `gradients` (no gradient can be taken), `constant` (the result does not depend on the input's values),
    `dtypes`, `tolerance`, `unproved` (TensorFlow keywords whose removal changes nothing: `reduce_sum.axis`).
    """

    name: Slug = Field(
        description="What notes and limits call it: lower-case words joined by hyphens.", examples=["same-padding"]
    )
    title: Text | None = Field(
        None,
        description="What it shows, where the name does not say it.",
        examples=["An even kernel pads one pixel more on the right"],
    )
    inputs: dict[str, Annotated[Input, BeforeValidator(_input, json_schema_input_type=Input | str)]] = Field(
        {},
        description="Values drawn once and handed to both sides; an expression, or one with its dtype.",
        examples=[{"x": "rng.normal(size=(2, 3))", "i": {"value": "[0, 2]", "dtype": "int64"}}],
    )
    torch: Code = Field(
        description="The snippet in PyTorch; it knows `torch`, `nn`, `F`, `np` and the inputs.",
        examples=["y = torch.cat([x, x], dim=1)"],
    )
    tf: Code = Field(
        description="The snippet in TensorFlow; it knows `tf`, `keras`, `np`, the inputs and the drop-in by its name.",
        examples=["y = tf.concat([x, x], axis=1)"],
    )
    compare: list[str] = Field([], description="The names whose values are compared.", examples=[["y"]])
    outcome: Literal["match", "differ", "error"] = Field(
        "match",
        description="match: all agree. differ: a counter-example, which must differ. error: a side must raise.",
        examples=["differ"],
    )
    differ: list[Aspect] = Field([], description="What must differ in a counter-example.", examples=[["values"]])
    error: dict[Side, str] = Field({}, description="Which side must raise what.", examples=[{"tf": "ValueError"}])
    carry: str | None = Field(
        None,
        description="The layer whose weights are drawn and carried over by the recipe of the mapping.",
        examples=["layer"],
    )
    state: State = Field(
        {},
        description="A recipe of its own, where that of the mapping does not fit.",
        examples=[{"weight": {"to": "kernel", "transform": "w.T"}}],
    )
    random: Text | None = Field(
        None,
        description="Why results are random; they are then compared by their distribution.",
        examples=["Dropout draws its mask."],
    )
    gradients: Text | None = Field(
        None, description="Why no gradient is compared.", examples=["The result is a whole number."]
    )
    constant: Text | None = Field(
        None,
        description="Why the result does not depend on the values of the inputs.",
        examples=["Only the shape counts."],
    )
    dtypes: dict[str, DtypeDifference] = Field(
        {},
        description="Values whose dtypes differ, and why.",
        examples=[{"y": {"torch": "int64", "tf": "int32", "why": "Its default."}}],
    )
    tolerance: Tolerance | None = Field(
        None,
        description="A tolerance of its own, with its reason.",
        examples=[{"rtol": 1.0e-4, "atol": 1.0e-5, "why": "Sums of a thousand terms."}],
    )
    unproved: dict[str, Text] = Field(
        {},
        description="Keywords of the TensorFlow snippet whose removal changes nothing, each with its reason.",
        examples=[{"concat.name": "A label in the graph."}],
    )

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.outcome == "differ") != bool(self.differ):
            raise ValueError("`differ` lists what differs; it goes with `outcome: differ`, and only with it")
        if (self.outcome == "error") != bool(self.error):
            raise ValueError("`error` says which side raises what; it goes with `outcome: error`")
        if self.state and self.carry is None:
            raise ValueError("`state` needs `carry`: the name of the layer that receives them")
        for side, code in (("torch", self.torch), ("tf", self.tf)):
            if side in self.error or not self.compare:
                continue
            assigned = python_code.assigned(code)
            for name in self.compare:
                if name.split(".")[0] not in assigned | set(self.inputs):
                    raise ValueError(f"compare: the {side} snippet never assigns {name!r}")
        return self
