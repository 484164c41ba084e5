"""textDocument/inlayHint: behind a function's first line the time of a call and how it grows, once measured."""

from __future__ import annotations

from lsprotocol import types

from velox_engine.source.functions import FunctionSpan, function_node
from velox_server.convert.titles import hint_label
from velox_server.server import VeloxServer
from velox_server.session import Snapshot


def register(server: VeloxServer) -> None:
    """Attach the handler."""
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(inlay_hint)


def inlay_hint(ls: VeloxServer, params: types.InlayHintParams) -> list[types.InlayHint]:
    """List the hints of a range."""
    document = ls.session.get(params.text_document.uri)
    if document is None or not document.settings.inlay_hints or not document.measured:
        return []
    snapshot = document.snapshot
    hints: list[types.InlayHint] = []
    for name in document.measured_names:
        span = snapshot.function(name)
        if span is None:
            continue
        line = span.line - snapshot.first_line
        if not params.range.start.line <= line <= params.range.end.line:
            continue
        measured = document.measured.get(snapshot.function_text(name) or "")
        label = hint_label(measured) if measured is not None else ""
        if label:
            hints.append(
                types.InlayHint(_head_end(snapshot, span), label, padding_left=True, tooltip=_TOOLTIP)
            )
    return hints


_TOOLTIP = "Measured by Velox in its sandbox on inputs of its own; time of one call at the largest size."


def _head_end(snapshot: Snapshot, span: FunctionSpan) -> types.Position:
    """Behind the colon of the function's head, which may be lines below its `def`."""
    body = function_node(snapshot.parsed, span).child_by_field_name("body")
    end = body.start_byte if body is not None else span.name_end
    head = snapshot.parsed.data[span.def_start : end]
    colon = head.rfind(b":")
    place = snapshot.parsed.source.lines.position(span.def_start + (colon + 1 if colon >= 0 else len(head)))
    return types.Position(snapshot.client_line(place), snapshot.client_column(place))
