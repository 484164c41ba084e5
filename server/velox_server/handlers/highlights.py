"""textDocument/documentHighlight: on a loop's keyword, the hot loops around it and the findings that they repeat."""

from __future__ import annotations

import re

from lsprotocol import types

from velox_engine.types import Position
from velox_server.convert.loops import enclosing_loops
from velox_server.server import VeloxServer
from velox_server.session import Snapshot

_KEYWORD = re.compile(r"\s*(?:async\s+)?(for|while)\b")


def register(server: VeloxServer) -> None:
    """Attach the handler."""
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)(document_highlight)


def document_highlight(
    ls: VeloxServer, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """Highlight a hot loop; nothing elsewhere, where other servers' highlights belong."""
    document = ls.session.get(params.text_document.uri)
    if document is None:
        return None
    snapshot = document.snapshot
    place = snapshot.position(params.position.line, params.position.character)
    head = _head_of(snapshot, place)
    if head is None:
        return None
    found: list[types.DocumentHighlight] = []
    heads: dict[int, Position] = {}
    for finding in snapshot.findings:
        line = finding.start.line
        if line < head.line:
            continue
        loops = [start for start, _ in enclosing_loops(snapshot.lines, line, snapshot.first_line, most=8)]
        around = [start.line for start in loops]
        if head.line in around or line == head.line:
            heads.update({start.line: start for start in loops} if head.line in around else {line: head})
            kind = types.DocumentHighlightKind.Write
            found.append(types.DocumentHighlight(_range(snapshot, finding.start, finding.end), kind))
    if not found:
        return None
    read = types.DocumentHighlightKind.Read
    found += [types.DocumentHighlight(_keyword(snapshot, start), read) for start in heads.values()]
    return sorted(found, key=lambda entry: (entry.range.start.line, entry.range.start.character))


def _head_of(snapshot: Snapshot, place: Position) -> Position | None:
    """The loop statement whose keyword is at a place."""
    if place.line >= len(snapshot.lines):
        return None
    match = _KEYWORD.match(snapshot.lines[place.line])
    if match is None or not match.start(1) <= place.column <= match.end(1):
        return None
    return Position(place.line, match.start(1))


def _keyword(snapshot: Snapshot, start: Position) -> types.Range:
    match = _KEYWORD.match(snapshot.lines[start.line])
    first, last = (match.start(1), match.end(1)) if match is not None else (start.column, start.column)
    return _range(snapshot, Position(start.line, first), Position(start.line, last))


def _range(snapshot: Snapshot, start: Position, end: Position) -> types.Range:
    return types.Range(
        types.Position(snapshot.client_line(start), snapshot.client_column(start)),
        types.Position(snapshot.client_line(end), snapshot.client_column(end)),
    )
