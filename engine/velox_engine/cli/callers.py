"""`velox callers`: who imports a module, who calls a function of it, and whom that calls."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from velox_engine.advisor.report import shown_path
from velox_engine.cli import output, target
from velox_engine.source.document import read_source
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.workspace.callers import Surroundings, surroundings
from velox_engine.workspace.project import find_root

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "callers",
        parents=[output.common_options()],
        help="who imports a module and calls a function",
        description="Say what surrounds a function in its workspace. Nothing is run.",
        epilog="Exit code: 0 looked, whatever was found; 2 wrong use.",
    )
    parser.add_argument("target", metavar="PATH[::QUALNAME]", help="a file, or one function of it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look around."""
    path, name = target.split(args.target)
    source = read_source(path)
    if name:
        find_function(parse(source), name)
    output.emit(document(surroundings(find_root(path), path, name)), args, _render)
    return output.DONE


def document(found: Surroundings) -> dict[str, Any]:
    """Build the document of the command."""
    return {
        "imported_by": [shown_path(str(path)) for path in found.imported_by],
        "callers": [
            {
                "path": shown_path(str(one.path)),
                "function": one.function,
                "line": one.line,
                "text": one.text,
                "certain": one.certain,
            }
            for one in found.callers
        ],
        "calls": [
            {"path": shown_path(str(one.path)), "function": one.function, "line": one.line}
            for one in found.callees
        ],
        "complete": found.complete,
    }


def _render(found: dict[str, Any], screen: Console) -> None:
    count = len(found["imported_by"])
    screen.print(f"imported by {count} {'module' if count == 1 else 'modules'}", style="bold")
    for path in found["imported_by"]:
        screen.print(output.clean(f"  {path}"))
    for title, key in (("called from", "callers"), ("calls", "calls")):
        if found[key]:
            screen.print(title, style="bold")
        for one in found[key]:
            perhaps = "" if one.get("certain", True) else "  (by its name)"
            text = f"  {one['text']}" if "text" in one else ""
            screen.print(
                output.clean(f"  {one['path']}:{one['line']}  {one['function'] or '(module)'}{text}{perhaps}")
            )
    if not found["complete"]:
        screen.print("The workspace was too large to read whole.", style="yellow")
