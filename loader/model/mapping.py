"""What a mapping is: the strict shape of the hand-written YAML files.

One mapping is one file, `mappings/<module>/<id>.yaml`. This module says which fields it has and which of
them agree with each other; whether names and arguments exist in the frameworks is `loader.checks.check`.
"""

from __future__ import annotations

import ast
import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from loader.model import conditions as when

Side = Literal["torch", "tf"]
Kind = Literal[
    "function", "method", "layer", "loss", "metric", "optimizer", "scheduler", "initializer",
    "distribution", "context", "class", "constant", "pattern",
]  # fmt: skip
Relation = Literal["identical", "renamed", "defaults", "composed", "partial", "pattern", "unneeded", "none"]
RELATIONS: tuple[str, ...] = Relation.__args__  # type: ignore[attr-defined]  # from closest to farthest
Aspect = Literal["values", "shape", "dtype", "gradients", "state"]


class Strict(BaseModel):
    """Unknown fields and silent conversions (`no` to False, "1" to 1) are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _parses(code: str) -> str:
    try:
        ast.parse(code)
    except SyntaxError as error:
        raise ValueError(f"this Python does not parse: {error.msg} (line {error.lineno} of the text)") from None
    return code


def _expression(text: str) -> str:
    when.parse(text)
    return text


def _value_expression(text: str) -> str:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"this is not a Python expression: {error.msg}") from None
    return text


def _one_paragraph(text: str) -> str:
    if not text.strip():
        raise ValueError("empty text")
    return " ".join(text.split())


Text = Annotated[str, AfterValidator(_one_paragraph)]
Code = Annotated[str, AfterValidator(_parses)]
When = Annotated[str, AfterValidator(_expression)]
ValueExpression = Annotated[str, AfterValidator(_value_expression)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][\w]*(\.[A-Za-z_]\w*)*$")]


class Argument(Strict):
    """The counterpart of one parameter.

    `to` is the parameter of the other framework that takes it, or null where nothing does: then the note
    says what happens to it. `convert` is the value to pass when it is not the same, as an expression over
    the arguments (`1 - momentum`).
    """

    to: str | None = None
    convert: ValueExpression | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.to is None and self.note is None:
            raise ValueError("an argument without a counterpart needs a note that says what to do")
        return self


def _argument(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


Arguments = dict[str, Annotated[Argument, BeforeValidator(_argument, json_schema_input_type=Argument | str)]]


class Overload(Strict):
    """One of several signatures that share a PyTorch name (`max(input)`, `max(input, dim)`)."""

    tf: list[Name] = []
    arguments: Arguments
    equivalent: Code | None = None
    fields: list[str] = []


class Weight(Strict):
    """How one entry of the PyTorch state dict becomes a Keras variable, or several.

    `to` is the end of the Keras variable's path (`kernel`, `forward_lstm/lstm_cell/kernel`). `transform` is
    a NumPy expression over `w` (this entry), `state` (all entries, by name), `shape` (that of the variable)
    and `np`. An entry that feeds several variables gives a transform for each: `to: {path: transform}`.
    An entry that another one consumes says `into`; one without a counterpart says `unused` and why. `{k}` in
    the name stands for a number and may be repeated in `to`, `into` and `transform`.
    """

    to: str | Annotated[dict[str, ValueExpression], Field(min_length=2)] | None = None
    transform: ValueExpression = "w"
    into: str | None = None
    unused: Text | None = None

    @model_validator(mode="after")
    def _one_destination(self) -> Self:
        if sum(x is not None for x in (self.to, self.into, self.unused)) != 1:
            raise ValueError("give exactly one of: to, into, unused")
        if isinstance(self.to, dict) and self.transform != "w":
            raise ValueError("`to` has a transform for each variable already: leave out `transform`")
        return self

    @property
    def transforms(self) -> dict[str, str]:
        """The expression for each variable, by the end of its path."""
        return self.to if isinstance(self.to, dict) else {} if self.to is None else {self.to: self.transform}


Weights = dict[str, Weight]


class Limit(Strict):
    """Inputs that the drop-in does not serve; each must really occur.

    `when` is an expression over PyTorch's arguments, met by torch's own samples in the sweep; where no
    expression can say it, `what` describes it and `proof` names the example that shows it.
    """

    when: When | None = None
    what: Text | None = None
    reason: Text
    proof: Slug | None = None

    @model_validator(mode="after")
    def _provable(self) -> Self:
        if (self.when is None) == (self.what is None):
            raise ValueError("give exactly one of: when (an expression), what (a sentence)")
        if self.what is not None and self.proof is None:
            raise ValueError("a limit told in words needs a proof: the name of the example that shows it")
        return self


class Note(Strict):
    """One fact that saves a reader an hour."""

    kind: Literal["pitfall", "difference", "tip", "same"]
    when: When | None = None
    text: Text
    proof: Slug | None = None

    @model_validator(mode="after")
    def _claims_are_proved(self) -> Self:
        if self.kind == "same" and self.proof is None:
            raise ValueError("a `same` note claims equality: name the example that proves it")
        return self


class Input(Strict):
    """A value drawn once with NumPy and handed to both sides.

    `value` is an expression over `rng` (numpy.random.Generator with a fixed seed), `np` and the inputs
    above it. `as` says what the snippet receives: a tensor, a variable (tf.Variable; in PyTorch a tensor),
    a NumPy array, or the plain Python value. `allow` gives the reason why an input may have equal sizes on
    two axes, zeros or symmetry, which would let a wrong mapping pass.
    """

    value: ValueExpression
    dtype: str = "float32"
    as_: Literal["tensor", "variable", "numpy", "python"] = Field("tensor", alias="as")
    allow: Text | None = None


def _input(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


class DtypeDifference(Strict):
    torch: str
    tf: str
    why: Text


class Tolerance(Strict):
    """Replaces the tolerance of the dtype; both are capped at 1e-2 (a wider one is a `differ`)."""

    rtol: float = Field(ge=0, le=1e-2)
    atol: float = Field(ge=0, le=1e-2)
    why: Text


class Example(Strict):
    """The same computation in both frameworks, run and compared.

    `outcome: match` is the rule. `differ` is a counter-example: exactly the aspects listed in `differ` must
    differ. `error` names, per side, the exception class that must be raised.

    Reasons, each of which fails when it is not needed: `random` (results are compared by distribution),
    `gradients` (no gradient can be taken), `constant` (the result does not depend on the input's values),
    `dtypes`, `tolerance`, `unproved` (TensorFlow keywords whose removal changes nothing: `reduce_sum.axis`).
    """

    name: Slug
    title: Text | None = None
    inputs: dict[str, Annotated[Input, BeforeValidator(_input, json_schema_input_type=Input | str)]] = {}
    torch: Code
    tf: Code
    compare: list[str] = []
    outcome: Literal["match", "differ", "error"] = "match"
    differ: list[Aspect] = []
    error: dict[Side, str] = {}
    carry: str | None = None
    weights: Weights = {}
    random: Text | None = None
    gradients: Text | None = None
    constant: Text | None = None
    dtypes: dict[str, DtypeDifference] = {}
    tolerance: Tolerance | None = None
    unproved: dict[str, Text] = {}

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.outcome == "differ") != bool(self.differ):
            raise ValueError("`differ` lists what differs; it goes with `outcome: differ`, and only with it")
        if (self.outcome == "error") != bool(self.error):
            raise ValueError("`error` says which side raises what; it goes with `outcome: error`")
        if self.weights and self.carry is None:
            raise ValueError("`weights` needs `carry`: the name of the layer that receives them")
        for side, code in (("torch", self.torch), ("tf", self.tf)):
            if side in self.error or not self.compare:
                continue
            assigned = _assigned_names(code)
            for name in self.compare:
                if name.split(".")[0] not in assigned | set(self.inputs):
                    raise ValueError(f"compare: the {side} snippet never assigns {name!r}")
        return self


def _assigned_names(code: str) -> set[str]:
    tree = ast.parse(code)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}


class Gone(Strict):
    """The name was removed, or imports and only raises."""

    since: Text
    instead: Text


class Mapping(Strict):
    """One equivalence. Field by field, with an example: CONTRIBUTING.md."""

    torch: Name | None = None
    also: list[Name] = []
    methods: list[Annotated[str, Field(pattern=r"^\w+$")]] = []
    tf: list[Name] = []
    related: list[Name] = []
    kind: Kind
    relation: Relation
    summary: Text
    questions: list[Text] = []
    gone: Gone | None = None
    arguments: Arguments | None = None
    equivalent: Code | None = None
    overloads: list[Overload] = []
    fields: list[str] = []
    random: Text | None = None
    weights: Weights = {}
    limits: list[Limit] = []
    notes: list[Note] = []
    examples: list[Example] = []

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.torch is None and not self.tf:
            raise ValueError("both sides are empty: give torch, tf or both")
        if self.overloads and (self.arguments is not None or self.equivalent is not None or self.fields):
            raise ValueError("arguments, equivalent and fields stand in each overload, or once, not both")
        if self.relation == "none" and not self.notes:
            raise ValueError("relation none needs a note: the reason, and the nearest thing to do")
        if self.limits and self.relation in ("identical", "renamed"):
            raise ValueError(f"limits make it `partial` or `composed`, not `{self.relation}`")
        names = [example.name for example in self.examples]
        for name in {n for n in names if names.count(n) > 1}:
            raise ValueError(f"two examples are named {name!r}")
        return self

    @property
    def id(self) -> str:
        """The canonical PyTorch name, or the first TensorFlow one where there is no PyTorch side."""
        return self.torch or self.tf[0]

    @property
    def side(self) -> Side:
        """The side whose signature the argument table and the drop-in follow."""
        return "torch" if self.torch else "tf"

    @property
    def signatures(self) -> list[Overload]:
        """All overloads; a mapping without `overloads` has one, or none when it has no argument table."""
        if self.overloads:
            return self.overloads
        if self.arguments is None:
            return []
        return [Overload(arguments=self.arguments, equivalent=self.equivalent, fields=self.fields)]

    def recipe(self, example: Example | None = None) -> Weights:
        """The weight recipe that applies to an example (its own, or the mapping's)."""
        return example.weights if example is not None and example.weights else self.weights


class Module(Strict):
    """A functional module of the dataset: `mappings/<module>/module.yaml`."""

    title: Text
    order: int
    introduction: str
    reading: list[str] = []


class GeneralParameter(Strict):
    sides: list[Side] = ["torch"]
    text: Text


class Conventions(Strict):
    """What is settled once for all mappings: `mappings/conventions.yaml`."""

    general_parameters: dict[str, GeneralParameter]
    dtypes: dict[str, str]
    values: dict[str, Text]


class Elsewhere(Strict):
    """Where to go for a name that belongs to neither framework; `see` names mappings."""

    text: Text
    see: list[Name] = []


class Outside(Strict):
    """Names that people look up here although no framework has them: `mappings/outside.yaml`.

    `packages` are whole packages by their import name; `names` are single names, of such a package or of nobody.
    """

    packages: dict[str, Elsewhere] = {}
    names: dict[str, Elsewhere] = {}


def weight_pattern(name: str) -> re.Pattern[str]:
    """The state dict entries that a recipe name stands for; `{k}` is a number."""
    return re.compile(re.escape(name).replace(re.escape("{k}"), r"(?P<k>\d+)", 1))
