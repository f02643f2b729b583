"""The public names and signatures of both frameworks, as the committed inventories hold them.

The two files are written by `python -m examples.inventory`, which imports the frameworks; this module only
reads them, so that a mapping can be checked, and a misspelt name answered, where neither framework is installed.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from rapidfuzz import process
from rapidfuzz.distance import OSA

from loader.files import FileError, read_bounded
from loader.model.dotted import Side, leaf, namespace

Generated = TypeVar("Generated", bound=BaseModel)
EntryKind = Literal["function", "method", "class", "constant", "module", "property"]
ParameterKind = Literal["ordinary", "keyword", "positional", "var_positional", "var_keyword"]

FILES: Mapping[Side, str] = {"torch": "torch.json", "tf": "tensorflow.json"}
MAX_BYTES = 64 * 2**20  # of one file; the larger has a tenth of this
REGENERATE = "write it again with `python -m examples.inventory`"


class InventoryError(Exception):
    """An inventory is missing or unreadable; the message says which file and what to do."""


def read_generated(path: Path, model: type[Generated], what: str, remedy: str) -> Generated:
    """What a command wrote beside the inventories; an empty one where there is no such file.

    Raises:
        InventoryError: the file is not what the command writes; `what` it should be, and the remedy.
    """
    if not path.exists():
        return model()
    try:
        return model.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InventoryError(f"{path}: not {what} ({error.error_count()} errors); {remedy}") from error


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature. `default` is source text (`"None"`, `"1e-05"`), absent when there is none."""

    name: str
    default: str | None = None
    type: str | None = None
    kind: ParameterKind = "ordinary"

    @property
    def required(self) -> bool:
        """Whether a call must pass it: it has no default and does not collect what is left over."""
        return self.default is None and self.kind not in ("var_positional", "var_keyword")


Signature = tuple[Parameter, ...]


def signature_text(name: str, signature: Signature) -> str:
    """A signature as Python writes it: `torch.clamp(input, min=None, *, out=None)`."""
    parts: list[str] = []
    for position, parameter in enumerate(signature):
        before = signature[position - 1].kind if position else None
        if parameter.kind == "keyword" and before not in ("keyword", "var_positional"):
            parts.append("*")
        if before == "positional" and parameter.kind != "positional":
            parts.append("/")
        stars = {"var_positional": "*", "var_keyword": "**"}.get(parameter.kind, "")
        default = "" if parameter.default is None else f"={parameter.default}"
        parts.append(f"{stars}{parameter.name}{default}")
    if signature and signature[-1].kind == "positional":
        parts.append("/")
    return f"{name}({', '.join(parts)})"


@dataclass(frozen=True, slots=True)
class Entry:
    """One public object of a framework, under its canonical name.

    `signatures` has one item per overload and is empty where no signature is known. `aliases` are other names of the
    very same object; `alias_of` is the name that the documentation says this (separate) object stands for.
    `raises` marks what still exists but can only raise.
    """

    name: str
    side: Side
    kind: EntryKind
    signatures: tuple[Signature, ...] = ()
    aliases: tuple[str, ...] = ()
    alias_of: str | None = None
    raises: bool = False

    @property
    def namespace(self) -> str:
        """The dotted path in front of the last part: `torch.Tensor` for `torch.Tensor.add_`."""
        return namespace(self.name)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every public name of this object, the canonical one first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Inventory:
    """Both frameworks' entries by canonical name, and the versions they were taken from."""

    torch: Mapping[str, Entry]
    tf: Mapping[str, Entry]
    versions: Mapping[Side, str]

    @classmethod
    def load(cls, folder: Path) -> "Inventory":
        """Read `torch.json` and `tensorflow.json` in `folder`. Raises InventoryError."""
        torch_version, torch = _read(folder, "torch")
        tf_version, tf = _read(folder, "tf")
        return cls(torch=torch, tf=tf, versions={"torch": torch_version, "tf": tf_version})

    def side(self, side: Side) -> Mapping[str, Entry]:
        """The entries of one framework by canonical name."""
        return self.torch if side == "torch" else self.tf

    def find(self, name: str) -> Entry | None:
        """The entry of a name, canonical or alias, spelled exactly; None if neither framework has it."""
        return self._by_spelling.get(name)

    def suggest(self, name: str, side: Side | None = None, limit: int = 3) -> list[str]:
        """The public names nearest to `name`, best first, at most one per object.

        What decides is the edit distance between last parts, without regard to case. Names that are equally near
        are ordered by the framework, the path and the case that were asked for. Nothing remotely alike gives an
        empty list.
        """
        last = leaf(name).lower()
        cutoff = min(len(last), max(1, len(last) // 3))
        near = process.extract(last, self._by_leaf.keys(), scorer=OSA.distance, score_cutoff=cutoff, limit=None)
        ranked = sorted(
            (distance, *_remoteness(name, spelling), spelling)
            for candidate, distance, _ in near
            for spelling in self._by_leaf[candidate]
            if side is None or self._by_spelling[spelling].side == side
        )
        nearest_by_object: dict[str, str] = {}
        for *_, spelling in ranked:
            nearest_by_object.setdefault(self._by_spelling[spelling].name, spelling)
        return list(nearest_by_object.values())[:limit]

    def namespaces(self, side: Side) -> dict[str, int]:
        """How many objects each namespace holds, counted once each at their canonical name; sorted by namespace."""
        counts = Counter(entry.namespace for entry in self.side(side).values() if entry.kind != "module")
        return dict(sorted(counts.items()))

    @cached_property
    def _by_spelling(self) -> dict[str, Entry]:
        entries = [*self.torch.values(), *self.tf.values()]
        return {spelling: entry for entry in entries for spelling in entry.spellings}

    @cached_property
    def _by_leaf(self) -> dict[str, list[str]]:
        spellings: dict[str, list[str]] = defaultdict(list)
        for spelling in self._by_spelling:
            spellings[leaf(spelling).lower()].append(spelling)
        return spellings


def _remoteness(asked: str, spelling: str) -> tuple[bool, int, int]:
    """How far a name with a like last part is from the one asked for: framework, path and case, length."""
    path, near_path = namespace(asked), namespace(spelling)
    root = asked.partition(".")[0]
    is_elsewhere = root in ("torch", "tf", "keras") and not spelling.startswith(f"{root}.")
    # A path may be asked for without its beginning: `nn` in `nn.Conv2d` is all of `torch.nn`.
    path_distance = 0 if f".{near_path}".endswith(f".{path}" if path else "") else OSA.distance(path, near_path)
    case_distance = int(leaf(asked) != leaf(spelling) and leaf(asked).lower() == leaf(spelling).lower())
    return is_elsewhere, path_distance + case_distance, len(spelling)


def _read(folder: Path, side: Side) -> tuple[str, dict[str, Entry]]:
    path = folder / FILES[side]
    try:
        document = json.loads(read_bounded(path, MAX_BYTES))
        entries = {name: _entry(name, side, raw) for name, raw in document["names"].items()}
        return document["version"], entries
    except FileError as error:
        raise InventoryError(f"{error}; {REGENERATE}") from error
    except UnicodeDecodeError as error:
        raise InventoryError(f"{path}: not UTF-8; {REGENERATE}") from error
    except json.JSONDecodeError as error:
        raise InventoryError(f"{path}:{error.lineno}:{error.colno}: {error.msg}; {REGENERATE}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise InventoryError(f"{path}: not an inventory ({error!r}); {REGENERATE}") from error


def _entry(name: str, side: Side, raw: dict[str, Any]) -> Entry:
    return Entry(
        name=name,
        side=side,
        kind=raw["kind"],
        signatures=tuple(tuple(Parameter(**parameter) for parameter in one) for one in raw["signatures"]),
        aliases=tuple(raw.get("aliases", ())),
        alias_of=raw.get("alias_of"),
        raises=raw.get("raises", False),
    )
