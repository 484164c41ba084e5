"""Turns the store's records into rows and JSON lines, and back."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, get_args

from velox_engine.actions import ACTIONS
from velox_engine.experience.records import (
    AttemptRecord,
    EpisodeRecord,
    FeedbackRecord,
    JobRecord,
    MeasurementRecord,
    SuggestionRecord,
    now,
)
from velox_engine.types import Experience, FeedbackKind, Interval, Measurement, VeloxError

Row = dict[str, Any]  # a row by column, as SQLAlchemy takes and gives it

FEEDBACK_KINDS: Final[tuple[str, ...]] = get_args(FeedbackKind)
_INTERVAL: Final = ("median", "low", "high")
_FIGURES: Final = (
    "call_seconds",
    "memory_ratio",
    "memory_bytes",
    "scaling_before",
    "scaling_after",
    "crossover",
)


def _text(value: Any) -> str:
    # Source read from an editor can hold lone surrogates, which no database takes.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def _clean(text: str) -> str:
    # PostgreSQL holds no NUL in a text.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")


def of_suggestion(record: SuggestionRecord) -> Row:
    """Make the row of a suggestion."""
    return {
        "id": record.id,
        "timestamp": record.timestamp or now(),
        "workspace": _clean(record.workspace),
        "path": _clean(record.path),
        "function": _clean(record.function),
        "origin": record.origin,
        "strategies": _text(record.strategies),
        "actions": _text(record.actions),
        "speedup": None if record.speedup is None else _text(record.speedup),
        "memory_ratio": record.memory_ratio,
        "evidence": _text(record.evidence),
        "confidence": record.confidence,
        "reward": record.reward,
        "episode_id": record.episode_id,
        "old_function": _clean(record.old_function),
        "new_function": _clean(record.new_function),
    }


def to_suggestion(row: Row) -> SuggestionRecord:
    """Read a row of the suggestions table."""
    named = dict(row)
    for key in ("strategies", "actions"):
        named[key] = tuple(json.loads(named[key]))
    named["evidence"] = json.loads(named["evidence"])
    named["speedup"] = _interval(named["speedup"])
    return SuggestionRecord(**named)


def of_feedback(record: FeedbackRecord) -> Row:
    """Make the row of a feedback; raises VeloxError `bad-feedback` for a kind that does not exist."""
    if record.kind not in FEEDBACK_KINDS:
        raise VeloxError(
            "bad-feedback",
            f"{record.kind!r} is no kind of feedback.",
            f"Use one of {', '.join(FEEDBACK_KINDS)}.",
        )
    return {
        "suggestion_id": record.suggestion_id,
        "occasion": record.occasion,
        "kind": record.kind,
        "timestamp": record.timestamp or now(),
        "origin": record.origin,
        "note": _clean(record.note),
    }


def to_feedback(row: Row) -> FeedbackRecord:
    """Read a row of the join of feedback and suggestions."""
    return FeedbackRecord(
        suggestion_id=row["suggestion_id"],
        kind=row["kind"],
        occasion=row["occasion"],
        timestamp=row["timestamp"],
        origin=row["origin"],
        note=row["note"],
        path=row["path"] or "",
        function=row["function"] or "",
        workspace=row["workspace"] or "",
        strategies=tuple(json.loads(row["strategies"])) if row["strategies"] else (),
        speedup=_interval(row["speedup"]),
    )


def _interval(text: str | None) -> tuple[float, float, float] | None:
    if text is None:
        return None
    median, low, high = json.loads(text)
    return median, low, high


def of_attempt(record: AttemptRecord) -> Row:
    """Make the row of an attempt."""
    return {
        "timestamp": record.timestamp or now(),
        "workspace": _clean(record.workspace),
        "path": _clean(record.path),
        "function": _clean(record.function),
        "strategy": record.strategy,
        "status": record.status,
        "reason": _clean(record.reason),
        "seconds": record.seconds,
        "counterexample": None if record.counterexample is None else _text(record.counterexample),
        "episode_id": record.episode_id,
    }


def to_attempt(row: Row) -> AttemptRecord:
    """Read a row of the attempts table."""
    named = dict(row)
    del named["id"]
    if named["counterexample"] is not None:
        named["counterexample"] = json.loads(named["counterexample"])
    return AttemptRecord(**named)


def of_episode(record: EpisodeRecord) -> Row:
    """Make the row of an episode."""
    row = asdict(record)
    cleaned = {name: _clean(row[name]) for name in ("workspace", "path", "function", "reason")}
    return row | cleaned | {"timestamp": record.timestamp or now()}


def of_measurement(record: MeasurementRecord) -> Row:
    """Make the row of the figures of a suggestion."""
    measured = record.measurement
    return {
        "suggestion_id": record.suggestion_id,
        "episode_id": record.episode_id,
        "timestamp": record.timestamp or now(),
        "machine": record.machine,
        **{name: getattr(measured.speedup, name) for name in _INTERVAL},
        **{f"typical_{name}": getattr(measured.typical, name) for name in _INTERVAL},
        **{name: getattr(measured, name) for name in _FIGURES},
        "sizes": _text(measured.sizes),
        "unstable": _clean(measured.unstable),
        "note": _clean(measured.note),
    }


def to_measurement(row: Row) -> MeasurementRecord:
    """Read a row of the measurements table."""
    measured = Measurement(
        speedup=Interval(*(row[name] for name in _INTERVAL)),
        typical=Interval(*(row[f"typical_{name}"] for name in _INTERVAL)),
        **{name: row[name] for name in _FIGURES},
        sizes=tuple(json.loads(row["sizes"])),
        unstable=row["unstable"],
        note=row["note"],
    )
    told = ("suggestion_id", "episode_id", "machine", "timestamp")
    return MeasurementRecord(measurement=measured, **{name: row[name] for name in told})


def of_job(record: JobRecord) -> Row:
    """Make the row of a job."""
    return asdict(record) | {"detail": _clean(record.detail), "figures": _text(record.figures)}


def to_job(row: Row) -> JobRecord:
    """Read a row of the jobs table."""
    return JobRecord(**{**row, "figures": json.loads(row["figures"])})


def of_experience(experience: Experience) -> Row:
    """Make the row of a transition; equal transitions have equal digests."""
    line = experience_line(experience)
    return {
        "digest": hashlib.sha256(line.encode("ascii")).digest(),
        "episode_id": experience.episode_id,
        "timestamp": experience.timestamp,
        "source": experience.source,
        "action_idx": experience.action_idx,
        "reward": experience.reward,
        "line": line,
    }


def experience_line(experience: Experience) -> str:
    """Write a transition as one JSON line in the format that is shared between people."""
    return json.dumps(
        {
            "state": experience.state,
            "action_idx": experience.action_idx,
            "reward": experience.reward,
            "next_state": experience.next_state,
            "done": experience.done,
            "mask": [int(allowed) for allowed in experience.mask],
            "next_mask": [int(allowed) for allowed in experience.next_mask],
            "source": experience.source,
            "episode_id": experience.episode_id,
            "timestamp": experience.timestamp,
            "evidence": experience.evidence,
        },
        separators=(",", ":"),
    )


def parse_experience(line: str) -> Experience:
    """Read a transition from its JSON line; raises VeloxError `bad-experience` saying what is wrong."""
    try:
        document = json.loads(line)
        if not isinstance(document, dict):
            raise TypeError("it is not an object")
        return _experience(document)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise VeloxError(
            "bad-experience", f"Not a transition: {what}.", "See the format in docs/architecture.md."
        ) from error


def _experience(document: Mapping[str, Any]) -> Experience:
    state, next_state = _floats(document["state"]), _floats(document["next_state"])
    if len(state) != len(next_state):
        raise ValueError("state and next_state differ in length")
    action = document["action_idx"]
    if type(action) is not int or not 0 <= action < len(ACTIONS):
        raise ValueError(f"action_idx {action!r} is not between 0 and {len(ACTIONS) - 1}")
    source = document["source"]
    if source not in ("measured", "feedback", "import"):
        raise ValueError(f"source {source!r} is unknown")
    return Experience(
        state=state,
        action_idx=action,
        reward=_floats([document["reward"]])[0],
        next_state=next_state,
        done=bool(document["done"]),
        mask=_mask(document["mask"]),
        next_mask=_mask(document["next_mask"]),
        source=source,
        episode_id=str(document["episode_id"]),
        timestamp=str(document["timestamp"]),
        evidence=dict(document.get("evidence") or {}),
    )


def _floats(values: list[Any]) -> tuple[float, ...]:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{value!r} is not a finite number")
    return tuple(float(value) for value in values)


def _mask(values: list[Any]) -> tuple[bool, ...]:
    if len(values) != len(ACTIONS):
        raise ValueError(f"a mask has {len(values)} entries, not {len(ACTIONS)}")
    return tuple(bool(value) for value in values)
