"""Writes the hover report in Markdown: why a place is slow, what its function is made of, what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from velox_engine.source.metrics import Complexity, FunctionMetrics
from velox_engine.types import Finding
from velox_server.convert.diagnostics import rule_link
from velox_server.convert.messages import figures, refusal_message


def hover_report(
    findings: Sequence[Finding],
    function: str,
    metrics: FunctionMetrics | None,
    complexity: Complexity | None,
    measured: Mapping[str, Any] | None,
    around: str = "",
) -> str:
    """Write the report on the findings under the cursor and the function around it; `around` says who uses it."""
    parts = [_finding(finding) for finding in findings]
    if metrics is not None:
        parts.append(_metrics(function, metrics, complexity) + (f"\n\n{_escape(around)}" if around else ""))
    if measured is not None:
        parts.append(_measured(measured))
    elif function:
        parts.append(
            f"Not measured yet. *Velox: verify and rewrite* tests and times rewrites of {_code(function)}."
        )
    return "\n\n---\n\n".join(parts)


def _finding(finding: Finding) -> str:
    link = rule_link(finding.rule)
    rule = f"[{finding.rule}]({link})" if link else finding.rule
    lines = [f"**{rule} {finding.name}** · {_code(finding.cost)}", "", finding.message]
    if finding.strategy:
        lines += [
            "",
            f"What can be done: {_code(finding.strategy)}, after it was tested and measured on your code.",
        ]
    return "\n".join(lines)


def _metrics(function: str, metrics: FunctionMetrics, complexity: Complexity | None) -> str:
    told = [f"{metrics.lines} lines", f"loop depth {metrics.loop_depth}"]
    if complexity is not None and complexity.cyclomatic is not None:
        told.append(f"complexity {complexity.cyclomatic}")
    if complexity is not None and complexity.maintainability is not None:
        told.append(f"maintainability {complexity.maintainability:.0f}/100")
    if metrics.recursive:
        told.append("recursive")
    return f"{_code(function)} · {' · '.join(told)}"


def _measured(measured: Mapping[str, Any]) -> str:
    applied = measured.get("applied")
    if applied is not None:
        return f"**Rewritten in this session:** {_escape(figures(applied))}"
    suggestions = measured.get("suggestions") or ()
    if not suggestions:
        return f"Last result: {_escape(refusal_message(measured))}"
    best = suggestions[0]
    lines = [f"**Last result:** {_escape(figures(best))}"]
    scaling = best.get("scaling") or {}
    if scaling.get("before") is not None and scaling.get("after") is not None:
        lines.append(
            f"Time grows with size to the power {scaling['before']:.2f} before, {scaling['after']:.2f} after."
        )
    if best.get("reason"):
        lines.append(_escape(str(best["reason"])))
    if best.get("track"):
        lines.append(_escape(f"{str(best['track']['says']).capitalize()}."))
    lines += [
        f"Outside its evident domain it differs: {_code(str(caveat.get('inputs')))}"
        f" gives {_code(str(caveat.get('old')))} before, {_code(str(caveat.get('new')))} after."
        for caveat in best.get("caveats") or ()
    ]
    tried = measured.get("tried") or ()
    if tried:
        order = ", ".join(f"{_code(str(one['strategy']))} ({one['status']})" for one in tried)
        if measured.get("choice"):
            from velox_engine.policy.explanation import sentence  # not loaded before something was measured

            lines.append(_escape(sentence(measured["choice"])))
        lines.append(f"Tried in this order: {order}.")
    return "\n\n".join(lines)


def _code(text: str) -> str:
    flat = " ".join(text.split())
    # A fence longer than any run of backquotes in the text cannot be closed by it.
    fence = "`"
    while fence in flat:
        fence += "`"
    return f"{fence} {flat} {fence}" if "`" in flat else f"{fence}{flat}{fence}"


def _escape(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|" else char for char in text)
