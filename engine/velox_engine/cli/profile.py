"""`velox profile -- COMMAND`: where the processor time goes, in a file that `velox scan --profile` reads."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from velox_engine.cli import output
from velox_engine.cli.scan import shown_path
from velox_engine.settings import load_project
from velox_engine.types import VeloxError
from velox_engine.verify.profiling import profile_command
from velox_engine.workspace.profiles import Profile, read_profile
from velox_engine.workspace.project import find_root

if TYPE_CHECKING:
    from rich.console import Console

DEFAULT_NAME: Final = "velox-profile.speedscope.json"
_LISTED: Final = 20
_SHOWN: Final = 10


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "profile",
        parents=[output.common_options()],
        help="measure where a command's processor time goes",
        description=(
            "Run a command and sample the stacks of all Python processes it starts, weighed by processor time. "
            "`velox scan --profile FILE` and `velox optimize --profile FILE` take it from there; so does speedscope."
        ),
        epilog="Exit code: 0 done, 1 the command failed or nothing was seen, 2 wrong use, 130 cancelled. "
        "Example: velox profile -- pytest",
    )
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="after --, as in a terminal")
    parser.add_argument(
        "--output", type=Path, default=Path(DEFAULT_NAME), metavar="FILE", help=f"default: {DEFAULT_NAME}"
    )
    parser.add_argument(
        "--interval", type=float, default=5.0, metavar="MS", help="milliseconds between samples (default: 5)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Profile the command and say what took the time."""
    if not 1 <= args.interval <= 1000:
        raise VeloxError("wrong-use", "--interval must be from 1 to 1000 milliseconds.", "The default is 5.")
    root = find_root(Path.cwd())
    load_project(root).require_trust()
    seen = profile_command(
        args.command,
        args.output,
        interval=args.interval / 1000,
        output=sys.stderr.fileno() if args.format == "json" else None,
    )
    functions = _functions(read_profile(args.output), root) if seen.processes else []
    document: dict[str, Any] = {
        "output": str(args.output),
        "exit_code": seen.exit_code,
        "processes": seen.processes,
        "seconds": round(seen.seconds, 3),
        "functions": functions,
    }
    output.emit(document, args, _render)
    if seen.cancelled:
        return output.CANCELLED
    return output.DONE if seen.exit_code == 0 and seen.processes else output.NEGATIVE


def _functions(profile: Profile, root: Path) -> list[dict[str, Any]]:
    """The functions of the project that took the most time themselves."""
    rows: list[dict[str, Any]] = []
    for entry in profile.entries:
        path = Path(entry.frame.file)
        if path.is_absolute() and path.is_relative_to(root) and "site-packages" not in path.parts:
            rows.append(
                {
                    "path": shown_path(path),
                    "line": entry.frame.line,
                    "name": entry.frame.name,
                    "own_share": round(entry.own / profile.seconds, 4),
                    "share": round(min(1.0, entry.total / profile.seconds), 4),
                }
            )
    rows.sort(key=lambda row: (-row["own_share"], -row["share"]))
    return rows[:_LISTED]


def _render(document: dict[str, Any], screen: Console) -> None:
    if not document["processes"]:
        screen.print(
            "velox: nothing was seen: no Python process of the command loaded the sampler or used processor time. "
            "The sampler is found through PYTHONPATH, which `python -I`, `python -E`, `-S` and tools such as tox and "
            "nox take away.",
            style="yellow",
        )
        return
    count = document["processes"]
    screen.print(
        output.clean(
            f"velox: {document['seconds']:.2f} s of processor time in {count} "
            f"{'process' if count == 1 else 'processes'} → {document['output']}"
        ),
        style="bold",
    )
    for row in document["functions"][:_SHOWN]:
        title = f"{row['name']}  {row['path']}:{row['line']}"
        screen.print(output.clean(f"  {row['own_share']:>6.1%}  with calls {row['share']:>6.1%}  {title}"))
    if document["exit_code"]:
        screen.print(f"  the command ended with exit code {document['exit_code']}", style="yellow")
    screen.print(output.clean(f"Next: velox scan --profile {document['output']} --hot"), style="dim")
