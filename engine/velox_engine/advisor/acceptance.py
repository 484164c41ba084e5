"""The acceptance rule (DESIGN §8): when a verified, measured candidate may be offered."""

from __future__ import annotations

from dataclasses import dataclass

from velox_engine.settings import Settings
from velox_engine.types import Interval, Measurement, Verdict

_MICRO_SECONDS = 10e-6
_UNCHANGED = 1.0  # time is significantly worse when the whole interval lies below this
_MEMORY_FLOOR = 4096  # bytes: savings on less than a page are noise of the allocator


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a candidate is offered, and why, in words for the person."""

    accepted: bool
    reason: str
    weakly_checked: bool = False


def decide(verdict: Verdict, measurement: Measurement, settings: Settings) -> Decision:
    """Apply the rule to one candidate. Only the status `verified` can be accepted."""
    if verdict.status != "verified":
        return Decision(False, verdict.reason)
    if measurement.unstable:
        return Decision(False, measurement.unstable)
    gain = _gain(measurement, settings)
    if gain is None:
        call = _call(measurement.call_seconds)
        times = _times(measurement.speedup)
        return Decision(False, f"no significant change: {times} at the largest size measured ({call} a call)")
    if measurement.note:
        gain = f"{gain} ({measurement.note})"
    strength = verdict.evidence.strength
    if strength is None or strength < settings.min_strength:
        shown = "no bug could be planted" if strength is None else f"{strength:.0%} of planted bugs detected"
        return Decision(settings.weak, f"weakly checked ({shown}); {gain}", weakly_checked=True)
    return Decision(True, gain)


def _gain(measurement: Measurement, settings: Settings) -> str | None:
    micro = measurement.call_seconds < _MICRO_SECONDS
    least = settings.min_speedup_micro if micro else settings.min_speedup
    typical, largest = measurement.typical, measurement.speedup
    if typical.low > least and largest.low > least:
        return f"{_times(largest)} faster at the largest size measured"
    if largest.low > least and typical.high >= _UNCHANGED:
        return f"{_times(largest)} faster at the largest size measured, unchanged below it"
    saved = _memory_saved(measurement)
    if saved >= settings.min_memory_saving and min(typical.high, largest.high) >= _UNCHANGED:
        return f"{saved:.0%} less peak memory, time not worse"
    return None


def _memory_saved(measurement: Measurement) -> float:
    if not measurement.memory_ratio or (measurement.memory_bytes or 0) < _MEMORY_FLOOR:
        return 0.0
    return 1.0 - 1.0 / measurement.memory_ratio


def _times(interval: Interval) -> str:
    return f"{interval.median:.2f}× [{interval.low:.2f}, {interval.high:.2f}]"


def _call(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.2g} {unit}"
    return f"{seconds * 1e6:.2g} µs"
