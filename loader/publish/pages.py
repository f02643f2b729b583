"""Answers that depend on no parameter, rendered: modules, coverage, differences, version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from loader.database.rows import Row
from loader.model.inventory import Entry, Inventory, Side
from loader.model.mapping import Mapping
from loader.names import namings
from loader.publish import document as doc
from loader.publish.differences import differences
from loader.publish.render import brief
from loader.reading.data import Data


def render_pages(
    documents: list[doc.MappingDocument], data: Data, inventory: Inventory, versions: dict[str, str], dataset: str
) -> Iterator[Row]:
    """The rows of all pages; `dataset` is the version of the content, `versions` those of the frameworks."""
    modules = sorted(data.modules.items(), key=lambda item: (item[1].order, item[0]))
    sizes = Counter(document.module for document in documents)
    verified = Counter(document.module for document in documents if document.status == "verified")
    briefs = [
        doc.ModuleBrief(id=name, title=module.title, mappings=sizes[name], verified=verified[name])
        for name, module in modules
    ]
    yield {"path": "modules", "body": doc.ModuleList(modules=briefs).model_dump_json().encode()}
    for name, module in modules:
        content = doc.ModuleDocument(
            id=name,
            title=module.title,
            introduction=module.introduction,
            mappings=[brief(document) for document in _in_reading_order(documents, name, module.reading)],
        )
        yield {"path": f"modules/{name}", "body": content.model_dump_json().encode()}
    for name, elsewhere in (data.outside.packages | data.outside.names).items():
        outside = doc.OutsideDocument(name=name, text=elsewhere.text, see=elsewhere.see)
        yield {"path": f"outside/{name}", "body": outside.model_dump_json().encode()}
    mappings = [source.mapping for source in data]
    yield {"path": "coverage", "body": coverage(mappings, inventory).model_dump_json().encode()}
    frameworks = dict(versions)
    for document in documents:
        if document.status == "verified":
            frameworks |= document.versions  # the inventories do not tell Keras's, the evidence does
    yield {"path": "differences", "body": differences(documents).model_dump_json().encode()}
    about = doc.VersionDocument(
        dataset=dataset,
        frameworks=frameworks,
        mappings=len(documents),
        verified=sum(verified.values()),
        examples=sum(len(document.examples) for document in documents),
    )
    yield {"path": "version", "body": about.model_dump_json().encode()}


def _in_reading_order(
    documents: list[doc.MappingDocument], module: str, reading: list[str]
) -> list[doc.MappingDocument]:
    """The mappings of a module: those that its reading order names, then the others by id, without a twin last."""
    places = {mapping_id: place for place, mapping_id in enumerate(reading)}
    own = [document for document in documents if document.module == module]
    return sorted(own, key=lambda d: (places.get(d.id, len(places)), d.side == "tf", d.id))


def coverage(mappings: list[Mapping], inventory: Inventory) -> doc.CoverageDocument:
    """How many public names have an answer, counted once for each object, per namespace."""
    answered: dict[Side, set[str]] = {"torch": set(), "tf": set()}
    for mapping in mappings:
        for naming in namings(mapping, inventory):
            if naming.role != "related":
                answered[naming.side].add(naming.name)
    return doc.CoverageDocument(
        torch=_side_coverage("torch", answered["torch"], inventory), tf=_side_coverage("tf", answered["tf"], inventory)
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
