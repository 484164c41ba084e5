"""Builds the document that lists feedback, for the command line and the editor alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from velox_engine.experience.records import FeedbackRecord
from velox_engine.experience.rows import FEEDBACK_KINDS


def feedback_document(records: Iterable[FeedbackRecord]) -> dict[str, Any]:
    """Build {"feedback": [...], "summary": {kind: count}}."""
    entries = [_entry(record) for record in records]
    counts = {kind: sum(entry["kind"] == kind for entry in entries) for kind in FEEDBACK_KINDS}
    return {"feedback": entries, "summary": {"total": len(entries), **counts}}


def _entry(record: FeedbackRecord) -> dict[str, Any]:
    speed = record.speedup
    return {
        "kind": record.kind,
        "timestamp": record.timestamp,
        "suggestion": record.suggestion_id,
        "occasion": record.occasion,
        "path": record.path,
        "function": record.function,
        "workspace": record.workspace,
        "strategies": list(record.strategies),
        "speedup": {"median": speed[0], "low": speed[1], "high": speed[2]} if speed else None,
        "origin": record.origin,
        "note": record.note,
    }
