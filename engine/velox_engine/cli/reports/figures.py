"""Figures as people read them, the same in every report: durations, sizes, ratios with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_SECONDS: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
_BYTES: Final = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def duration(seconds: float) -> str:
    """Write seconds with the unit that fits. Ex) 0.0163 → 16.3 ms."""
    for size, unit in _SECONDS:
        if seconds >= size:
            return f"{_digits(seconds / size)} {unit}"
    return f"{_digits(seconds * 1e9)} ns"


def size(count: float) -> str:
    """Write bytes with the unit that fits. Ex) 18464 → 18.0 KiB."""
    for unit_size, unit in _BYTES:
        if count >= unit_size:
            return f"{_digits(count / unit_size)} {unit}"
    return f"{count:.0f} B"


def ratio(value: float) -> str:
    """Write a ratio with three digits. Ex) 62.83 → 62.8×."""
    return f"{_digits(value)}×"


def interval(speedup: Mapping[str, float]) -> str:
    """Write a speed-up with its 95 % interval. Ex) 62.8× [53.3, 67.6]."""
    return f"{ratio(speedup['median'])} [{_digits(speedup['low'])}, {_digits(speedup['high'])}]"


def percent(share: float | None) -> str:
    """Write a share. Ex) 0.953 → 95 %."""
    return "not known" if share is None else f"{share * 100:.0f} %"


def evidence(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a verdict rests on, as (name, words); `given` as `velox optimize` and `velox verify` print it."""
    mutants = given["mutants"]
    rows = [
        ("Inputs compared", f"{given['inputs']:,}, {given['exceptions']:,} of them raise"),
        ("Recorded from real runs", f"{given['recorded']:,}"),
        ("Beyond the evident domain", f"{given['wide_inputs']:,} more"),
        ("Branches reached", percent(given["coverage"])),
        (
            "Planted bugs detected",
            f"{mutants['killed']} of {mutants['planted']}" if mutants["planted"] else "none could be planted",
        ),
        ("Your own tests", given["tests"] or "none ran"),
        ("Sandbox", given["sandbox"] or "nothing was run"),
    ]
    return [row for row in rows if row != ("Recorded from real runs", "0")]


def _digits(value: float) -> str:
    """Three significant digits, none in front of the point cut off. Ex) 1597.4 → 1,597."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
