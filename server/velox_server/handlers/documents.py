"""didOpen, didChange, didSave, didClose: keep the documents in step and their diagnostics fresh."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from velox_server.server import VeloxServer
from velox_server.session import Document


def register(server: VeloxServer) -> None:
    """Attach the handlers."""
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))(did_save)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)


def did_open(ls: VeloxServer, params: types.DidOpenTextDocumentParams) -> None:
    """Follow a Python document."""
    item = params.text_document
    if item.language_id and item.language_id != "python":
        return
    document = ls.open(item.uri, item.version, item.text)
    ls.refresh(document)
    ls.idle.touched(document)
    ls.workspace_scan.changed()


def did_change(ls: VeloxServer, params: types.DidChangeTextDocumentParams) -> None:
    """Apply what was typed."""
    document = ls.session.get(params.text_document.uri)
    if document is None:
        return
    apply_changes(document, params.content_changes, params.text_document.version)
    ls.refresh(document)
    ls.feedback.changed(document)
    ls.idle.touched(document)


def apply_changes(
    document: Document, changes: Sequence[types.TextDocumentContentChangeEvent], version: int
) -> None:
    """Apply changes in their order; ranges of one count on what those before it left."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = change.range.start, change.range.end
            document.text.replace((start.line, start.character), (end.line, end.character), change.text)
        else:
            document.text.replace_all(change.text)
    document.changed(version)


def did_save(ls: VeloxServer, params: types.DidSaveTextDocumentParams) -> None:
    """What was saved is what the person wants: compare it with what was applied."""
    document = ls.session.get(params.text_document.uri)
    if document is not None:
        ls.feedback.saved(document)


def did_close(ls: VeloxServer, params: types.DidCloseTextDocumentParams) -> None:
    """Forget a document, and end what is being worked out for it."""
    ls.close_document(params.text_document.uri)
    ls.workspace_scan.changed()
