"""Turns the rows of the strategies' benchmark into tables: shares, means, time, by class and strategy; ruff beside."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

Row = dict[str, Any]
LEAST = 1.1  # a speed-up that counts


def summarise(title: str, rows: Sequence[Row]) -> tuple[str, int]:
    """All tables of one set of functions, and how many suggestions were wrong."""
    wrong = [
        (row, one)
        for row in rows
        for one in row.get("suggestions", [])
        if one["differs"] and not one["caveats"]
    ]
    wide = [
        (row, one) for row in rows for one in row.get("suggestions", []) if one["differs"] and one["caveats"]
    ]
    parts = [
        f"\n## {title}: {len(rows)} functions\n",
        _overview(rows),
        _known(rows),
        _time(rows),
        _by_class([row for row in rows if row["expect"] == "improve"]),
        _by_strategy(rows),
        _should_not([row for row in rows if row["expect"] in ("trap", "no-improvement")]),
        f"Wrong suggestions (differ on unseen inputs, no caveat): {len(wrong)}",
        *(f"  {row['id']}: {' > '.join(one['strategies'])}: {one['differs']}" for row, one in wrong),
        f"Suggestions with a caveat that differ on unseen inputs: {len(wide)}",
        *(f"  {row['id']}: {' > '.join(one['strategies'])}: {one['differs']}" for row, one in wide),
    ]
    return "\n".join(part for part in parts if part), len(wrong)


def _mean(values: Iterable[float]) -> str:
    """The geometric mean, written."""
    logs = [math.log(value) for value in values if value > 0]
    return f"{math.exp(sum(logs) / len(logs)):.2f}×" if logs else "–"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "–"


def _speedup(row: Row) -> float:
    """The verified speed-up of the best suggestion; 1 where there is none."""
    best = row.get("suggestions") or []
    return best[0]["speedup"]["median"] if best else 1.0


def _plain(row: Row) -> float:
    """The same as timed outside the sandbox, at the size that the benchmark names."""
    best = row.get("suggestions") or []
    return (best[0]["ratio"] or 1.0) if best else 1.0


def _ruff_speedup(row: Row) -> float:
    ruff = row.get("ruff")
    return ruff["speedup"]["median"] if ruff and ruff["status"] == "verified" and ruff["faster"] else 1.0


def _ruff_plain(row: Row) -> float:
    return (row["ruff"]["ratio"] or 1.0) if _ruff_speedup(row) > 1.0 else 1.0


def _overview(rows: Sequence[Row]) -> str:
    lines = [
        "| expected | by | ≥ 1.1× | ≥ 1.2× | mean of those ≥ 1.1× "
        "| ≥ 1.1× timed plainly | mean of those | less memory (≥ 10 %) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for expect in ("improve", "maybe", "no-improvement", "trap"):
        group = [row for row in rows if row["expect"] == expect]
        if not group:
            continue
        lighter = [
            one
            for row in group
            for one in row.get("suggestions", [])[:1]
            if (one["memory_ratio"] or 1) >= 1.1
        ]
        sides = [("velox", [_speedup(r) for r in group], [_plain(r) for r in group], str(len(lighter)))]
        if any("ruff" in row for row in group):
            lean = sum(_ruff_speedup(r) > 1.0 and (r["ruff"]["memory_ratio"] or 1) >= 1.1 for r in group)
            sides.append(
                ("ruff", [_ruff_speedup(r) for r in group], [_ruff_plain(r) for r in group], str(lean))
            )
        for name, speedups, plain, memory in sides:
            counted, also = [s for s in speedups if s >= LEAST], [s for s in plain if s >= LEAST]
            lines.append(
                f"| {expect} | {name} | {_share(len(counted), len(group))} | {sum(s >= 1.2 for s in speedups)} "
                f"| {_mean(counted)} | {_share(len(also), len(group))} | {_mean(also)} | {memory} |"
            )
    changed = [row for row in rows if row.get("ruff")]
    if changed:
        refuted = sum(row["ruff"]["status"] == "refuted" for row in changed)
        differ = sum(bool(row["ruff"]["differs"]) for row in changed)
        lines.append(
            f"\nruff changed {len(changed)} functions; {refuted} of its changes were refuted, "
            f"{differ} differ on unseen inputs."
        )
    return "\n".join(lines)


def _known(rows: Sequence[Row]) -> str:
    """How many reach half of the gain of the known faster version, both timed plainly."""
    known = [row for row in rows if row.get("known_ratio")]
    if not known:
        return ""
    half = [row for row in known if _plain(row) >= 1.1 and _plain(row) >= row["known_ratio"] / 2]
    gains = [row for row in known if row["known_ratio"] >= 1.1]
    reached = [row for row in gains if row in half]
    return (
        f"\nOf {len(known)} functions with a known equal faster version {_share(len(half), len(known))} reach at least "
        f"half of its ratio (and 1.1×); of the {len(gains)} whose version is faster here by 1.1× or more: "
        f"{_share(len(reached), len(gains))}."
    )


def _time(rows: Sequence[Row]) -> str:
    seconds = sorted(row["seconds"] for row in rows)
    tried = [row["seconds"] for row in rows if row["tried"]]
    nineties = seconds[min(len(seconds) - 1, round(0.9 * len(seconds)))]
    some = f"; where a rewrite was tried {statistics.median(tried):.1f} s" if tried else ""
    return f"\nTime for one function: median {statistics.median(seconds):.1f} s, p90 {nineties:.1f} s{some}."


def _by_class(rows: Sequence[Row]) -> str:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for name in row["classes"]:
            groups[name].append(row)
    if not groups:
        return ""
    lines = [
        "\n| class (expected to improve) | ≥ 1.1× | mean of those | ruff ≥ 1.1× | not verifiable |",
        "|---|---|---|---|---|",
    ]
    for name, group in sorted(groups.items()):
        better = [_speedup(row) for row in group if _speedup(row) >= LEAST]
        ruff = sum(_ruff_speedup(row) >= LEAST for row in group)
        blind = sum(row["status"] == "unverifiable" for row in group)
        lines.append(f"| {name} | {_share(len(better), len(group))} | {_mean(better)} | {ruff} | {blind} |")
    return "\n".join(lines)


def _by_strategy(rows: Sequence[Row]) -> str:
    tried: dict[str, Counter[str]] = defaultdict(Counter)
    gains: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for attempt in row["tried"]:
            tried[attempt["strategy"]][attempt["status"]] += 1
        for name in set(row["suggestions"][0]["strategies"]) if row.get("suggestions") else ():
            gains[name].append(_speedup(row))
    lines = [
        "\n| strategy | tried | faster | no gain | refuted | other | in the best suggestion | mean there |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, counts in sorted(tried.items(), key=lambda item: (-len(gains[item[0]]), item[0])):
        other = counts["unverifiable"] + counts["error"]
        lines.append(
            f"| {name} | {sum(counts.values())} | {counts['verified']} | {counts['no-gain']} | {counts['refuted']} "
            f"| {other} | {len(gains[name])} | {_mean(gains[name])} |"
        )
    return "\n".join(lines) if tried else ""


def _should_not(rows: Sequence[Row]) -> str:
    """What was offered where nothing should be: wrong, or equal on every unseen input after all."""
    lines = []
    for row in rows:
        for one in row.get("suggestions", [])[:1]:
            kind = "DIFFERS" if one["differs"] else f"equal on all {one['unseen']} unseen inputs"
            lines.append(
                f"  {row['id']} ({row['expect']}): {' > '.join(one['strategies'])}, {_speedup(row):.2f}×, {kind}"
            )
    return (
        f"\nOffered on traps and on what is already good: {len(lines)} of {len(rows)}\n" + "\n".join(lines)
        if rows
        else ""
    )
