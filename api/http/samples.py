"""Requests whose real answers stand in the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from api.http.problems import KINDS
from api.http.services import Services
from api.lookup.catalogue import Catalogue
from api.port.answer import port
from api.scan.answer import scan
from api.search.results import Filters
from loader.publish.document import ModuleList
from loader.publish.program_document import ProgramList

SAMPLE_SOURCE = "import torch.nn as nn\nlayer = nn.Conv2d(3, 6, 5)\n"


@dataclass(frozen=True)
class Sample:
    """A request whose real answer stands in the documentation."""

    path: str
    status: int
    url: str
    answer: Callable[[], str | bytes]
    method: str = "get"


def samples(services: Services) -> Iterator[Sample]:
    """At least one request for every route, and the errors that people meet."""
    catalogue = services.catalogue
    names = _known_names(catalogue)
    for side in ("torch", "tf"):
        if name := names.get(side):
            yield Sample("/map", 200, f"/map?{side}={name}&limit=1", partial(catalogue.map, name, side, 1))
    yield Sample("/map", 404, "/map?torch=nn.Conv2dd", partial(catalogue.map, "nn.Conv2dd", "torch", 5))
    found = partial(services.search.find, "conv", Filters(), limit=3)
    yield Sample("/search", 200, "/search?q=conv&limit=3", lambda: found().model_dump_json())
    yield Sample("/scan", 200, "/scan", lambda: scan(catalogue, SAMPLE_SOURCE).model_dump_json(), "post")
    ported = partial(port, catalogue, SAMPLE_SOURCE, services.libraries["tf"])
    yield Sample("/port", 200, "/port", lambda: ported().model_dump_json(), "post")
    for mapping in [item.id for item in catalogue.database.summaries.values()][:1]:
        yield Sample("/mappings/{id}", 200, f"/mappings/{mapping}", partial(catalogue.mapping, mapping))
    yield Sample("/mappings/{id}", 404, "/mappings/torch.nn.Conv2dd", partial(catalogue.mapping, "torch.nn.Conv2dd"))
    for module in ModuleList.model_validate_json(catalogue.page("modules")).modules[:1]:
        yield Sample("/modules/{id}", 200, f"/modules/{module.id}", partial(catalogue.module, module.id))
    for program in ProgramList.model_validate_json(catalogue.page("programs")).programs[:1]:
        yield Sample("/programs/{name}", 200, f"/programs/{program.name}", partial(catalogue.program, program.name))
    for path in ("modules", "programs", "coverage", "version"):
        yield Sample(f"/{path}", 200, f"/{path}", partial(catalogue.page, path))
    for path in ("/healthz", "/readyz"):
        yield Sample(path, 200, path, lambda: '{"status":"ok"}')
    unknown = json.dumps({"type": "/problems/unknown-name", "meaning": KINDS["unknown-name"]})
    yield Sample("/problems/{kind}", 200, "/problems/unknown-name", lambda: unknown)


def _known_names(catalogue: Catalogue) -> dict[str, str]:
    """A name of each side that has an answer: the usual examples where the dataset has them."""
    found: dict[str, str] = {}
    for side, wanted in (("torch", "nn.Conv2d"), ("tf", "tf.concat")):
        mapped = sorted(catalogue.suggester.mapped("torch" if side == "torch" else "tf"))
        if any(name.endswith(wanted) for name in mapped):
            found[side] = wanted
        elif mapped:
            found[side] = mapped[0]
    return found
