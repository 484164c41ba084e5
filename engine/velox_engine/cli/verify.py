"""`velox verify OLD NEW --function NAME`: does the new version behave the same, and is it faster?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.advisor.acceptance import decide
from velox_engine.advisor.advise import require_parses
from velox_engine.advisor.report import verify_document
from velox_engine.cli import output, target
from velox_engine.source.document import read_source
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.types import Evidence, Measurement, VeloxError, Verdict
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.inputs import parse_cases
from velox_engine.verify.sandbox import Case, LoadFailure
from velox_engine.verify.verifier import Unverifiable, Verifier
from velox_engine.workspace.project import locate

if TYPE_CHECKING:
    from rich.console import Console

_EXIT = {"verified": output.DONE, "refuted": output.NEGATIVE, "unverifiable": output.UNDECIDED}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "verify",
        parents=[output.common_options()],
        help="compare two versions of a function",
        description="Run both versions on the same inputs in a sandbox, compare everything observable, and time them.",
        epilog="Exit code: 0 verified, 1 refuted, 2 wrong use, 3 unverifiable, 130 cancelled.",
    )
    parser.add_argument("old", type=Path, metavar="OLD.py")
    parser.add_argument("new", type=Path, metavar="NEW.py")
    parser.add_argument("--function", required=True, metavar="QUALNAME", help="for example f or Class.method")
    parser.add_argument(
        "--inputs", type=Path, metavar="FILE", help="argument tuples, one Python literal a line"
    )
    target.add_settings(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify and measure."""
    old, new = read_source(args.old), read_source(args.new)
    for source in (old, new):
        require_parses(source)
        find_function(parse(source), args.function)
    settings = target.settings_for(args.old, args)
    extra = _read_inputs(args.inputs)
    settings.require_trust()
    project = locate(args.old, old.text, interpreter=settings.interpreter)
    measured: Measurement | None = None
    evidence = Evidence()
    faster: bool | None = None
    with output.progress(args) as progress, Verifier(project, settings) as verifier:
        try:
            prepared = verifier.prepare(old, args.function, extra=extra, progress=progress)
            evidence = prepared.evidence
            verdict = verifier.check(prepared, new.text, progress=progress)
            if verdict.status == "verified":
                progress("measuring", 85)
                measured = verifier.measure(prepared, new.text)
                faster = decide(verdict, measured, settings.replace(weak=True)).accepted
        except Unverifiable as stop:
            verdict = Verdict("unverifiable", stop.reason, evidence)
        except Refuted as refuted:
            verdict = Verdict("refuted", refuted.difference.says, evidence, refuted.difference)
        except LoadFailure as failure:
            verdict = Verdict("unverifiable", f"the rewrite does not load: {failure}", evidence)
    output.emit(verify_document(verdict, measured, faster), args, _render)
    return _EXIT[verdict.status]


def _read_inputs(path: Path | None) -> tuple[Case, ...]:
    if path is None:
        return ()
    try:
        return tuple(parse_cases(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise VeloxError(
            "bad-inputs", f"{path} cannot be read: {error}.", "Give a UTF-8 text file."
        ) from error


def _render(document: dict[str, Any], screen: Console) -> None:
    style = {"verified": "bold green", "refuted": "bold red", "unverifiable": "bold yellow"}[
        document["status"]
    ]
    screen.print(f"{document['status']}: {output.clean(document['reason'])}", style=style)
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
        word = "faster" if document["faster"] else "not significantly faster"
        screen.print(
            f"  {speed['median']:.2f}× [{speed['low']:.2f}, {speed['high']:.2f}] at the largest size: {word}"
        )
    evidence = document["evidence"]
    if evidence["inputs"]:
        mutants = evidence["mutants"]
        screen.print(
            f"  {evidence['inputs']} inputs, {mutants['killed']} of {mutants['planted']} planted bugs detected, "
            f"sandbox: {evidence['sandbox']}"
        )
