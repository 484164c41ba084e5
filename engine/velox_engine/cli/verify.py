"""`velox verify`: does a new version of a function behave the same, and is it faster? For files or against git."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.advisor.advise import require_parses
from velox_engine.advisor.comparison import Comparison, compare
from velox_engine.advisor.report import shown_path, verify_document
from velox_engine.cli import output, target
from velox_engine.source.document import SourceFile, decode, read_source
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError
from velox_engine.verify.changed import changed_functions
from velox_engine.verify.export import write_tests
from velox_engine.verify.inputs import parse_cases
from velox_engine.verify.sandbox import Case
from velox_engine.verify.suite import Suite
from velox_engine.verify.verifier import Verifier
from velox_engine.workspace.git import changed_files, file_at
from velox_engine.workspace.project import locate

if TYPE_CHECKING:
    from rich.console import Console

_EXIT = {"verified": output.DONE, "refuted": output.NEGATIVE, "unverifiable": output.UNDECIDED}
_STYLE = {"verified": "bold green", "refuted": "bold red", "unverifiable": "bold yellow"}


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two texts of one module, and the functions of it to compare."""

    old: SourceFile
    new: SourceFile
    functions: tuple[str, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "verify",
        parents=[output.common_options()],
        help="compare two versions of a function",
        description=(
            "Run both versions on the same inputs in a sandbox, compare everything observable, run your tests that "
            "reach the function, and time both. Nothing is written."
        ),
        usage="velox verify [options] OLD.py NEW.py\n       velox verify [options] --git REV [PATH[::FUNCTION] ...]",
        epilog=(
            "Exit code: 0 all verified, 1 something refuted, 2 wrong use, 3 something unverifiable and nothing "
            "refuted, 130 cancelled."
        ),
    )
    parser.add_argument("targets", nargs="*", metavar="PATH", help="two files, or with --git what to look at")
    parser.add_argument(
        "--git", metavar="REV", help="compare the working tree with a commit, branch or tag (HEAD, main, …)"
    )
    parser.add_argument(
        "--function", metavar="QUALNAME", help="for example f or Class.method; all that differ when left out"
    )
    parser.add_argument(
        "--inputs", type=Path, metavar="FILE", help="argument tuples, one Python literal a line"
    )
    parser.add_argument(
        "--export", type=Path, metavar="FILE", help="write counterexamples into this file, as pytest tests"
    )
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="time to spend on each function")
    parser.add_argument(
        "--test-command", metavar="CMD", help="run this on a copy in place of the tests found"
    )
    parser.add_argument("--no-tests", action="store_true", help="leave your own tests out")
    target.add_settings(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify and measure."""
    pairs = _from_git(args) if args.git else _from_files(args)
    extra = _read_inputs(args.inputs)
    answers: list[Comparison] = []
    doing = ""
    try:
        with output.progress(args) as progress:

            def told(message: str, percentage: int) -> None:
                nonlocal doing
                doing = message
                progress(message, percentage)

            for pair in pairs:
                answers.extend(_compare(pair, args, extra, told))  # what came before a Ctrl-C stays
    except KeyboardInterrupt:
        return _cancelled(answers, sum(len(pair.functions) for pair in pairs), doing)
    if args.function and not args.git:
        (answer,) = answers
        document = verify_document(answer.verdict, answer.measured, answer.faster)
    else:
        document = _document(pairs, answers)
    if args.export is not None:
        found = [answer.example for answer in answers if answer.example is not None]
        refuted = sum(answer.verdict.status == "refuted" for answer in answers)
        if found:
            write_tests(args.export, found)
        document["export"] = {
            "path": shown_path(str(args.export)) if found else None,
            "tests": len(found),
            "left_out": refuted - len(found),
        }
    output.emit(document, args, _render)
    codes = {_EXIT[answer.verdict.status] for answer in answers}
    return next((code for code in (output.NEGATIVE, output.UNDECIDED) if code in codes), output.DONE)


# -- what to compare ------------------------------------------------------------------------------------------------


def _from_files(args: argparse.Namespace) -> list[_Pair]:
    if len(args.targets) != 2:
        raise VeloxError(
            "wrong-use",
            "Name two files, or a revision.",
            "velox verify OLD.py NEW.py, or velox verify --git HEAD",
        )
    old, new = (read_source(Path(name)) for name in args.targets)
    for source in (old, new):
        require_parses(source)
    if not args.function:
        return [_changed(old, new)]
    for source in (old, new):
        find_function(parse(source), args.function)
    return [_Pair(old, new, (args.function,))]


def _from_git(args: argparse.Namespace) -> list[_Pair]:
    pairs: list[_Pair] = []
    for name in args.targets or ["."]:
        path, function = target.split(name)
        function = function or args.function or ""
        if not path.exists():
            raise VeloxError("not-found", f"{path} does not exist.", "Check the path.")
        target.settings_for(path, args).require_trust()  # git may run what a repository's settings name
        files = changed_files(path, args.git) if path.is_dir() else (path,)
        for file in files:
            if file.suffix != ".py":
                continue
            before = file_at(file.resolve(), args.git)
            if before is None:
                continue
            new = read_source(file)
            require_parses(new)
            old = replace(decode(before, file), path=file)
            require_parses(old)
            if function:
                for source in (old, new):
                    find_function(parse(source), function)
                pairs.append(_Pair(old, new, (function,)))
            else:
                pairs.append(_changed(old, new))
    return pairs


def _changed(old: SourceFile, new: SourceFile) -> _Pair:
    found = changed_functions(old.text, new.text)
    return _Pair(old, new, found.changed, found.added, found.removed)


def _read_inputs(path: Path | None) -> tuple[Case, ...]:
    if path is None:
        return ()
    try:
        return tuple(parse_cases(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise VeloxError(
            "bad-inputs", f"{path} cannot be read: {error}.", "Give a UTF-8 text file."
        ) from error


# -- comparing ------------------------------------------------------------------------------------------------------


def _compare(
    pair: _Pair, args: argparse.Namespace, extra: Sequence[Case], progress: Callable[[str, int], None]
) -> Iterator[Comparison]:
    if not pair.functions:
        return
    path = pair.old.path
    assert path is not None
    settings = target.settings_for(path, args)
    settings.require_trust()  # before an interpreter of the workspace is looked for, which runs it
    project = locate(path, pair.old.text, interpreter=settings.interpreter)
    suite = None
    if settings.own_tests and not args.no_tests and not settings.test_command:
        suite = Suite(project, pair.old, allow_unconfined=settings.allow_unconfined)
    for function in pair.functions:

        def told(message: str, percentage: int, function: str = function) -> None:
            progress(f"{path.name}::{function}: {message}", percentage)

        # A verifier of its own: the profile that one function needs must not be another's.
        with Verifier(project, settings) as verifier:
            yield compare(verifier, pair.old, pair.new, function, extra=extra, suite=suite, progress=told)


def _cancelled(answers: Sequence[Comparison], wanted: int, doing: str) -> int:
    """Say on stderr what each finished function came to, and what was under way."""
    for answer in answers:
        told = (
            f"{shown_path(answer.path)}::{answer.function}: {answer.verdict.status}: {answer.verdict.reason}"
        )
        print(output.clean(told), file=sys.stderr)
    during = f", during {output.clean(doing)}" if doing else ""
    print(f"velox: cancelled with {len(answers)} of {wanted} functions compared{during}", file=sys.stderr)
    return output.CANCELLED


# -- showing --------------------------------------------------------------------------------------------------------


def _document(pairs: Sequence[_Pair], answers: Sequence[Comparison]) -> dict[str, Any]:
    counts = {status: sum(a.verdict.status == status for a in answers) for status in _EXIT}
    return {
        "functions": [
            {
                "path": shown_path(answer.path),
                "name": answer.function,
                **verify_document(answer.verdict, answer.measured, answer.faster),
            }
            for answer in answers
        ],
        "added": [f"{shown_path(str(p.new.path))}::{name}" for p in pairs for name in p.added],
        "removed": [f"{shown_path(str(p.new.path))}::{name}" for p in pairs for name in p.removed],
        "summary": {
            "functions": len(answers),
            **counts,
            "faster": sum(answer.faster is True for answer in answers),
        },
    }


def _render(document: dict[str, Any], screen: Console) -> None:
    if "functions" not in document:
        _render_one(document, screen)
    else:
        for row in document["functions"]:
            screen.print(output.clean(f"{row['path']}::{row['name']}"), style="bold")
            _render_one(row, screen)
        for word in ("added", "removed"):
            if document[word]:
                screen.print(output.clean(f"{word}, not compared: {', '.join(document[word])}"), style="dim")
        summary = document["summary"]
        screen.print(
            f"{summary['functions']} functions changed: {summary['verified']} verified, {summary['refuted']} refuted, "
            f"{summary['unverifiable']} unverifiable; {summary['faster']} faster",
            style="bold",
        )
    export = document.get("export")
    if export and export["path"]:
        screen.print(output.clean(f"written: {export['path']} ({export['tests']} tests)"))
    if export and export["left_out"]:
        screen.print(f"{export['left_out']} counterexamples cannot be written as a test", style="yellow")


def _render_one(document: dict[str, Any], screen: Console) -> None:
    screen.print(
        f"{document['status']}: {output.clean(document['reason'])}", style=_STYLE[document["status"]]
    )
    example = document["counterexample"]
    if example:
        screen.print(output.clean(f"  inputs  {example['inputs']}"))
        screen.print(output.clean(f"  old     {example['old']}"))
        screen.print(output.clean(f"  new     {example['new']}"))
    for caveat in document["caveats"]:
        screen.print(output.clean(f"  caveat  {caveat['says']}, on {caveat['inputs']}"), style="yellow")
        screen.print(output.clean(f"          {caveat['old']} → {caveat['new']}"), style="yellow")
    if document["speedup"]:
        speed = document["speedup"]
        word = "faster" if document["faster"] else "no significant change"
        line = (
            f"  {speed['median']:.2f}× [{speed['low']:.2f}, {speed['high']:.2f}] at the largest size: {word}"
        )
        if document["crossover"]:
            line += f", from sizes of about {document['crossover']} on"
        screen.print(line)
    evidence = document["evidence"]
    if evidence["inputs"]:
        mutants = evidence["mutants"]
        told = [f"{evidence['inputs']} inputs"]
        if evidence["recorded"]:
            told[0] += f" ({evidence['recorded']} recorded)"
        told.append(f"{mutants['killed']} of {mutants['planted']} planted bugs detected")
        if evidence["tests"]:
            told.append(evidence["tests"])
        screen.print(output.clean(f"  {', '.join(told)}, sandbox: {evidence['sandbox']}"))
