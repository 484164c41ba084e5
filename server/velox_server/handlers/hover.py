"""textDocument/hover: the report on a finding, or on a function at its name."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from velox_engine.source import metrics
from velox_engine.source.functions import FunctionSpan
from velox_engine.types import Finding
from velox_server.convert.report import hover_report
from velox_server.server import VeloxServer
from velox_server.session import Document, Snapshot


def register(server: VeloxServer) -> None:
    """Attach the handler."""
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)


async def hover(ls: VeloxServer, params: types.HoverParams) -> types.Hover | None:
    """Explain what is under the cursor; nothing elsewhere, where other servers' hovers belong.

    On a function's name, what only types from other files show is looked for in a process; what takes longer than a
    person waits for is there at the next hover.
    """
    document = ls.session.get(params.text_document.uri)
    if document is None:
        return None
    snapshot = document.snapshot
    line, column = params.position.line, params.position.character
    here = snapshot.position(line, column)
    span = snapshot.function_at(line, column)
    on_name = span is not None and span.name_start <= snapshot.offset(line, column) <= span.name_end
    deeper: list[Finding] = []
    if on_name and span is not None:
        await ls.deeper.look(document, snapshot, span.qualname)
        deeper = document.deeper_of(snapshot, span.qualname)
    known = [*snapshot.findings, *document.deeper(snapshot)]
    findings = [found for found in known if found.start <= here <= found.end and found not in deeper]
    # The place that is meant comes before a loop around it.
    findings = sorted(findings, key=lambda found: (found.start, found.end), reverse=True) + deeper
    if not findings and not on_name:
        return None
    around = ls.surroundings.told(document.path, span.qualname) if on_name and span is not None else ""
    report = await _report(document, snapshot, findings, span, around)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, report))


async def _report(
    document: Document, snapshot: Snapshot, findings: list[Finding], span: FunctionSpan | None, around: str
) -> str:
    if span is None:
        return hover_report(findings, "", None, None, None)
    measured = document.measured.get(snapshot.function_text(span.qualname) or "")
    counted = metrics.measure(snapshot.parsed, span)
    # In a thread: the first time this imports radon, and keys are not to wait for it.
    complexity = await asyncio.to_thread(metrics.complexity, snapshot.parsed, span)
    return hover_report(findings, span.qualname, counted, complexity, measured, around)
