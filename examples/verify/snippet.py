"""The TensorFlow side of an example, as it is written, in the ways in which TensorFlow is really run.

Statements that a tensor of the inputs reaches are the traced function; what comes before them (layers, constants) is
made once, as users do.
"""

from __future__ import annotations

import ast
from typing import Any

from examples.compare.gradients import tf_weights
from examples.compare.results import compare_gradients, compare_trees
from examples.compare.values import float_tensors, leaves
from examples.execution.execute import execute, find_variables
from examples.execution.traced import LONGEST, Endless, Traced, told_error
from examples.frameworks import reset
from examples.verify.outcome import Expected, Failed, Outcome
from loader.model.example import Example
from loader.model.mapping import MODES, Mapping, Mode
from loader.proof.evidence import ModesEvidence, example_hash
from loader.proof.script import SEED, Script, build_script, carry_code, tensors_of

SNIPPET = "snippet"


def try_snippet(mapping: Mapping, example: Example) -> ModesEvidence | None:
    """Run the snippet of an example in each mode; None where it iterates over a dataset, which is never traced.

    Raises:
        Failed: it does not hold eagerly.
    """
    expected = Expected(mapping, example, SEED, gradients=example.gradients is None and example.random is None)
    outcome = Outcome(expected)
    if (reason := outcome.failure()) is not None:
        raise Failed(reason)
    held: dict[Mode, int] = {}
    failed: dict[Mode, str] = {}
    for mode in MODES:
        if mode == "functional-model":
            continue
        try:
            reason = _refusal(expected, outcome, mode)
        except Endless:
            return None
        except Exception as error:  # noqa: BLE001 - whatever a snippet raises is a result to report
            reason = told_error(error)
        if reason is None:
            held[mode] = 1
        else:
            failed[mode] = reason[:LONGEST]
    return ModesEvidence(hash=example_hash(mapping, example), held=held, failed=failed)


def _refusal(expected: Expected, outcome: Outcome, mode: Mode) -> str | None:
    """Why the snippet gives something else in this mode, or None."""
    example = expected.example
    reset(expected.seed)
    script = build_script(expected.mapping, example, "tf", expected.seed)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for part, name in ((script.imports, "imports"), (script.inputs, "inputs"), (script.definitions, "drop-in")):
        execute(part, namespace, name)
    _prepare(expected, script, namespace)
    names = tensors_of(example)
    before, inside = split(script.tail, names)
    execute(before, namespace, SNIPPET)
    eager = dict(namespace)
    execute(inside, eager, SNIPPET)
    results = [eager[name] for name in script.compare]
    wrapped = _function(inside, names, script.compare)
    execute(wrapped, namespace, f"{SNIPPET}-function")
    tensors = [namespace[name] for name in names]
    floats = [name for name in names if float_tensors(namespace[name])]
    wanted = [i for i, name in enumerate(floats) if expected.run.gradients.get(name) is not None]
    weights = tf_weights(results) if wanted else []
    call = Traced(lambda given: list(namespace["snippet"](*given)), tensors)
    found, gradients = call.run(mode, wanted, weights)
    shapes = {name: tuple(value.shape) for name, value in outcome.tf.state.items()}
    rules: dict[str, Any] = {"reference": expected.reference(shapes), "tolerance": example.tolerance}
    differences = []
    for name, result in zip(script.compare, found, strict=True):
        options = rules | {"dtypes": example.dtypes.get(name), "values": example.random is None}
        differences += compare_trees(name, expected.run.outputs[name], leaves(result), **options)[1]
    for position, theirs in zip(wanted, gradients, strict=True):
        name = floats[position]
        verdict = compare_gradients(f"gradient of {name}", expected.run.gradients[name], theirs, **rules)
        differences += [] if verdict is None else verdict.differences
    return f"{differences[0].name}: {differences[0].message}".splitlines()[0] if differences else None


def _prepare(expected: Expected, script: Script, namespace: dict[str, Any]) -> None:
    """Make, build and load the layer that receives weights."""
    carry = expected.example.carry
    execute(script.head, namespace, SNIPPET)
    if carry is None:
        return
    if script.build:
        execute(script.build, namespace, SNIPPET)
    find_variables(namespace[carry], expected.recipe)
    execute(carry_code(carry, expected.recipe, expected.run.shapes, "tf"), namespace, "weights")


def split(code: str, tensors: list[str]) -> tuple[str, str]:
    """The statements that no tensor reaches, and those that one does, in their order."""
    reached = set(tensors)
    before: list[ast.stmt] = []
    inside: list[ast.stmt] = []
    for statement in ast.parse(code).body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) or not reached & {node.id for node in names}:
            before.append(statement)
            continue
        inside.append(statement)
        reached |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return _source(before), _source(inside)


def _source(statements: list[ast.stmt]) -> str:
    return "\n".join(ast.unparse(statement) for statement in statements)


def _function(inside: str, tensors: list[str], results: tuple[str, ...]) -> str:
    lines = [f"    {line}" for line in inside.splitlines()]
    returned = ", ".join(results)
    return "\n".join([f"def snippet({', '.join(tensors)}):", *lines, f"    return ({returned},)"]) + "\n"
