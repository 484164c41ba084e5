"""`velox optimize`: rewrite functions, verify and measure, show the evidence; write only with --apply."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from velox_engine.advisor import Advisor, FunctionAdvice
from velox_engine.advisor.recording import record_advice
from velox_engine.advisor.report import optimize_document, shown_path
from velox_engine.cli import output, target
from velox_engine.experience.purge import sweep
from velox_engine.experience.store import ExperienceStore
from velox_engine.settings import load_own
from velox_engine.source.document import SourceFile, read_source, write_source
from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import discover

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "optimize",
        parents=[output.common_options()],
        help="rewrite slow functions, with evidence",
        description="Rewrite functions, prove it in a sandbox, measure it. Nothing is written without --apply.",
        epilog="Exit code: 0 something improved, 1 nothing did, 2 wrong use, 130 cancelled.",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH[::QUALNAME]", help="files, folders or single functions"
    )
    parser.add_argument(
        "--apply", action="store_true", help="write the best suggestion without caveat into the file"
    )
    parser.add_argument("--objective", metavar="runtime=R,memory=M", help="weights of the gain, summing to 1")
    parser.add_argument("--max-suggestions", type=int, metavar="N", help="suggestions for each function")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="time to spend on each function")
    parser.add_argument(
        "--no-model", action="store_true", help="built-in strategies only, whatever models are set up"
    )
    parser.add_argument(
        "--test-command", metavar="CMD", help="must still succeed with the rewrite, on a copy"
    )
    parser.add_argument("--weak", action="store_true", help="also offer what is only weakly checked")
    target.add_settings(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Optimise every function asked for."""
    started = time.monotonic()
    advices: list[FunctionAdvice] = []
    applied: list[str] = []
    with output.progress(args) as progress, ExperienceStore.open() as store:
        sweep(store, load_own().retention_days)
        for path, name in _targets(args.paths):
            source = read_source(path)
            found, written = _optimize_file(source, name, args, progress, store)
            advices += found
            applied += written
    document = optimize_document(advices, seconds=time.monotonic() - started, applied=applied)
    output.emit(document, args, _render)
    return output.DONE if any(advice.status == "improved" for advice in advices) else output.NEGATIVE


def _targets(arguments: list[str]) -> list[tuple[Path, str]]:
    targets: list[tuple[Path, str]] = []
    for argument in arguments:
        path, name = target.split(argument)
        if path.is_dir():
            if name:
                raise VeloxError(
                    "not-a-file", f"{path} is a folder.", "Name the file that holds the function."
                )
            targets += [(file, "") for file in discover([path]).files]
        else:
            targets.append((path, name))
    return targets


def _optimize_file(
    source: SourceFile,
    name: str,
    args: argparse.Namespace,
    progress: output.Progress,
    store: ExperienceStore,
) -> tuple[list[FunctionAdvice], list[str]]:
    path = source.path
    assert path is not None
    settings = target.settings_for(path, args)
    advices: list[FunctionAdvice] = []
    applied: list[str] = []
    with Advisor.for_file(source, settings) as advisor:
        names = [name] if name else advisor.functions(source)
        for qualname in names:

            def show(message: str, percentage: int, qualname: str = qualname) -> None:
                progress(f"{path.name}::{qualname}: {message}", percentage)

            advice = advisor.optimize(source, qualname, progress=show)
            record_advice(store, advice, workspace=str(advisor.project.root), origin="cli")
            advices.append(advice)
            if args.apply and advice.suggestions:
                best = next((s for s in advice.suggestions if not s.verdict.caveats), None)
                if best is not None:
                    write_source(source, best.new_source)
                    store.record_feedback(best.id, "accepted", origin="cli")
                    applied.append(f"{shown_path(str(path))}::{qualname}")
                    source = read_source(path)
    return advices, applied


# -- text -------------------------------------------------------------------------------------------------------


def _render(document: dict[str, Any], screen: Console) -> None:
    for function in document["functions"]:
        title = f"{function['path']}::{function['name']}"
        if function["status"] != "improved":
            screen.print(f"· {title}: {function['status']}, {output.clean(function['reason'])}", style="dim")
            continue
        for index, suggestion in enumerate(function["suggestions"]):
            _render_suggestion(title, index, suggestion, screen)
    summary = document["summary"]
    screen.print(
        f"\n{summary['functions']} functions: {summary['improved']} improved, {summary['unchanged']} unchanged, "
        f"{summary['unverifiable']} could not be verified ({summary['seconds']:.1f} s)",
        style="bold",
    )
    if summary["applied"]:
        screen.print("Written: " + ", ".join(summary["applied"]))
    elif summary["improved"]:
        screen.print("Nothing was written; --apply writes the best suggestion of each function.")


def _render_suggestion(title: str, index: int, suggestion: dict[str, Any], screen: Console) -> None:
    speed = suggestion["speedup"]
    mark = "✓" if index == 0 else "or"
    screen.print(
        f"\n{mark} {title}: {speed['median']:.1f}× faster (95 % CI {speed['low']:.1f} to {speed['high']:.1f})",
        style="bold green",
    )
    for line in suggestion["diff"].splitlines():
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
        if line.startswith("@@"):
            style = "cyan"
        screen.print(output.clean(line), style=style)
    evidence, scaling = suggestion["evidence"], suggestion["scaling"]
    facts = [f"same on {evidence['inputs']} inputs ({evidence['exceptions']} of them raise)"]
    if evidence["coverage"] is not None:
        facts.append(f"{evidence['coverage']:.0%} of branches")
    mutants = evidence["mutants"]
    facts.append(f"{mutants['killed']} of {mutants['planted']} planted bugs detected")
    if evidence["tests"]:
        facts.append(output.clean(evidence["tests"]))
    screen.print("  evidence  " + " · ".join(facts))
    gains = []
    memory = suggestion["memory_bytes"]
    if memory:
        gains.append(f"peak memory {_size(memory['before'])} → {_size(memory['after'])}")
    if scaling["before"] is not None and scaling["after"] is not None:
        gains.append(f"scaling n^{scaling['before']:.2f} → n^{scaling['after']:.2f}")
    if gains:
        screen.print("  measured  " + " · ".join(gains))
    screen.print(f"  sandbox   {evidence['sandbox']}")
    screen.print(f"  because   {output.clean(suggestion['reason'])}")
    for caveat in suggestion["caveats"]:
        screen.print(
            output.clean(
                f"  caveat    {caveat['says']}, on {caveat['inputs']}: {caveat['old']} → {caveat['new']}"
            ),
            style="yellow",
        )


def _size(number: float) -> str:
    """Write bytes for people: `1.2 MiB`."""
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"
