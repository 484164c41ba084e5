"""`velox feedback list|export|import`: what you did with suggestions, and sharing it without any code."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output
from velox_engine.experience import ExperienceStore
from velox_engine.experience.exchange import export_lines, parse_lines
from velox_engine.experience.report import feedback_document
from velox_engine.experience.rows import FEEDBACK_KINDS
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"accepted": "green", "edited": "yellow", "rejected": "red", "reverted": "red"}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "feedback",
        help="what you accepted and rejected",
        description="Show or share what you did with the suggestions that Velox offered.",
        epilog="Exit code: 0 done, 2 wrong use or bad input, 130 cancelled.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    options = output.common_options()

    listing = actions.add_parser("list", parents=[options], help="list feedback, newest first")
    listing.add_argument("--kind", choices=FEEDBACK_KINDS, help="only this kind")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="at most this many (50)")
    listing.set_defaults(run=run)

    exporting = actions.add_parser(
        "export", parents=[options], help="write feedback as JSON lines, without code"
    )
    exporting.add_argument("file", nargs="?", default="-", metavar="FILE", help="default: standard output")
    exporting.set_defaults(run=run)

    importing = actions.add_parser("import", parents=[options], help="add feedback from JSON lines")
    importing.add_argument("file", metavar="FILE")
    importing.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry out the action that was asked for."""
    with ExperienceStore.open() as store:
        for notice in store.notices:
            print(f"velox: {output.clean(notice)}", file=sys.stderr)
        if args.action == "list":
            _list(store, args)
        elif args.action == "export":
            _export(store, args)
        else:
            _import(store, args)
    return output.DONE


def _list(store: ExperienceStore, args: argparse.Namespace) -> None:
    if args.limit < 1:
        raise VeloxError("bad-limit", f"--limit {args.limit} is not positive.", "Ask for at least one.")
    output.emit(feedback_document(store.list_feedback(kind=args.kind, limit=args.limit)), args, _render)


def _export(store: ExperienceStore, args: argparse.Namespace) -> None:
    lines = list(export_lines(store.list_feedback()))
    if args.file == "-":
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    try:
        Path(args.file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise VeloxError(
            "not-writable", f"{args.file} cannot be written: {error.strerror}.", "Choose another file."
        ) from error
    output.emit({"exported": len(lines), "file": args.file}, args, _render_count)


def _import(store: ExperienceStore, args: argparse.Namespace) -> None:
    try:
        text = Path(args.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise VeloxError(
            "not-readable", f"{args.file} cannot be read: {error}.", "Check the path."
        ) from error
    records = parse_lines(text, args.file)
    document = {"imported": store.import_feedback(records), "read": len(records), "file": args.file}
    output.emit(document, args, _render_count)


def _render(document: dict[str, Any], screen: Console) -> None:
    if not document["feedback"]:
        screen.print("no feedback yet: accept or reject a suggestion in your editor first")
        return
    for entry in document["feedback"]:
        speed = f"  {entry['speedup']['median']:.2f}×" if entry["speedup"] else ""
        place = f"{entry['path']}::{entry['function']}" if entry["function"] else entry["suggestion"]
        strategies = f"  {' + '.join(entry['strategies'])}" if entry["strategies"] else ""
        screen.print(f"{entry['timestamp'][:19]}  ", end="", style="dim")
        screen.print(f"{entry['kind']:<9}", end="", style=_STYLES[entry["kind"]])
        screen.print(output.clean(f" {place}{strategies}{speed}"))
    counts = {kind: count for kind, count in document["summary"].items() if kind != "total" and count}
    screen.print("# " + ", ".join(f"{count} {kind}" for kind, count in counts.items()), style="cyan")


def _render_count(document: dict[str, Any], screen: Console) -> None:
    screen.print(json.dumps(document))
