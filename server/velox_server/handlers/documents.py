"""didOpen, didChange, didSave, didClose: keep the documents in step and their diagnostics fresh."""

from __future__ import annotations

from lsprotocol import types

from velox_server.server import VeloxServer


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
    ls.refresh(ls.open(item.uri, item.version, item.text))


def did_change(ls: VeloxServer, params: types.DidChangeTextDocumentParams) -> None:
    """Apply changes in their order; ranges of one count on what those before it left."""
    document = ls.session.get(params.text_document.uri)
    if document is None:
        return
    for change in params.content_changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = change.range.start, change.range.end
            document.text.replace((start.line, start.character), (end.line, end.character), change.text)
        else:
            document.text.replace_all(change.text)
    document.changed(params.text_document.version)
    ls.refresh(document)
    ls.feedback.changed(document)


def did_save(ls: VeloxServer, params: types.DidSaveTextDocumentParams) -> None:
    """What was saved is what the person wants: compare it with what was applied."""
    document = ls.session.get(params.text_document.uri)
    if document is not None:
        ls.feedback.saved(document)


def did_close(ls: VeloxServer, params: types.DidCloseTextDocumentParams) -> None:
    """Forget a document, and end what is being worked out for it."""
    uri = params.text_document.uri
    document = ls.session.close(uri)
    if document is None:
        return
    ls.feedback.closed(document)
    for (owner, _), task in list(ls.running.items()):
        if owner == uri:
            task.cancel()
    ls.withdraw(uri)
