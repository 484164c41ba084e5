"""Shows what `velox optimize` found: the change, the figures and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output
from velox_engine.policy.explanation import sentence

if TYPE_CHECKING:
    from rich.console import Console


def render(
    functions: Iterable[dict[str, Any]],
    summary: dict[str, Any],
    screen: Console,
    *,
    explain: bool = False,
) -> None:
    """Print what came of each function, then the sum of it."""
    for function in functions:
        title = f"{function['path']}::{function['name']}"
        if explain and function.get("choice"):
            screen.print(f"{title}: {sentence(function['choice'])}")
        if function["status"] != "improved":
            screen.print(f"· {title}: {function['status']}, {output.clean(function['reason'])}", style="dim")
            continue
        for index, suggestion in enumerate(function["suggestions"]):
            _render_suggestion(title, index, suggestion, screen)
    failed = f", {summary['error']} failed" if summary["error"] else ""
    screen.print(
        f"\n{summary['functions']} functions: {summary['improved']} improved, {summary['unchanged']} unchanged, "
        f"{summary['unverifiable']} could not be verified{failed} ({summary['seconds']:.1f} s)",
        style="bold",
    )
    if summary["without_rewrite"]:
        screen.print(f"Functions looked at to which no strategy applies: {summary['without_rewrite']}.")
    if summary["resumed"]:
        screen.print(f"{summary['resumed']} of them were finished by a run that was interrupted.")
    fetched = summary.get("repository")
    if fetched:
        screen.print(output.clean(f"Of {fetched['url']} at {fetched['commit']}."))
    if summary["applied"]:
        screen.print("Written: " + ", ".join(summary["applied"]))
    elif summary["improved"]:
        screen.print("Nothing was written; --apply writes the best suggestion of each function.")


def _render_suggestion(title: str, index: int, suggestion: dict[str, Any], screen: Console) -> None:
    speed = suggestion["speedup"]
    mark = "✓" if index == 0 else "or"
    screen.print(
        f"\n{mark} {title}: {speed['median']:.1f}× faster (95 % CI {speed['low']:.1f} to {speed['high']:.1f})",
        style="bold green",
    )
    for line in suggestion["diff"].splitlines():
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
        if line.startswith("@@"):
            style = "cyan"
        screen.print(output.clean(line), style=style)
    evidence, scaling = suggestion["evidence"], suggestion["scaling"]
    facts = [f"same on {evidence['inputs']} inputs ({evidence['exceptions']} of them raise)"]
    if evidence["coverage"] is not None:
        facts.append(f"{evidence['coverage']:.0%} of branches")
    mutants = evidence["mutants"]
    facts.append(f"{mutants['killed']} of {mutants['planted']} planted bugs detected")
    if evidence["tests"]:
        facts.append(output.clean(evidence["tests"]))
    screen.print("  evidence  " + " · ".join(facts))
    gains = []
    memory = suggestion["memory_bytes"]
    if memory:
        gains.append(f"peak memory {_size(memory['before'])} → {_size(memory['after'])}")
    if scaling["before"] is not None and scaling["after"] is not None:
        gains.append(f"scaling n^{scaling['before']:.2f} → n^{scaling['after']:.2f}")
    if gains:
        screen.print("  measured  " + " · ".join(gains))
    screen.print(f"  sandbox   {evidence['sandbox']}")
    screen.print(f"  because   {output.clean(suggestion['reason'])}")
    # A run that an older Velox began wrote suggestions down without it.
    if suggestion.get("track"):
        screen.print(f"  history   {suggestion['track']['says']}")
    for caveat in suggestion["caveats"]:
        screen.print(
            output.clean(
                f"  caveat    {caveat['says']}, on {caveat['inputs']}: {caveat['old']} → {caveat['new']}"
            ),
            style="yellow",
        )


def _size(number: float) -> str:
    """Write bytes for people: `1.2 MiB`."""
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"
