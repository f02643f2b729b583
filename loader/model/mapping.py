"""What a mapping is: the strict shape of the hand-written YAML files.

One mapping is one file, `mappings/<module>/<id>.yaml`. This module says which fields it has and which of
them agree with each other; whether names and arguments exist in the frameworks is `loader.checks.check`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from loader import python_code
from loader.model import conditions as when
from loader.model.dotted import Side, side_of

Kind = Literal[
    "function", "method", "layer", "loss", "metric", "optimizer", "scheduler", "initializer",
    "distribution", "context", "class", "constant", "pattern",
]  # fmt: skip
Relation = Literal["identical", "renamed", "defaults", "composed", "partial", "pattern", "unneeded", "none"]
RELATIONS: tuple[str, ...] = Relation.__args__  # type: ignore[attr-defined]  # from closest to farthest
Precision = Literal["float32", "bfloat16"]  # in which a worked program trains
Aspect = Literal["values", "shape", "dtype", "gradients", "state"]


_HOLE = re.compile(r"\{([A-Za-z_]\w*)\}")  # `{name}` in a template stands for the argument of that name


class Strict(BaseModel):
    """Unknown fields and silent conversions (`no` to False, "1" to 1) are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _parses(code: str) -> str:
    try:
        python_code.parse(code)
    except SyntaxError as error:
        raise ValueError(f"this Python does not parse: {error.msg} (line {error.lineno} of the text)") from None
    return code


def _expression(text: str) -> str:
    when.parse(text)
    return text


def _value_expression(text: str) -> str:
    try:
        python_code.expression(text)
    except SyntaxError as error:
        raise ValueError(f"this is not a Python expression: {error.msg}") from None
    return text


def _template(text: str) -> str:
    _value_expression(as_expression(text))
    return text


def as_expression(template: str) -> str:
    """A template as Python: each argument stands for itself."""
    return _HOLE.sub(r"\1", template)


def holes(template: str) -> set[str]:
    """The arguments that a template speaks of."""
    return set(_HOLE.findall(template))


def _one_paragraph(text: str) -> str:
    if not text.strip():
        raise ValueError("empty text")
    return " ".join(text.split())


Text = Annotated[str, AfterValidator(_one_paragraph)]
Code = Annotated[str, AfterValidator(_parses)]
When = Annotated[str, AfterValidator(_expression)]
ValueExpression = Annotated[str, AfterValidator(_value_expression)]
Template = Annotated[str, AfterValidator(_template)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][\w]*(\.[A-Za-z_]\w*)*$")]


class Counterpart(Strict):
    """What becomes of one parameter of the subject's signature.

    `to` is the parameter of the twin that takes it; a parameter that feeds several gives the value for each
    (`to: {beta_1: "betas[0]", beta_2: "betas[1]"}`), one that another parameter takes along says `into`. Where
    nothing takes it, the note says what to do. `convert` is the value to pass when it is not the same, as an
    expression over the parameters (`1 - momentum`).
    """

    to: str | Annotated[dict[str, ValueExpression], Field(min_length=2)] | None = None
    convert: ValueExpression | None = None
    into: str | None = None
    note: Text | None = None

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
    drop-in's.
    """

    when: When | None = None
    to: Template


class Overload(Strict):
    """One signature of the subject (`max(input)`, `max(input, dim)`) and what becomes of a call of it.

    `twins` are its own where a signature has others than the mapping. The drop-in has the subject's signature and
    the other framework's body. `results` names the results where the subject returns a named tuple.
    """

    twins: list[Name] = []
    parameters: Counterparts
    rewrites: list[Rewrite] = []
    drop_in: Code | None = None
    results: list[str] = []

    @model_validator(mode="after")
    def _rewrites_use_parameters(self) -> Self:
        known = {name.lstrip("*") for name in self.parameters}
        for rewrite in self.rewrites:
            for name in sorted(holes(rewrite.to) - known):
                raise ValueError(f"the rewrite `{rewrite.to}` speaks of {name!r}, which is no parameter here")
        if any(rewrite.when is None for rewrite in self.rewrites[:-1]):
            raise ValueError("a rewrite without `when` always holds: it must be the last one")
        return self


class StateEntry(Strict):
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


State = dict[str, StateEntry]


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
    state: State = {}
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


class Gone(Strict):
    """The name was removed, or imports and only raises."""

    since: Text
    instead: Text


class Mapping(Strict):
    """What becomes of one name of one framework in the other. Field by field, with an example: CONTRIBUTING.md.

    `twins` are the names of the other framework that answer, what an experienced user writes first; `uses` are names
    of either framework that the answer leans on.
    """

    name: Name
    also: list[Name] = []
    methods: list[Annotated[str, Field(pattern=r"^\w+$")]] = []
    twins: list[Name] = []
    uses: list[Name] = []
    kind: Kind
    relation: Relation
    summary: Text
    questions: list[Text] = []
    gone: Gone | None = None
    signatures: list[Overload] = []
    random: Text | None = None
    state: State = {}
    limits: list[Limit] = []
    notes: list[Note] = []
    examples: list[Example] = []

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        for twin in (*self.twins, *(name for overload in self.signatures for name in overload.twins)):
            if side_of(twin) == self.side:
                raise ValueError(f"twins are names of the other framework: {twin} belongs to `also` or `uses`")
        for name in self.also:
            if side_of(name) != self.side:
                raise ValueError(f"`also` holds names of the same framework: {name} belongs to `twins` or `uses`")
        if self.relation == "none" and not self.notes:
            raise ValueError("relation none needs a note: the reason, and the nearest thing to do")
        if self.limits and self.relation in ("identical", "renamed"):
            raise ValueError(f"limits make it `partial` or `composed`, not `{self.relation}`")
        names = [example.name for example in self.examples]
        for name in {n for n in names if names.count(n) > 1}:
            raise ValueError(f"two examples are named {name!r}")
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
