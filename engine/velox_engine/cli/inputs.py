"""`velox inputs PATH::QUALNAME`: the argument tuples Velox would test a function on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from velox_engine.advisor.advise import require_parses
from velox_engine.cli import output, target
from velox_engine.source.document import read_source
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError
from velox_engine.verify.inputs import case_text
from velox_engine.verify.verifier import Unverifiable, Verifier
from velox_engine.workspace.project import locate

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "inputs",
        parents=[output.common_options()],
        help="print the inputs Velox would test a function on",
        description="Find inputs for a function without asking, and say how much they reach and detect.",
        epilog="Exit code: 0 done, 2 wrong use, 3 no inputs could be found, 130 cancelled.",
    )
    parser.add_argument("target", metavar="PATH::QUALNAME")
    parser.add_argument("--count", type=int, default=20, metavar="N", help="how many to print (20)")
    target.add_settings(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the inputs."""
    path, name = target.split(args.target)
    if not name:
        raise VeloxError("bad-target", f"{args.target!r} names no function.", "Write PATH::QUALNAME.")
    if args.count < 1:
        raise VeloxError("bad-count", f"--count {args.count} is not positive.", "Ask for at least one input.")
    source = read_source(path)
    require_parses(source)
    find_function(parse(source), name)
    settings = target.settings_for(path, args)
    settings = settings.replace(input_count=max(settings.input_count, min(args.count, 2000)))
    settings.require_trust()
    project = locate(path, source.text, interpreter=settings.interpreter)
    document: dict[str, Any] = {
        "inputs": [],
        "exceptions": [],
        "wide": [],
        "coverage": None,
        "strength": None,
    }
    with output.progress(args) as progress, Verifier(project, settings) as verifier:
        try:
            prepared = verifier.prepare(source, name, progress=progress)
        except Unverifiable as stop:
            document["reason"] = stop.reason
            output.emit(document, args, _render)
            return output.UNDECIDED
    pairs = list(zip(prepared.core, prepared.outcomes[0], strict=True))
    document["inputs"] = [case_text(c) for c, o in pairs if o.kind == "returned"][: args.count]
    document["exceptions"] = [
        {"inputs": case_text(c), "raises": o.exception} for c, o in pairs if o.kind == "raised"
    ][: args.count]
    document["wide"] = [case_text(case) for case in prepared.wide][: args.count]
    document["coverage"] = prepared.evidence.coverage
    document["strength"] = prepared.evidence.strength
    output.emit(document, args, _render)
    return output.DONE


def _render(document: dict[str, Any], screen: Console) -> None:
    for line in document["inputs"]:
        screen.print(output.clean(line))
    for item in document["exceptions"]:
        screen.print(output.clean(f"{item['inputs']}  # raises {item['raises']}"), style="dim")
    if "reason" in document:
        screen.print(output.clean(f"no inputs: {document['reason']}"), style="yellow")
        return
    strength, coverage = document["strength"], document["coverage"]
    told = [f"{coverage:.0%} of branches" if coverage is not None else "branches unknown"]
    told.append(
        f"{strength:.0%} of planted bugs detected" if strength is not None else "no bug could be planted"
    )
    screen.print("# " + ", ".join(told), style="cyan")
