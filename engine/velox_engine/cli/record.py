"""`velox record -- COMMAND`: keep the arguments that the workspace's functions are really called with."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output
from velox_engine.settings import load_project
from velox_engine.types import VeloxError
from velox_engine.verify.recording import Recordings, Session, record
from velox_engine.verify.recording.store import Recorded, stale
from velox_engine.workspace.project import find_root

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_DROPS = 6


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "record",
        parents=[output.common_options()],
        help="record real arguments while a command runs",
        description=(
            "Run a command, usually your tests, and keep the arguments that functions of this workspace are called "
            "with. They stay on this machine, as text, and are the first inputs that rewrites are checked on."
        ),
        epilog="Exit code: 0 done, 1 the command failed, 2 wrong use, 130 cancelled. Example: velox record -- pytest",
    )
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="after --, as in a terminal")
    parser.add_argument(
        "--root", type=Path, metavar="DIR", help="the workspace (found from the current folder)"
    )
    parser.add_argument("--list", action="store_true", help="show what is recorded for this workspace")
    parser.add_argument("--clear", action="store_true", help="forget what is recorded for this workspace")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Record, list or forget."""
    root = (args.root or find_root(Path.cwd())).resolve()
    if not root.is_dir():
        raise VeloxError("not-a-folder", f"{root} is no folder.", "Name the workspace with --root.")
    asked = [bool(args.command), args.list, args.clear]
    if sum(asked) != 1:
        raise VeloxError(
            "no-command",
            "Say what to run, or one of --list and --clear.",
            "For example: velox record -- pytest",
        )
    if args.clear:
        output.emit({"root": str(root), "cleared": Recordings(root).clear()}, args, _render_cleared)
        return output.DONE
    if args.list:
        rows = [_row(item, stale(root, item)) for item in Recordings(root).all()]
        output.emit({"root": str(root), "functions": rows}, args, _render_list)
        return output.DONE
    load_project(root).require_trust()
    session = record(args.command, root, output=sys.stderr.fileno() if args.format == "json" else None)
    output.emit(_document(session, root), args, None if args.format == "json" else _render)
    if session.cancelled:
        return output.CANCELLED
    return output.DONE if session.exit_code == 0 else output.NEGATIVE


def _row(item: Recorded, why: str) -> dict[str, Any]:
    return {
        "path": item.path,
        "name": item.function,
        "signature": item.signature,
        "calls": list(item.calls),
        "recorded": item.time,
        "stale": why or None,
    }


def _document(session: Session, root: Path) -> dict[str, Any]:
    return {
        "root": str(root),
        "exit_code": session.exit_code,
        "processes": session.processes,
        "calls": session.calls,
        "functions": [
            {"path": item.path, "name": item.function, "calls": len(item.calls)} for item in session.functions
        ],
        "dropped": session.dropped,
    }


def _render(document: dict[str, Any], screen: Console) -> None:
    if not document["processes"]:
        screen.print(
            "velox: nothing was recorded: no Python process of the command loaded the recorder. It is found through "
            "PYTHONPATH, which `python -I`, `python -E`, `-S` and tools such as tox and nox take away.",
            style="yellow",
        )
        return
    count = len(document["functions"])
    screen.print(
        f"velox: {document['calls']} calls of {count} functions recorded in {document['processes']} "
        f"{'process' if document['processes'] == 1 else 'processes'}",
        style="bold",
    )
    for reason, number in sorted(document["dropped"].items(), key=lambda pair: -pair[1])[:_SHOWN_DROPS]:
        screen.print(output.clean(f"  left out: {number} × {reason}"), style="dim")
    if document["exit_code"]:
        screen.print(f"  the command ended with exit code {document['exit_code']}", style="yellow")


def _render_list(document: dict[str, Any], screen: Console) -> None:
    if not document["functions"]:
        screen.print("Nothing is recorded for this workspace. Try: velox record -- pytest")
    for row in document["functions"]:
        title = (
            f"{row['path']}::{row['name']}{row['signature']}: {len(row['calls'])} calls, {row['recorded']}"
        )
        screen.print(output.clean(title), style="dim" if row["stale"] else "bold")
        if row["stale"]:
            screen.print(output.clean(f"  not used any more: {row['stale']}"), style="yellow")
        for text in row["calls"][:3]:
            screen.print(output.clean("  " + (text if len(text) <= 100 else text[:99] + "…")))


def _render_cleared(document: dict[str, Any], screen: Console) -> None:
    screen.print(f"Forgotten: the recorded calls of {document['cleared']} functions.")
