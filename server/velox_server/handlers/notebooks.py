"""notebookDocument/didOpen, didChange, didSave, didClose: the cells of a notebook are documents of one text."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from velox_server.handlers.documents import apply_changes
from velox_server.notebooks import Book
from velox_server.server import VeloxServer


def register(server: VeloxServer) -> None:
    """Attach the handlers."""
    server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)(did_open)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)(did_change)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)(did_save)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)(did_close)


def did_open(ls: VeloxServer, params: types.DidOpenNotebookDocumentParams) -> None:
    """Follow a notebook and its Python cells."""
    book = ls.open_book(params.notebook_document.uri)
    book.order = [cell.document for cell in params.notebook_document.cells]
    _open_cells(ls, book, params.cell_text_documents)
    _refresh(ls, book)


def did_change(ls: VeloxServer, params: types.DidChangeNotebookDocumentParams) -> None:
    """Take cells in and out, and apply what was typed into them."""
    book = ls.session.books.get(params.notebook_document.uri)
    cells = params.change.cells
    if book is None or cells is None:
        return
    if cells.structure is not None:
        array = cells.structure.array
        added = [cell.document for cell in array.cells or ()]
        book.order[array.start : array.start + array.delete_count] = added
        _close_cells(ls, [closed.uri for closed in cells.structure.did_close or ()])
        _open_cells(ls, book, cells.structure.did_open or ())
        book.changed()
    for entry in cells.text_content or ():
        document = ls.session.get(entry.document.uri)
        if document is not None:
            apply_changes(document, entry.changes, entry.document.version)
            ls.feedback.changed(document)
    _refresh(ls, book)
    for document in book.cells[:1]:
        ls.idle.touched(document)


def did_save(ls: VeloxServer, params: types.DidSaveNotebookDocumentParams) -> None:
    """What was saved is what the person wants: compare it with what was applied."""
    book = ls.session.books.get(params.notebook_document.uri)
    for document in book.cells if book is not None else ():
        ls.feedback.saved(document)


def did_close(ls: VeloxServer, params: types.DidCloseNotebookDocumentParams) -> None:
    """Forget a notebook and its cells."""
    book = ls.session.books.get(params.notebook_document.uri)
    if book is not None:
        _close_cells(ls, [document.uri for document in book.cells])
        ls.session.books.pop(book.uri, None)


def _open_cells(ls: VeloxServer, book: Book, items: Sequence[types.TextDocumentItem]) -> None:
    for item in items:
        if item.language_id == "python":
            document = ls.session.open(item.uri, item.version, item.text, book.settings)
            document.book = book


def _close_cells(ls: VeloxServer, uris: Sequence[str]) -> None:
    for uri in uris:
        ls.close_document(uri)


def _refresh(ls: VeloxServer, book: Book) -> None:
    # An import typed into one cell can give a call in another its meaning.
    book.changed()
    for document in book.cells:
        ls.refresh(document)
