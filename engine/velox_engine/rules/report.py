"""Ranks the functions of scanned files: what they are made of, what was found in them, and how much it matters."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from velox_engine.rules.incremental import intact_pieces
from velox_engine.source.functions import FunctionSpan, list_functions
from velox_engine.source.metrics import complexity, measure
from velox_engine.source.syntax import ParsedFile
from velox_engine.types import Finding

_SEVERITY = {"warning": 3.0, "info": 2.0, "hint": 1.0}
# How much the cost class of a finding counts against one that is only a constant factor.
_COST = {"O(1)": 1.0, "O(n)": 1.0, "O(n log n)": 1.5, "O(n·m)": 3.0, "O(n²)": 3.0, "O(n³)": 4.0, "O(2ⁿ)": 5.0}
_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


@dataclass(frozen=True, slots=True)
class RankedFunction:
    """One function of the report; complexity and maintainability are None where the code does not parse."""

    name: str
    line: int  # 1-based line of its `def`
    complexity: int | None
    maintainability: float | None
    loop_depth: int
    cost: str
    findings: int
    score: float


def rank_functions(
    parsed: ParsedFile, findings: Sequence[Finding], *, everything: bool = False
) -> list[RankedFunction]:
    """The functions with findings, or all of them, the most promising first."""
    by_function: dict[str, list[Finding]] = {}
    for finding in findings:
        by_function.setdefault(finding.function, []).append(finding)
    ranked: list[RankedFunction] = []
    if by_function or everything:
        for piece in intact_pieces(parsed) if parsed.has_errors else (parsed,):
            for span in list_functions(piece):
                # Several may have one name: a property's getter and setter, a function for each platform.
                inside = [one for one in by_function.get(span.qualname, ()) if _holds(piece, span, one)]
                if everything or inside:
                    ranked.append(_rank(piece, span, inside))
    return sorted(ranked, key=lambda function: (-function.score, function.line))


def _holds(parsed: ParsedFile, span: FunctionSpan, finding: Finding) -> bool:
    lines = parsed.source.lines
    return lines.position(span.start) <= finding.start < lines.position(span.end)


def _rank(parsed: ParsedFile, span: FunctionSpan, findings: list[Finding]) -> RankedFunction:
    metrics = measure(parsed, span)
    radon = complexity(parsed, span)
    weight = sum(_SEVERITY[finding.severity] * _COST.get(finding.cost, 1.0) for finding in findings)
    costs = [finding.cost for finding in findings]
    costs.append(_cost_of_depth(metrics.loop_depth))
    return RankedFunction(
        name=span.qualname,
        line=span.line + 1,
        complexity=radon.cyclomatic,
        maintainability=radon.maintainability,
        loop_depth=metrics.loop_depth,
        cost=max(costs, key=order_of_cost),
        findings=len(findings),
        score=round(weight * (1 + metrics.loop_depth / 2) * _branching(radon.cyclomatic), 1),
    )


def _branching(complexity: int | None) -> float:
    """How much a function's branches count: a function of nine paths three times as much as one of one path."""
    return math.sqrt(max(1, complexity or 1))


def _cost_of_depth(depth: int) -> str:
    """The cost class that nested loops over the input have when nothing inside costs more."""
    if depth == 0:
        return "O(1)"
    return "O(n)" if depth == 1 else f"O(n{''.join(_POWERS[int(digit)] for digit in str(depth))})"


def order_of_cost(cost: str) -> float:
    """A number that grows with the cost class."""
    known = {"O(1)": 0.0, "O(n)": 1.0, "O(n log n)": 1.5, "O(n·m)": 2.0, "O(2ⁿ)": 99.0}
    if cost in known:
        return known[cost]
    power = re.fullmatch(rf"O\(n([{_POWERS}]+)\)", cost)
    return float("".join(str(_POWERS.index(digit)) for digit in power[1])) if power else 0.0
