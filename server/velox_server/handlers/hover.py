"""textDocument/hover: the report on a finding, or on a function at its name."""

from __future__ import annotations

import asyncio
from typing import Final

from lsprotocol import types

from velox_engine.rules import deepen, selection_for
from velox_engine.source import metrics
from velox_engine.source.functions import FunctionSpan
from velox_engine.types import Finding, VeloxError
from velox_engine.workspace.project import find_root
from velox_server.convert.report import hover_report
from velox_server.server import VeloxServer
from velox_server.session import Document, Snapshot

_ONE_AT_A_TIME: Final = asyncio.Lock()


def register(server: VeloxServer) -> None:
    """Attach the handler."""
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)


async def hover(ls: VeloxServer, params: types.HoverParams) -> types.Hover | None:
    """Explain what is under the cursor; nothing elsewhere, where other servers' hovers belong.

    On a function's name, what only types from other files show is looked for beside the event loop.
    """
    document = ls.session.get(params.text_document.uri)
    if document is None:
        return None
    snapshot = document.snapshot
    line, column = params.position.line, params.position.character
    here = snapshot.position(line, column)
    known = [*snapshot.findings, *document.deeper(snapshot)]
    findings = [finding for finding in known if finding.start <= here <= finding.end]
    span = snapshot.function_at(line, column)
    on_name = span is not None and span.name_start <= snapshot.offset(line, column) <= span.name_end
    if not findings and not on_name:
        return None
    if on_name and span is not None:
        findings += await _deeper(document, snapshot, span.qualname)
    around = ls.surroundings.told(document.path, span.qualname) if on_name and span is not None else ""
    report = await _report(document, snapshot, findings, span, around)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, report))


async def _deeper(document: Document, snapshot: Snapshot, qualname: str) -> list[Finding]:
    """Findings that need types from other files, in a thread: the answer may take seconds, typing must not."""
    root = find_root(document.path) if document.path is not None else None
    selection = selection_for(document.settings, document.path)
    async with _ONE_AT_A_TIME:  # jedi keeps state that two threads must not share
        try:
            found = await asyncio.to_thread(deepen, snapshot.parsed, qualname, selection, root)
        except VeloxError:
            return []
    document.remember_deeper(snapshot, qualname, found)
    return found


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
