"""Whether argument tables and drop-ins follow the signatures of the frameworks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from loader.checks.rules import UNLISTED, Known, Rule, parameter_names, takes_anything
from loader.hints import hint, nearest
from loader.model.dotted import FRAMEWORK, OTHER, leaf
from loader.model.inventory import Signature, signature_text
from loader.model.mapping import Mapping
from loader.model.signature import Overload
from loader.names import method_names
from loader.proof.script import drop_in_name
from loader.python_code import functions
from loader.reading.data import Source
from loader.reading.problems import Problem

# Kinds that are called with arguments; the others may be explained by examples alone.
CALLED = frozenset({"function", "method", "layer", "loss", "optimizer", "scheduler", "initializer"})
Place = tuple[str | int, ...]
# What the `**kwargs` of Keras's layers are for.
LAYERS = ("tf.keras.layers.", "keras.layers.")
OF_ALL_LAYERS = ("activity_regularizer", "trainable", "dtype", "autocast", "name", "input_shape", "batch_size")


def _tables(mapping: Mapping) -> Iterator[tuple[Overload, Place]]:
    """Every argument table with the place that it and its drop-in stand below."""
    for index, overload in enumerate(mapping.signatures):
        yield overload, ("signatures", index)


def calls_have_a_table(source: Source, known: Known) -> Iterator[Problem]:
    """What takes arguments says what becomes of them."""
    mapping = source.mapping
    if mapping.gone or mapping.signatures or mapping.kind not in CALLED:
        return
    for signature in known.own_signatures(mapping):
        if names := _expected(signature, known.general(mapping.side)):
            text = signature_text(mapping.name, signature)
            yield source.problem(f"`signatures` is missing: {', '.join(names)} of {text}", "name")
            return


def table_follows_a_signature(source: Source, known: Known) -> Iterator[Problem]:
    """A table has the parameters of an overload, in order, and no others that do not exist."""
    mapping, general = source.mapping, known.general(source.mapping.side)
    signatures = known.own_signatures(mapping)
    if not signatures:
        return
    others = [s for entry in known.entries(method_names(mapping)) for s in entry.signatures]
    parameters = parameter_names([*signatures, *others])
    for overload, place in _tables(mapping):
        keys = [key.lstrip("*") for key in overload.parameters]
        unknown = [key for key in overload.parameters if key.lstrip("*") not in parameters]
        for key in unknown:
            message = f"{mapping.name} has no parameter {key!r}{hint(key, parameters)}"
            yield source.problem(message, *place, "parameters", key)
        meant = {nearest(key, parameters) for key in unknown}  # reported above: not missing as well
        yield from _missing(source, place, [*keys, *meant], signatures, general, ordered=not unknown)


def _missing(
    source: Source,
    place: Place,
    keys: Sequence[str | None],
    signatures: list[Signature],
    general: set[str],
    ordered: bool,
) -> Iterator[Problem]:
    """What the table lacks of the overload that it comes nearest to."""
    name = source.mapping.name

    def lacking(signature: Signature) -> list[str]:
        return [parameter for parameter in _expected(signature, general) if parameter not in keys]

    complete = [signature for signature in signatures if not lacking(signature)]
    if not complete:
        best = min(signatures, key=lambda signature: len(lacking(signature)))
        missing = ", ".join(map(repr, lacking(best)))
        yield source.problem(f"missing here: {missing} of {signature_text(name, best)}", *place, "parameters")
    elif ordered and not any(_in_order(_expected(signature, general), keys) for signature in complete):
        text = signature_text(name, complete[0])
        yield source.problem(f"not in the order of {text}", *place, "parameters")


def _expected(signature: Signature, general: set[str]) -> list[str]:
    """The parameters that a table must have: not the general ones, nor those that collect the rest."""
    collecting = ("var_positional", "var_keyword")
    return [p.name for p in signature if p.name not in general and p.kind not in collecting]


def _in_order(wanted: Sequence[str], keys: Sequence[str | None]) -> bool:
    remaining = iter(keys)
    return all(name in remaining for name in wanted)


def counterparts_exist(source: Source, known: Known) -> Iterator[Problem]:
    """The counterpart of an argument is a parameter of a name on the other side."""
    mapping = source.mapping
    for overload, place in _tables(mapping):
        parameters, is_open = _counterparts(mapping, overload, known)
        for name, argument in overload.parameters.items():
            for to in argument.values:
                if _is_wrong(to, parameters, is_open):
                    message = f"no name on the other side has a parameter {to!r}{hint(to, parameters)}"
                    yield source.problem(message, *place, "parameters", name)


def one_argument_for_each(source: Source, known: Known) -> Iterator[Problem]:  # noqa: ARG001  # one shape
    """Two arguments that go into one without a word about how would leave the reader to guess."""
    for overload, place in _tables(source.mapping):
        taken: dict[str, str] = {}
        for name, argument in overload.parameters.items():
            if not isinstance(argument.to, str) or argument.convert or argument.note:
                continue
            first = taken.setdefault(argument.to, name)
            if first != name:
                message = f"{argument.to!r} takes {first} already: say how both go into it, in `convert` or `note`"
                yield source.problem(message, *place, "parameters", name)


def _counterparts(mapping: Mapping, overload: Overload, known: Known) -> tuple[list[str], bool]:
    """The parameters of the other side, and whether some name there may take others too."""
    names = [*overload.twins, *mapping.twins, *mapping.uses]
    entries = [entry for entry in known.entries(names) if entry.side != mapping.side]
    signatures = [signature for entry in entries for signature in entry.signatures]
    answering = [entry for entry in known.entries([*overload.twins, *mapping.twins]) if entry.side != mapping.side]
    known_twins = all(known.is_of(name, OTHER[mapping.side]) for name in (*overload.twins, *mapping.twins))
    is_judged = known_twins and bool(signatures) and all(entry.signatures for entry in entries)
    wide = [entry for entry in answering or entries if takes_anything(entry.signatures)]
    is_wide = any(not entry.name.startswith(LAYERS) for entry in wide)
    is_open = not is_judged or is_wide or any(name.startswith(UNLISTED) for name in names)
    return [*parameter_names(signatures), *(OF_ALL_LAYERS if wide else ())], is_open


def _is_wrong(to: str, parameters: list[str], is_open: bool) -> bool:
    """Where anything is accepted (every Keras layer takes **kwargs), only what is spelt almost like a parameter."""
    to = to.lstrip("*")
    if to in parameters:
        return False
    near = nearest(to, parameters)
    return not is_open or (near is not None and abs(len(near) - len(to)) <= 1 and near[:3] == to[:3])


def drop_in_has_the_signature(source: Source, known: Known) -> Iterator[Problem]:
    """A drop-in can take the place of the original: its name, its parameters, its defaults."""
    mapping, general = source.mapping, known.general(source.mapping.side)
    signatures = known.own_signatures(mapping)
    for overload, place in _tables(mapping):
        if overload.drop_in is None:
            continue
        where = (*place, "drop_in")
        name = drop_in_name(overload)
        definitions = functions(overload.drop_in)
        if not definitions or name != leaf(mapping.name):
            message = f"the last function of the drop-in must be named {leaf(mapping.name)!r}, not {name!r}"
            yield source.problem(message, *where)
            continue
        function = definitions[-1]
        wanted = [key.lstrip("*") for key in overload.parameters if key not in general]
        given = [parameter.arg for parameter, _ in _parameters(function)]
        if mapping.kind == "method" and mapping.side == "tf" and given[:1] == ["self"] and "self" not in wanted:
            wanted = ["self", *wanted]  # a function takes the object first; signatures leave it out, static methods too
        if [parameter for parameter in given if parameter not in general] != wanted:
            message = f"the drop-in takes ({', '.join(given)}), the argument table has ({', '.join(wanted)})"
            yield source.problem_in_code(message, function, *where)
            continue
        for parameter, default in _parameters(function):
            if wrong := _wrong_default(parameter.arg, default, signatures):
                text = f"{parameter.arg}={ast.unparse(default)}" if default else f"{parameter.arg} without a default"
                yield source.problem_in_code(
                    f"{text}: {FRAMEWORK[mapping.side]} has {wrong}", default or function, *where
                )


def _parameters(function: ast.FunctionDef) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Parameters in the order of the source, with their defaults."""
    given = function.args
    ordinary = [*given.posonlyargs, *given.args]
    required = len(ordinary) - len(given.defaults)
    yield from zip(ordinary, [*[None] * required, *given.defaults], strict=True)
    if given.vararg:
        yield given.vararg, None
    yield from zip(given.kwonlyargs, given.kw_defaults, strict=True)
    if given.kwarg:
        yield given.kwarg, None


def _wrong_default(name: str, default: ast.expr | None, signatures: list[Signature]) -> str | None:
    """What the original has instead; None where the default is one of its own, or cannot be known."""
    found = [_at(name, signature) for signature in signatures]
    if len(set(found)) != 1 or found[0] is None:
        return None  # lacking or elsewhere in an overload: the drop-in may need a default of its own for "not given"
    parameters = [signature[found[0]] for signature in signatures]
    if any(parameter.kind in ("var_positional", "var_keyword") for parameter in parameters):
        return None
    defaults = [parameter.default for parameter in parameters]
    if default is None:
        return None if None in defaults else f"{name}={defaults[0]}"
    if any(known is not None and _same(default, known) for known in defaults):
        return None
    return next((f"{name}={known}" for known in defaults if known is not None), "no default")


def _at(name: str, signature: Signature) -> int | None:
    """The position of a parameter."""
    return next((index for index, parameter in enumerate(signature) if parameter.name == name), None)


def _same(default: ast.expr, known: str) -> bool:
    """Whether two defaults are the same value; True where the inventory's is not a literal."""
    try:
        expected = ast.literal_eval(known)
    except (ValueError, SyntaxError):
        return True
    if expected is ...:
        return True
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return False
    return bool(value == expected) and isinstance(value, bool) == isinstance(expected, bool)


ARGUMENT_RULES: tuple[Rule, ...] = (
    calls_have_a_table,
    table_follows_a_signature,
    counterparts_exist,
    one_argument_for_each,
    drop_in_has_the_signature,
)
