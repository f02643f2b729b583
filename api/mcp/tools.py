"""The tools for chatbots and editors: the Model Context Protocol over streamable HTTP, stateless."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field
from starlette.types import ASGIApp

from api.lookup.bounds import MAX_TEXT
from api.lookup.catalogue import Catalogue, MapAnswer
from api.lookup.problems import NoAnswer
from api.mcp.interface import Sessions, current_budget
from api.port.answer import PortAnswer, port
from api.port.plan.library import Library
from api.scan.answer import ScanAnswer, summary_lines
from api.scan.queue import Busy, aside, scan_aside
from api.search.results import Filters, Search
from api.source.budget import Cancelled, TooLarge
from api.views.markdown import markdown
from loader.model.dotted import Side
from loader.publish.document import MappingBrief, MappingDocument

Text = Annotated[str, Field(max_length=MAX_TEXT)]
READING = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class Result(BaseModel):
    """A search result."""

    id: str
    title: str
    url: str


class Results(BaseModel):
    """Search results, the best first."""

    results: list[Result]


class Document(BaseModel):
    """A mapping as text."""

    id: str
    title: str
    text: str
    url: str


def create_tools(
    catalogue: Catalogue, finder: Search, libraries: Mapping[Side, Library], *, public_url: str, version: str
) -> MCPServer:
    """The tools over a dataset. All are coroutines: none waits for a thread, but the scan."""
    server = MCPServer(
        "twintensor",
        version=version,
        instructions="PyTorch to TensorFlow and back, each equivalence proven by running both. map_name for a name, "
        "search and fetch for questions, scan_code and port_code for source code, scan_summary for a scan in a few "
        "lines.",
    )

    def url(mapping_id: str, context: Context[Any, Any]) -> str:
        """The address of a text, on the host that was asked unless the settings name another."""
        host = (context.headers or {}).get("host")
        return f"{public_url or f'http://{host}'}/{mapping_id}.md"

    async def scanned(source: str) -> ScanAnswer:
        with _told_of_sources():
            return await scan_aside(catalogue, source, current_budget())

    @server.tool(annotations=READING)
    async def map_name(name: Text, framework: Literal["torch", "tf"] | None = None, limit: int = 1) -> str:
        """The twin of a PyTorch or TensorFlow name, with arguments, a drop-in, pitfalls and evidence, as Markdown.
        Short names are understood: nn.Conv2d, F.relu, x.view(. Say the framework only of a name that both have."""
        most = max(1, min(limit, 5))
        try:
            body = catalogue.map(name, framework, most) if framework else catalogue.map_either(name, most)
        except NoAnswer as problem:
            raise _told(problem) from None
        found = MapAnswer.model_validate_json(body)
        return "\n\n".join(f"({a.why})\n\n{markdown(a.mapping)}" for a in found.answers)

    @server.tool(annotations=READING)
    async def search(query: Text, context: Context[Any, Any]) -> Results:
        """Mappings that have to do with words, a question or part of a name, in English or Chinese."""
        found = finder.find(query, Filters(), limit=10)
        return Results(
            results=[
                Result(id=r.mapping.id, title=_title(r.mapping), url=url(r.mapping.id, context)) for r in found.results
            ]
        )

    @server.tool(annotations=READING)
    async def fetch(id: Text, context: Context[Any, Any]) -> Document:
        """The whole text of a mapping, by the id that search gave."""
        try:
            mapping = MappingDocument.model_validate_json(catalogue.mapping(id))
        except NoAnswer as problem:
            raise _told(problem) from None
        return Document(id=id, title=mapping.summary, text=markdown(mapping), url=url(id, context))

    @server.tool(annotations=READING)
    async def scan_code(source: str) -> ScanAnswer:
        """Every PyTorch or TensorFlow call in a Python source, its twin, and the differences that this call's own
        arguments trigger. The code is parsed, never run."""
        return await scanned(source)

    @server.tool(annotations=READING)
    async def port_code(source: str, to: Literal["tf", "torch"] = "tf") -> PortAnswer:
        """A PyTorch source as TensorFlow and Keras, or with to=torch a TensorFlow source as PyTorch: the text, how each
        call was done, and what was left with the reason why. The code is parsed, never run; what is left fails when it
        is reached."""
        with _told_of_sources():
            return await aside(port, catalogue, source, libraries[to], current_budget())

    @server.tool(annotations=READING)
    async def scan_summary(source: str) -> str:
        """As scan_code, in brief: one line for each call with its twin, and one for each difference that applies."""
        found = await scanned(source)
        return "\n".join(summary_lines(found)) or "No call of either framework was found."

    return server


def _title(mapping: MappingBrief) -> str:
    twin = mapping.tf if mapping.side == "torch" else mapping.torch
    return f"{mapping.id} -> {twin or mapping.near or 'no twin'}: {mapping.summary}"


@contextmanager
def _told_of_sources() -> Iterator[None]:
    """Why a source is not read, in words that the client is shown."""
    try:
        yield
    except (TooLarge, Busy) as error:
        raise ToolError(str(error)) from None
    except Cancelled:
        raise ToolError("the client went away") from None


def _told(problem: NoAnswer) -> ToolError:
    """The problem with its suggestions; the SDK hides the words of any other exception from the client."""
    near = "".join(f"\n- {suggestion.name}" for suggestion in problem.suggestions)
    return ToolError(f"{_of_tools(problem.detail)}{near}")


def _of_tools(detail: str) -> str:
    """A detail that names addresses, told for one who has tools."""
    detail = re.sub(r"/search\?q=\S+ looks for words", "the tool search looks for words", detail)
    detail = re.sub(r"ask with (torch|tf)=\S+", r"set framework to \1.", detail)
    return detail.replace("/map understands", "map_name understands")


def load(
    catalogue: Catalogue,
    finder: Search,
    libraries: Mapping[Side, Library],
    *,
    public_url: str,
    version: str,
    hosts: list[str],
    origins: list[str],
) -> tuple[ASGIApp, Sessions]:
    """The application of the tools, and the sessions that run beside it. Host and Origin are checked."""
    logging.getLogger("mcp").setLevel(logging.WARNING)  # a session that ends is each call
    server = create_tools(catalogue, finder, libraries, public_url=public_url, version=version)
    security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
    app = server.streamable_http_app(stateless_http=True, json_response=True, transport_security=security)
    return app.router, server.session_manager
