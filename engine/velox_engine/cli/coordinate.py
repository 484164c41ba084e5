"""`velox coordinate`: rewrites that touch several files at once, verified through every function that they change."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.advisor.coordinated import CoordinatedAdvice, advise_together
from velox_engine.advisor.coordinated_models import ask_together
from velox_engine.advisor.recording import record_together
from velox_engine.advisor.report import shown_path, verify_document
from velox_engine.cli import output, target
from velox_engine.cli.reports.figures import interval
from velox_engine.experience.store import ExperienceStore
from velox_engine.source.edits import unified_diff
from velox_engine.source.together import write_together
from velox_engine.workspace.discovery import discover
from velox_engine.workspace.project import find_root

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "coordinate",
        parents=[output.common_options()],
        help="rewrites that touch several files at once",
        description=(
            "Find rewrites that only make sense across modules, verify them through every function that they change, "
            "and show all files that they touch. Where the whole does not stand, a part of it is tried, then each file "
            "alone. Nothing is written without --apply; with it all files of a rewrite are written, or none."
        ),
        epilog="Exit code: 0 something improved, 1 nothing did, 2 wrong use, 130 cancelled.",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        default=[Path()],
        metavar="PATH",
        help="files or folders to start from; FILE::FUNCTION asks the models that are set up",
    )
    parser.add_argument("--apply", action="store_true", help="write what was accepted without caveat")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="time to spend on each function")
    parser.add_argument(
        "--test-command", metavar="CMD", help="must still succeed with the rewrite, on a copy"
    )
    target.add_settings(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look for rewrites across files."""
    rewrites: list[dict[str, Any]] = []
    applied: list[str] = []
    with ExperienceStore.open() as store, output.progress(args) as progress:
        for advice in _advise(args, progress):
            first = advice.candidate.files[0].path
            identity = ""
            if advice.accepted:
                identity = record_together(store, advice, workspace=str(find_root(first)), origin="cli")
            rewrites.append({"id": identity, **_document(advice)})
            if args.apply and advice.accepted and not advice.has_caveats:
                write_together([(change.source, change.new_text) for change in advice.candidate.files])
                store.record_feedback(identity, "accepted", origin="cli")
                applied.append(advice.candidate.subject)
    document = {
        "rewrites": rewrites,
        "summary": {
            "rewrites": len(rewrites),
            "accepted": sum(rewrite["accepted"] for rewrite in rewrites),
            "applied": applied,
        },
    }
    output.emit(document, args, _render)
    return output.DONE if document["summary"]["accepted"] else output.NEGATIVE


def _advise(args: argparse.Namespace, progress: Callable[[str, int], None]) -> Iterator[CoordinatedAdvice]:
    """Yield what came of files and folders by built-in strategies, and of FILE::FUNCTION by a model."""
    named = [path for path in args.paths if "::" in str(path)]
    for one in named:
        file, _, function = str(one).partition("::")
        yield from ask_together(Path(file), function, target.settings_for(Path(file), args), progress)
    paths = [path for path in args.paths if path not in named]
    if not paths and named:
        return
    for path in discover(paths or [Path()]).files:
        if path.suffix == ".py":
            yield from advise_together(path, target.settings_for(path, args), progress)


def _document(advice: CoordinatedAdvice) -> dict[str, Any]:
    candidate = advice.candidate
    return {
        "subject": candidate.subject,
        "strategy": candidate.strategy,
        "accepted": advice.accepted,
        "fallback": advice.is_fallback,
        "reason": advice.reason,
        "files": [
            {
                "path": (path := shown_path(str(change.path))),
                "diff": unified_diff(change.source.text, change.new_text, path),
                "new_source": change.new_text,
                "old_digest": hashlib.sha256(change.source.data).hexdigest(),
            }
            for change in candidate.files
        ],
        "functions": [
            {
                "path": shown_path(one.path),
                "name": one.function,
                **verify_document(one.verdict, one.measured, one.faster),
            }
            for one in advice.comparisons
        ],
    }


def _render(document: dict[str, Any], screen: Console) -> None:
    for rewrite in document["rewrites"]:
        mark, style = ("✓", "bold green") if rewrite["accepted"] else ("·", "dim")
        part = " in part" if rewrite["fallback"] else ""
        screen.print(output.clean(f"{mark} {rewrite['subject']}{part}: {rewrite['reason']}"), style=style)
        for function in rewrite["functions"]:
            told = interval(function["speedup"]) if function["speedup"] else function["reason"]
            screen.print(
                output.clean(f"    {function['path']}::{function['name']}: {function['status']}, {told}")
            )
            for caveat in function["caveats"]:
                screen.print(
                    output.clean(
                        f"    caveat: {caveat['says']}, on {caveat['inputs']}: {caveat['old']} → {caveat['new']}"
                    ),
                    style="yellow",
                )
        if not rewrite["accepted"]:
            continue
        names = ", ".join(file["path"] for file in rewrite["files"])
        screen.print(output.clean(f"  touches {names}"))
        for file in rewrite["files"]:
            for line in file["diff"].splitlines():
                style = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
                screen.print(output.clean(line), style=style)
    summary = document["summary"]
    screen.print(f"{summary['accepted']} of {summary['rewrites']} rewrites accepted", style="bold")
    if summary["applied"]:
        screen.print(output.clean("Written: " + ", ".join(summary["applied"])))
    elif summary["accepted"]:
        screen.print("Nothing was written; --apply writes those without caveat, all files of each or none.")
