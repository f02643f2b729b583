"""The protocol: documents and notebook cells in, hovers, diagnostics, actions and completions out (LSP 3.17)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database, DatabaseError
from api.lsp.findings import Finding, Reader, Severity, Span
from api.scan.answer import ScannedCall
from api.settings import Settings
from api.source.budget import TooLarge

SEVERITY: dict[Severity, lsp.DiagnosticSeverity] = {
    "warning": lsp.DiagnosticSeverity.Warning,
    "information": lsp.DiagnosticSeverity.Information,
}
PAUSE = 0.2  # seconds without a change before a text is read again: what is typed over is never read
CELLS = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[
        lsp.NotebookDocumentFilterWithNotebook("*", cells=[lsp.NotebookCellLanguage("python")]),
    ]
)


@dataclass(frozen=True)
class View:
    """A document with the text that it is read in: of a cell, the cells before it too, for their imports."""

    document: TextDocument
    before: str

    @property
    def offset(self) -> int:
        """Lines of the text before the document."""
        return self.before.count("\n")


def create_server(reader: Reader, version: str) -> LanguageServer:
    """A language server over a dataset; it answers once it is started."""
    server = LanguageServer("twintensor", version, notebook_document_sync=CELLS)

    def view(uri: str) -> View:
        document = server.workspace.get_text_document(uri)
        notebook = server.workspace.get_notebook_document(cell_uri=uri)
        if notebook is None:
            return View(document, "")
        texts = []
        for cell in notebook.cells:
            if cell.document == uri:
                break
            if cell.kind == lsp.NotebookCellKind.Code:
                texts.append(server.workspace.get_text_document(cell.document).source.rstrip("\n") + "\n")
        return View(document, "".join(texts))

    def read(uri: str) -> tuple[View, list[ScannedCall]]:
        """The calls in a document, on its own lines."""
        seen = view(uri)
        try:
            calls = reader.calls(seen.before + seen.document.source)
        except TooLarge:
            return seen, []
        own = [call for call in calls if call.line > seen.offset]
        moved = [
            call.model_copy(update={"line": call.line - seen.offset, "end_line": call.end_line - seen.offset})
            for call in own
        ]
        return seen, moved

    def to_client(seen: View, span: Span) -> lsp.Range:
        """Columns as the client counts them: mostly in units of UTF-16."""
        whole = lsp.Range(lsp.Position(span.line, span.column), lsp.Position(span.end_line, span.end_column))
        return server.workspace.position_codec.range_to_client_units(seen.document.lines, whole)

    def from_client(seen: View, position: lsp.Position) -> lsp.Position:
        found = server.workspace.position_codec.position_from_client_units(seen.document.lines, position)
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

    def cells(notebook: lsp.NotebookDocument | None) -> Iterator[str]:
        for cell in notebook.cells if notebook else []:
            if cell.kind == lsp.NotebookCellKind.Code:
                yield cell.document

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
        found = []
        for note in reader.notes(calls, params.range.start.line, params.range.end.line):
            lines = seen.document.lines
            line = lines[note.line].rstrip("\n") if note.line < len(lines) else ""
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
        lines = seen.document.lines
        before = lines[place.line][: place.character] if place.line < len(lines) else ""
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
