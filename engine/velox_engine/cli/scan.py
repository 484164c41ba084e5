"""`velox scan`: finds slow code in files, folders, packages and repositories, and ranks the functions it is in."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.cli import output, weighing
from velox_engine.cli.hotspots import hottest, render_hotspots, with_complexity
from velox_engine.cli.places import Places, open_places
from velox_engine.rules import scan, select_rules, selection_for
from velox_engine.rules.report import RankedFunction, rank_functions
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.syntax import ParsedFile, parse
from velox_engine.types import Finding, Position, VeloxError
from velox_engine.workspace.discovery import discover
from velox_engine.workspace.git import changed_files
from velox_engine.workspace.profiles import Profile, read_profile

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"warning": "bold yellow", "info": "cyan", "hint": "dim"}
_RANKED_SHOWN = 10
_FILES_A_JOB = 50  # fewer do not pay for a process


@dataclass
class _Report:
    """What has been found in a file, or in all so far."""

    files: int = 0
    lines: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list)
    functions: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)

    def add(self, other: _Report) -> None:
        """Take in another file's."""
        self.files += other.files
        self.lines += other.lines
        self.findings += other.findings
        self.functions += other.functions
        self.skipped += other.skipped


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "scan",
        parents=[output.common_options()],
        help="find slow code",
        description="Find slow code in Python files. Nothing is run and nothing is changed.",
        epilog="Exit code: 0 scanned, whatever was found; 2 a path does not exist or holds no Python file.",
    )
    add_options(parser)
    add_choice(parser)
    parser.add_argument(
        "--all-functions", action="store_true", help="rank every function, not only those with findings"
    )
    parser.set_defaults(run=run, fetches=True)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is scanned and for what."""
    parser.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="files, folders, installed packages, or one repository: https://HOST/OWNER/NAME[@REF] or a bare folder",
    )
    parser.add_argument(
        "--select", metavar="RULES", help="only these rules: ids, id prefixes or names, by comma"
    )
    parser.add_argument(
        "--extend-select", metavar="RULES", help="these rules too, such as those that are off by default"
    )
    parser.add_argument("--ignore", metavar="RULES", help="without these rules")
    parser.add_argument(
        "--doubtful",
        action="store_true",
        help="also, as hints, what pays only among many elements where nothing says that there are many",
    )
    parser.add_argument(
        "--exclude", metavar="PATTERN", action="append", help="gitignore pattern to leave out"
    )
    parser.add_argument(
        "--since", metavar="REV", help="only files that differ from this git revision, and new ones"
    )
    weighing.add_options(
        parser, "weigh findings by the run time measured there: cProfile, pyinstrument, speedscope or Scalene"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=0,
        metavar="N",
        help="processes; default: one for each core, for many files",
    )


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Add the options that leave out what matters less."""
    parser.add_argument("--max-files", type=int, metavar="N", help="only the N files that promise the most")
    parser.add_argument(
        "--min-complexity",
        type=int,
        metavar="N",
        help="only functions of at least this cyclomatic complexity",
    )


def run(args: argparse.Namespace) -> int:
    """Scan and report."""
    output.emit(collect(args), args, _render)
    return output.DONE


def collect(args: argparse.Namespace) -> dict[str, Any]:
    """Scan what the options say and return the command's document."""
    started = time.monotonic()
    weighing.require_profile(args)
    profile = read_profile(args.profile) if args.profile is not None else None
    with output.progress(args) as progress, open_places(args.paths or ["."], args, progress) as places:
        document = scan_places(places, args, profile, progress)
    document["summary"]["seconds"] = round(time.monotonic() - started, 3)
    return document


def scan_places(
    places: Places, args: argparse.Namespace, profile: Profile | None, progress: output.Progress
) -> dict[str, Any]:
    """Scan the files of the places and return the document, without the time it took."""
    paths = [place.path for place in places.found]
    settings = _settings(places.settings(paths[0]), args)
    select_rules(selection_for(settings))  # a mistake in the settings is said before any file is read
    found = discover(paths, settings.exclude)
    files = found.files
    if args.since is not None:
        if places.fetched is None:
            settings.require_trust()  # a repository's own settings can make git run programs
        files = changed_among(files, paths, args.since)
    base = places.base
    report = _Report(skipped=[{"path": shown_path(s.path, base), "reason": s.reason} for s in found.skipped])
    jobs = args.jobs if args.jobs > 0 else min(os.cpu_count() or 1, 1 + len(files) // _FILES_A_JOB)
    least = getattr(args, "min_complexity", None) or 0
    scan_one = partial(
        _scan_file,
        settings=settings,
        everything=args.all_functions,
        profile=profile,
        base=base,
        least_complexity=least,
    )
    for number, one in enumerate(_scan_all(files, scan_one, jobs)):
        progress(shown_path(files[number], base), 100 * number // len(files))
        report.add(one)
    if args.hot:
        report.findings = [finding for finding in report.findings if finding["share"] >= weighing.HOT]
        report.functions = [function for function in report.functions if function["share"] >= weighing.HOT]
    report.functions.sort(key=lambda function: -function["score"])
    hotspots = hottest(report.functions, getattr(args, "max_files", None))
    if getattr(args, "max_files", None) is not None:
        chosen = {hotspot["path"] for hotspot in hotspots}
        report.findings = [finding for finding in report.findings if finding["path"] in chosen]
        report.functions = [function for function in report.functions if function["path"] in chosen]
    document: dict[str, Any] = {
        "summary": {
            "files": report.files,
            "lines": report.lines,
            "seconds": 0.0,
            "findings": len(report.findings),
            "skipped": report.skipped,
        },
        "findings": report.findings,
        "functions": report.functions,
        "hotspots": hotspots,
    }
    if places.fetched is not None:
        document["summary"]["repository"] = places.document()
    return document


def finding_document(finding: Finding, source: SourceFile, path: str) -> dict[str, Any]:
    """A finding as the command line's contract has it: 1-based lines and columns in characters."""
    line, column = _place(source, finding.start)
    end_line, end_column = _place(source, finding.end)
    return {
        "rule": finding.rule,
        "name": finding.name,
        "path": path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "function": finding.function,
        "message": finding.message,
        "severity": finding.severity,
        "strategy": finding.strategy,
        "cost": finding.cost,
    }


def shown_path(path: Path, base: Path | None = None) -> str:
    """A path relative to `base`, or to the current folder, where it lies under it."""
    absolute, here = os.path.abspath(path), os.path.abspath(base) if base is not None else os.getcwd()
    inside = absolute == here or absolute.startswith(here.rstrip(os.sep) + os.sep)
    return os.path.relpath(absolute, here) if inside else absolute


def changed_among(files: Sequence[Path], paths: Sequence[Path], revision: str) -> tuple[Path, ...]:
    """Those of the files that git says differ from the revision; none is fine."""
    changed: set[str] = set()
    for folder in {path if path.is_dir() else path.parent for path in paths}:
        changed.update(os.path.abspath(path) for path in changed_files(folder, revision))
    return tuple(path for path in files if os.path.abspath(path) in changed)


def _settings(settings: Settings, args: argparse.Namespace) -> Settings:
    changes: dict[str, Any] = {}
    for option in ("select", "extend_select", "ignore"):
        text = getattr(args, option)
        if text is not None:
            changes[option] = tuple(part.strip() for part in text.split(",") if part.strip())
    if args.doubtful:
        changes["scan_doubtful"] = True
    if args.exclude:
        changes["exclude"] = (*settings.exclude, *args.exclude)
    return settings.replace(**changes)


def _scan_all(files: Sequence[Path], scan_one: Callable[[Path], _Report], jobs: int) -> Iterator[_Report]:
    """The files one after the other, in their order, whatever the number of processes."""
    if jobs == 1:
        yield from map(scan_one, files)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        try:
            yield from pool.map(scan_one, files, chunksize=16)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _scan_file(
    path: Path,
    *,
    settings: Settings,
    everything: bool,
    profile: Profile | None,
    base: Path | None,
    least_complexity: int,
) -> _Report:
    selection, report = selection_for(settings, path), _Report()
    shown = shown_path(path, base)
    try:
        source = read_source(path)
    except VeloxError as error:
        report.skipped.append({"path": shown, "reason": error.message})
        return report
    parsed = parse(source)
    if parsed.first_error is not None:
        line, column = _place(source, parsed.first_error)
        reason = f"not valid Python at line {line}, column {column}; scanned as far as it can be read"
        report.skipped.append({"path": shown, "reason": reason})
    findings = scan(parsed, selection)
    report.files += 1
    report.lines += source.lines.count
    report.findings += (finding_document(finding, source, shown) for finding in findings)
    report.functions += _functions(parsed, findings, shown, everything=everything)
    if profile is not None:
        known = weighing.shares(profile, parsed)
        weighing.weigh_findings(report.findings, known)
        weighing.weigh_functions(report.functions, known)
    if least_complexity:
        report.findings, report.functions = with_complexity(
            least_complexity, report.findings, report.functions
        )
    return report


def _functions(
    parsed: ParsedFile, findings: list[Finding], path: str, *, everything: bool
) -> Iterator[dict[str, Any]]:
    ranked: list[RankedFunction] = rank_functions(parsed, findings, everything=everything)
    for function in ranked:
        yield {
            "path": path,
            "name": function.name,
            "line": function.line,
            "complexity": function.complexity,
            "maintainability": function.maintainability,
            "loop_depth": function.loop_depth,
            "cost": function.cost,
            "findings": function.findings,
            "score": function.score,
        }


def _place(source: SourceFile, position: Position) -> tuple[int, int]:
    before = source.lines.line(position.line)[: position.column]
    return position.line + 1, len(before.decode("utf-8", "replace")) + 1


def render_findings(findings: Sequence[dict[str, Any]], screen: Console) -> None:
    """Print findings under their files."""
    from rich.text import Text

    path = ""
    for finding in findings:
        if finding["path"] != path:
            path = finding["path"]
            screen.print(Text(output.clean(path), style="bold underline"))
        place = f"{finding['line']}:{finding['column']}"
        line = Text(f"  {place:>9}  ")
        line.append(f"{finding['rule']} {finding['name']}", style=_STYLES[finding["severity"]])
        line.append(f"  {finding['cost']}", style="magenta")
        if finding["function"]:
            line.append(f"  in {finding['function']}", style="green")
        if "share" in finding:
            line.append(f"  {finding['share']:.1%} of the run", style="bold")
        screen.print(line)
        screen.print(Text(f"             {output.clean(finding['message'])}"))


def render_skipped(skipped: Sequence[dict[str, str]], screen: Console) -> None:
    """Print what was left out, and why."""
    from rich.text import Text

    for one in skipped:
        screen.print(Text(f"skipped {output.clean(one['path'])}: {output.clean(one['reason'])}", style="dim"))


def _render(document: dict[str, Any], screen: Console) -> None:
    from rich.text import Text

    render_findings(document["findings"], screen)
    ranked = [function for function in document["functions"] if function["findings"]][:_RANKED_SHOWN]
    if ranked:
        screen.print()
        screen.print(Text("Most promising functions", style="bold"))
        for function in ranked:
            line = Text(f"  {function['score']:>6.1f}  ", style="bold")
            line.append(f"{function['name']}", style="green")
            line.append(f"  {output.clean(function['path'])}:{function['line']}", style="dim")
            line.append(f"  {function['cost']}", style="magenta")
            if "share" in function:
                line.append(
                    f"  {function['own_share']:.1%} of the run, {function['share']:.1%} with what it calls"
                )
            line.append(f"  findings {function['findings']}, loop depth {function['loop_depth']}")
            if function["complexity"] is not None:
                line.append(
                    f", complexity {function['complexity']}, maintainability {function['maintainability']}"
                )
            screen.print(line)
    render_hotspots(document["hotspots"], screen)
    summary = document["summary"]
    render_skipped(summary["skipped"], screen)
    if document["findings"] or summary["skipped"]:
        screen.print()
    fetched = summary.get("repository")
    where = f" of {fetched['url']} at {fetched['commit'][:12]}" if fetched else ""
    screen.print(
        Text(
            output.clean(
                f"{summary['findings']} findings in {summary['files']} files, {summary['lines']} lines{where}, "
                f"{summary['seconds']:.2f} s"
            ),
            style="bold",
        )
    )
