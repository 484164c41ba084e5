"""From an opened file to recorded feedback, as an editor does it, with a real server and the real worker."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from velox_engine.experience import ExperienceStore

SLOW = '''"""Names of a shop."""


def unique_names(names: list[str]) -> list[str]:
    """Keep the first of each name."""
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found


def shout(name: str) -> str:
    return name.upper()
'''


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[sys.executable, "-m", "velox_server.app"]))
async def client(
    lsp_client: LanguageClient, store_folder: Path, workspace: Path
) -> AsyncIterator[LanguageClient]:
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=["utf-16"]),
        window=types.WindowClientCapabilities(work_done_progress=True),
        workspace=types.WorkspaceClientCapabilities(
            apply_edit=True, workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
        ),
        text_document=types.TextDocumentClientCapabilities(
            code_action=types.CodeActionClientCapabilities(
                resolve_support=types.ClientCodeActionResolveOptions(properties=["command"])
            )
        ),
    )
    folder = types.WorkspaceFolder(uri=workspace.as_uri(), name="shop")
    await lsp_client.initialize_session(
        types.InitializeParams(capabilities=capabilities, workspace_folders=[folder])
    )
    yield lsp_client
    await lsp_client.shutdown_session()


class Editor:
    """What a person at an editor has: a buffer, squiggles, a dialog to answer."""

    def __init__(self, client: LanguageClient, path: Path, text: str) -> None:
        self.client = client
        self.uri = path.as_uri()
        self.text = text
        self.version = 1
        self.questions: list[types.ShowMessageRequestParams] = []
        self.answers: list[str | None] = []
        self.asked = asyncio.Event()
        self.edits: list[types.ApplyWorkspaceEditParams] = []

        @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def question(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            self.questions.append(params)
            self.asked.set()
            answer = self.answers.pop(0)
            return types.MessageActionItem(answer) if answer else None

        @client.feature(types.WORKSPACE_APPLY_EDIT)
        def edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.edits.append(params)
            return self.apply(params)

    def open(self) -> None:
        item = types.TextDocumentItem(self.uri, types.LanguageKind.Python, self.version, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        (change,) = params.edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        if change.text_document.version != self.version:
            return types.ApplyWorkspaceEditResult(applied=False, failure_reason="the document has changed")
        lines = self.text.splitlines(keepends=True)
        for edit in sorted(change.edits, key=lambda edit: edit.range.start.line, reverse=True):
            assert isinstance(edit, types.TextEdit)
            # Velox edits whole lines here, so that this small editor can be simple.
            assert (edit.range.start.character, edit.range.end.character) == (0, 0)
            lines[edit.range.start.line : edit.range.end.line] = [edit.new_text]
        self.replace("".join(lines))
        return types.ApplyWorkspaceEditResult(applied=True)

    def replace(self, text: str) -> None:
        self.text = text
        self.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.version, self.uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def save(self) -> None:
        self.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri))
        )

    async def diagnostics(self) -> list[types.Diagnostic]:
        await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics.get(self.uri, ()))

    async def choose(self, diagnostic: types.Diagnostic) -> Any:
        """Take the first quick fix of a diagnostic, as from the light bulb."""
        actions = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri),
                diagnostic.range,
                types.CodeActionContext([diagnostic]),
            )
        )
        assert actions
        action = actions[0]
        assert isinstance(action, types.CodeAction)
        assert action.command is None, "this client resolves commands, so the list leaves them out"
        action = await self.client.code_action_resolve_async(action)
        assert action.command is not None
        return await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(action.command.command, action.command.arguments)
        )


async def feedback(kinds: list[str]) -> list[Any]:
    """Wait until the store holds these kinds of feedback, oldest first."""
    for _ in range(600):
        with ExperienceStore.open() as store:
            found = store.list_feedback()[::-1]
        if [record.kind for record in found] == kinds:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"expected {kinds}, found {[record.kind for record in found]}")


async def test_from_opening_a_file_to_recorded_feedback(client: LanguageClient, workspace: Path) -> None:
    """A slow function is underlined, rewritten by a tested and measured edit, applied, and the choice recorded."""
    path = workspace / "shop.py"
    path.write_text(SLOW)
    editor = Editor(client, path, SLOW)
    editor.answers = ["Apply"]
    editor.open()

    diagnostics = await editor.diagnostics()
    assert [(d.code, d.source, d.range.start.line) for d in diagnostics] == [("VX103", "velox", 7)]

    result = await editor.choose(diagnostics[0])
    (function,) = result["functions"]
    assert function["name"] == "unique_names"
    assert function["status"] == "improved"
    await asyncio.wait_for(editor.asked.wait(), 60)

    question = editor.questions[0]
    assert question.message.startswith("unique_names: ")
    assert "× faster (95 % CI " in question.message
    assert "same on " in question.message
    assert "planted bugs detected" in question.message
    assert [action.title for action in question.actions or ()] == ["Apply", "Show diff", "Reject"]

    (kept,) = await feedback(["accepted"])
    assert kept.function == "unique_names"
    assert kept.strategies == tuple(function["suggestions"][0]["strategies"])
    assert editor.text == function["suggestions"][0]["new_source"]
    assert "def shout" in editor.text
    assert path.read_text() == SLOW, "only the buffer was changed: saving is the person's"
    compile(editor.text, "shop.py", "exec")

    tokens = [token for token, reports in client.progress_reports.items() if reports]
    assert len(tokens) == 1
    reports = client.progress_reports[tokens[0]]
    assert isinstance(reports[0], types.WorkDoneProgressBegin)
    assert isinstance(reports[-1], types.WorkDoneProgressEnd)
    assert len(reports) > 2

    editor.replace(SLOW)  # undo
    await feedback(["accepted", "reverted"])


async def test_rejected_suggestion_changes_nothing(client: LanguageClient, workspace: Path) -> None:
    """Reject is recorded once, after the diff was looked at, and the buffer stays."""
    path = workspace / "shop.py"
    path.write_text(SLOW)
    editor = Editor(client, path, SLOW)
    editor.answers = ["Show diff", "Reject"]
    editor.open()
    diagnostics = await editor.diagnostics()
    await editor.choose(diagnostics[0])
    await feedback(["rejected"])
    assert len(editor.questions) == 2
    assert editor.text == SLOW
    assert any("```diff" in message.message for message in client.messages)
