"""Pages for people: templates, highlighted code, Markdown. Everything is made on the server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import DiffLexer, PythonLexer
from starlette.responses import Response

from api.catalogue import Catalogue
from api.differences import differences
from api.program_calls import links
from api.search import Filters, search
from loader.document import (
    RELATION_MEANINGS,
    CoverageDocument,
    MappingDocument,
    ModuleBrief,
    ModuleDocument,
    ModuleList,
)
from loader.program_document import ProgramDocument, ProgramList

HERE = Path(__file__).parent
# Scripts and styles come from here and from nowhere else, and nothing is inline.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SHOWN_RESULTS = 50
LONGEST_QUERY = 200


class Pages:
    """All pages over a dataset, as HTML."""

    def __init__(self, catalogue: Catalogue, assets: dict[str, str]) -> None:
        """`assets`: the address of each static file."""
        self._catalogue = catalogue
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._templates.filters |= _filters()
        self._templates.globals |= {"assets": assets, "about": catalogue.about, "relations": RELATION_MEANINGS}

    def home(self, query: str) -> str:
        """The search box with what it finds, and all modules."""
        query = query[:LONGEST_QUERY]
        found = search(self._catalogue, query, Filters(), limit=SHOWN_RESULTS, offset=0) if query.strip() else None
        return self._render("home.html", query=query, found=found, modules=self._modules)

    def modules(self) -> str:
        return self._render("modules.html", modules=self._modules)

    def module(self, name: str) -> str:
        """One module with its introduction. Raises KeyError."""
        document = ModuleDocument.model_validate_json(self._catalogue.page(f"modules/{name}"))
        return self._render("module.html", module=document)

    def mapping(self, number: int) -> str:
        """One mapping with its proof, by its number in the database."""
        document = MappingDocument.model_validate_json(self._catalogue.database.document(number))
        title = next((module.title for module in self._modules if module.id == document.module), document.module)
        return self._render("mapping.html", mapping=document, module_title=title)

    def programs(self) -> str:
        """The table of parity."""
        document = ProgramList.model_validate_json(self._catalogue.page("programs"))
        return self._render("programs.html", programs=document)

    def program(self, name: str) -> str:
        """One worked program with its pictures. Raises KeyError."""
        document = ProgramDocument.model_validate_json(self._catalogue.page(f"programs/{name}"))
        torch, tf = (defaultdict(dict, links(self._catalogue, source)) for source in (document.torch, document.tf))
        return self._render("program.html", program=document, torch=torch, tf=tf)

    def coverage(self) -> str:
        document = CoverageDocument.model_validate_json(self._catalogue.page("coverage"))
        return self._render("coverage.html", coverage=document)

    def differences(self) -> str:
        return self._render("differences.html", differences=differences(self._catalogue))

    def not_found(self, name: str, detail: str) -> str:
        """A page instead of the problem document: what was asked for, and names near it."""
        near = [s for side in ("torch", "tf") for s in self._catalogue.suggester.suggest(name, side) if s.mapped]
        return self._render("not_found.html", detail=detail, near=[suggestion.name for suggestion in near])

    @cached_property
    def _modules(self) -> list[ModuleBrief]:
        return ModuleList.model_validate_json(self._catalogue.page("modules")).modules

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(values)


def html(body: str, status: int = 200) -> Response:
    """A page as an answer. A page that is missing now may be there in the next dataset, so caches do not keep it."""
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    if status != 200:
        headers["Cache-Control"] = "no-store"
    return Response(body, status_code=status, headers=headers, media_type="text/html")


def address(name: str, body: bytes) -> str:
    """Where a static file is; it changes with the content, so browsers may keep the file for ever."""
    return f"/static/{name}?v={blake2b(body, digest_size=6).hexdigest()}"


def _filters() -> dict[str, Callable[..., str]]:
    markdown = MarkdownIt("js-default", {"html": False})  # no raw HTML, and no link that runs anything
    return {
        "markdown": lambda text: Markup(markdown.render(text)),
        "inline": lambda text: Markup(markdown.renderInline(text)),
        "python": python,
        "diff": diff,
        "picture": Markup,  # drawn by the build from numbers
        "size": size,
    }


@lru_cache(maxsize=2048)
def python(code: str) -> str:
    """Highlighted Python; the colours are in the style sheet."""
    return Markup(highlight(code.strip("\n"), PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n"))


def diff(changes: str) -> str:
    """Highlighted changes; the lines that come and go are marked in text as well."""
    return Markup(highlight(changes, DiffLexer(), HtmlFormatter(nowrap=True)).rstrip("\n"))


def size(value: float | None) -> str:
    """A difference for reading: `0`, `1.2e-07`, `0.25`."""
    if value is None:
        return "–"
    return f"{value:.2g}"
