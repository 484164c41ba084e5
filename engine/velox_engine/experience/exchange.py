"""Feedback as JSON lines that can be shared: which strategy on what evidence, no code and no paths."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from velox_engine.experience.records import FeedbackRecord
from velox_engine.experience.rows import FEEDBACK_KINDS
from velox_engine.types import VeloxError

_FIELDS = ("suggestion", "occasion", "kind", "timestamp")


def export_lines(records: Iterable[FeedbackRecord]) -> Iterator[str]:
    """Yield one JSON line for each record; paths, functions and notes stay at home."""
    for record in records:
        yield json.dumps(
            {
                "suggestion": record.suggestion_id,
                "occasion": record.occasion,
                "kind": record.kind,
                "timestamp": record.timestamp,
                "strategies": record.strategies,
                "speedup": record.speedup,
            }
        )


def parse_lines(text: str, name: str) -> list[FeedbackRecord]:
    """Read exported lines; raises VeloxError `bad-feedback` with the line that is wrong."""
    return [_parse(line, f"{name}, line {number}") for number, line in _numbered(text)]


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _parse(line: str, where: str) -> FeedbackRecord:
    try:
        entry: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _wrong(where, f"is not JSON ({error})") from error
    if not isinstance(entry, dict):
        raise _wrong(where, "is not an object")
    for field in _FIELDS:
        if not isinstance(entry.get(field), str):
            raise _wrong(where, f"has no text {field!r}")
    if entry["kind"] not in FEEDBACK_KINDS:
        raise _wrong(where, f"has the unknown kind {entry['kind']!r}")
    return FeedbackRecord(
        suggestion_id=entry["suggestion"],
        kind=entry["kind"],
        occasion=entry["occasion"],
        timestamp=entry["timestamp"],
        origin="import",
    )


def _wrong(where: str, what: str) -> VeloxError:
    return VeloxError("bad-feedback", f"{where} {what}.", "Give a file that `velox feedback export` wrote.")
