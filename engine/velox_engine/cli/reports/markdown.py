"""The report as Markdown, for a wiki, a job summary or a chat; what the page draws is told in figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from velox_engine.cli.reports.escaping import code, fence, markdown
from velox_engine.cli.reports.figures import duration, evidence, interval, size
from velox_engine.cli.reports.page import HOTSPOTS, improved, tiles

FINDINGS: Final = 100


def text(report: dict[str, Any]) -> str:
    """Return the report; `report` as `velox report` writes it beside the page."""
    return "\n".join(
        [
            f"# {markdown(report['title'])}",
            "",
            f"{markdown(report['created'])} · Velox {markdown(report['version'])}",
            "",
            " · ".join(f"**{figure}** {name}" for figure, name in tiles(report)),
            *_rewrites(report.get("optimize")),
            *_hotspots(report.get("scan")),
            *_findings(report.get("scan")),
            "",
        ]
    )


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of cells that are Markdown already."""
    yield ""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for line in lines:
        yield "| " + " | ".join(line) + " |"


def rewrite(suggestion: dict[str, Any]) -> Iterator[str]:
    """The diff of one suggestion, its figures and what they rest on."""
    yield ""
    yield fence(suggestion["diff"], "diff")
    yield ""
    yield f"- {markdown(suggestion['reason'])}"
    yield from measured(suggestion)
    facts = "; ".join(f"{name.lower()}: {words}" for name, words in evidence(suggestion["evidence"]))
    yield f"- {markdown(facts)}"
    for caveat in suggestion["caveats"]:
        yield (
            f"- **caveat**: {markdown(caveat['says'])}, on {code(caveat['inputs'])}: "
            f"{code(caveat['old'])} → {code(caveat['new'])}"
        )


def measured(figures: dict[str, Any]) -> Iterator[str]:
    """Items for time, memory and growth, as far as they are known."""
    if speedup := figures.get("speedup"):
        before = figures["call_seconds"]
        sizes = figures.get("sizes") or []
        at = f" at size {sizes[-1]:,}" if sizes else ""
        yield (
            f"- time of one call{at}: {duration(before)} → {duration(before / speedup['median'])}, "
            f"{interval(speedup)} faster (95 % interval)"
        )
    if peaks := figures.get("memory_bytes"):
        yield f"- peak memory of one call: {size(peaks['before'])} → {size(peaks['after'])}"
    scaling = figures.get("scaling") or {}
    if scaling.get("before") is not None and scaling.get("after") is not None:
        yield f"- growth with size: n^{scaling['before']:.2f} → n^{scaling['after']:.2f}"


def _rewrites(optimize: dict[str, Any] | None) -> Iterator[str]:
    if not optimize:
        return
    yield "\n## Rewrites"
    for function in improved(optimize):
        yield f"\n### {code(function['name'])} in {code(function['path'])}"
        yield from rewrite(function["suggestions"][0])
    others = [function for function in optimize["functions"] if not function["suggestions"]]
    if others:
        yield "\n### Looked at and left as they are"
        yield from table(
            ("Function", "Outcome", "Why"),
            (
                (f"{code(one['name'])} in {code(one['path'])}", one["status"], markdown(one["reason"]))
                for one in others
            ),
        )


def _hotspots(scan: dict[str, Any] | None) -> Iterator[str]:
    ranked = [function for function in (scan or {}).get("functions", ()) if function["findings"]][:HOTSPOTS]
    if ranked:
        yield "\n## Hotspots"
        yield from table(
            ("Function", "Place", "Score", "Findings", "Cost"),
            (
                (
                    code(one["name"]),
                    code(f"{one['path']}:{one['line']}"),
                    f"{one['score']:.1f}",
                    str(one["findings"]),
                    markdown(one["cost"]),
                )
                for one in ranked
            ),
        )


def _findings(scan: dict[str, Any] | None) -> Iterator[str]:
    found = (scan or {}).get("findings", ())
    if not found:
        return
    yield "\n## Findings"
    if len(found) > FINDINGS:
        yield f"\nThe first {FINDINGS} of {len(found):,}; the JSON beside this file has all."
    yield from table(
        ("Place", "Rule", "What"),
        (
            (
                code(f"{one['path']}:{one['line']}"),
                f"{one['rule']} {one['name']}",
                markdown(one["message"]),
            )
            for one in found[:FINDINGS]
        ),
    )
