"""`velox train`: measure outcomes, train the policy on them, and look after the jobs that do."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from velox_engine.cli import output
from velox_engine.experience.location import data_dir
from velox_engine.settings import load_own
from velox_engine.training import jobs
from velox_engine.training.hyperparameters import Hyperparameters, from_mapping
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from rich.console import Console

    from velox_engine.training.collect import Collected


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "train",
        help="collect measured outcomes and train the policy",
        description="Measure what rewrites really bring, and train the policy that orders them.",
    )
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    common = output.common_options()
    _add_collect(actions.add_parser("collect", parents=[common], help="measure rewrites of real functions"))
    _add_run(actions.add_parser("run", parents=[common], help="train, evaluate and publish if better"))
    shadow = actions.add_parser(
        "shadow",
        parents=[common],
        help="promote the shadow policy if it is better, else train a new one in the background",
        description="What editors do while you pause: promote the shadow policy when it proved better on your "
        "functions, else train a new one on your answers, at low priority.",
    )
    shadow.add_argument("--if-due", action="store_true", help="train only after enough new answers")
    shadow.set_defaults(run=_shadow)
    check = actions.add_parser("check", parents=[common], help="read transitions and name every bad line")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSONL, also gzipped")
    check.set_defaults(run=_check)
    listing = actions.add_parser("list", parents=[common], help="all jobs, the latest first")
    listing.set_defaults(run=_list)
    for name, function, summary in (
        ("status", _status, "one job"),
        ("cancel", _cancel, "end a running job"),
    ):
        single = actions.add_parser(name, parents=[common], help=summary)
        single.add_argument("job", help="its id, as `velox train list` shows it")
        single.set_defaults(run=function)


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen action."""
    return args.run(args)


def _add_collect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="files, folders, `stdlib`, or installed packages"
    )
    parser.add_argument("--synthetic", type=int, default=0, metavar="N", help="also N generated programs")
    parser.add_argument(
        "--dialects",
        type=int,
        nargs="+",
        default=[0, 1, 2],
        metavar="D",
        help="the habits generated programs are written in, in turn, of 0 to 4 (default: 0 1 2)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the generated programs and of all inputs")
    parser.add_argument("--output", type=Path, metavar="FILE", help="JSONL that grows; a second run goes on")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="functions measured at once")
    parser.add_argument("--executor", metavar="WHERE", help="`dask`, or the address of a Dask scheduler")
    parser.add_argument("--limit", type=int, metavar="N", help="stop after N transitions")
    parser.add_argument("--seconds", type=float, default=120.0, help="time to spend on one function")
    parser.set_defaults(run=_collect)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", nargs="+", type=Path, default=[], metavar="FILE", help="transitions; default: those shipped"
    )
    parser.add_argument("--synthetic", type=int, default=0, metavar="N", help="measure N programs first")
    parser.add_argument(
        "--own",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="learn from your own measurements and answers too (default: yes)",
    )
    parser.add_argument("--shadow", action="store_true", help="let the result watch; it never decides")
    parser.add_argument("--no-publish", action="store_true", help="evaluate, but leave the active policy")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="write the checkpoint here too, whatever the gate says"
    )
    parser.add_argument("--background", action="store_true", help="return at once; see `velox train list`")
    parser.add_argument("--job", help=argparse.SUPPRESS)  # the job that a background process takes over
    group = parser.add_argument_group("hyperparameters")
    hints = get_type_hints(Hyperparameters)
    for one in dataclasses.fields(Hyperparameters):
        flag = "--" + one.name.replace("_", "-")
        words = f"{one.metadata['doc']} (default: {one.default})"
        if hints[one.name] is bool:
            group.add_argument(flag, action=argparse.BooleanOptionalAction, help=words)
        elif hints[one.name] in (int, float):
            group.add_argument(flag, type=hints[one.name], metavar="N", help=words)
        else:
            group.add_argument(flag, nargs="*", metavar="ORIGIN", help=words)
    parser.set_defaults(run=_run)


def _collect(args: argparse.Namespace) -> int:
    from velox_engine.training.collect import Budget, collect, origins_of, training_settings, write_programs
    from velox_engine.training.fragments import DIALECTS

    if not args.sources and not args.synthetic:
        raise VeloxError(
            "no-source", "There is nothing to collect from.", "Name a SOURCE, or ask for --synthetic N."
        )
    if args.jobs < 1 or args.synthetic < 0 or args.seconds <= 0:
        raise VeloxError(
            "bad-argument", "--jobs and --seconds must be positive, --synthetic not negative.", ""
        )
    if not set(args.dialects) <= set(range(len(DIALECTS))):
        raise VeloxError(
            "bad-argument", f"--dialects are numbers from 0 to {len(DIALECTS) - 1}, not {args.dialects}.", ""
        )
    target = args.output or data_dir() / "collected" / "measured.jsonl"
    origins = list(origins_of(args.sources))
    if args.synthetic:
        origins += write_programs(
            args.synthetic, args.seed, target.parent / f"programs-{args.seed}", args.dialects
        )
    with output.progress(args) as progress:

        def report(one: Collected, done: int, total: int) -> None:
            progress(
                f"file {done} of {total}: {one.origin} {one.function}: {one.status}", 100 * done // total
            )

        summary = collect(
            origins,
            target,
            budget=Budget(seconds=args.seconds),
            settings=training_settings().replace(
                seed=args.seed, executor=args.executor or load_own().executor
            ),
            jobs=args.jobs,
            limit=args.limit,
            report=report,
        )
    document = {
        "output": str(target),
        "functions": summary.functions,
        "transitions": summary.transitions,
        "already_measured": summary.resumed,
        "statuses": dict(summary.statuses),
    }
    output.emit(document, args, _render_collected)
    return output.DONE


def _run(args: argparse.Namespace) -> int:
    settings = from_mapping(_given(args))
    if args.background:
        job = jobs.start_in_background(_without_background(sys.argv))
        output.emit(_job_document(job), args, _render_job)
        return output.DONE
    from velox_engine.training.run import Plan
    from velox_engine.training.run import run as carry_out

    plan = Plan(
        data=tuple(args.data),
        synthetic=args.synthetic,
        hyperparameters=settings,
        own=args.own,
        shadow=args.shadow,
        publish=not args.no_publish,
        output=args.output,
    )
    with output.progress(args) as progress:
        job = carry_out(plan, jobs.adopt(args.job) if args.job else None, progress=progress)
    output.emit(_job_document(job), args, _render_job)
    return output.DONE if job.state == "completed" else output.NEGATIVE


def _shadow(args: argparse.Namespace) -> int:
    from velox_engine.training.shadow import take_turn

    turn = take_turn(if_due=args.if_due)
    output.emit(turn.document(), args, _render_shadow)
    return output.DONE if turn.promoted or turn.job else output.NEGATIVE


def _given(args: argparse.Namespace) -> dict[str, Any]:
    """The hyperparameters that the command line names."""
    given: dict[str, Any] = {}
    for one in dataclasses.fields(Hyperparameters):
        value = getattr(args, one.name)
        if value is not None:
            given[one.name] = tuple(value) if isinstance(value, list) else value
    return given


def _without_background(argv: list[str]) -> list[str]:
    words = argv[argv.index("run") + 1 :]
    return [word for word in words if word != "--background"]


def _check(args: argparse.Namespace) -> int:
    from velox_engine.training.dataset import read, rebuild

    data = read(args.files)
    functions = rebuild(data.experiences)
    document = {
        "transitions": len(data.experiences),
        "functions": len(functions),
        "sources": dict(Counter(one.source for one in data.experiences)),
        "origins": dict(Counter(one.origin for one in functions)),
        "bad": [dataclasses.asdict(one) for one in data.bad],
    }
    output.emit(document, args, _render_check)
    return output.NEGATIVE if data.bad else output.DONE


def _list(args: argparse.Namespace) -> int:
    output.emit({"jobs": [_job_document(job) for job in jobs.list_jobs()]}, args, _render_jobs)
    return output.DONE


def _status(args: argparse.Namespace) -> int:
    output.emit(_job_document(jobs.find(args.job)), args, _render_job)
    return output.DONE


def _cancel(args: argparse.Namespace) -> int:
    output.emit(_job_document(jobs.cancel(args.job)), args, _render_job)
    return output.DONE


def _job_document(job: jobs.Job) -> dict[str, Any]:
    return {**dataclasses.asdict(job), "folder": str(job.folder)}


def _render_collected(document: dict[str, Any], console: Console) -> None:
    console.print(
        f"{document['transitions']} transitions of {document['functions']} functions → {document['output']}"
    )
    if document["already_measured"]:
        console.print(f"{document['already_measured']} functions had been measured before")
    for status, count in sorted(document["statuses"].items()):
        console.print(f"  {status}: {count}")


def _render_check(document: dict[str, Any], console: Console) -> None:
    console.print(f"{document['transitions']} transitions of {document['functions']} measured functions")
    for bad in document["bad"]:
        console.print(f"{bad['path']}:{bad['line']}: {bad['message']}", style="red")


def _render_jobs(document: dict[str, Any], console: Console) -> None:
    if not document["jobs"]:
        console.print("no jobs yet: start one with `velox train run`")
    for job in document["jobs"]:
        console.print(f"{job['id']}  {job['state']:<10}  {job['detail']}")


def _render_job(job: dict[str, Any], console: Console) -> None:
    console.print(f"{job['id']}  {job['state']}  {job['detail']}")
    console.print(f"  {job['folder']}")
    table = job["figures"].get("table", [])
    if table:
        console.print(score_table(table))


def _render_shadow(turn: dict[str, Any], console: Console) -> None:
    if turn["promoted"]:
        console.print(f"{turn['promoted']} is active now: {turn['reason']}")
    elif turn["job"]:
        console.print(f"job {turn['job']} trains a shadow: {turn['reason']}")
    else:
        console.print(f"nothing to do: {turn['reason']}")


def score_table(rows: list[dict[str, Any]]) -> Any:
    """The evaluation table as a terminal shows it."""
    from rich.table import Table

    table = Table("", "1 try", "2 tries", "3 tries", "area (± 95 %)", "behind", "best", "runs", padding=0)
    for place, row in enumerate(rows):
        table.add_row(
            row["name"],
            f"{row['within_1']:.1%}",
            f"{row['within_2']:.1%}",
            f"{row['within_3']:.1%}",
            f"{row['area']:.3f} {_within((row['area_low'], row['area_high']))}",
            f"{row['lead']:+.3f} {_within(row['lead_functions'])}" if place and "lead" in row else "",
            f"{row['found_best']:.1%}",
            f"{row['runs_to_best']:.2f}",
        )
    return table


def _within(bounds: Sequence[float]) -> str:
    """Half the width of an interval. Ex) ±0.025"""
    return f"±{(bounds[1] - bounds[0]) / 2:.3f}"
