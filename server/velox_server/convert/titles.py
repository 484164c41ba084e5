"""Words for menus, lenses and hints: what a rewrite does and what was measured, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from velox_engine.types import Finding
from velox_server.convert.messages import short_figure, times

_LONGEST: Final = 60
_TOLD_EXPONENT: Final = 0.15


def verified_title(suggestion: Mapping[str, Any]) -> str:
    """Ex) `Look b up in a set that is built once: 14.2× faster, same on 214 inputs`."""
    strategies = suggestion.get("strategies") or ("rewrite",)
    notes = str(suggestion.get("reason") or "").split("; ")[: len(strategies)]
    told = "; ".join(note for note in notes if note) or ", ".join(strategies)
    if len(told) > _LONGEST:
        told = f"{told[: _LONGEST - 1].rstrip()}…"
    return f"{told[:1].upper()}{told[1:]}: {short_figure(suggestion)}"


def unverified_title(function: str, finding: Finding | None) -> str:
    """Ex) `Verify and rewrite ‘f’ (VX103 quadratic-dedupe)…`."""
    about = f" ({finding.rule} {finding.name})" if finding is not None else ""
    return f"Verify and rewrite ‘{function}’{about}…"


def lens_title(measured: Mapping[str, Any] | None, offer: Mapping[str, Any] | None) -> str:
    """What stands above a function, "" when nothing was measured."""
    if offer is not None:
        return f"Velox: {short_figure(offer)}"
    if measured is None:
        return ""
    if "applied" in measured:
        return f"Velox: rewritten, {short_figure(measured['applied'])}"
    return ""


def hint_label(measured: Mapping[str, Any]) -> str:
    """What stands behind a function's first line: time of a call at the largest size, and how it grows."""
    suggestion = measured.get("applied") or next(iter(measured.get("suggestions") or ()), None)
    if suggestion is None:
        return ""
    seconds, sizes = suggestion.get("call_seconds"), suggestion.get("sizes") or ()
    speed, scaling = suggestion.get("speedup"), suggestion.get("scaling") or {}
    exponent = scaling.get("before")
    if "applied" in measured:
        exponent = scaling.get("after")
        if seconds and speed:
            seconds = seconds / speed["median"]
    if not seconds:
        return ""
    told = _duration(seconds)
    if sizes:
        told += f" at n = {sizes[-1]:,}"
    if exponent is not None and exponent > _TOLD_EXPONENT:
        told += f", grows as n^{exponent:.1f}"
    if speed and "applied" in measured:
        told += f", {times(speed['median'])} faster than before"
    return told


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            value = seconds / size
            return f"{value:.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"
