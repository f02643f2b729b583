"""What becomes of a call: the parameters of a signature, rewrites and the drop-in."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from loader.model.fields import Code, Name, Strict, Template, Text, ValueExpression, When


class Counterpart(Strict):
    """What becomes of one parameter of the subject's signature.

    `to` is the parameter of the twin that takes it; a parameter that feeds several gives the value for each
    (`to: {beta_1: "betas[0]", beta_2: "betas[1]"}`), one that another parameter takes along says `into`. Where
    nothing takes it, the note says what to do. `convert` is the value to pass when it is not the same, as an
    expression over the parameters (`1 - momentum`).
    """

    to: str | Annotated[dict[str, ValueExpression], Field(min_length=2)] | None = Field(
        None,
        description="The parameter of the twin that takes it; where one feeds several, each of them with its value.",
        examples=["strides", {"beta_1": "betas[0]", "beta_2": "betas[1]"}],
    )
    convert: ValueExpression | None = Field(
        None,
        description="The value to pass where it is not the same: an expression over the subject's parameters.",
        examples=["1 - momentum"],
    )
    into: str | None = Field(
        None, description="The other parameter of the subject whose value holds this one.", examples=["size"]
    )
    note: Text | None = Field(
        None,
        description="What a reader must know about it; where nothing takes it, what to do instead.",
        examples=["Keras finds it out at the first call."],
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.to is None and self.into is None and self.note is None:
            raise ValueError("a parameter without a counterpart needs a note that says what to do")
        if self.to is not None and self.into is not None:
            raise ValueError("`to` names the parameter that takes it, `into` the one whose value holds it: give one")
        if self.convert is not None and not isinstance(self.to, str):
            raise ValueError("`convert` is the value for the one parameter that `to` names")
        return self

    @property
    def values(self) -> dict[str, str | None]:
        """The twin's parameters that take it, each with the expression to pass; None where it is passed on as it is."""
        if isinstance(self.to, dict):
            return dict(self.to)
        return {} if self.to is None else {self.to: self.convert}


def _counterpart(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


Counterparts = dict[
    str, Annotated[Counterpart, BeforeValidator(_counterpart, json_schema_input_type=Counterpart | str)]
]


class Rewrite(Strict):
    """What to write for a call, as a template over its arguments.

    `to` is Python in which `{name}` stands for the argument of that name (`tf.maximum({input}, {min})`); of several
    rewrites the first counts whose condition holds. One without `when` always holds. What no rewrite covers is the
    drop-in's. It is run on each sample that it is for, beside the drop-in.
    """

    when: When | None = Field(
        None,
        description="The calls that it covers: a condition over the parameters. Left out, it covers all that are left.",
        examples=["max is None"],
    )
    to: Template = Field(
        description="What to write: Python in which `{name}` stands for the argument of that name.",
        examples=["tf.maximum({input}, {min})"],
    )


class Overload(Strict):
    """One signature of the subject (`max(input)`, `max(input, dim)`) and what becomes of a call of it.

    `twins` are its own where a signature has others than the mapping. The drop-in has the subject's signature and
    the other framework's body. `results` names the results where the subject returns a named tuple.
    """

    twins: list[Name] = Field(
        [],
        description="Names of the other framework that answer this signature, where it has its own.",
        examples=[["tf.reduce_max"]],
    )
    parameters: Counterparts = Field(
        description="Every parameter of the signature, in its order, and what becomes of it.",
        examples=[{"input": "x", "dim": "axis", "out": {"note": "Assign the result."}}],
    )
    rewrites: list[Rewrite] = Field(
        [],
        description="What to write for a call, where that is shorter than what follows from the drop-in by itself.",
        examples=[[{"when": "max is None", "to": "tf.maximum({input}, {min})"}]],
    )
    drop_in: Code | None = Field(
        None,
        description="A function with the subject's name, parameters and defaults, and a body in the other framework.",
        examples=["def cat(tensors, dim=0):\n    return tf.concat(tensors, axis=dim)\n"],
    )
    samples: list[ValueExpression] = Field(
        [],
        description="Calls for its sweep that the framework's own samples lack: each parameter must be passed by one. "
        "`floats`, `positive`, `integers(n, ...)` (below n) and `booleans` draw a tensor of a shape.",
        examples=[["torch.nn.GELU('tanh')(floats(3, 4))"]],
    )
    results: list[str] = Field(
        [],
        description="Names of the results, where the subject returns a named tuple.",
        examples=[["values", "indices"]],
    )

    @model_validator(mode="after")
    def _rewrites_are_reached(self) -> Self:
        if self.rewrites and self.drop_in is None:
            raise ValueError("`rewrites` need a `drop_in`: it takes the calls that they are not for, and is run on all")
        if self.samples and self.drop_in is None:
            raise ValueError("`samples` are for a `drop_in`: it is what they run")
        if any(rewrite.when is None for rewrite in self.rewrites[:-1]):
            raise ValueError("a rewrite without `when` always holds: it must be the last one")
        return self
