"""`velox audit`: what was sent to models, what was offered and chosen, and whether those records are untouched."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output, target
from velox_engine.experience import ExperienceStore
from velox_engine.experience.chain import ChainReport
from velox_engine.llm.audit import AuditLog
from velox_engine.llm.report import audit_document, models_document, spending
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "audit",
        parents=[output.common_options()],
        help="what was sent, offered and chosen",
        description="List the requests made to models (the default), or what was offered to you and what you chose, "
        "newest first; or verify that neither record was changed.",
        epilog="Exit code: 0 done, 1 a record was changed, 2 wrong use. Bytes are those sent after secrets were taken "
        "out. `verify` prints the last digests: note them elsewhere, and --noted finds records that were cut off.",
    )
    parser.add_argument(
        "what", nargs="?", choices=("requests", "decisions", "verify"), default="requests", metavar="WHAT",
        help="requests, decisions or verify",
    )  # fmt: skip
    parser.add_argument("--since", metavar="DAY", default="", help="from this day on (YYYY-MM-DD, UTC)")
    parser.add_argument("--until", metavar="DAY", default="", help="up to this day")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most this many (50)")
    parser.add_argument("--summary", action="store_true", help="only the sums and today's budget")
    parser.add_argument(
        "--noted", action="append", default=[], metavar="DIGEST", help="verify: must still be in its record"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read the record that is asked for and show it."""
    for day in filter(None, (args.since, args.until)):
        if not _DAY.fullmatch(day):
            raise VeloxError("bad-day", f"{day!r} is not a day.", "Write it as 2026-01-31.")
    if args.limit < 1:
        raise VeloxError("bad-limit", f"--limit {args.limit} is not positive.", "Ask for at least one.")
    for digest in args.noted:
        if not _DIGEST.fullmatch(digest):
            raise VeloxError(
                "bad-digest", f"{digest!r} is not a digest.", "Give one that `velox audit verify` printed."
            )
    if args.what == "verify":
        return _verify(args)
    if args.what == "decisions":
        return _decisions(args)
    found = list(AuditLog().read(first=args.since, last=args.until or "9"))
    found.sort(key=lambda record: record.time, reverse=True)
    shown = found if args.summary else found[: args.limit]
    document = audit_document(shown, total=len(found))
    document["models"] = models_document(target.settings_for(Path(), args))
    if args.summary:
        del document["requests"]
    output.emit(document, args, _render)
    return output.DONE


def _decisions(args: argparse.Namespace) -> int:
    # `--until` names a day that counts whole; times are compared as text.
    until = str(date.fromisoformat(args.until) + timedelta(days=1)) if args.until else "9"
    with ExperienceStore.open() as store:
        found = store.list_decisions(since=args.since, until=until, limit=args.limit)
    document = {"decisions": [{**asdict(one), "says": one.says} for one in found]}
    output.emit(document, args, _render_decisions)
    return output.DONE


def _verify(args: argparse.Namespace) -> int:
    with ExperienceStore.open() as store:
        reports = {"decisions": store.check_audit(), "requests": AuditLog().check()}
        if args.noted:
            reports = _noted(store, reports, args.noted)
    document = {"intact": not any(report.broken for report in reports.values())}
    output.emit(document | {name: asdict(report) for name, report in reports.items()}, args, _render_verify)
    return output.DONE if document["intact"] else output.NEGATIVE


def _noted(
    store: ExperienceStore, reports: dict[str, ChainReport], digests: list[str]
) -> dict[str, ChainReport]:
    """Ask for each noted digest in both records: it must be in one of them."""
    for digest in digests:
        if not any(report.broken for report in reports.values()):
            asked = {
                "decisions": store.check_audit(noted=digest),
                "requests": AuditLog().check(noted=digest),
            }
            if all(report.broken for report in asked.values()):
                reports = asked
    return reports


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


def _render_decisions(document: dict[str, Any], screen: Console) -> None:
    if not document["decisions"]:
        screen.print("nothing was offered yet")
    for decision in document["decisions"]:
        says = decision["says"]
        screen.print(f"{decision['timestamp'][:19]}  ", end="", style="dim")
        screen.print(f"{says['kind']:<9}", end="", style=_STYLES.get(says["kind"], "default"))
        parts = [says.get("suggestion", "")]
        if says["kind"] == "offered":
            evidence = says["evidence"]
            parts = [f"{says['path']}::{says['function']}", " + ".join(says["strategies"])]
            if says["speedup"]:
                parts.append("{:.2f}× ({:.2f} to {:.2f})".format(*says["speedup"]))
            parts += [f"{evidence['inputs']} inputs"] if evidence.get("inputs") else []
            parts += [f"as {says['suggestion']}"]
        screen.print(output.clean(" " + " · ".join(filter(None, parts))))


def _render_verify(document: dict[str, Any], screen: Console) -> None:
    for name in ("decisions", "requests"):
        report = document[name]
        if report["broken"]:
            screen.print(f"{name}: BROKEN after {report['count']} records", style="bold red")
            screen.print(f"  {output.clean(report['broken'])}")
        else:
            screen.print(f"{name}: {report['count']} records, untouched", style="green")
            screen.print(f"  last digest {report['head']}", style="dim")


_STYLES = {
    "answered": "green",
    "accepted": "green",
    "failed": "red",
    "rejected": "red",
    "reverted": "red",
    "cancelled": "yellow",
    "edited": "yellow",
    "offered": "cyan",
}
