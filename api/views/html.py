"""Pages for people, in one language each time. Everything is made on the server."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import BaseModel
from starlette.responses import Response

from api.lookup.bounds import bounded
from api.lookup.catalogue import Catalogue
from api.lookup.language import told_in
from api.port.answer import PortAnswer
from api.port.listing import rows
from api.scan.answer import ScanAnswer
from api.search.results import FILTERS, Filters, Search, SearchAnswer
from api.views.assets import read_assets
from api.views.differences import Differences
from api.views.documentation import documentation
from api.views.filters import filters as filters_in
from api.views.languages import ENGLISH, LANGUAGES, Language
from api.views.missing import missing_names
from api.views.named import named
from api.views.program_calls import links
from api.views.translating import Translating
from loader.model.dotted import FRAMEWORK, Side, leaf
from loader.publish.document import (
    RELATION_MEANINGS,
    CoverageDocument,
    DifferenceList,
    Example,
    MappingBrief,
    MappingDocument,
    ModuleBrief,
    ModuleDocument,
    ModuleList,
)
from loader.publish.program_document import ProgramDocument, ProgramList

HERE = Path(__file__).parent
# Scripts and styles come from here and from nowhere else, and nothing is inline.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SHOWN_RESULTS = 50
SHOWN_FACETS = 12
EXAMPLE = "http://127.0.0.1:8000"  # the server of the files in integrations/
SHELL = f"""\
curl -H 'Accept: text/plain' {EXAMPLE}/nn.Conv2d
curl '{EXAMPLE}/search?q=repeat+each+row&limit=3'
curl '{EXAMPLE}/map?torch=nn.Conv2d&torch=F.relu'
python -m api scan model.py     # offline, on the built database"""
SHOWN_CALLS = 500
DIFFERENCES = 20  # on a page
SAMPLE = "torch.nn.BatchNorm2d"


@dataclass(frozen=True)
class FacetLink:
    """A value of a filter, how many results it would leave, and where it leads."""

    value: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class Sample:
    """An answer with its first example."""

    mapping: MappingDocument
    example: Example


@dataclass(frozen=True)
class Neighbours:
    """The mappings next to one in the reading order of its module."""

    before: str | None
    after: str | None


Document = TypeVar("Document", bound=BaseModel)


class Pages:
    """All pages over a dataset, as HTML in a language."""

    def __init__(
        self,
        catalogue: Catalogue,
        search: Search,
        repository: str = "",
        language: Language = ENGLISH,
        *,
        preview: bool = False,
    ) -> None:
        """`repository`: where readers find the data, empty: nowhere; `preview`: the data are being written."""
        self.language = language
        self._catalogue = catalogue
        self._search = search
        self._programs: dict[str, str] = {}
        self._reading: dict[str, list[str]] = {}
        self.assets = read_assets()
        self._templates = Translating(
            language,
            loader=FileSystemLoader(HERE / "templates"),
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._templates.filters |= filters_in(language)
        self._templates.globals |= {
            "assets": {name: asset.address for name, asset in self.assets.items()},
            "about": catalogue.about,
            "frameworks": FRAMEWORK,
            "relations": RELATION_MEANINGS,
            "preview": preview,
            "repository": repository.rstrip("/"),
            "root": language.root,
            "language": language,
            "languages": LANGUAGES.values(),
        }

    def home(self, query: str, filters: Filters) -> str:
        """The search box with what it finds, or an answer to look at and all modules."""
        query = bounded(query)
        found = (
            self._search.find(query, filters, limit=SHOWN_RESULTS, lang=self.language.lang)
            if query.strip() or filters.any
            else None
        )
        facets = _facet_links(found, query, filters, self.language.root) if found else {}
        return self._render(
            "home.html",
            query=query,
            found=found,
            facets=facets,
            narrowed=filters.any,
            modules=self._modules,
            sample=None if found else self._sample,
        )

    @cached_property
    def _sample(self) -> Sample | None:
        """The answer that the first page shows: what most readers know, where the dataset has it."""
        number = self._catalogue.database.numbers.get(SAMPLE) or next(iter(self._catalogue.database.summaries), None)
        if number is None:
            return None
        mapping = self._read(MappingDocument, self._catalogue.database.document(number))
        example = next((example for example in mapping.examples if example.outcome == "match"), None)
        return Sample(mapping, example) if example else None

    def modules(self) -> str:
        return self._render("modules.html", modules=self._modules)

    def module(self, name: str) -> str:
        """One module with its introduction. Raises NoAnswer."""
        document = self._read(ModuleDocument, self._catalogue.module(name))
        return self._render("module.html", module=document)

    def mapping(self, number: int) -> str:
        """One mapping with its proof, by its number in the database."""
        document = self._read(MappingDocument, self._catalogue.database.document(number))
        title = next((module.title for module in self._modules if module.id == document.module), document.module)
        answers = [side.name for side in (document.torch, document.tf) if side]
        pictures = (self._catalogue.database.page(f"pictures/{document.id}") or b"").decode()
        brief = MappingBrief.model_validate_json(self._catalogue.database.briefs([number])[0])
        return self._render(
            "mapping.html",
            mapping=document,
            near=brief.near,
            module_title=title,
            pictures=Markup(pictures),
            neighbours=self._neighbours(document.module, document.id),
            documentation=[documentation(name) for name in answers],
        )

    def _neighbours(self, module: str, mapping_id: str) -> Neighbours:
        """What is read before and after a mapping in its module."""
        if module not in self._reading:
            document = ModuleDocument.model_validate_json(self._catalogue.module(module))
            self._reading[module] = [item.id for item in document.mappings]
        reading = self._reading[module]
        place = reading.index(mapping_id)
        return Neighbours(*(reading[n] if 0 <= n < len(reading) else None for n in (place - 1, place + 1)))

    def name(self, text: str) -> str:
        """The page of a name that no mapping is about. Raises NoAnswer."""
        found = named(self._catalogue, text, self.language.lang)
        return self._render("name.html", named=found, link=documentation(found.name))

    @cached_property
    def programs(self) -> str:
        """The table of parity."""
        document = ProgramList.model_validate_json(self._catalogue.page("programs"))
        return self._render("programs.html", programs=document)

    def program(self, name: str) -> str:
        """One worked program with its pictures; its sources are scanned once. Raises NoAnswer."""
        if name not in self._programs:
            self._programs[name] = self._draw_program(name)
        return self._programs[name]

    def _draw_program(self, name: str) -> str:
        document = ProgramDocument.model_validate_json(self._catalogue.program(name))
        torch, tf = (defaultdict(dict, links(self._catalogue, source)) for source in (document.torch, document.tf))
        return self._render("program.html", program=document, torch=torch, tf=tf)

    @cached_property
    def coverage(self) -> str:
        """How much of both frameworks is answered."""
        document = CoverageDocument.model_validate_json(self._catalogue.page("coverage"))
        return self._render("coverage.html", coverage=document)

    def differences(self, module: str, aspect: str, page: int) -> str:
        """Counter-examples by subject, or one page of those of a module or an aspect. Raises KeyError."""
        chosen = self._differences.chosen(module, aspect)
        pages = -(-len(chosen) // DIFFERENCES) or 1
        if not 1 <= page <= pages:
            raise KeyError(page)
        return self._render(
            "differences.html",
            differences=chosen[(page - 1) * DIFFERENCES : page * DIFFERENCES] if module or aspect else [],
            subjects=self._differences.subjects(self._modules),
            aspects=self._differences.aspects(module),
            module=next((one for one in self._modules if one.id == module), None),
            aspect=aspect,
            page=page,
            pages=pages,
            total=len(chosen),
        )

    def missing(self, namespace: str) -> str:
        """The public names of a namespace without an answer. Raises KeyError."""
        names = missing_names(self._catalogue, namespace)
        return self._render("missing.html", namespace=namespace, names=names)

    def integrations(self, site: str) -> str:
        """Examples that a reader can paste, for the server at an address."""
        files = {
            path.name: path.read_text(encoding="utf-8").replace(EXAMPLE, site)
            for path in sorted((HERE / "integrations").iterdir())
            if path.is_file()
        }
        return self._render("integrations.html", files=files, shell=SHELL.replace(EXAMPLE, site))

    def port(self, source: str, answer: PortAnswer | None, found: ScanAnswer | None, problem: str, to: Side) -> str:
        """The form; both sides of what was ported; every call with its twin."""
        frameworks = ("PyTorch", "TensorFlow") if to == "tf" else ("TensorFlow", "PyTorch")
        listed = rows(source, answer) if answer else []
        calls = found.calls[:SHOWN_CALLS] if found else []
        return self._render(
            "port.html",
            source=source,
            answer=answer,
            rows=listed,
            found=found,
            calls=calls,
            problem=problem,
            frameworks=frameworks,
        )

    def not_found(self, name: str, detail: str) -> str:
        """A page instead of the problem document: what was asked for, and names near it."""
        near = [suggestion.name for suggestion in self._catalogue.suggester.mapped_near(name)]
        told, is_cut, _ = detail.partition(": /search?q=")  # an address for programs; people have a link
        return self._render("not_found.html", detail=told + "." * bool(is_cut), near=near, words=leaf(bounded(name)))

    @cached_property
    def _modules(self) -> list[ModuleBrief]:
        listed = ModuleList.model_validate_json(self._catalogue.page("modules")).modules
        return [told_in(self.language.lang, module) for module in listed]

    @cached_property
    def _differences(self) -> Differences:
        found = DifferenceList.model_validate_json(self._catalogue.page("differences")).differences
        found = [told_in(self.language.lang, item) for item in found]
        return Differences(found, {one.id for one in self._catalogue.database.summaries.values() if one.basic})

    def _read(self, model: type[Document], body: bytes) -> Document:
        return told_in(self.language.lang, model.model_validate_json(body))

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(values)


def html(body: str, status: int = 200) -> Response:
    """A page as an answer. A page that is missing now may be there in the next dataset, so caches do not keep it."""
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
    if status != 200:
        headers["Cache-Control"] = "no-store"
    return Response(body, status_code=status, headers=headers, media_type="text/html")


def _facet_links(found: SearchAnswer, query: str, filters: Filters, root: str) -> dict[str, list[FacetLink]]:
    """What each filter would leave, as links; that which is set leads back to all."""
    links: dict[str, list[FacetLink]] = {}
    for name, facets in found.facets.items():
        chosen = getattr(filters, name)
        if len(facets) > 1 or chosen:
            links[name] = [
                FacetLink(
                    value=facet.value,
                    count=facet.count,
                    chosen=facet.value == chosen,
                    url=f"{root}/?"
                    + urlencode(_with(filters, name, None if facet.value == chosen else facet.value, query)),
                )
                for facet in facets[:SHOWN_FACETS]
            ]
    return links


def _with(filters: Filters, name: str, value: str | None, query: str) -> dict[str, str]:
    given = {**filters.model_dump(include=set(FILTERS)), name: value}
    return {"q": query, **{key: text for key, text in given.items() if text}}
