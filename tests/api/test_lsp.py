"""The language server: what it says of a text, over the protocol with a client, and in a real editor."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.lsp.findings import Reader

ROOT = Path(__file__).parent.parent.parent
SOURCE = """\
import torch

数 = torch.clamp(torch.cat([a, b]), min=1, max=0)
optimizer = torch.optim.Adam(model.parameters())
"""
URI = "file:///model.py"


@pytest.fixture(scope="module")
def reader(database: Path) -> Reader:
    return Reader(Catalogue(Database(database)), "http://here")


def test_findings_are_those_of_this_call(reader: Reader) -> None:
    found = reader.findings(reader.calls(SOURCE))
    assert {(finding.kind, finding.severity, finding.mapping) for finding in found} == {
        ("pitfall", "warning", "torch.clamp"),
        ("argument", "information", "torch.clamp"),
        ("default", "information", "torch.optim.Adam"),
        ("argument", "information", "torch.optim.Adam"),
    }
    assert reader.findings(reader.calls("import torch\ntorch.clamp(x)\n")) == []


def test_hover_is_of_the_innermost_call(reader: Reader) -> None:
    calls = reader.calls(SOURCE)
    inner, outer = reader.hover(calls, 2, 20), reader.hover(calls, 2, 6)
    assert inner is not None
    assert outer is not None
    assert inner[1].startswith("**torch.cat** → `tf.concat`")
    assert outer[1].startswith("**torch.clamp** → `tf.clip_by_value`")
    assert "http://here/torch.clamp" in outer[1]
    assert reader.hover(calls, 0, 2) is None


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("x = torch.cat([a])  # tf: ", ["tf.concat"]),
        ("x = torch.cat([a])  # tf: tf.con", ["tf.concat"]),
        ("# tf: tf.clip", ["tf.clip_by_value"]),
        ("# torch: torch.ca", ["torch.cat"]),
        ("# tf: nonsense", []),
        ("x = 'tf'", None),
    ],
)
def test_comments_are_completed_with_twins(reader: Reader, before: str, expected: list[str] | None) -> None:
    found = reader.completions(reader.calls(f"import torch\n{before}"), 1, before)
    assert (None if found is None else found[1]) == expected


class Editor(LanguageClient):
    """A client that keeps the diagnostics it was sent, and the versions of the text that they are of."""

    def __init__(self) -> None:
        super().__init__("test", "1")
        self.diagnostics: dict[str, list[lsp.Diagnostic]] = {}
        self.versions: list[int | None] = []
        self.told = asyncio.Event()

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]  # of pygls
        def published(params: lsp.PublishDiagnosticsParams) -> None:
            self.diagnostics[params.uri] = list(params.diagnostics)
            self.versions.append(params.version)
            self.told.set()


def in_editor(database: Path, work: Callable[[Editor], Coroutine[Any, Any, None]]) -> None:
    """Run some work against a server of its own."""

    async def main() -> None:
        editor = Editor()
        await editor.start_io(sys.executable, "-m", "api", "lsp", "--database", str(database), cwd=ROOT)
        notebooks = lsp.NotebookDocumentClientCapabilities(lsp.NotebookDocumentSyncClientCapabilities())
        capabilities = lsp.ClientCapabilities(notebook_document=notebooks)
        answer = await editor.initialize_async(lsp.InitializeParams(capabilities=capabilities, process_id=os.getpid()))
        assert answer.server_info is not None
        assert answer.server_info.name == "twintensor"
        editor.initialized(lsp.InitializedParams())
        await work(editor)
        await editor.shutdown_async(None)
        editor.exit(None)
        await editor.stop()  # type: ignore[no-untyped-call]  # of pygls

    asyncio.run(asyncio.wait_for(main(), 120))


def test_what_is_typed_over_is_never_read(database: Path) -> None:
    """Thirty changes in a row of a text that takes seconds to read are one reading, of the last."""
    many = "import torch\n" + "x = torch.clamp(torch.cat([a, b]), min=1, max=0)\n" * 800

    async def work(editor: Editor) -> None:
        document = lsp.TextDocumentItem(URI, "python", 1, SOURCE)
        editor.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
        for version in range(2, 32):
            changed = lsp.VersionedTextDocumentIdentifier(version, URI)
            whole = lsp.TextDocumentContentChangeWholeDocument(many + "#" * version)
            editor.text_document_did_change(lsp.DidChangeTextDocumentParams(changed, [whole]))
        while 31 not in editor.versions:
            editor.told.clear()
            await editor.told.wait()
        assert len(editor.versions) <= 4
        assert editor.versions[-1] == 31

    in_editor(database, work)


def test_a_document_over_the_protocol(database: Path) -> None:
    """Unsaved text included; columns are counted in units of UTF-16, of which 𝒙 takes two."""
    text = SOURCE.replace("数", "𝒙数")

    async def work(editor: Editor) -> None:
        document = lsp.TextDocumentItem(URI, "python", 1, "import torch\n")
        editor.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
        whole = lsp.TextDocumentContentChangeWholeDocument(text)
        identifier = lsp.VersionedTextDocumentIdentifier(2, URI)
        editor.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [whole]))
        while not editor.diagnostics.get(URI):
            editor.told.clear()
            await editor.told.wait()
        first = next(one for one in editor.diagnostics[URI] if one.code == "pitfall")
        assert first.severity == lsp.DiagnosticSeverity.Warning
        assert first.code_description is not None
        assert first.code_description.href.endswith("/torch.clamp")
        assert first.range.start == lsp.Position(2, 6)

        here = lsp.TextDocumentIdentifier(URI)
        hover = await editor.text_document_hover_async(lsp.HoverParams(here, lsp.Position(2, 7)))
        assert hover is not None
        assert isinstance(hover.contents, lsp.MarkupContent)
        assert "tf.clip_by_value" in hover.contents.value

        where = lsp.Range(lsp.Position(3, 0), lsp.Position(3, 5))
        asked = lsp.CodeActionParams(here, where, lsp.CodeActionContext([]))
        actions = await editor.text_document_code_action_async(asked)
        assert actions
        action = actions[0]
        assert isinstance(action, lsp.CodeAction)
        assert action.edit is not None
        assert action.edit.changes is not None
        assert action.edit.changes[URI][0].new_text == "  # tf: tf.keras.optimizers.Adam"

    in_editor(database, work)


def test_cells_of_a_notebook_share_their_imports(database: Path) -> None:
    async def work(editor: Editor) -> None:
        texts = {"nb:1": "from torch import clamp as c", "nb:2": "y = c(x, min=1, max=0)\n"}
        cells = [lsp.NotebookCell(lsp.NotebookCellKind.Code, uri) for uri in texts]
        notebook = lsp.NotebookDocument("file:///n.ipynb", "jupyter-notebook", 1, cells)
        documents = [lsp.TextDocumentItem(uri, "python", 1, text) for uri, text in texts.items()]
        editor.notebook_document_did_open(lsp.DidOpenNotebookDocumentParams(notebook, documents))
        while not editor.diagnostics.get("nb:2"):
            editor.told.clear()
            await editor.told.wait()
        assert editor.diagnostics["nb:2"][0].range.start == lsp.Position(0, 4)

    in_editor(database, work)


def test_a_notebook_of_many_cells_is_read_once(database: Path) -> None:
    """Reading each cell with those before it took minutes for every change of a long notebook."""
    cell = "y = torch.clamp(torch.cat([a, b]), min=1, max=0)\n" * 5
    texts = {"nb:0": "import torch\n"} | {f"nb:{n}": cell for n in range(1, 200)}

    async def work(editor: Editor) -> None:
        cells = [lsp.NotebookCell(lsp.NotebookCellKind.Code, uri) for uri in texts]
        notebook = lsp.NotebookDocument("file:///n.ipynb", "jupyter-notebook", 1, cells)
        documents = [lsp.TextDocumentItem(uri, "python", 1, text) for uri, text in texts.items()]
        editor.notebook_document_did_open(lsp.DidOpenNotebookDocumentParams(notebook, documents))
        while len(editor.diagnostics) < len(texts):
            editor.told.clear()
            await editor.told.wait()
        assert {one.range.start.line for one in editor.diagnostics["nb:199"]} == set(range(5))

    in_editor(database, work)


HOSTILE = {
    "deep": "import torch\ny = " + "torch.relu(" * 90 + "x" + ")" * 90 + "\n",
    "deeper": "(" * 5000,
    "huge": "import torch\n" + "torch.clamp(x)\n" * 30_000,
    "half-written": "import torch\nx = torch.clamp(torch.cat([a, b\n",
    "no Python": "\0\x0c\u2028 𝒙\r\r\n'''" * 500,
    "one line": "import torch;" + "torch.clamp(x, 1, 0);" * 3_000,
    "one line, not of ASCII": "import torch;𝒙=1;" + "torch.clamp(𝒙, 1, 0);" * 3_000,
}


def test_any_text_and_place_is_answered(database: Path) -> None:
    """Texts of every kind, places outside of them; the server goes on."""

    async def work(editor: Editor) -> None:
        for version, text in enumerate(HOSTILE.values(), start=1):
            uri = f"file:///{version}.py"
            document = lsp.TextDocumentItem(uri, "python", version, text)
            editor.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
            here = lsp.TextDocumentIdentifier(uri)
            for place in (lsp.Position(1, 8), lsp.Position(0, 100_000), lsp.Position(999_999, 0)):
                await editor.text_document_hover_async(lsp.HoverParams(here, place))
                await editor.text_document_completion_async(lsp.CompletionParams(here, place))
                asked = lsp.CodeActionParams(here, lsp.Range(place, place), lsp.CodeActionContext([]))
                await editor.text_document_code_action_async(asked)
        assert editor.diagnostics.keys() == {f"file:///{version}.py" for version in range(1, len(HOSTILE) + 1)}

    in_editor(database, work)


NEOVIM = shutil.which("nvim")
LUA = """
local command = {{ "{python}", "-m", "api", "lsp", "--database", "{database}" }}
local id = vim.lsp.start_client({{ cmd = command, cmd_cwd = "{root}" }})
vim.lsp.buf_attach_client(0, id)
vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end, 50)
for _, one in ipairs(vim.diagnostic.get(0)) do
  io.stdout:write(one.lnum .. ":" .. one.col .. " " .. one.code .. "\\n")
end
vim.cmd("qall!")
"""


@pytest.mark.skipif(NEOVIM is None and os.environ.get("CI") != "true", reason="nvim is missing: apt-get install neovim")
def test_diagnostics_in_neovim(database: Path, tmp_path: Path) -> None:
    """Neovim counts columns in bytes."""
    assert NEOVIM is not None, "the editor tests need nvim: apt-get install neovim"
    (tmp_path / "model.py").write_text(SOURCE, encoding="utf-8")
    script = tmp_path / "attach.lua"
    script.write_text(LUA.format(python=sys.executable, database=database, root=ROOT), encoding="utf-8")
    command = [NEOVIM, "--headless", "--clean", str(tmp_path / "model.py"), "-c", f"luafile {script}"]
    home = {**os.environ, "HOME": str(tmp_path)}
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=home)
    assert "2:6 pitfall" in told.stdout, told.stderr
    assert "3:12 default" in told.stdout
