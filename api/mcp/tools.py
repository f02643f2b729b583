"""The tools for chatbots and editors: the Model Context Protocol over streamable HTTP, stateless."""

from __future__ import annotations

import logging
from typing import Annotated, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field
from starlette.types import ASGIApp

from api.lookup.bounds import MAX_TEXT
from api.lookup.catalogue import Catalogue, MapAnswer
from api.lookup.problems import NoAnswer
from api.mcp.interface import Sessions
from api.port.answer import PortAnswer, port
from api.port.plan.library import Library
from api.scan.answer import ScanAnswer
from api.scan.queue import Busy, aside, scan_aside
from api.search.results import Filters, Search
from api.source.budget import TooLarge
from api.views.markdown import markdown
from loader.publish.document import MappingDocument

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


def create_tools(catalogue: Catalogue, finder: Search, library: Library, *, public_url: str, version: str) -> MCPServer:
    """The tools over a dataset. All are coroutines: none waits for a thread, but the scan."""
    server = MCPServer(
        "twintensor",
        version=version,
        instructions="PyTorch to TensorFlow and back, each equivalence proven by running both. map_name for a name, "
        "search and fetch for questions, scan_code and port_code for source code.",
    )

    def url(mapping_id: str) -> str:
        return f"{public_url}/{mapping_id}.md"

    @server.tool(annotations=READING)
    async def map_name(name: Text, framework: Literal["torch", "tf"] = "torch", limit: int = 1) -> str:
        """The twin of a PyTorch name (framework=torch) or TensorFlow name (framework=tf), with arguments, a drop-in,
        pitfalls and evidence, as Markdown. Short names are understood: nn.Conv2d, F.relu, x.view(."""
        try:
            body = catalogue.map(name, framework, max(1, min(limit, 5)))
        except NoAnswer as problem:
            raise _told(problem) from None
        found = MapAnswer.model_validate_json(body)
        return "\n\n".join(f"({a.why})\n\n{markdown(a.mapping)}" for a in found.answers)

    @server.tool(annotations=READING)
    async def search(query: Text) -> Results:
        """Mappings that have to do with words, a question or part of a name, in English or Chinese."""
        found = finder.find(query, Filters(), limit=10)
        return Results(
            results=[
                Result(id=r.mapping.id, title=f"{r.mapping.id}: {r.mapping.summary}", url=url(r.mapping.id))
                for r in found.results
            ]
        )

    @server.tool(annotations=READING)
    async def fetch(id: Text) -> Document:
        """The whole text of a mapping, by the id that search gave."""
        try:
            mapping = MappingDocument.model_validate_json(catalogue.mapping(id))
        except NoAnswer as problem:
            raise _told(problem) from None
        return Document(id=id, title=mapping.summary, text=markdown(mapping), url=url(id))

    @server.tool(annotations=READING)
    async def scan_code(source: str) -> ScanAnswer:
        """Every PyTorch or TensorFlow call in a Python source, its twin, and the differences that this call's own
        arguments trigger. The code is parsed, never run."""
        try:
            return await scan_aside(catalogue, source)
        except (TooLarge, Busy) as error:
            raise ToolError(str(error)) from None

    @server.tool(annotations=READING)
    async def port_code(source: str) -> PortAnswer:
        """A PyTorch source as TensorFlow and Keras: the text, how each call was done, and what was left with the
        reason why. The code is parsed, never run; what is left fails when it is reached."""
        try:
            return await aside(port, catalogue, source, library)
        except (TooLarge, Busy) as error:
            raise ToolError(str(error)) from None

    return server


def _told(problem: NoAnswer) -> ToolError:
    """The problem with its suggestions; the SDK hides the words of any other exception from the client."""
    near = "".join(f"\n- {suggestion.name}" for suggestion in problem.suggestions)
    return ToolError(f"{problem.detail}{near}")


def load(
    catalogue: Catalogue,
    finder: Search,
    library: Library,
    *,
    public_url: str,
    version: str,
    hosts: list[str],
    origins: list[str],
) -> tuple[ASGIApp, Sessions]:
    """The application of the tools, and the sessions that run beside it. Host and Origin are checked."""
    logging.getLogger("mcp").setLevel(logging.WARNING)  # a session that ends is each call
    server = create_tools(catalogue, finder, library, public_url=public_url, version=version)
    security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
    app = server.streamable_http_app(stateless_http=True, json_response=True, transport_security=security)
    return app.router, server.session_manager
