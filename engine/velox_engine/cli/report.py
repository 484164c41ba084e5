"""`velox report`: hotspots, rewrites and their evidence as one HTML page, with Markdown and JSON beside it."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.advisor import Advisor, FunctionAdvice
from velox_engine.advisor.recording import record_advice
from velox_engine.advisor.report import optimize_document
from velox_engine.cli import output, scan, target
from velox_engine.cli.reports import markdown
from velox_engine.cli.reports.page import HOTSPOTS, page
from velox_engine.experience.store import ExperienceStore
from velox_engine.source.document import read_source
from velox_engine.types import VeloxError
from velox_engine.workspace.callers import surroundings
from velox_engine.workspace.project import find_root

if TYPE_CHECKING:
    from rich.console import Console

_FUNCTIONS = 10


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "report",
        parents=[output.common_options()],
        help="write a page of hotspots, rewrites and evidence",
        description=(
            "Scan, optimise the most promising functions, and write NAME.html, NAME.md and NAME.json. With results of "
            "earlier runs nothing is scanned or run. No source file is written."
        ),
        epilog="Exit code: 0 written, 2 wrong use, 130 cancelled.",
    )
    scan.add_options(parser)
    parser.add_argument(
        "--functions",
        type=int,
        default=_FUNCTIONS,
        metavar="N",
        help=f"how many of the most promising functions to optimise; default: {_FUNCTIONS}, 0 only scans",
    )
    parser.add_argument(
        "--scan-results", type=Path, metavar="FILE", help="what `velox scan --format json` printed"
    )
    parser.add_argument(
        "--optimize-results", type=Path, metavar="FILE", help="what `velox optimize --format json` printed"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("velox-report"),
        metavar="NAME",
        help="where to write, without the suffix; default: velox-report",
    )
    parser.add_argument("--title", metavar="TEXT", help="default: the name of what is scanned")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="time to spend on each function")
    parser.add_argument("--no-model", action="store_true", help="built-in strategies only")
    target.add_settings(parser)
    parser.set_defaults(run=run, all_functions=False)


def run(args: argparse.Namespace) -> int:
    """Gather the results and write the three files."""
    name: Path = args.output
    if name.suffix in (".html", ".md", ".json"):
        name = name.with_suffix("")
    if not name.absolute().parent.is_dir():
        raise VeloxError("not-found", f"There is no folder {name.parent}.", "Make it, or name another.")
    report = _gather(args)
    try:
        texts = {
            ".html": page(report),
            ".md": markdown.text(report),
            ".json": json.dumps(report, ensure_ascii=False, indent=1) + "\n",
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if args.scan_results is None and args.optimize_results is None:
            raise
        raise VeloxError(
            "bad-results",
            f"The results are not as this version of Velox prints them: {error!r}.",
            "Run `velox scan` or `velox optimize` with --format json again.",
        ) from error
    written: list[str] = []
    for suffix, text in texts.items():
        path = name.with_name(name.name + suffix)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
        written.append(scan.shown_path(path))
    output.emit({"written": written}, args, _render)
    return output.DONE


def _gather(args: argparse.Namespace) -> dict[str, Any]:
    report: dict[str, Any] = {
        "title": args.title or _title(args.paths),
        "created": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "version": version("velox-lsp"),
    }
    if args.scan_results is not None or args.optimize_results is not None:
        for key, path, wanted in (
            ("scan", args.scan_results, "findings"),
            ("optimize", args.optimize_results, "functions"),
        ):
            if path is not None:
                report[key] = _read(path, wanted)
        return report
    report["scan"] = scan.collect(args)
    promising = [function for function in report["scan"]["functions"] if function["findings"]]
    for function in promising[:HOTSPOTS]:
        path = Path(function["path"])
        around = surroundings(find_root(path), path, function["name"])
        function["imported_by"] = len(around.imported_by)
        function["called_from"] = len({(one.path, one.function) for one in around.callers if one.certain})
    if args.functions > 0:
        report["optimize"] = _optimize(promising[: args.functions], args)
    return report


def _title(paths: Sequence[str]) -> str:
    names = [Path(path).resolve().name for path in paths or ["."]]
    return "Performance of " + ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")


def _read(path: Path, wanted: str) -> Any:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VeloxError(
            "not-found", f"{path} cannot be read: {error.strerror}.", "Check the path."
        ) from error
    except ValueError as error:
        raise VeloxError("bad-results", f"{path} is no JSON: {error}.", "Use --format json.") from error
    if not isinstance(document, dict) or not {"summary", wanted} <= document.keys():
        raise VeloxError(
            "bad-results", f"{path} does not hold {wanted}.", "Give what `velox … --format json` printed."
        )
    return document


def _optimize(functions: Sequence[dict[str, Any]], args: argparse.Namespace) -> dict[str, Any]:
    """Optimise these functions of the scan, file by file; what has no strategy is said to be so."""
    started = time.monotonic()
    advices: list[FunctionAdvice] = []
    ordered = sorted(functions, key=lambda function: function["path"])
    with output.progress(args) as progress, ExperienceStore.open() as store:
        for path, group in groupby(ordered, key=lambda function: function["path"]):
            source = read_source(Path(path))
            with Advisor.for_file(source, target.settings_for(Path(path), args)) as advisor:
                for function in group:
                    place = f"{os.path.basename(path)}::{function['name']}"
                    done = 100 * len(advices) // max(1, len(functions))

                    def told(message: str, percentage: int, place: str = place, done: int = done) -> None:
                        progress(f"{place}: {message}", done + percentage // max(1, len(functions)))

                    advice = advisor.optimize(source, function["name"], progress=told)
                    advice = record_advice(store, advice, workspace=str(advisor.project.root), origin="cli")
                    advices.append(advice)
    return optimize_document(advices, seconds=time.monotonic() - started)


def _render(document: dict[str, Any], screen: Console) -> None:
    screen.print(output.clean("Written: " + ", ".join(document["written"])), style="bold")
