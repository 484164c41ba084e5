"""`velox review`: what a pull request does to speed and behaviour, and what Velox would do on top, with evidence."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from velox_engine.advisor import Advisor, FunctionAdvice
from velox_engine.advisor.claims import Claim, find_claims, is_held
from velox_engine.advisor.comparison import Comparison, compare
from velox_engine.advisor.report import optimize_document, verify_document
from velox_engine.cli import output, scan, target
from velox_engine.cli.reports.review import review_text
from velox_engine.experience.location import data_dir
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile, read_source
from velox_engine.types import VeloxError
from velox_engine.verify.changed import changed_functions
from velox_engine.verify.suite import is_test_file
from velox_engine.verify.verifier import Verifier
from velox_engine.workspace import git
from velox_engine.workspace.project import Project, locate, moved
from velox_engine.workspace.trees import at_revision

if TYPE_CHECKING:
    from rich.console import Console

_FUNCTIONS: Final = 30
_SLOWER: Final = 0.95
FAILURES: Final = ("different", "slower", "claim")
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class _Trees:
    """The repository at both revisions."""

    base: Path
    head: Path  # the working tree, unless another revision was named
    files: tuple[str, ...]  # that differ, relative to both


@dataclass(frozen=True, slots=True)
class _File:
    """A changed file: its name in the repository, both texts, and what became of its functions."""

    name: str
    old: SourceFile | None  # None for a new file
    new: SourceFile
    project: Project  # of the new text
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "review",
        parents=[output.common_options()],
        help="what a pull request does to speed, with evidence",
        description=(
            "For the functions that changed since BASE: compare both versions, each among the files of its own "
            "revision, measure both, check the speed-ups that the change claims, and look for verified rewrites on "
            "top. Nothing in the repository is written."
        ),
        epilog="Exit code: 0 reviewed, 1 something that --fail-on names, 2 wrong use, 130 cancelled.",
    )
    parser.add_argument("base", metavar="BASE", help="branch, tag or commit that the change goes to")
    parser.add_argument(
        "--head", metavar="REV", help="the revision to review; the working tree when left out"
    )
    parser.add_argument("--repository", type=Path, default=Path(), metavar="DIR", help="default: this folder")
    parser.add_argument(
        "--description",
        type=Path,
        metavar="FILE",
        help='text that may claim speed-ups (lines such as "`render` is 8x faster"); default: the commit messages',
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="NAME",
        help="write NAME.md, for a comment or job summary, and NAME.json",
    )
    parser.add_argument(
        "--max-functions",
        type=int,
        default=_FUNCTIONS,
        metavar="N",
        help=f"functions to look at; default: {_FUNCTIONS}",
    )
    parser.add_argument("--no-suggestions", action="store_true", help="look for no rewrites on top")
    parser.add_argument(
        "--fail-on",
        action="append",
        choices=FAILURES,
        default=[],
        help="exit 1 when behaviour differs, a function got slower, or a claim is not reached; may be repeated",
    )
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="time to spend on each function")
    parser.add_argument("--no-model", action="store_true", help="built-in strategies only")
    target.add_settings(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Review the change."""
    settings = target.settings_for(args.repository, args)
    settings.require_trust()  # git may run what a repository's settings name, and its code is run
    root = git.repository(args.repository)
    base = git.merge_base(root, args.base, args.head or "HEAD")
    head = git.resolve(root, args.head) if args.head else ""
    described = _description(args, root, base, head or "HEAD")
    with ExitStack() as stack, output.progress(args) as progress:
        trees = _Trees(
            stack.enter_context(at_revision(root, base, data_dir() / "trees")),
            stack.enter_context(at_revision(root, head, data_dir() / "trees")) if head else root,
            git.changed_between(root, base, head) if head else _in_working_tree(root, base),
        )
        document = _review(trees, settings, described, args, progress)
    document = {"base": base, "head": head or "working tree", **document}
    if args.output is not None:
        _write(document, args.output)
    output.emit(document, args, _render)
    failing = {
        "different": document["summary"]["refuted"],
        "slower": document["summary"]["slower"],
        "claim": document["summary"]["claims_not_held"],
    }
    return output.NEGATIVE if any(failing[name] for name in args.fail_on) else output.DONE


def _description(args: argparse.Namespace, root: Path, base: str, head: str) -> str:
    if args.description is None:
        return git.messages(root, base, head)
    try:
        return args.description.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise VeloxError(
            "not-found", f"{args.description} cannot be read: {error.strerror}.", "Check the path."
        ) from error


def _in_working_tree(root: Path, base: str) -> tuple[str, ...]:
    return tuple(path.relative_to(root).as_posix() for path in git.changed_files(root, base))


def _review(
    trees: _Trees, settings: Settings, described: str, args: argparse.Namespace, progress: Progress
) -> dict[str, Any]:
    started = time.monotonic()
    skipped: list[dict[str, str]] = []
    files = list(_changed_files(trees, settings, skipped))
    changed = [(file, name) for file in files for name in file.changed]
    candidates = [(file, name) for file in files for name in (*file.changed, *file.added)]
    claims = find_claims(described, [name for _, name in changed])
    shown: list[dict[str, Any]] = []
    for number, (file, name) in enumerate(changed[: args.max_functions]):
        told = _told(progress, f"{file.name}::{name}", number / len(changed) / 2, 0.5 / len(changed))
        shown.append(_row(file, name, _compare(trees, file, name, settings, told), claims.get(name)))
    suggestions: dict[str, Any] | None = None
    if not args.no_suggestions:
        suggestions = _suggest(candidates[: args.max_functions], settings, progress)
    return {
        "changed": shown,
        "added": [f"{file.name}::{name}" for file in files for name in file.added],
        "removed": [f"{file.name}::{name}" for file in files for name in file.removed],
        "rewrites": suggestions["functions"] if suggestions else [],
        "summary": {
            "files": len(files),
            "functions": len(shown),
            **{
                status: sum(row["status"] == status for row in shown)
                for status in ("verified", "refuted", "unverifiable")
            },
            "faster": sum(row["change"] == "faster" for row in shown),
            "slower": sum(row["change"] == "slower" for row in shown),
            "claims_held": sum(bool(row["claim"]) and row["claim"]["held"] is True for row in shown),
            "claims_not_held": sum(bool(row["claim"]) and row["claim"]["held"] is not True for row in shown),
            "rewrites": suggestions["summary"]["improved"] if suggestions else 0,
            "left_out": max(0, len(changed) - args.max_functions),
            "skipped": skipped,
            "seconds": round(time.monotonic() - started, 2),
        },
    }


def _changed_files(trees: _Trees, settings: Settings, skipped: list[dict[str, str]]) -> Iterator[_File]:
    for name in trees.files:
        path = trees.head / name
        if path.suffix != ".py":
            continue
        if is_test_file(path):
            skipped.append({"path": name, "reason": "a test"})
            continue
        try:
            new = read_source(path)
            old = read_source(trees.base / name) if (trees.base / name).is_file() else None
            found = changed_functions(old.text if old else "", new.text)
        except (VeloxError, SyntaxError, ValueError, RecursionError) as error:
            skipped.append({"path": name, "reason": f"cannot be read: {error}"})
            continue
        project = locate(path, new.text, interpreter=settings.interpreter)
        yield _File(name, old, new, project, found.changed, found.added, found.removed)


def _compare(trees: _Trees, file: _File, name: str, settings: Settings, progress: Progress) -> Comparison:
    """Compare one function, each version among the files of its own revision."""
    assert file.old is not None, "only a function of an old file can have changed"
    base = moved(file.project, trees.head, trees.base)
    with Verifier(base, replace(settings, test_command=""), candidates=file.project) as verifier:
        return compare(verifier, file.old, file.new, name, progress=progress)


def _row(file: _File, name: str, found: Comparison, claim: Claim | None) -> dict[str, Any]:
    change = "not compared" if found.verdict.status == "unverifiable" else "different"
    if found.verdict.status == "verified":
        change = "faster" if found.faster else "same speed"
        measured = found.measured
        if measured is not None and not measured.unstable and measured.speedup.high < _SLOWER:
            change = "slower"
    return {
        "path": file.name,
        "name": name,
        "change": change,
        "claim": claim and {"times": claim.times, "line": claim.line, "held": is_held(claim, found.measured)},
        **verify_document(found.verdict, found.measured, found.faster),
    }


def _suggest(
    functions: Sequence[tuple[_File, str]], settings: Settings, progress: Progress
) -> dict[str, Any]:
    """Look for rewrites of the new versions."""
    started = time.monotonic()
    advices: list[FunctionAdvice] = []
    names: list[str] = []
    for number, (file, name) in enumerate(functions):
        told = _told(
            progress, f"{file.name}::{name}", 0.5 + number / len(functions) / 2, 0.5 / len(functions)
        )
        with Advisor(file.project, replace(settings, own_tests=False, test_command="")) as advisor:
            advices.append(advisor.optimize(file.new, name, progress=told))
            names.append(file.name)
    document = optimize_document(advices, seconds=time.monotonic() - started)
    for function, name in zip(document["functions"], names, strict=True):
        function["path"] = name  # whatever copy of the repository it was looked at in
    return document


def _told(progress: Progress, place: str, done: float, part: float) -> Progress:
    """Report one function's progress as its part of the whole."""
    return lambda message, percentage: progress(f"{place}: {message}", int(100 * done + percentage * part))


def _write(document: dict[str, Any], name: Path) -> None:
    name = name.with_suffix("") if name.suffix in (".md", ".json") else name
    try:
        name.with_name(name.name + ".md").write_text(review_text(document), encoding="utf-8")
        name.with_name(name.name + ".json").write_text(
            json.dumps(document, ensure_ascii=False, indent=1) + "\n",
            encoding="utf-8",
            errors="backslashreplace",
        )
    except OSError as error:
        raise VeloxError(
            "not-writable", f"{name} cannot be written: {error.strerror}.", "Name another place."
        ) from error


def _render(document: dict[str, Any], screen: Console) -> None:
    for row in document["changed"]:
        screen.print(output.clean(f"{row['path']}::{row['name']}"), style="bold")
        screen.print(output.clean(f"  {row['change']}: {row['reason']}"))
        if row["speedup"]:
            speed = row["speedup"]
            screen.print(
                f"  {speed['median']:.2f}× [{speed['low']:.2f}, {speed['high']:.2f}] at the largest size"
            )
        if example := row["counterexample"]:
            screen.print(output.clean(f"  on {example['inputs']}: {example['old']} → {example['new']}"))
        if claim := row["claim"]:
            word = {True: "reached", False: "not reached", None: "not measured"}[claim["held"]]
            screen.print(output.clean(f"  claimed {claim['times']:g}×: {word}"))
    for function in document["rewrites"]:
        for suggestion in function["suggestions"][:1]:
            speed = suggestion["speedup"]
            screen.print(
                output.clean(f"{function['path']}::{function['name']} can be {speed['median']:.1f}× faster:"),
                style="bold green",
            )
            screen.print(output.clean(suggestion["diff"]))
    summary = document["summary"]
    scan.render_skipped(summary["skipped"], screen)
    screen.print(
        f"{summary['functions']} functions changed: {summary['faster']} faster, {summary['slower']} slower, "
        f"{summary['refuted']} behave differently, {summary['unverifiable']} not comparable; "
        f"{summary['rewrites']} verified rewrites on top ({summary['seconds']:.1f} s)",
        style="bold",
    )
    if summary["left_out"]:
        screen.print(f"{summary['left_out']} more were left out; --max-functions takes more")
