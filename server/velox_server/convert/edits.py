"""Turns edits on bytes into a workspace edit of the client, by document where several share the text."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from velox_engine.source.document import SourceFile
from velox_engine.types import Position, TextEdit, VeloxError
from velox_server.convert.positions import to_client
from velox_server.session import Cell, Snapshot


def workspace_edit(snapshot: Snapshot, edits: Sequence[TextEdit], *, versioned: bool) -> types.WorkspaceEdit:
    """Make one edit; `versioned` pins it to the versions that `snapshot` shows.

    Raises VeloxError `document-changed` for an edit across the border of two cells.
    """
    made: dict[Cell, list[types.TextEdit]] = {}
    for edit in edits:
        cell, converted = _convert(snapshot, edit)
        made.setdefault(cell, []).append(converted)
    if not versioned:
        return types.WorkspaceEdit(changes={cell.uri: list(found) for cell, found in made.items()})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                text_document=types.OptionalVersionedTextDocumentIdentifier(
                    uri=cell.uri, version=cell.version
                ),
                edits=list(found),
            )
            for cell, found in made.items()
        ]
    )


def source_edits(source: SourceFile, edits: Sequence[TextEdit], encoding: str) -> list[types.TextEdit]:
    """Make the edits of one file that need not be open, in the client's units."""

    def position(offset: int) -> types.Position:
        place = source.lines.position(offset)
        line = source.lines.line(place.line).decode("utf-8", "replace")
        return types.Position(place.line, to_client(line, place.column, encoding))

    return [
        types.TextEdit(range=types.Range(position(edit.start), position(edit.end)), new_text=edit.text)
        for edit in edits
    ]


def _convert(snapshot: Snapshot, edit: TextEdit) -> tuple[Cell, types.TextEdit]:
    index = snapshot.parsed.source.lines
    start, end = index.position(edit.start), index.position(edit.end)
    cell, text = snapshot.cell_of(start.line), edit.text
    if snapshot.cells and (end.line, end.column) == (cell.end_line, 0):
        # The line end behind a cell's last line is ours, not the cell's.
        last = cell.end_line - 1
        end = Position(last, len(snapshot.lines[last].rstrip("\r\n").encode("utf-8")))
        text = text.removesuffix("\n")
        if start.line == cell.end_line:
            start, text = end, f"\n{text}"
    if snapshot.cells and end.line >= cell.end_line:
        raise VeloxError(
            "document-changed", "The rewrite reaches over more than one cell; nothing was applied.", ""
        )
    place = types.Range(_position(snapshot, start, cell), _position(snapshot, end, cell))
    return cell, types.TextEdit(range=place, new_text=text)


def _position(snapshot: Snapshot, position: Position, cell: Cell) -> types.Position:
    return types.Position(position.line - cell.first_line, snapshot.client_column(position))
