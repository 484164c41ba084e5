"""`velox audit`: every request that was made to a model, and what is left of today's budget."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output, target
from velox_engine.llm.audit import AuditLog
from velox_engine.llm.report import audit_document, models_document, spending
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "audit",
        parents=[output.common_options()],
        help="what was sent to models, where, and what it cost",
        description="List the requests made to models, newest first: when, where to, which function, how much.",
        epilog="Exit code: 0 done, 2 wrong use. Bytes are those sent after secrets were taken out.",
    )
    parser.add_argument("--since", metavar="DAY", default="", help="from this day on (YYYY-MM-DD, UTC)")
    parser.add_argument("--until", metavar="DAY", default="", help="up to this day")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most this many (50)")
    parser.add_argument("--summary", action="store_true", help="only the sums and today's budget")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read the record and show it."""
    for day in filter(None, (args.since, args.until)):
        if not _DAY.fullmatch(day):
            raise VeloxError("bad-day", f"{day!r} is not a day.", "Write it as 2026-01-31.")
    if args.limit < 1:
        raise VeloxError("bad-limit", f"--limit {args.limit} is not positive.", "Ask for at least one.")
    found = list(AuditLog().read(first=args.since, last=args.until or "9"))
    found.sort(key=lambda record: record.time, reverse=True)
    shown = found if args.summary else found[: args.limit]
    document = audit_document(shown, total=len(found))
    document["models"] = models_document(target.settings_for(Path(), args))
    if args.summary:
        del document["requests"]
    output.emit(document, args, _render)
    return output.DONE


def _render(document: dict[str, Any], screen: Console) -> None:
    for request in document.get("requests", ()):
        cost = "price unknown" if request["cost"] is None else f"${request['cost']:.4f}"
        secrets = sum(request["redactions"].values())
        screen.print(f"{request['time'][:19]}  ", end="", style="dim")
        screen.print(f"{request['status']:<9}", end="", style=_STYLES.get(request["status"], "yellow"))
        parts = [
            f"{request['model']} at {request['where']}",
            f"{request['path']}::{request['function']} ({request['action']})",
            f"{request['bytes']} bytes",
            f"{request['prompt_tokens']} + {request['completion_tokens']} tokens",
            cost,
        ]
        if secrets:
            parts.append(f"{secrets} secrets taken out")
        if request["reason"]:
            parts.append(request["reason"])
        screen.print(output.clean(" " + " · ".join(parts)))
    summary = document["summary"]
    if not summary["found"]:
        screen.print(
            "no request was ever made to a model" if not document["models"]["tiers"] else "no request"
        )
    else:
        screen.print(
            f"# {summary['shown']} of {summary['found']} requests, {summary['remote']} of them to other machines: "
            f"{summary['bytes']} bytes, {summary['tokens']} tokens, ${summary['cost']:.4f}",
            style="cyan",
        )
    screen.print(f"# today: {spending(document['models'])}", style="cyan")


_STYLES = {"answered": "green", "failed": "red", "cancelled": "yellow"}
