"""Plots as SVG for a page that is read from one file: bars, growth with size, and all speed-ups on one axis.

Colours and fonts are the page's style sheet's; each plot says in words what it shows, for those who cannot see it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from velox_engine.cli.reports.escaping import html
from velox_engine.cli.reports.figures import duration, interval, ratio, size

_WIDTH: Final = 480
_LEFT: Final = 64
_RIGHT: Final = 104
_ROW: Final = 34


@dataclass(frozen=True, slots=True)
class _Bar:
    name: str
    value: float
    told: str
    low: float | None = None
    high: float | None = None


def runtime(seconds: float, speedup: Mapping[str, float]) -> str:
    """Time of one call before and after, with what the interval of the speed-up leaves for the latter."""
    after = seconds / speedup["median"]
    low, high = seconds / speedup["high"], seconds / speedup["low"]
    return _bars(
        "Time of one call",
        [_Bar("before", seconds, duration(seconds)), _Bar("after", after, duration(after), low, high)],
    )


def memory(peaks: Mapping[str, float]) -> str:
    """Peak memory of one call before and after."""
    return _bars(
        "Peak memory of one call",
        [_Bar(name, peaks[name], size(peaks[name])) for name in ("before", "after")],
    )


def _bars(title: str, bars: Sequence[_Bar]) -> str:
    most = max(max(bar.value, bar.high or 0.0) for bar in bars) or 1.0
    room = _WIDTH - _LEFT - _RIGHT
    parts: list[str] = []
    for number, bar in enumerate(bars):
        top = 4 + number * _ROW
        middle = top + 12
        width = max(bar.value / most * room, 1.5)
        end = width
        parts.append(_text(_LEFT - 8, middle + 4, bar.name, "end"))
        parts.append(
            f'<rect class="{bar.name}" x="{_LEFT}" y="{top}" width="{width:.1f}" height="24" rx="2"/>'
        )
        if bar.low is not None and bar.high is not None:
            left, right = _LEFT + bar.low / most * room, _LEFT + bar.high / most * room
            parts.append(_whisker(left, right, middle))
            end = max(end, right - _LEFT)
        parts.append(_text(_LEFT + end + 8, middle + 4, bar.told))
    told = ", ".join(f"{bar.name} {bar.told}" for bar in bars)
    return _svg(f"{title}: {told}", 2 * _ROW + 4, parts)


def growth(suggestion: Mapping[str, Any]) -> str:
    """Time of one call against size, both axes logarithmic; "" where too few sizes were measured to draw.

    Dots are measured on one batch a size; the crosses are the paired measurements, with the interval of the rewrite.
    """
    points: Mapping[str, Sequence[Sequence[float]]] = (suggestion.get("scaling") or {}).get("points") or {}
    curves = {
        name: [(n, t) for n, t in points.get(name, ()) if n > 0 and t > 0] for name in ("before", "after")
    }
    if any(len(curve) < 2 for curve in curves.values()):
        return ""
    paired = _paired(suggestion, curves["before"])
    sizes = [n for curve in curves.values() for n, _ in curve]
    times = [t for curve in curves.values() for _, t in curve] + [
        t for _, _, low, high in paired for t in (low, high)
    ]
    bottom, top = 212, 10
    left, right = _LEFT, _WIDTH - _RIGHT
    first, last = math.log10(min(sizes)), math.log10(max(sizes))
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    high = max(high, low + 1)

    def x(n: float) -> float:
        return left + (math.log10(n) - first) / ((last - first) or 1.0) * (right - left)

    def y(t: float) -> float:
        return bottom - (math.log10(t) - low) / (high - low) * (bottom - top)

    parts: list[str] = []
    for decade in range(low, high + 1):
        parts.append(f'<path class="grid" d="M{left} {y(10.0**decade):.1f}H{right}"/>')
        parts.append(_text(left - 8, y(10.0**decade) + 4, _decade(decade), "end"))
    for n in _ticks(sizes):
        parts.append(f'<path class="grid" d="M{x(n):.1f} {top}V{bottom}"/>')
        parts.append(_text(x(n), bottom + 18, f"{n:,.0f}", "middle"))
    parts.append(_text((left + right) / 2, bottom + 36, "size of the input", "middle", "quiet"))
    exponents = suggestion["scaling"]
    places = {name: y(curve[-1][1]) for name, curve in curves.items()}
    if abs(places["before"] - places["after"]) < 16 and x(curves["before"][-1][0]) > right - 90:
        places["after"] = places["before"] + 16
    for name, curve in curves.items():
        path = "L".join(f"{x(n):.1f} {y(t):.1f}" for n, t in curve)
        parts.append(f'<path class="line {name}" d="M{path}"/>')
        parts += [f'<circle class="{name}" cx="{x(n):.1f}" cy="{y(t):.1f}" r="2.5"/>' for n, t in curve]
        parts.append(_text(x(curve[-1][0]) + 8, places[name] + 4, f"{name}{_power(exponents[name])}"))
    for n, middle, least, most in paired:
        parts.append(
            f'<path class="interval" d="M{x(n):.1f} {y(least):.1f}V{y(most):.1f}'
            f'm-5 0h10M{x(n) - 5:.1f} {y(least):.1f}h10M{x(n) - 5:.1f} {y(middle):.1f}h10"/>'
        )
    told = " ".join(
        f"{name}: from {duration(curve[0][1])} at {curve[0][0]:,.0f} to {duration(curve[-1][1])} at "
        f"{curve[-1][0]:,.0f}{_power(exponents[name])}."
        for name, curve in curves.items()
    )
    return _svg(f"Time of one call against the size of the input, {told}", 254, parts)


def speedups(rows: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """All speed-ups on one logarithmic axis, the interval of each as a line; `rows` holds (name, speed-up)."""
    left, right = 210, _WIDTH + 200
    high = max(1, math.ceil(math.log10(max(speedup["high"] for _, speedup in rows))))
    # A rewrite that is kept for its memory may be a little slower.
    low = min(0.0, math.log10(min(min(speedup["low"] for _, speedup in rows), 1.0)))
    bottom = 8 + 26 * len(rows)

    def x(value: float) -> float:
        return left + (math.log10(max(value, 1e-9)) - low) / (high - low) * (right - left)

    parts: list[str] = []
    for decade in range(high + 1):
        parts.append(f'<path class="grid" d="M{x(10.0**decade):.1f} 4V{bottom}"/>')
        parts.append(_text(x(10.0**decade), bottom + 18, f"{10**decade:,}×", "middle"))
    for number, (name, speedup) in enumerate(rows):
        middle = 18 + 26 * number
        parts.append(_text(left - 12, middle + 4, _short(name, 30), "end"))
        parts.append(_whisker(x(speedup["low"]), x(speedup["high"]), middle))
        parts.append(f'<circle class="after" cx="{x(speedup["median"]):.1f}" cy="{middle}" r="5"/>')
        parts.append(_text(right + 16, middle + 4, ratio(speedup["median"])))
    told = "; ".join(f"{name} {interval(speedup)}" for name, speedup in rows)
    return _svg(f"Times faster, with 95 % intervals: {told}", bottom + 26, parts, right + 80)


def share(value: float, most: float) -> str:
    """A small bar for a table cell whose figure stands beside it, so it is no news to a screen reader."""
    width = 0.0 if most <= 0 else max(value / most * 72, 1.0)
    return (
        '<svg class="share" viewBox="0 0 72 10" aria-hidden="true">'
        f'<rect class="before" width="{width:.1f}" height="10" rx="2"/></svg>'
    )


def _paired(
    suggestion: Mapping[str, Any], before: Sequence[tuple[float, float]]
) -> list[tuple[float, float, float, float]]:
    """(size, median, low, high) of the rewrite's time where it was timed in pairs with the original."""
    known = dict(before)
    sizes = suggestion.get("sizes") or []
    found = []
    for n, name in zip(
        (sizes[0], sizes[-1]) if len(sizes) > 1 else sizes, ("speedup_typical", "speedup"), strict=False
    ):
        seconds, speedup = known.get(n), suggestion[name if len(sizes) > 1 else "speedup"]
        if seconds:
            found.append(
                (n, seconds / speedup["median"], seconds / speedup["high"], seconds / speedup["low"])
            )
    return found


def _ticks(sizes: Iterable[float]) -> list[float]:
    """A few sizes to write under the axis: of all measured, so many as have room."""
    every = sorted(set(sizes))
    step = max(1, math.ceil(len(every) / 5))
    return every[::-1][::step]


def _power(exponent: float | None) -> str:
    return "" if exponent is None else f" ~ n^{exponent:.1f}"


def _decade(exponent: int) -> str:
    """A power of ten seconds, without digits that say nothing. Ex) -4 → 100 µs."""
    unit, factor = next(
        ((name, power) for power, name in ((0, "s"), (-3, "ms"), (-6, "µs")) if exponent >= power), ("ns", -9)
    )
    return f"{10 ** (exponent - factor):,} {unit}" if exponent >= -9 else f"1e{exponent} s"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else "…" + text[-(most - 1) :]


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html(text)}</text>'


def _whisker(left: float, right: float, y: float) -> str:
    return f'<path class="interval" d="M{left:.1f} {y}H{right:.1f}m0 -5v10M{left:.1f} {y - 5}v10"/>'


def _svg(told: str, height: float, parts: Iterable[str], width: float = _WIDTH) -> str:
    return f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{html(told)}">{"".join(parts)}</svg>'
