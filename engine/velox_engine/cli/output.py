"""What every command prints: one JSON document or readable text on stdout; errors and progress on stderr."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console

DONE: Final = 0
NEGATIVE: Final = 1
WRONG_USE: Final = 2
UNDECIDED: Final = 3
CANCELLED: Final = 130

# Control and escape characters that a candidate's output could smuggle into the person's terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def common_options() -> argparse.ArgumentParser:
    """Return the parent parser of the options every command takes."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--format", choices=("text", "json"), default="text", help="what stdout carries")
    parent.add_argument("--quiet", action="store_true", help="no progress, no explanations")
    return parent


def console(*, stderr: bool = False) -> Console:
    """Return a rich console that prints text as it is, without reading markup or guessing highlights in it."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def emit(
    document: dict[str, Any],
    args: argparse.Namespace,
    render: Callable[[dict[str, Any], Console], None] | None = None,
) -> None:
    """Print the command's answer: JSON as `--format` asks, else `render`'s text."""
    if args.format == "json" or render is None:
        json.dump(document, sys.stdout, ensure_ascii=False, indent=None if args.quiet else 2)
        sys.stdout.write("\n")
    else:
        render(document, console())


def emit_list(
    name: str, rows: Iterable[dict[str, Any]], rest: dict[str, Any], args: argparse.Namespace
) -> None:
    """Print one JSON document of a long list and what follows it, without ever holding the list."""
    indent = None if args.quiet else 2
    sys.stdout.write(f'{{"{name}": [')
    for number, row in enumerate(rows):
        sys.stdout.write(",\n" if number else "\n")
        json.dump(row, sys.stdout, ensure_ascii=False, indent=indent)
    sys.stdout.write("\n],\n" + json.dumps(rest, ensure_ascii=False, indent=indent)[1:] + "\n")


def fail(error: VeloxError, args: argparse.Namespace) -> int:
    """Print an error that a person can meet, and return the exit code of wrong use."""
    if getattr(args, "format", "text") == "json":
        report = {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
        json.dump(report, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        screen = console(stderr=True)
        screen.print(f"velox: {clean(error.message)}", style="bold red")
        if error.hint:
            screen.print(f"  {clean(error.hint)}")
    return WRONG_USE


def clean(text: str) -> str:
    """Make text from untrusted code safe for a terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


Progress = Callable[[str, int], None]


@contextmanager
def progress(args: argparse.Namespace) -> Iterator[Progress]:
    """Give a function that shows (message, percentage) on stderr: a live line on a terminal, else nothing."""
    if args.quiet or not sys.stderr.isatty():
        yield lambda message, percentage: None
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=100)
        yield lambda message, percentage: bar.update(task, description=clean(message), completed=percentage)
