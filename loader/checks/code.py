"""Whether the code of a mapping uses public names and keywords that exist."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loader.checks.rules import UNLISTED, Known, name_hint, parameter_names, takes_anything
from loader.hints import hint
from loader.model.dotted import FRAMEWORK, OTHER, Side, leaf, side_of
from loader.model.example import Example
from loader.model.fields import as_expression, holes
from loader.model.mapping import Mapping
from loader.names import TENSOR, is_method
from loader.proof.samples import DRAWING, read_call
from loader.proof.script import drop_in_name, is_called
from loader.python_code import nodes
from loader.reading.data import Source
from loader.reading.problems import Problem

# The names under which scripts import the frameworks.
ROOTS = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional", "tf": "tf", "keras": "keras"}
SIDES: tuple[Side, ...] = ("torch", "tf")
Place = tuple[str | int, ...]


def code_names_exist(source: Source, known: Known) -> Iterator[Problem]:
    """Snippets and drop-ins use names and keywords that the frameworks have."""
    for code, place, taken in _codes(source):
        local = taken | _assigned(code)
        for node in nodes(code):
            if isinstance(node, ast.Attribute):
                yield from _unknown_name(source, place, node, local, known)
            elif isinstance(node, ast.Call):
                yield from _unknown_keywords(source, place, node, local, known)


def answers_are_run(source: Source, known: Known) -> Iterator[Problem]:
    """Every name that answers occurs in a snippet or drop-in: what is never run is not verified."""
    mapping = source.mapping
    other = OTHER[mapping.side]
    codes = [getattr(example, other) for example in mapping.examples]
    codes += [overload.drop_in for overload in mapping.signatures if overload.drop_in]
    if not codes:
        return  # nothing of it counts as verified
    run = {name for code in codes for name in _run_names(code, known)}
    for name, place in _answers(mapping):
        if known.is_of(name, other) and not _is_run(name, run, known):
            message = f"{name} occurs in no {FRAMEWORK[other]} snippet and no drop-in: add an example that runs it"
            yield source.problem(f"{message}, or move it to `uses`", *place)


def drop_ins_are_run(source: Source, _known: Known) -> Iterator[Problem]:
    """Drop-ins of TensorFlow's names are called by an example; those of PyTorch's names also run on its samples."""
    mapping = source.mapping
    for index, overload in enumerate(mapping.signatures):
        if mapping.side == "torch" or overload.drop_in is None:
            continue
        if not is_called(mapping, overload):
            message = f"no example calls {drop_in_name(overload)} in its `torch` snippet: nothing runs this drop-in"
            yield source.problem(message, "signatures", index, "drop_in")


def _is_run(name: str, run: set[str], known: Known) -> bool:
    last = leaf(name)
    if f".{last}" in run and name == f"torch.{last}" and known.inventory.find(f"{TENSOR}.{last}"):
        return True  # x.argmax() is torch.argmax(x)
    if last.startswith("__"):
        return True  # an operator, a call or a conversion: code does not spell it
    as_text = ".keras." in f".{name}" and repr(last) in run  # activation="selu"
    return name in run or as_text or (is_method(name) and f".{last}" in run)


def _answers(mapping: Mapping) -> Iterator[tuple[str, Place]]:
    for index, name in enumerate(mapping.twins):
        yield name, ("twins", index)
    for number, overload in enumerate(mapping.signatures):
        for index, name in enumerate(overload.twins):
            yield name, ("signatures", number, "twins", index)


def _run_names(code: str, known: Known) -> Iterator[str]:
    """Names as code runs them: dotted ones in all spellings, methods (`.gradient`), and texts (`'selu'`)."""
    for node in nodes(code):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield repr(node.value)
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"
            if name := _dotted(node, set()):
                entry = known.inventory.find(name)
                yield from (name, *(entry.spellings if entry else ()))


def samples_are_calls(source: Source, _known: Known) -> Iterator[Problem]:
    """A sample is a call of the name that the mapping is about, under its full name."""
    mapping = source.mapping
    for index, overload in enumerate(mapping.signatures):
        for number, text in enumerate(overload.samples):
            try:
                name = read_call(text).name
            except ValueError as error:
                yield source.problem(str(error), "signatures", index, "samples", number)
                continue
            if name not in (mapping.name, *mapping.also):
                message = f"this calls {name}: a sample calls {mapping.name}, by its full name"
                yield source.problem(message, "signatures", index, "samples", number)


def exceptions_are_of_parameters(source: Source, _known: Known) -> Iterator[Problem]:
    """What is said not to be shown is a parameter of a drop-in."""
    own = {name for overload in source.mapping.signatures if overload.drop_in for name in overload.parameters}
    for name in source.mapping.exceptions.parameters:
        if name not in own:
            message = f"no drop-in has a parameter {name!r}{hint(name, sorted(own))}"
            yield source.problem(message, "exceptions", "parameters", name)


def _codes(source: Source) -> Iterator[tuple[str, Place, set[str]]]:
    """All code of a mapping, its place, and the names that are taken there."""
    mapping = source.mapping
    for index, overload in enumerate(mapping.signatures):
        for number, rewrite in enumerate(overload.rewrites):
            yield as_expression(rewrite.to), ("signatures", index, "rewrites", number, "to"), holes(rewrite.to)
        if overload.drop_in is not None:
            yield overload.drop_in, ("signatures", index, "drop_in"), set()
        for number, text in enumerate(overload.samples):
            yield text, ("signatures", index, "samples", number), set(DRAWING)
    for index, example in enumerate(mapping.examples):
        for side in SIDES:
            if not _shows_a_mistake(example, side):
                yield getattr(example, side), ("examples", index, side), set(example.inputs)


def _shows_a_mistake(example: Example, side: Side) -> bool:
    """Whether a snippet is there to use what does not exist."""
    return example.error.get(side) in ("AttributeError", "TypeError")


def _assigned(code: str) -> set[str]:
    """Names that the code gives a meaning of its own."""
    names = {n.id for n in nodes(code) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {n.arg for n in nodes(code) if isinstance(n, ast.arg)}


def _dotted(node: ast.expr, local: set[str]) -> str | None:
    """The public name that a chain of attributes spells, if it begins with a framework."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id in local or node.id not in ROOTS:
        return None
    return ".".join([ROOTS[node.id], *reversed(parts)])


def _unknown_name(
    source: Source, place: Place, node: ast.Attribute, local: set[str], known: Known
) -> Iterator[Problem]:
    """A chain is looked at link by link: only what stands directly below a module can be unknown."""
    name, parent = _dotted(node, local), _dotted(node.value, local)
    if name is None or parent is None or f"{name}.".startswith(UNLISTED) or node.attr.startswith("__"):
        return
    owner = known.inventory.find(parent)
    is_module = owner.kind == "module" if owner else parent in known.namespaces
    if is_module and known.inventory.find(name) is None and name not in known.namespaces:
        meant = name_hint(name, known.inventory, side_of(name))
        yield source.problem_in_code(f"there is no {name}{meant}", node, *place)


def _unknown_keywords(source: Source, place: Place, call: ast.Call, local: set[str], known: Known) -> Iterator[Problem]:
    name = _dotted(call.func, local)
    entry = known.inventory.find(name) if name else None
    if entry is None or not entry.signatures or takes_anything(entry.signatures):
        return
    parameters = parameter_names(entry.signatures)
    for keyword in call.keywords:
        if keyword.arg is not None and keyword.arg not in parameters:
            message = f"{name} has no parameter {keyword.arg!r}{hint(keyword.arg, parameters)}"
            yield source.problem_in_code(message, keyword, *place)
