"""`velox patterns`: what was learned from rewrites you accepted, and where else in a workspace it fits."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.advisor.learned import known_patterns
from velox_engine.advisor.report import shown_path
from velox_engine.cli import output, target
from velox_engine.experience import ExperienceStore
from velox_engine.source.document import read_source
from velox_engine.source.functions import list_functions
from velox_engine.source.syntax import parse
from velox_engine.strategies import learned
from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import discover
from velox_engine.workspace.project import find_root

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "patterns",
        help="what was learned from accepted rewrites, and where it fits",
        description="Show the patterns behind rewrites that you accepted in a workspace, and functions that they fit. "
        "`velox optimize` tries them there, and verifies and measures them like everything else.",
        epilog="Exit code: 0 done, 1 nothing was found, 2 wrong use.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    listing = actions.add_parser("list", parents=[output.common_options()], help="list patterns")
    finding = actions.add_parser("find", parents=[output.common_options()], help="list functions they fit")
    listing.add_argument("path", nargs="?", default=".", metavar="PATH", help="of the workspace (.)")
    finding.add_argument("path", nargs="?", default=".", metavar="PATH", help="file or folder (.)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show the patterns, or where they fit."""
    path = Path(args.path)
    if not path.exists():
        raise VeloxError("no-such-file", f"{path} does not exist.", "Check the path.")
    settings = target.settings_for(path, args)
    with ExperienceStore.open(database=settings.database) as store:
        patterns = known_patterns(store, settings, str(find_root(path)))
    document: dict[str, Any] = {"patterns": [_pattern(pattern) for pattern in patterns]}
    if args.action == "find":
        document["places"] = [place for file in discover([path]).files for place in _places(file, patterns)]
    output.emit(document, args, _render)
    return output.DONE if document.get("places", document["patterns"]) else output.NEGATIVE


def _pattern(pattern: learned.Pattern) -> dict[str, Any]:
    before, after = pattern.shown
    return {
        "id": pattern.id,
        "action": pattern.action,
        "suggestion": pattern.suggestion,
        "speedup": pattern.speedup,
        "before": before,
        "after": after,
    }


def _places(file: Path, patterns: list[learned.Pattern]) -> list[dict[str, Any]]:
    try:
        source = read_source(file)
        spans = [span for span in list_functions(parse(source)) if not span.nested]
    except VeloxError:
        return []
    return [
        {
            "path": shown_path(str(file)),
            "function": span.qualname,
            "line": source.text.encode()[: candidate.edits[0].start].count(b"\n") + 1,
            "pattern": candidate.strategy.partition(":")[2],
        }
        for span in spans
        for candidate in learned.propose(source, span.qualname, patterns)
    ]


def _render(document: dict[str, Any], screen: Console) -> None:
    if not document["patterns"]:
        screen.print("nothing learned here yet: a pattern comes from a rewrite that you accept")
        return
    if "places" in document:
        for place in document["places"]:
            where = f"{place['path']}:{place['line']}  {place['function']}  learned:{place['pattern']}"
            screen.print(output.clean(where))
        screen.print(
            f"# {len(document['places'])} places; `velox optimize` verifies and measures them", style="cyan"
        )
        return
    for pattern in document["patterns"]:
        screen.print(
            f"learned:{pattern['id']}  {pattern['action']}  {pattern['speedup']:.1f}× where you accepted it",
            style="bold",
        )
        for side, style in (("before", "red"), ("after", "green")):
            for line in pattern[side].splitlines():
                screen.print(output.clean(f"  {'-' if side == 'before' else '+'} {line}"), style=style)
