"""Answers that depend on no parameter, rendered: modules, coverage, differences, version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel

from loader.model.dotted import Side, side_of
from loader.model.inventory import Entry, Inventory
from loader.names import Naming
from loader.publish import document as doc
from loader.publish.differences import Differences
from loader.publish.measured import ProofCoverage
from loader.publish.proved import Tally
from loader.reading.data import Common


@dataclass(frozen=True)
class Page:
    """What is answered at a path: `modules/tensors`."""

    path: str
    body: bytes

    @classmethod
    def of(cls, path: str, content: BaseModel) -> Page:
        """The page of a document."""
        return cls(path, content.model_dump_json().encode())


@dataclass
class Overview:
    """What the pages tell of all mappings, gathered one by one, so that no document has to be kept."""

    briefs: list[doc.MappingBrief] = field(default_factory=list)
    differences: Differences = field(default_factory=Differences)
    examples: int = 0
    frameworks: dict[str, str] = field(default_factory=dict)
    proof: Tally = field(default_factory=Tally)
    answered: dict[Side, set[str]] = field(default_factory=lambda: {"torch": set(), "tf": set()})

    def add(self, document: doc.MappingDocument, brief: doc.MappingBrief, namings: Iterable[Naming]) -> None:
        """Another mapping, with the names that find it."""
        self.briefs.append(brief)
        self.differences.add(document)
        self.proof.add(document)
        self.examples += len(document.examples)
        if document.status == "verified":
            self.frameworks |= document.versions  # the inventories do not tell Keras's, the evidence does
        for naming in namings:
            if naming.role != "related":
                self.answered[naming.side].add(naming.name)


def render_pages(
    overview: Overview, common: Common, inventory: Inventory, versions: dict[str, str], dataset: str
) -> Iterator[Page]:
    """All pages; `dataset` is the version of the content, `versions` those of the frameworks."""
    modules = sorted(common.modules.items(), key=lambda item: (item[1].order, item[0]))
    sizes = Counter(brief.module for brief in overview.briefs)
    verified = Counter(brief.module for brief in overview.briefs if brief.status == "verified")
    listed = [
        doc.ModuleBrief(
            id=name,
            title=module.title,
            zh=common.chinese[name].content.title if name in common.chinese else None,
            mappings=sizes[name],
            verified=verified[name],
        )
        for name, module in modules
    ]
    yield Page.of("modules", doc.ModuleList(modules=listed))
    for name, module in modules:
        content = doc.ModuleDocument(
            id=name,
            title=module.title,
            introduction=module.introduction,
            zh=doc.ModuleText(**vars(common.chinese[name].content)) if name in common.chinese else None,
            mappings=_in_reading_order(overview.briefs, name, module.reading),
        )
        yield Page.of(f"modules/{name}", content)
    for name, elsewhere in (common.outside.packages | common.outside.names).items():
        yield Page.of(f"outside/{name}", doc.OutsideDocument(name=name, text=elsewhere.text, see=elsewhere.see))
    yield Page.of("coverage", coverage(overview.answered, inventory, overview.proof.coverage()))
    yield Page("differences", overview.differences.body())
    about = doc.VersionDocument(
        dataset=dataset,
        frameworks=versions | overview.frameworks,
        mappings=len(overview.briefs),
        verified=sum(verified.values()),
        examples=overview.examples,
    )
    yield Page.of("version", about)


def _in_reading_order(briefs: list[doc.MappingBrief], module: str, reading: list[str]) -> list[doc.MappingBrief]:
    """The mappings of a module: those that its reading order names, then the others by id, without a twin last."""
    places = {mapping_id: place for place, mapping_id in enumerate(reading)}
    own = [brief for brief in briefs if brief.module == module]
    return sorted(own, key=lambda brief: (places.get(brief.id, len(places)), side_of(brief.id) == "tf", brief.id))


def coverage(answered: dict[Side, set[str]], inventory: Inventory, proof: ProofCoverage) -> doc.CoverageDocument:
    """How many public names have an answer, counted once for each object, per namespace."""
    return doc.CoverageDocument(
        torch=_side_coverage("torch", answered["torch"], inventory),
        tf=_side_coverage("tf", answered["tf"], inventory),
        proof=proof,
    )


def _side_coverage(side: Side, answered: set[str], inventory: Inventory) -> doc.SideCoverage:
    def is_answered(entry: Entry) -> bool:
        return entry.alias_of in answered or not answered.isdisjoint(entry.spellings)

    totals = inventory.namespaces(side)
    counts = Counter(
        entry.namespace for entry in inventory.side(side).values() if entry.kind != "module" and is_answered(entry)
    )
    namespaces = [doc.NamespaceCoverage(namespace=n, names=totals[n], answered=counts[n]) for n in totals]
    return doc.SideCoverage(
        version=inventory.versions[side],
        names=sum(totals.values()),
        answered=sum(counts.values()),
        namespaces=namespaces,
    )
