"""`velox check`: scans for a build server, and fails on findings that are new."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from velox_engine.cli import output, scan
from velox_engine.cli.reports.github import workflow_commands
from velox_engine.cli.reports.junit import junit
from velox_engine.cli.reports.sarif import sarif
from velox_engine.types import VeloxError
from velox_engine.workspace import baseline

if TYPE_CHECKING:
    from rich.console import Console

_FORMATS: Final = ("text", "json", "jsonl", "sarif", "github", "junit")
_SEVERITIES: Final = ("hint", "info", "warning")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "check",
        help="fail on new findings, for continuous integration",
        description="Scan as `velox scan` does and fail on findings that the baseline does not know.",
        epilog="Exit code: 0 nothing new, 1 new findings, 2 wrong use.",
    )
    scan.add_options(parser)
    parser.add_argument("--format", choices=_FORMATS, default="text", help="what stdout carries")
    parser.add_argument("--quiet", action="store_true", help="no progress, no explanations")
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help=f"known findings; {baseline.DEFAULT_NAME} in the current folder when there is one",
    )
    parser.add_argument(
        "--write-baseline", action="store_true", help="take what is found now as known, and succeed"
    )
    parser.add_argument(
        "--fail-on", choices=_SEVERITIES, default="hint", help="the least severity that fails the check"
    )
    parser.set_defaults(run=run, all_functions=False)


def run(args: argparse.Namespace) -> int:
    """Scan, compare with the baseline, report."""
    path, remembered = _baseline(args)
    document = scan.collect(args)
    findings: list[dict[str, Any]] = document["findings"]
    _add_text(findings)
    folder = path.absolute().parent
    seen = [
        baseline.known(
            _relative(finding["path"], folder), finding["rule"], finding["function"], finding["text"]
        )
        for finding in findings
    ]
    if args.write_baseline:
        count = baseline.save(path, seen)
        print(f"velox: {count} findings are known from now on, in {scan.shown_path(path)}", file=sys.stderr)
        return output.DONE
    fresh = [finding for finding, is_new in zip(findings, remembered.new(seen), strict=True) if is_new]
    failing = [f for f in fresh if _SEVERITIES.index(f["severity"]) >= _SEVERITIES.index(args.fail_on)]
    summary = {
        **document["summary"],
        "new": len(fresh),
        "known": len(findings) - len(fresh),
        "gone": remembered.gone(seen, partial(_is_under, folder=folder, args=args)),
        "failing": len(failing),
    }
    _print({"summary": summary, "findings": fresh}, args)
    return output.NEGATIVE if failing else output.DONE


def _baseline(args: argparse.Namespace) -> tuple[Path, baseline.Baseline]:
    path: Path = args.baseline or Path(baseline.DEFAULT_NAME)
    if args.write_baseline:
        if not path.absolute().parent.is_dir():
            raise VeloxError("not-found", f"there is no folder {path.parent}", "check the path")
        return path, baseline.Baseline()
    if args.baseline is None and not path.exists():
        return path, baseline.Baseline()
    return path, baseline.load(path)


def _add_text(findings: Sequence[dict[str, Any]]) -> None:
    """Give each finding the text of its first line: what it is recognised by when lines have moved."""
    from velox_engine.source.document import read_source

    path, lines = "", None
    for finding in findings:
        if finding["path"] != path or lines is None:
            path = finding["path"]
            lines = read_source(Path(path)).lines
        finding["text"] = lines.line(finding["line"] - 1).decode("utf-8", "replace").strip()


def _is_under(path: str, folder: Path, args: argparse.Namespace) -> bool:
    """Whether a baseline's path was among what was asked for: a check of a few files says nothing of the others."""
    if args.since is not None:
        return False
    place = Path(os.path.abspath(folder / path))
    return any(place.is_relative_to(os.path.abspath(asked)) for asked in args.paths or [Path()])


def _relative(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _print(document: dict[str, Any], args: argparse.Namespace) -> None:
    findings: list[dict[str, Any]] = document["findings"]
    match args.format:
        case "sarif":
            json.dump(sarif(findings), sys.stdout, ensure_ascii=False, indent=2)
            sys.stdout.write("\n")
        case "github":
            sys.stdout.write(workflow_commands(findings))
        case "junit":
            sys.stdout.write(junit(findings))
        case "jsonl":
            sys.stdout.writelines(json.dumps(finding, ensure_ascii=False) + "\n" for finding in findings)
        case _:
            output.emit(document, args, _render)


def _render(document: dict[str, Any], screen: Console) -> None:
    from rich.text import Text

    scan.render_findings(document["findings"], screen)
    summary = document["summary"]
    scan.render_skipped(summary["skipped"], screen)
    line = Text(
        f"{summary['new']} new findings, {summary['known']} known, in {summary['files']} files, "
        f"{summary['seconds']:.2f} s",
        style="bold red" if summary["failing"] else "bold",
    )
    screen.print(line)
    if summary["gone"]:
        screen.print(
            Text(f"{summary['gone']} known findings are gone; `velox check --write-baseline` forgets them")
        )
