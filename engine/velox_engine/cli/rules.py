"""`velox rules`: lists the rules, explains one, and measures what following them wins."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output
from velox_engine.rules import RULES, Rule, Selection, select_rules
from velox_engine.rules.measured import WORTH, effect
from velox_engine.rules.pages import sections, summary
from velox_engine.settings import load_project
from velox_engine.types import VeloxError
from velox_engine.verify.rule_benchmarks import benchmark_rules
from velox_engine.workspace.project import find_root, locate

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "rules",
        help="list, explain and measure the rules",
        description="List the rules, explain one, or measure what following them wins on your interpreter.",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", parents=[output.common_options()], help="all rules")
    listing.set_defaults(run=run)
    showing = actions.add_parser("show", parents=[output.common_options()], help="explain one rule")
    showing.add_argument("rule", help="id or name, such as VX101")
    showing.set_defaults(run=run)
    benching = actions.add_parser(
        "bench",
        parents=[output.common_options()],
        help="time each rule's before and after",
        description="Time each rule's example against what it says to use instead, in paired rounds.",
    )
    benching.add_argument("rules", nargs="*", metavar="RULE", help="ids, id prefixes or names; default: all")
    benching.add_argument("--python", default="", metavar="PATH", help="interpreter; default: the project's")
    benching.add_argument("--rounds", type=int, default=15, help="paired rounds for each rule, at least 6")
    benching.set_defaults(run=bench)


def run(args: argparse.Namespace) -> int:
    """List or show."""
    if args.action == "list":
        output.emit({"rules": [_document(rule) for rule in RULES]}, args, _render_list)
    else:
        rule = _find(args.rule)
        output.emit({**_document(rule), "sections": sections(rule)}, args, _render_one)
    return output.DONE


def bench(args: argparse.Namespace) -> int:
    """Measure."""
    if args.rounds < 6:
        raise VeloxError("bad-rounds", f"{args.rounds} rounds give no interval.", "Take at least 6.")
    rules = select_rules(Selection(tuple(args.rules) or ("ALL",)))
    here = Path.cwd()
    setting = args.python or load_project(find_root(here)).interpreter
    interpreter = locate(here / "benchmark.py", "", interpreter=setting).interpreter
    with output.progress(args) as progress:
        document = benchmark_rules(rules, interpreter, rounds=args.rounds, progress=progress)
    output.emit(document, args, _render_bench)
    return output.DONE


def _find(wanted: str) -> Rule:
    for rule in RULES:
        if wanted.upper() == rule.id or wanted == rule.name:
            return rule
    raise VeloxError("no-such-rule", f"no rule is called {wanted!r}", "`velox rules list` shows them all")


def _document(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "summary": summary(rule),
        "family": rule.family,
        "severity": rule.severity,
        "cost": rule.cost,
        "strategy": rule.strategy,
        "action": rule.action,
        "enabled": rule.enabled,
        "measured": effect(rule.id),
    }


def _render_list(document: dict[str, Any], screen: Console) -> None:
    from rich.text import Text

    for rule in document["rules"]:
        line = Text(f"{rule['id']}  ", style="bold")
        line.append(f"{rule['name']:<34}", style="cyan")
        line.append(f"{rule['cost']:<11}", style="magenta")
        line.append(rule["summary"])
        if not rule["enabled"]:
            line.append("  (off by default)", style="dim")
        screen.print(line)


def _render_bench(document: dict[str, Any], screen: Console) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("rule", "", "faster", "95 % interval", "memory", ""):
        numeric = title in ("faster", "95 % interval", "memory")
        table.add_column(title, justify="right" if numeric else "left", no_wrap=numeric, overflow="fold")
    for row in document["rules"]:
        off = "" if row["enabled"] else "off by default"
        if row["status"] != "measured":
            table.add_row(
                row["id"], row["name"], "", "", "", f"{row['status']}: {output.clean(row['reason'])}"
            )
            continue
        speedup, memory = row["speedup"], row["memory_ratio"]
        table.add_row(
            row["id"],
            row["name"],
            f"{speedup['median']:g}×",
            f"{speedup['low']:g} to {speedup['high']:g}",
            f"{memory:g}×" if memory is not None else "",
            off if row["wins"] else f"no gain of {WORTH:g}× {off and '· '}{off}",
            style="" if row["wins"] else "dim",
        )
    screen.print(table)
    packages = "".join(f", {name} {version}" for name, version in document["packages"].items())
    screen.print(
        f"{document['interpreter']} on {document['machine']}{packages}; {document['rounds']} paired rounds"
    )


def _render_one(document: dict[str, Any], screen: Console) -> None:
    from rich.markdown import Markdown

    parts = [f"# {document['id']} {document['name']}", document["summary"]]
    parts += [f"## {title}\n\n{text}" for title, text in document["sections"].items()]
    if document["measured"]:
        parts.append(f"## Measured effect\n\n{document['measured']}")
    screen.print(Markdown("\n\n".join(parts)))
