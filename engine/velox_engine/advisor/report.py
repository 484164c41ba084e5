"""Turns advice into the documents that the command line prints and the server shows (DESIGN §9)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from velox_engine.advisor.advise import FunctionAdvice
from velox_engine.types import (
    Attempt,
    Difference,
    Evidence,
    Interval,
    Measurement,
    Suggestion,
    TrackRecord,
    Verdict,
)

_LEAST_TRIED: Final = 3


def shown_path(path: str) -> str:
    """Write a path relative to the current folder where it lies under it."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return path


def optimize_document(
    advices: Sequence[FunctionAdvice], *, seconds: float, applied: Sequence[str] = ()
) -> dict[str, Any]:
    """Build the document of `velox optimize`."""
    counts = {
        status: sum(a.status == status for a in advices)
        for status in ("improved", "unchanged", "unverifiable", "error")
    }
    return {
        "functions": [function_document(advice, shown_path(advice.path)) for advice in advices],
        "summary": {
            "functions": len(advices),
            **counts,
            "applied": list(applied),
            "seconds": round(seconds, 2),
        },
    }


def function_document(advice: FunctionAdvice, path: str) -> dict[str, Any]:
    """Build what `velox optimize` says of one function; `path` is how its file is called."""
    return {
        "path": path,
        "name": advice.name,
        "status": advice.status,
        "reason": advice.reason,
        "suggestions": [suggestion_document(suggestion) for suggestion in advice.suggestions],
        "tried": [_attempt(attempt) for attempt in advice.tried],
        "choice": advice.choice.document() if advice.choice else None,
    }


def suggestion_document(suggestion: Suggestion) -> dict[str, Any]:
    """Build the document of one suggestion."""
    measured = suggestion.measurement
    return {
        "id": suggestion.id,
        "strategies": list(suggestion.strategies),
        "new_function": suggestion.new_function,
        "new_source": suggestion.new_source,
        "diff": suggestion.diff,
        **measurement_document(measured),
        "evidence": evidence_document(suggestion.verdict.evidence),
        "caveats": [difference_document(caveat) for caveat in suggestion.verdict.caveats],
        "confidence": suggestion.confidence,
        "reward": suggestion.reward,
        "reason": suggestion.reason,
        "weakly_checked": suggestion.weakly_checked,
        "track": _track(suggestion.track),
    }


def _track(track: TrackRecord | None) -> dict[str, Any] | None:
    """Build {"worked", "tried", "says"}; None below three functions, which say nothing."""
    if track is None or track.tried < _LEAST_TRIED:
        return None
    says = f"this rewrite worked {track.worked} of {track.tried} times on code like this"
    return {"worked": track.worked, "tried": track.tried, "says": says}


def measurement_document(measured: Measurement | None) -> dict[str, Any]:
    """Build the figures: speed-up (at the largest size), the typical one beside it, memory and scaling."""
    if measured is None:
        return {"speedup": None, "memory_ratio": None, "scaling": None, "crossover": None}
    return {
        "speedup": interval_document(measured.speedup),
        "speedup_typical": interval_document(measured.typical),
        "memory_ratio": _rounded(measured.memory_ratio, 3),
        "memory_bytes": _memory_bytes(measured),
        "scaling": {
            "before": _rounded(measured.scaling_before, 2),
            "after": _rounded(measured.scaling_after, 2),
            "points": {
                "before": [list(point) for point in measured.growth_before],
                "after": [list(point) for point in measured.growth_after],
            },
        },
        "sizes": list(measured.sizes),
        "crossover": measured.crossover,
        "call_seconds": measured.call_seconds,
    }


def _memory_bytes(measured: Measurement) -> dict[str, int] | None:
    """Build {"before", "after"}: peak bytes of one call at the largest size."""
    if not measured.memory_ratio or measured.memory_bytes is None:
        return None
    before = measured.memory_bytes
    return {"before": round(before), "after": round(before / measured.memory_ratio)}


def interval_document(interval: Interval) -> dict[str, float]:
    """Build {"median", "low", "high"}."""
    return {
        "median": round(interval.median, 3),
        "low": round(interval.low, 3),
        "high": round(interval.high, 3),
    }


def evidence_document(evidence: Evidence) -> dict[str, Any]:
    """Build the evidence that travels with every verdict."""
    return {
        "inputs": evidence.inputs,
        "exceptions": evidence.exceptions,
        "recorded": evidence.recorded,
        "wide_inputs": evidence.wide_inputs,
        "coverage": _rounded(evidence.coverage, 3),
        "strength": _rounded(evidence.strength, 3),
        "mutants": {"killed": evidence.mutants_killed, "planted": evidence.mutants},
        "tests": evidence.tests or None,
        "sandbox": evidence.sandbox,
    }


def difference_document(difference: Difference | None) -> dict[str, str] | None:
    """Build {"says", "inputs", "old", "new"}; None for none."""
    if difference is None:
        return None
    return {
        "says": difference.says,
        "inputs": difference.inputs,
        "old": difference.old,
        "new": difference.new,
    }


def verify_document(verdict: Verdict, measured: Measurement | None, faster: bool | None) -> dict[str, Any]:
    """Build the document of `velox verify`."""
    return {
        "status": verdict.status,
        "reason": verdict.reason,
        "counterexample": difference_document(verdict.counterexample),
        "caveats": [difference_document(caveat) for caveat in verdict.caveats],
        "evidence": evidence_document(verdict.evidence),
        **measurement_document(measured),
        "faster": faster,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "strategy": attempt.strategy,
        "status": attempt.status,
        "counterexample": difference_document(attempt.counterexample),
        "reason": attempt.reason,
        "seconds": attempt.seconds,
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
