"""The addresses of all pages for people; those in Chinese have `/zh` before them."""

from __future__ import annotations

from collections.abc import Iterator

from api.lookup.catalogue import Catalogue
from loader.publish.document import ModuleList
from loader.publish.program_document import ProgramList

FIXED = ("/", "/modules.html", "/programs.html", "/differences", "/coverage.html", "/integrations", "/docs")
ONE_LANGUAGE = ("/docs",)


def addresses(catalogue: Catalogue) -> Iterator[str]:
    """Each page once: those that always exist, modules, worked programs, mappings."""
    yield from FIXED
    for module in ModuleList.model_validate_json(catalogue.page("modules")).modules:
        yield f"/module/{module.id}"
    for program in ProgramList.model_validate_json(catalogue.page("programs")).programs:
        yield f"/program/{program.name}"
    for summary in catalogue.database.summaries.values():
        yield f"/{summary.id}"
