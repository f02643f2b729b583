"""What the dataset says of a name, made ready for porting: its signatures with parsed drop-ins and limits."""

from __future__ import annotations

import ast
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

from api.lookup.catalogue import Catalogue
from api.port.plan.functional import as_function, needed
from api.port.plan.rules import Rules, rules
from loader.evaluate.specialise import Specialised, parameters_of
from loader.model.dotted import Side, leaf
from loader.names import key
from loader.publish.document import MappingDocument, Overload, Parameter

KEPT = 2000  # entries of one server
TENSOR_TYPES = frozenset(("Tensor", "torch.Tensor"))


@dataclass(frozen=True)
class Variant:
    """One signature of a mapping with its drop-in."""

    overload: Overload
    function: ast.FunctionDef
    others: tuple[ast.stmt, ...]  # what stands beside the function: further helpers of the drop-in
    types: dict[str, str]
    places: list[str]  # the subject's own parameters in order, those included that the drop-in leaves out

    @cached_property
    def parameters(self) -> dict[str, ast.expr | None]:
        return parameters_of(self.function)

    @property
    def required(self) -> list[str]:
        starred = {a.arg for a in (self.function.args.vararg, self.function.args.kwarg) if a}
        return [name for name, default in self.parameters.items() if default is None and name not in starred]


@dataclass(frozen=True)
class Entry:
    """What answers a name."""

    name: str  # as it was asked for
    document: MappingDocument
    variants: list[Variant] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"/{self.document.id}"


class Library:
    """Entries by name, and defaults of the target framework; what was read once is kept for all sources."""

    def __init__(self, catalogue: Catalogue, side: Side = "torch") -> None:
        self._catalogue = catalogue
        self._side: Side = side
        self.rules: Rules = rules(side)
        self._entries: OrderedDict[str, Entry | None] = OrderedDict()
        self._defaults: dict[str, list[Parameter]] = {}
        self._tensor_parameters: dict[str, frozenset[str | int]] = {}
        self._methods: dict[str, bool] = {}
        self._lock = threading.Lock()
        self.specialised: dict[str, Specialised] = {}

    @property
    def side(self) -> Side:
        """The framework of the sources that it serves."""
        return self._side

    def entry(self, name: str) -> Entry | None:
        """The mapping of this very name that has the most to say: one with a drop-in before one without."""
        with self._lock:
            if name in self._entries:
                self._entries.move_to_end(name)
                return self._entries[name]
        found = self._read(name)
        with self._lock:
            self._entries[name] = found
            while len(self._entries) > KEPT:
                self._entries.popitem(last=False)
        return found

    def _read(self, name: str) -> Entry | None:
        database = self._catalogue.database
        hits = [hit for hit in database.names(key(name), self._side) if hit.name == name and hit.role != "related"]
        for hit in hits:
            document = MappingDocument.model_validate_json(database.document(hit.mapping))
            if document.side != self._side or not self._is_same(name, document.id):
                continue
            if document.kind == "layer" and leaf(name)[:1].islower():
                return Entry(
                    name, document, [] if document.weights else _as_functions(name, _variants(document, self._side))
                )
            return Entry(name, document, _variants(document, self._side))
        return None

    def _is_same(self, name: str, subject: str) -> bool:
        """Whether a name is another one of the very object that was proved; what is like it may have other defaults."""
        if self._side == "torch" or name == subject:
            return True
        canonical = [
            known
            for one in (name, subject)
            for full, known in self._catalogue.database.public_names(key(leaf(one)), self._side)
            if full == one
        ]
        return len(canonical) == 2 and canonical[0] == canonical[1]

    def has(self, name: str) -> bool:
        """Whether the framework has this public name."""
        return any(full == name for full, _ in self._catalogue.database.public_names(key(leaf(name)), self._side))

    def fields(self, name: str) -> tuple[str, ...]:
        """The names of the parts, where a function gives a named tuple."""
        entry = self.entry(name)
        return next((tuple(o.fields) for o in entry.document.overloads if o.fields), ()) if entry else ()

    def is_tensor_method(self, name: str) -> bool:
        """Whether a tensor of the framework has this method or property."""
        if name not in self._methods:
            if len(self._methods) > KEPT:
                self._methods.clear()
            told = self.rules.words.get("methods")
            is_method = self.has(f"{self._side}.Tensor.{name}") and not name.startswith("__")
            self._methods[name] = is_method and (told is None or name in told)
        return self._methods[name]

    def tensor_parameters(self, name: str) -> frozenset[str | int]:
        """The parameters of a name, by place and by name, that take a tensor and nothing else."""
        if name not in self._tensor_parameters:
            if len(self._tensor_parameters) > KEPT:
                self._tensor_parameters.clear()
            self._tensor_parameters[name] = self._read_tensor_parameters(name)
        return self._tensor_parameters[name]

    def _read_tensor_parameters(self, name: str) -> frozenset[str | int]:
        entry = self.entry(name)
        if entry is None or entry.document.torch is None or entry.document.kind in ("layer", "optimizer", "class"):
            return frozenset()
        if self._side == "tf":
            return _tensors_of_twin(entry)
        per_signature: list[set[str | int]] = []
        for signature in entry.document.torch.signatures:
            found: set[str | int] = set()
            for place, parameter in enumerate(signature.parameters):
                if parameter.type in TENSOR_TYPES or (place == 0 and "Tensor" in _alternatives(parameter.type)):
                    found |= {place, parameter.name}
            per_signature.append(found)
        return frozenset(set.intersection(*per_signature)) if per_signature else frozenset()

    def defaults(self, name: str) -> list[Parameter]:
        """The parameters of a name of TensorFlow, with the defaults that need not be passed; empty if not known."""
        if name not in self._defaults:
            if len(self._defaults) > KEPT:
                self._defaults.clear()
            self._defaults[name] = self._read_defaults(name)
        return self._defaults[name]

    def _read_defaults(self, name: str) -> list[Parameter]:
        database = self._catalogue.database
        for hit in database.names(key(name), "tf"):
            if hit.name != name or hit.role == "related":
                continue
            side = MappingDocument.model_validate_json(database.document(hit.mapping)).tf
            for signature in side.signatures if side else []:
                if signature.text.partition("(")[0] == name:
                    return signature.parameters
        return []


def libraries(catalogue: Catalogue) -> dict[Side, Library]:
    """By the framework that is ported to."""
    return {"tf": Library(catalogue, "torch"), "torch": Library(catalogue, "tf")}


def _tensors_of_twin(entry: Entry) -> frozenset[str | int]:
    """Parameters whose counterpart takes a tensor: TensorFlow's signatures have no types."""
    twin = entry.document.torch
    every = [p for s in (twin.signatures if twin else []) for p in s.parameters]
    typed = {p.name for p in every if p.type in TENSOR_TYPES} - {p.name for p in every if p.type not in TENSOR_TYPES}
    found: set[str | int] = set()
    for overload in entry.document.overloads[:1]:
        for place, argument in enumerate(overload.arguments):
            if argument.to in typed:
                found |= {place, argument.name}
    return frozenset(found)


def _alternatives(text: str | None) -> list[str]:
    """`Tensor | Number` as its parts."""
    return [part.strip() for part in (text or "").split("|")]


def _as_functions(name: str, variants: list[Variant]) -> list[Variant]:
    """Drop-ins that make a layer, as functions of its input."""
    made = []
    for variant in variants:
        if (function := as_function(name, variant.function, variant.others)) is not None:
            overload = variant.overload.model_copy(update={"rewrites": []})
            others = needed([function], variant.others)
            made.append(Variant(overload, function, others, {**variant.types, "input": "Tensor"}, []))
    return made


def _variants(document: MappingDocument, side: Side) -> list[Variant]:
    own = document.torch if side == "torch" else document.tf
    signatures = own.signatures if own else []
    variants = []
    for overload in document.overloads:
        if overload.drop_in is None:
            continue
        body = ast.parse(overload.drop_in).body
        function = next((node for node in reversed(body) if isinstance(node, ast.FunctionDef)), None)
        if function is None:
            continue
        others = tuple(node for node in body if node is not function)
        names = {argument.name for argument in overload.arguments}
        # `out` is a matter of one form only: without it the others take the same.
        taken = [{p.name for p in s.parameters} - {"out"} for s in signatures]
        fit = [len(names & parameters) - len(parameters) / 100 for parameters in taken]
        types: dict[str, str] = {}
        for signature, score in zip(signatures, fit, strict=True):
            for parameter in signature.parameters if score == max(fit) else []:
                if parameter.type:
                    known = types.get(parameter.name)
                    types[parameter.name] = f"{known} | {parameter.type}" if known else parameter.type
        best = next((s for s, score in zip(signatures, fit, strict=True) if score == max(fit)), None)
        places = [p.name for p in best.parameters if p.kind in ("ordinary", "positional")] if best else []
        variants.append(Variant(overload, function, others, types, places))
    return variants
