"""Samples of functions that no test of Keras reaches, made from their signatures.

Each parameter without a default gets the inputs that its name stands for; each of the others is then changed once. What
the function refuses is left out, so that wrong guesses cost nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from examples.frameworks import np, reset
from examples.recording.choose import Sample
from examples.recording.inputs import BESIDES, CHANGES, INPUTS, OF_FUNCTION
from examples.recording.public import entries, recorded, resolve
from examples.recording.values import Spec, drawn, to_tensorflow

SIGNATURE = "signature"  # the origin of these samples, in place of a file of tests
BESIDES_TESTS = "besides"  # the origin of inputs that are added
BOUND = 12  # samples of one name


def from_signatures(reached: Collection[str]) -> dict[str, list[Sample]]:
    """Samples of the recorded namespaces' functions that are not among the names that tests reach."""
    found = {}
    for public in recorded():
        if public.name in reached or public.is_keras or isinstance(public.thing, type):
            continue
        samples = list(_samples(public.name))
        if samples:
            found[public.name] = samples[:BOUND]
    return found


def besides(samples: dict[str, list[Sample]]) -> dict[str, list[Sample]]:
    """The samples of tests with the inputs that are added to them."""
    return {
        name: listed + [_called(args) for prefix, args in BESIDES.items() if name.startswith(prefix)]
        for name, listed in samples.items()
    }


def _called(args: list[Spec]) -> Sample:
    return {"test": BESIDES_TESTS, "args": args, "kwargs": {}}


def _samples(name: str) -> Iterator[Sample]:
    for signature in entries()[name].get("signatures", []):
        parameters = [parameter for parameter in signature if not parameter["name"].startswith("*")]
        needed = [parameter["name"] for parameter in parameters if "default" not in parameter]
        inputs = INPUTS | OF_FUNCTION.get(name, {})
        if any(parameter not in inputs for parameter in needed):
            return
        first: dict[str, Spec] | None = None
        for choice in range(max([1, *(len(inputs[parameter]) for parameter in needed)])):
            call = {parameter: inputs[parameter][min(choice, len(inputs[parameter]) - 1)] for parameter in needed}
            if _runs(name, call):
                first = first or call
                yield _sample(call)
        if first is None:
            return
        for parameter in parameters:
            for change in CHANGES.get(parameter["name"], []) if "default" in parameter else []:
                if _runs(name, first | {parameter["name"]: change}):
                    yield _sample(first | {parameter["name"]: change})


def _sample(call: dict[str, Spec]) -> Sample:
    return {"test": SIGNATURE, "args": [], "kwargs": call}


def _runs(name: str, call: dict[str, Spec]) -> bool:
    reset(0)
    try:
        values = {key: to_tensorflow(drawn(spec, np.random.default_rng(0))) for key, spec in call.items()}
        return resolve(name)(**values) is not None
    except Exception:  # noqa: BLE001 - whatever a function raises, the guess was wrong
        return False
