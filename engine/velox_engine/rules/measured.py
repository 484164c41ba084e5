"""The figures of the last checked-in run of `velox rules bench`: what following each rule won, and where."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FIGURES: Final = Path(__file__).with_name("measured.json")
WORTH: Final = 1.1
"""How many times faster, or smaller at its peak, what a rule asks for must be to be on by default."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one rule's benchmark gave."""

    status: str  # "measured", "skipped" or "failed"
    reason: str
    median: float
    low: float
    high: float
    memory_ratio: float | None
    wins: bool


@cache
def figures() -> dict[str, Figure]:
    """The checked-in figures by rule id; rules that are newer than the run are missing."""
    return {row["id"]: _figure(row) for row in _document()["rules"]}


def effect(rule_id: str) -> str:
    """What a rule's page says about the measured effect, "" for a rule that is newer than the run."""
    figure = figures().get(rule_id)
    if figure is None:
        return ""
    if figure.status != "measured":
        return f"Not measured: {figure.reason}."
    parts = [f"{figure.median:g} times as fast (95 % interval {figure.low:g} to {figure.high:g})"]
    if figure.memory_ratio is not None and not 0.9 < figure.memory_ratio < WORTH:
        parts.append(f"peak memory divided by {figure.memory_ratio:g}")
    return f"*Use instead* was {', '.join(parts)}, with {where()}. `velox rules bench {rule_id}` measures it here."


def where() -> str:
    """The interpreter and machine of the run."""
    document = _document()
    return f"{document['interpreter']} on {document['machine']}"


@cache
def _document() -> dict[str, Any]:
    return json.loads(FIGURES.read_text(encoding="utf-8"))


def _figure(row: dict[str, Any]) -> Figure:
    speedup = row.get("speedup", {"median": 1.0, "low": 1.0, "high": 1.0})
    return Figure(
        row["status"],
        row.get("reason", ""),
        speedup["median"],
        speedup["low"],
        speedup["high"],
        row.get("memory_ratio"),
        row.get("wins", False),
    )
