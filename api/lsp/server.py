"""The protocol: documents and notebook cells in, hovers, diagnostics, actions and completions out (LSP 3.17)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database, DatabaseError
from api.lsp.findings import Finding, Reader, Severity, Span
from api.scan.answer import ScannedCall
from api.settings import Settings
from api.source.parse import MAX_SOURCE

SEVERITY: dict[Severity, lsp.DiagnosticSeverity] = {
    "warning": lsp.DiagnosticSeverity.Warning,
    "information": lsp.DiagnosticSeverity.Information,
}
ACTIONS = 20  # at one place; more are not chosen from
PAUSE = 0.2  # seconds without a change before a text is read again: what is typed over is never read
CELLS = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[
        lsp.NotebookDocumentFilterWithNotebook("*", cells=[lsp.NotebookCellLanguage("python")]),
    ]
)


@dataclass(frozen=True)
class View:
    """A document with the text that it is read in: of a cell, the whole notebook, for its imports.

    `first` and `end`: the lines of the document in that text, from 0, without the end.
    """

    document: TextDocument
    text: str
    first: int
    end: int

    @cached_property
    def lines(self) -> list[str]:
        return list(self.document.lines)


def create_server(reader: Reader, version: str) -> LanguageServer:
    """A language server over a dataset; it answers once it is started."""
    server = LanguageServer("twintensor", version, notebook_document_sync=CELLS)

    def cells(notebook: lsp.NotebookDocument | None) -> Iterator[str]:
        for cell in notebook.cells if notebook else []:
            if cell.kind == lsp.NotebookCellKind.Code:
                yield cell.document

    def view(uri: str) -> View:
        document = server.workspace.get_text_document(uri)
        notebook = server.workspace.get_notebook_document(cell_uri=uri)
        if notebook is None:
            return View(document, document.source, 0, document.source.count("\n") + 1)
        text, first, end = "", 0, 0
        for cell in cells(notebook):
            source = server.workspace.get_text_document(cell).source.rstrip("\n") + "\n"
            if len(text) + len(source) > MAX_SOURCE:
                break  # what comes before is read
            if cell == uri:
                first, end = text.count("\n"), (text + source).count("\n")
            text += source
        return View(document, text, first, end)

    def read(uri: str) -> tuple[View, list[ScannedCall]]:
        """The calls in a document, on its own lines."""
        seen = view(uri)
        own = [call for call in reader.calls(seen.text) if seen.first < call.line <= seen.end]
        moved = [
            call.model_copy(update={"line": call.line - seen.first, "end_line": call.end_line - seen.first})
            for call in own
        ]
        return seen, moved

    def to_client(seen: View, span: Span) -> lsp.Range:
        """Columns as the client counts them: mostly in units of UTF-16."""
        encoding = server.workspace.position_codec.encoding

        def position(line: int, column: int) -> lsp.Position:
            text = seen.lines[line] if line < len(seen.lines) else ""
            return lsp.Position(line, units(text, column, encoding))

        return lsp.Range(position(span.line, span.column), position(span.end_line, span.end_column))

    def from_client(seen: View, position: lsp.Position) -> lsp.Position:
        found = server.workspace.position_codec.position_from_client_units(seen.lines, position)
        return lsp.Position(found.line, found.character)

    def publish(uri: str) -> None:
        seen, calls = read(uri)
        found = [_diagnostic(finding, to_client(seen, finding.span), reader) for finding in reader.findings(calls)]
        version = seen.document.version
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))

    changes: dict[str, int] = {}  # of each document

    async def publish_after_pause(uris: list[str]) -> None:
        """Once nobody types: of many changes in a row only the last is read."""
        turns = {uri: changes.get(uri, 0) + 1 for uri in uris}
        changes.update(turns)
        await asyncio.sleep(PAUSE)
        for uri, turn in turns.items():
            if changes.get(uri) == turn:
                publish(uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        publish(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        await publish_after_pause([params.text_document.uri])

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        changes.pop(params.text_document.uri, None)
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(params.text_document.uri, []))

    @server.feature(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(params: lsp.DidOpenNotebookDocumentParams) -> None:
        for uri in cells(params.notebook_document):
            publish(uri)

    @server.feature(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    async def notebook_changed(params: lsp.DidChangeNotebookDocumentParams) -> None:
        notebook = server.workspace.get_notebook_document(notebook_uri=params.notebook_document.uri)
        await publish_after_pause(list(cells(notebook)))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        seen, calls = read(params.text_document.uri)
        place = from_client(seen, params.position)
        found = reader.hover(calls, place.line, place.character)
        if found is None:
            return None
        span, text = found
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), to_client(seen, span))

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION)
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = params.text_document.uri
        seen, calls = read(uri)
        found: list[lsp.CodeAction] = []
        notes = dict.fromkeys(reader.notes(calls, params.range.start.line, params.range.end.line))
        for note in islice(notes, ACTIONS):
            line = seen.lines[note.line].rstrip("\n") if note.line < len(seen.lines) else ""
            if note.text.strip() in line:
                continue
            end = to_client(seen, Span(note.line, len(line), note.line, len(line)))
            edit = lsp.WorkspaceEdit(changes={uri: [lsp.TextEdit(end, note.text)]})
            title = f"Write {note.name} beside it"
            found.append(lsp.CodeAction(title, kind=lsp.CodeActionKind.RefactorRewrite, edit=edit))
        return found

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[":", " ", "."]))
    def completion(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        seen, calls = read(params.text_document.uri)
        place = from_client(seen, params.position)
        before = seen.lines[place.line][: place.character] if place.line < len(seen.lines) else ""
        found = reader.completions(calls, place.line, before)
        if found is None:
            return None
        start, names = found
        span = to_client(seen, Span(place.line, start, place.line, place.character))
        items = [
            lsp.CompletionItem(name, sort_text=f"{n:03}", filter_text=name, text_edit=lsp.TextEdit(span, name))
            for n, name in enumerate(names)
        ]
        return lsp.CompletionList(is_incomplete=True, items=items)

    return server


def units(text: str, column: int, encoding: lsp.PositionEncodingKind | str | None) -> int:
    """A column of a line as a client counts it. A line may be very long, and have very many places."""
    if encoding == lsp.PositionEncodingKind.Utf32 or text.isascii():
        return min(column, len(text))
    if encoding == lsp.PositionEncodingKind.Utf8:
        return len(text[:column].encode("utf-8", "replace"))
    return len(text[:column].encode("utf-16-le", "surrogatepass")) // 2


def _diagnostic(finding: Finding, where: lsp.Range, reader: Reader) -> lsp.Diagnostic:
    return lsp.Diagnostic(
        where,
        finding.text,
        severity=SEVERITY[finding.severity],
        code=finding.kind,
        code_description=lsp.CodeDescription(reader.url(finding.mapping)),
        source="twintensor",
    )


def run(settings: Settings, version: str) -> int:
    """Serve an editor over standard input and output until it says so; the exit code."""
    try:
        database = Database(settings.database)
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1
    create_server(Reader(Catalogue(database), settings.public_url), version).start_io()
    return 0
