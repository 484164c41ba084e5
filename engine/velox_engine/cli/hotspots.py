"""Says which files promise the most, by the functions in them, and leaves out the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from velox_engine.cli import output

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN: Final = 10


def hottest(functions: Iterable[dict[str, Any]], most: int | None) -> list[dict[str, Any]]:
    """The files of ranked functions, the most promising first, `most` of them at most.

    A file's score is the sum of its functions', each of which is its findings by severity and cost × loop depth ×
    complexity × measured share.
    """
    grouped: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for function in functions:
        if function["findings"]:
            grouped[function["path"]].append(function)
    found = [_hotspot(path, rows) for path, rows in grouped.items()]
    found.sort(key=lambda hotspot: (-hotspot["score"], hotspot["path"]))
    return found[: max(0, most)] if most is not None else found


def with_complexity(
    least: int, findings: Sequence[dict[str, Any]], functions: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The functions of one file that are at least so complex, and the findings in them."""
    kept = [function for function in functions if (function["complexity"] or 0) >= least]
    names = {function["name"] for function in kept}
    return [finding for finding in findings if finding["function"] in names], kept


def render_hotspots(hotspots: Sequence[dict[str, Any]], screen: Console) -> None:
    """Print the files that promise the most, where there are several."""
    from rich.text import Text

    if len(hotspots) < 2:
        return
    screen.print()
    screen.print(Text("Hottest files", style="bold"))
    for hotspot in hotspots[:_SHOWN]:
        line = Text(f"  {hotspot['score']:>6.1f}  ", style="bold")
        line.append(output.clean(hotspot["path"]), style="green")
        line.append(
            f"  findings {hotspot['findings']} in {hotspot['functions']} functions, "
            f"complexity up to {hotspot['complexity']}"
        )
        if "share" in hotspot:
            line.append(f", {hotspot['share']:.1%} of the run")
        screen.print(line)


def _hotspot(path: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    hotspot: dict[str, Any] = {
        "path": path,
        "score": round(sum(row["score"] for row in rows), 3),
        "findings": sum(row["findings"] for row in rows),
        "functions": len(rows),
        "complexity": max(row["complexity"] or 0 for row in rows),
    }
    if "own_share" in rows[0]:
        hotspot["share"] = round(sum(row["own_share"] for row in rows), 4)
    return hotspot
