"""Turns edits on bytes into a workspace edit of the client."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from velox_engine.types import TextEdit
from velox_server.session import Snapshot


def workspace_edit(snapshot: Snapshot, edits: Sequence[TextEdit], *, versioned: bool) -> types.WorkspaceEdit:
    """Make one edit of one document; `versioned` pins it to the version that `snapshot` shows."""
    made = [
        types.TextEdit(
            range=types.Range(_position(snapshot, edit.start), _position(snapshot, edit.end)),
            new_text=edit.text,
        )
        for edit in edits
    ]
    if not versioned:
        return types.WorkspaceEdit(changes={snapshot.uri: made})
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri=snapshot.uri, version=snapshot.version)
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(text_document=identifier, edits=list(made))]
    )


def _position(snapshot: Snapshot, offset: int) -> types.Position:
    position = snapshot.parsed.source.lines.position(offset)
    return types.Position(position.line, snapshot.client_column(position))
