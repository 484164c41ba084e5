"""`velox rules`: lists the rules and explains one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output
from velox_engine.rules import RULES, Rule
from velox_engine.rules.pages import sections, summary
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "rules", help="list and explain the rules", description="List the rules, or explain one."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", parents=[output.common_options()], help="all rules")
    listing.set_defaults(run=run)
    showing = actions.add_parser("show", parents=[output.common_options()], help="explain one rule")
    showing.add_argument("rule", help="id or name, such as VX101")
    showing.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List or show."""
    if args.action == "list":
        output.emit({"rules": [_document(rule) for rule in RULES]}, args, _render_list)
    else:
        rule = _find(args.rule)
        output.emit({**_document(rule), "sections": sections(rule)}, args, _render_one)
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


def _render_one(document: dict[str, Any], screen: Console) -> None:
    from rich.markdown import Markdown

    parts = [f"# {document['id']} {document['name']}", document["summary"]]
    parts += [f"## {title}\n\n{text}" for title, text in document["sections"].items()]
    screen.print(Markdown("\n\n".join(parts)))
