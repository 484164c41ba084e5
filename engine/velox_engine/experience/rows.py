"""Turns the store's records into rows and JSON lines, and back."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any, Final, get_args

from velox_engine.actions import ACTIONS
from velox_engine.experience.records import AttemptRecord, FeedbackRecord, SuggestionRecord, now
from velox_engine.types import Experience, FeedbackKind, VeloxError

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "suggestions": (
        *("id", "timestamp", "workspace", "path", "function", "origin", "strategies", "actions", "speedup"),
        *("memory_ratio", "evidence", "confidence", "reward", "episode_id", "old_function", "new_function"),
    ),
    "feedback": ("suggestion_id", "occasion", "kind", "timestamp", "origin", "note"),
    "attempts": (
        *("timestamp", "workspace", "path", "function", "strategy", "status"),
        *("reason", "seconds", "counterexample", "episode_id"),
    ),
    "experiences": ("digest", "episode_id", "timestamp", "source", "action_idx", "reward", "line"),
}
"""What `store` writes to each table, in the order of the rows made here."""

FEEDBACK_KINDS: Final[tuple[str, ...]] = get_args(FeedbackKind)


def _text(value: Any) -> str:
    # Source read from an editor can hold lone surrogates, which SQLite refuses.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def of_suggestion(record: SuggestionRecord) -> tuple[Any, ...]:
    """Make the row of a suggestion."""
    return (
        record.id,
        record.timestamp or now(),
        _clean(record.workspace),
        _clean(record.path),
        _clean(record.function),
        record.origin,
        _text(record.strategies),
        _text(record.actions),
        None if record.speedup is None else _text(record.speedup),
        record.memory_ratio,
        _text(record.evidence),
        record.confidence,
        record.reward,
        record.episode_id,
        _clean(record.old_function),
        _clean(record.new_function),
    )


def to_suggestion(row: tuple[Any, ...]) -> SuggestionRecord:
    """Read a row of the suggestions table."""
    named = dict(zip(COLUMNS["suggestions"], row, strict=True))
    for key in ("strategies", "actions"):
        named[key] = tuple(json.loads(named[key]))
    named["evidence"] = json.loads(named["evidence"])
    named["speedup"] = _interval(named["speedup"])
    return SuggestionRecord(**named)


def of_feedback(record: FeedbackRecord) -> tuple[Any, ...]:
    """Make the row of a feedback; raises VeloxError `bad-feedback` for a kind that does not exist."""
    if record.kind not in FEEDBACK_KINDS:
        raise VeloxError(
            "bad-feedback",
            f"{record.kind!r} is no kind of feedback.",
            f"Use one of {', '.join(FEEDBACK_KINDS)}.",
        )
    return (
        record.suggestion_id,
        record.occasion,
        record.kind,
        record.timestamp or now(),
        record.origin,
        _clean(record.note),
    )


def to_feedback(row: tuple[Any, ...]) -> FeedbackRecord:
    """Read a row of the join of feedback and suggestions."""
    suggestion_id, kind, occasion, timestamp, origin, note, path, function, workspace, strategies, speedup = (
        row
    )
    return FeedbackRecord(
        suggestion_id=suggestion_id,
        kind=kind,
        occasion=occasion,
        timestamp=timestamp,
        origin=origin,
        note=note,
        path=path or "",
        function=function or "",
        workspace=workspace or "",
        strategies=tuple(json.loads(strategies)) if strategies else (),
        speedup=_interval(speedup),
    )


def _interval(text: str | None) -> tuple[float, float, float] | None:
    if text is None:
        return None
    median, low, high = json.loads(text)
    return median, low, high


def of_attempt(record: AttemptRecord) -> tuple[Any, ...]:
    """Make the row of an attempt."""
    return (
        record.timestamp or now(),
        _clean(record.workspace),
        _clean(record.path),
        _clean(record.function),
        record.strategy,
        record.status,
        _clean(record.reason),
        record.seconds,
        None if record.counterexample is None else _text(record.counterexample),
        record.episode_id,
    )


def to_attempt(row: tuple[Any, ...]) -> AttemptRecord:
    """Read a row of the attempts table."""
    named = dict(zip(COLUMNS["attempts"], row, strict=True))
    if named["counterexample"] is not None:
        named["counterexample"] = json.loads(named["counterexample"])
    return AttemptRecord(**named)


def of_experience(experience: Experience) -> tuple[Any, ...]:
    """Make the row of a transition; equal transitions have equal digests."""
    line = experience_line(experience)
    return (
        hashlib.sha256(line.encode("ascii")).digest(),
        experience.episode_id,
        experience.timestamp,
        experience.source,
        experience.action_idx,
        experience.reward,
        line,
    )


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
