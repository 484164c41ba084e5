"""`velox monitor`: follows a folder and says which functions became hotspots or got slower since a baseline."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from velox_engine.advisor.monitor import WORSE, Event, Monitor
from velox_engine.cli import output, target
from velox_engine.cli.scan import shown_path
from velox_engine.rules.hotspot_baseline import HotspotBaseline, baseline_path
from velox_engine.types import VeloxError
from velox_engine.workspace.watch import watch
from velox_engine.workspace.webhook import checked_address, post

if TYPE_CHECKING:
    from rich.console import Console

_STYLES: Final = {
    "new": ("bold yellow", "new hotspot"),
    "hotter": ("bold yellow", "hotter"),
    "slower": ("bold red", "slower"),
    "cooler": ("green", "cooler"),
    "gone": ("green", "no longer a hotspot"),
    "faster": ("green", "faster"),
    "unmeasured": ("dim", "edited, not timed"),
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "monitor",
        parents=[output.common_options()],
        help="follow a folder: new hotspots, and what got slower",
        description=(
            "Compare a project with a baseline of its functions, then follow it: only files that change are looked at "
            "again. The first run makes the baseline. --format json prints one JSON object a line."
        ),
        epilog="Exit code: 0 done; with --once 1 when something is worse than in the baseline; 2 wrong use; "
        "130 ended.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="DIR")
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE", help="what to compare with; default: kept for each folder"
    )
    parser.add_argument(
        "--write-baseline", action="store_true", help="take what is there now as known, and end"
    )
    parser.add_argument("--once", action="store_true", help="compare and end, for scheduled jobs")
    parser.add_argument(
        "--measure",
        action="store_true",
        help="time changed functions that behave the same against the baseline, in the sandbox",
    )
    parser.add_argument(
        "--webhook",
        metavar="URL",
        help="post here when something is worse, instead of the setting `monitor-webhook`; "
        "paths, names and figures only",
    )
    parser.add_argument(
        "--exclude", metavar="PATTERN", action="append", help="gitignore pattern to leave out"
    )
    target.add_settings(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare, and follow until interrupted."""
    root: Path = args.folder.resolve()
    if not root.is_dir():
        raise VeloxError("not-a-folder", f"{args.folder} is no folder.", "Name the folder of the project.")
    settings = target.settings_for(root, args)
    if args.measure:
        settings.require_trust()
    webhook = args.webhook if args.webhook is not None else settings.monitor_webhook
    if webhook:
        checked_address(webhook)
    path: Path = args.baseline or baseline_path(root)
    baseline = None if args.write_baseline else _load(path, required=args.baseline is not None)
    monitor = Monitor(root, settings, baseline, measure=args.measure)
    stop = threading.Event()
    worse = False
    for number, changes in enumerate(watch(root, (*settings.exclude, *(args.exclude or ())), stop)):
        with output.progress(args) as progress:
            events = list(monitor.update(changes if number else monitor.missing(changes), progress))
        if number == 0 and baseline is None:
            monitor.state.save(path)
            monitor = Monitor(root, settings, monitor.state, measure=args.measure)
            _say(
                f"{len(monitor.state.files)} files are the baseline from now on, in {shown_path(path)}", args
            )
            if args.write_baseline:
                return output.DONE
        worse = worse or any(event.kind in WORSE for event in events)
        _show(events, root, args)
        if webhook and any(event.kind in WORSE for event in events):
            why = post(webhook, notice(root, events))
            if why:
                print(f"velox: the webhook could not be told: {why}", file=sys.stderr)
        if args.once:
            return output.NEGATIVE if worse else output.DONE
        if number == 0:
            _say(f"following {shown_path(root)}; Ctrl-C ends", args)
    return output.DONE


def notice(root: Path, events: list[Event]) -> dict[str, Any]:
    """What is posted: the project's folder name, how much changed, and the functions that are worse."""
    return {
        "project": root.name,
        "counts": dict(Counter(event.kind for event in events)),
        "changes": [event.document() for event in events if event.kind in WORSE],
    }


def _load(path: Path, *, required: bool) -> HotspotBaseline | None:
    try:
        return HotspotBaseline.load(path)
    except FileNotFoundError as error:
        if required:
            raise VeloxError(
                "not-found", f"There is no baseline {path}.", "--write-baseline makes one there."
            ) from error
        return None


def _say(text: str, args: argparse.Namespace) -> None:
    if not args.quiet:
        print(f"velox: {text}", file=sys.stderr, flush=True)


def _show(events: list[Event], root: Path, args: argparse.Namespace) -> None:
    if args.format == "json":
        for event in events:
            print(json.dumps(event.document(), ensure_ascii=False))
    else:
        screen = output.console()
        for event in events:
            _render(event, shown_path(root / event.path), screen)
    sys.stdout.flush()


def _render(event: Event, path: str, screen: Console) -> None:
    style, word = _STYLES[event.kind]
    told = event.document()
    line = f"{word}: {path}:{told['line']}" if "line" in told else f"{word}: {path}"
    line += f" {event.function}"
    if "cost" in told:
        before, after = told["cost"]["before"], told["cost"]["after"]
        line += f"  {before} → {after}" if before and after else f"  {after or before}"
        line += f"  {', '.join(told['rules'])}" if told["rules"] else ""
    if "speedup" in told:
        speed = told["speedup"]
        slower = event.kind == "slower"
        median, low, high = speed["median"], speed["low"], speed["high"]
        if slower:
            median, low, high = 1 / median, 1 / high, 1 / low
        line += f"  {median:.2f} times {'the time' if slower else 'as fast'} (95 % {low:.2f} to {high:.2f})"
    if "reason" in told:
        line += f"  {told['reason']}"
    screen.print(output.clean(line), style=style)
