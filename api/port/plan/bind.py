"""A call bound to the drop-in that answers it: which signature, which argument goes to which parameter."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from api.port.plan.library import Entry, Variant
from api.port.plan.rules import Rules
from loader.calls.known import ANYTHING, NUMBERS, Known, of_literal, sequence

WORDS: dict[str, frozenset[str] | None] = {
    "int": frozenset(("int",)), "float": frozenset(("float", "int")), "bool": frozenset(("bool",)),
    "None": frozenset(("none",)), "Number": NUMBERS, "Scalar": NUMBERS, "str": frozenset(("str",)),
    "dtype": frozenset(("dtype",)), "Tensor": frozenset(("tensor",)),
}  # fmt: skip


# Other names of a parameter, as PyTorch takes them or as functions of two names have them.
ALIASES = {
    "axis": "dim",
    "keepdims": "keepdim",
    "x": "input",
    "axis0": "dim0",
    "axis1": "dim1",
    "split_size": "split_size_or_sections",
}


class Unfit(Exception):
    """The call cannot be bound; the message says why."""


@dataclass
class Argument:
    """What is passed for a parameter. `node`: None where nodes were joined, as in `x.view(2, 3)`."""

    nodes: list[ast.expr]
    known: Known
    joined: bool = False


@dataclass
class BoundCall:
    """A call and the variant that it is bound to."""

    entry: Entry
    variant: Variant
    arguments: dict[str, Argument] = field(default_factory=dict)
    ignored: dict[str, ast.expr] = field(default_factory=dict)
    doubts: int = 0
    spread: ast.expr | None = None  # what is passed after **


def kinds_of_type(text: str | None) -> frozenset[str] | None:
    """The kinds that a documented type allows; None for any."""
    if not text:
        return None
    kinds: set[str] = set()
    for part in _parts(text):
        if part.startswith(("Sequence", "tuple", "list", "Size", "torch.Size", "List", "Tuple")):
            kinds |= {"list", "tuple", "shape"}
        elif part.startswith("Literal"):
            if "'" not in part and '"' not in part:
                return None
            kinds.add("str")
        elif part.removeprefix("torch.") in WORDS:
            kinds |= WORDS[part.removeprefix("torch.")] or set()
        else:
            return None
    return frozenset(kinds)


def _parts(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for char in text:
        depth += {"[": 1, "]": -1}.get(char, 0)
        if char == "|" and not depth:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return [*parts, current.strip()]


def bind(
    entry: Entry, call: ast.Call, receiver: ast.expr | None, known_of: dict[ast.expr, Known], rules: Rules
) -> BoundCall:
    """The call by the variant that fits it.

    Raises:
        Unfit: none does, or the text does not tell which.
    """
    if sum(keyword.arg is None for keyword in call.keywords) > 1:
        raise Unfit("the arguments after ** are not known from the text")
    fitting: list[tuple[int, int, BoundCall]] = []
    reasons: list[str] = []
    for place, variant in enumerate(entry.variants):
        try:
            bound = _bind(entry, variant, call, receiver, known_of, rules)
        except Unfit as error:
            reasons.append(str(error))
            continue
        fitting.append((bound.doubts, place, bound))
    if not fitting:
        raise Unfit(reasons[0] if reasons else "nothing takes its place")
    fitting.sort(key=lambda found: found[:2])
    best = fitting[0]
    if (
        len(fitting) > 1
        and best[0]
        and fitting[1][0] == best[0]
        and set(best[2].arguments) != set(fitting[1][2].arguments)
    ):
        raise Unfit("which signature is meant depends on a value that the text does not show")
    return best[2]


def _bind(
    entry: Entry,
    variant: Variant,
    call: ast.Call,
    receiver: ast.expr | None,
    known_of: dict[ast.expr, Known],
    rules: Rules,
) -> BoundCall:
    bound = BoundCall(entry, variant)
    ignored = rules.words["ignored"]
    function = variant.function.args
    places = [a.arg for a in [*function.posonlyargs, *function.args]]
    given = [receiver, *call.args] if receiver is not None else list(call.args)
    leaf = entry.name.rpartition(".")[2]
    collector = function.vararg.arg if function.vararg else None
    fixed = len(places)
    if collector is None and leaf.rstrip("_") in rules.words["variadic"] and places:
        first = 1 if receiver is not None or leaf in ("permute", "reshape", "tile", "flip", "expand", "repeat") else 0
        given = _gathered(given, first, known_of)
    if receiver is not None and "input" in places[1:]:  # `x.where(condition, y)` is where(condition, x, y)
        bound.arguments["input"] = _argument(receiver, known_of)
        places.remove("input")
        given = given[1:]
        fixed -= 1
    if any(isinstance(arg, ast.Starred) for arg in given[:fixed]) or (
        collector is None and any(isinstance(arg, ast.Starred) for arg in given)
    ):
        raise Unfit("the arguments after * are not known from the text")
    for name, arg in zip(places, given, strict=False):
        bound.arguments[name] = _argument(arg, known_of)
    rest = given[fixed:]
    names = variant.places
    moved = any(mine != theirs and mine in names for mine, theirs, _ in zip(places, names, given, strict=False))
    if (rest or moved) and collector is None and receiver is None and len(given) <= len(names):
        bound.arguments.clear()
        for name, arg in zip(names, given, strict=False):
            if name in variant.parameters:
                bound.arguments[name] = _argument(arg, known_of)
            elif name in ignored:
                bound.ignored[name] = arg
            else:
                raise Unfit(f"its answer does not take {name}")
        rest = []
    if rest and collector is None:
        raise Unfit("it is called with more arguments than the drop-in takes")
    numbers = [known_of.get(arg, ANYTHING) for arg in rest]
    if collector == "size" and len(rest) > 1 and any(known.is_surely("list", "tuple", "shape") for known in numbers):
        raise Unfit("its sizes are passed with something else")
    if collector is not None and len(given) >= fixed:
        bound.arguments[collector] = Argument(rest, _knowns(rest, known_of), joined=True)
    for keyword in call.keywords:
        if keyword.arg is None:
            bound.spread = keyword.value
            continue
        name = keyword.arg
        if name not in variant.parameters and ALIASES.get(name) in variant.parameters:
            name = ALIASES[name]
        if (
            name not in variant.parameters
            and name in ("input", "self")
            and places
            and places[0] in ("input", "self", "tensor", "A")
        ):
            name = places[0]
        if name in variant.parameters and name not in (collector, function.kwarg and function.kwarg.arg):
            if name in bound.arguments:
                raise Unfit(f"{name} is passed twice")
            bound.arguments[name] = _argument(keyword.value, known_of)
        elif name in ignored or name == "generator":
            bound.ignored[name] = keyword.value
        elif collector is not None and name == "size" and not bound.arguments[collector].nodes:
            bound.arguments[collector] = Argument([keyword.value], _knowns([keyword.value], known_of), joined=True)
        else:
            raise Unfit(f"its answer does not take {name}")
    missing = [name for name in variant.required if name not in bound.arguments]
    if missing and bound.spread is None:
        raise Unfit(f"its answer needs {missing[0]}")
    for name, argument in bound.arguments.items():
        if argument.joined:
            continue
        kinds = frozenset(("dtype", "none")) if name == "dtype" else kinds_of_type(variant.types.get(name))
        if kinds is None:
            continue
        if argument.known.kinds is None:
            bound.doubts += 1
            argument.known = argument.known.narrowed(kinds)
        elif argument.known.kinds.isdisjoint(kinds) and not _passes(argument.known, kinds):
            raise Unfit(f"{name} would be {' or '.join(sorted(argument.known.kinds))} here")
        elif not argument.known.kinds <= kinds:
            bound.doubts += 0 if argument.known.kinds <= NUMBERS else 1
    return bound


def _passes(known: Known, kinds: frozenset[str]) -> bool:
    """What PyTorch takes although its signature does not say so."""
    if known.is_surely("none", "ndarray") or known.kinds is None:
        return True
    if "tensor" in kinds and known.is_surely("int", "float", "bool", "complex"):
        return "int" in kinds or not kinds - {"tensor", "none"}
    if known.is_surely("int", "bool", "float") and kinds & NUMBERS:
        return True
    return (known.is_surely("int") and bool(kinds & {"list", "tuple"})) or (
        known.is_surely("list", "tuple") and "tensor" in kinds and len(kinds) > 1
    )


def _gathered(given: list[ast.expr], first: int, known_of: dict[ast.expr, Known]) -> list[ast.expr]:
    """Sizes that are passed one by one as one tuple."""
    sizes = given[first:]
    if not sizes:
        return given
    alone = sizes[0] if len(sizes) == 1 else None
    if alone is not None and not isinstance(alone, ast.Starred):
        known = known_of.get(alone, ANYTHING)
        if not known.is_surely("int"):
            return given
    made = ast.Tuple(sizes, ast.Load())
    made.lineno = -1  # not of the source: its text is made from its parts
    known_of[made] = _knowns(sizes, known_of)
    return [*given[:first], made]


def _knowns(nodes: list[ast.expr], known_of: dict[ast.expr, Known]) -> Known:
    if any(isinstance(node, ast.Starred) for node in nodes):
        return Known(frozenset(("tuple",)))
    return sequence("tuple", tuple(_known(node, known_of) for node in nodes))


def _known(node: ast.expr, known_of: dict[ast.expr, Known]) -> Known:
    found = known_of.get(node, ANYTHING)
    if not found.is_literal:
        written = of_literal(node)
        if written.is_literal:
            return written
    return found


def _argument(node: ast.expr, known_of: dict[ast.expr, Known]) -> Argument:
    return Argument([node], _known(node, known_of))
