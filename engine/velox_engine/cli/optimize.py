"""`velox optimize`: rewrite functions, verify and measure, show the evidence; write only with --apply."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from velox_engine.advisor.batch import Batch
from velox_engine.advisor.executors import open_executor
from velox_engine.advisor.journal import Journal
from velox_engine.cli import output, target, weighing
from velox_engine.cli.optimize_text import render
from velox_engine.cli.places import Places, open_places
from velox_engine.cli.plan import Plan
from velox_engine.cli.scan import shown_path
from velox_engine.experience.location import data_dir
from velox_engine.experience.purge import sweep
from velox_engine.experience.store import ExperienceStore
from velox_engine.settings import load_own
from velox_engine.types import VeloxError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the subcommand."""
    parser = subparsers.add_parser(
        "optimize",
        parents=[output.common_options()],
        help="rewrite slow functions, with evidence",
        description=(
            "Rewrite functions, prove it in a sandbox, measure it. Nothing is written without --apply. Of whole "
            "projects the hottest files come first and tests are left out; the same command goes on where an "
            "interrupted run stopped."
        ),
        epilog="Exit code: 0 something improved, 1 nothing did, 2 wrong use, 130 cancelled.",
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH[::QUALNAME]",
        help="files, folders, single functions, installed packages, or one repository: "
        "https://HOST/OWNER/NAME[@REF] or a bare folder",
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
    parser.add_argument(
        "--explain", action="store_true", help="also say why the policy tried what it tried first"
    )
    parser.add_argument("--weak", action="store_true", help="also offer what is only weakly checked")
    parser.add_argument(
        "--numpy", action="store_true", help="also propose NumPy in modules that do not import it yet"
    )
    _add_choice(parser)
    target.add_settings(parser)
    parser.set_defaults(run=run, fetches=True)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which functions")
    group.add_argument(
        "--max-files", type=int, metavar="N", help="of folders: the N hottest files with something to try"
    )
    group.add_argument("--max-functions", type=int, metavar="N", help="at most N functions")
    group.add_argument(
        "--min-complexity",
        type=int,
        metavar="N",
        help="only functions of at least this cyclomatic complexity",
    )
    group.add_argument("--exclude", metavar="PATTERN", action="append", help="gitignore pattern to leave out")
    group.add_argument(
        "--since", metavar="REV", help="of folders: only files that differ from this git revision"
    )
    weighing.add_options(group, "what took time there comes first (`velox profile`)")
    group.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="functions at once; default: half of the cores for projects, so that timings stay calm, else one",
    )
    group.add_argument("--executor", metavar="WHERE", help="`dask`, or the address of a Dask scheduler")
    group.add_argument("--restart", action="store_true", help="forget what an interrupted run finished")


def run(args: argparse.Namespace) -> int:
    """Optimise every function asked for."""
    started = time.monotonic()
    _require_sense(args)
    batch: Batch | None = None
    is_project = False
    try:
        with ExitStack() as stack:
            progress = stack.enter_context(output.progress(args))
            places = stack.enter_context(open_places(args.paths, args, progress))
            if args.apply and not all(place.written_to for place in places.found):
                raise VeloxError(
                    "nothing-to-write",
                    "--apply writes into files that are named by their path.",
                    "Clone the repository, or name the package's folder.",
                )
            plan = Plan(places, args, progress)
            is_project = plan.is_project
            store = stack.enter_context(ExperienceStore.open())
            sweep(store, load_own().retention_days)
            journal = stack.enter_context(_journal(places, plan, args))
            jobs = args.jobs or (max(1, (os.cpu_count() or 1) // 2) if plan.is_project else 1)
            executor = plan.settings(places.found[0].path).executor
            with open_executor(executor, jobs) as workforce:
                batch = Batch(
                    journal,
                    store,
                    shown=lambda path: shown_path(path, places.base),
                    root=places.base,
                    workspace=places.fetched.address.url if places.fetched is not None else "",
                    apply=args.apply,
                    progress=progress,
                )
                batch.run(plan, workforce)
            stack.callback(journal.finish)
            progress("", 100)
            return _report(batch, plan, places, args, time.monotonic() - started)
    except KeyboardInterrupt:
        if batch is None:
            raise
        return _cancelled(batch, resumes=is_project)


def _require_sense(args: argparse.Namespace) -> None:
    for name in ("max_files", "max_functions", "min_complexity", "jobs"):
        value = getattr(args, name)
        if value is not None and value < 1:
            raise VeloxError("wrong-use", f"--{name.replace('_', '-')} must be 1 or more.", "")
    weighing.require_profile(args)


@contextmanager
def _journal(places: Places, plan: Plan, args: argparse.Namespace) -> Iterator[Journal]:
    """A journal that outlives an interrupted run over a project; for named functions one of this run alone."""
    if plan.is_project:
        path = data_dir() / "runs" / f"{_run_name(places, plan, args)}.jsonl"
        with Journal(path, restart=args.restart) as journal:
            yield journal
    else:
        with (
            tempfile.TemporaryDirectory(prefix="velox-run-") as folder,
            Journal(Path(folder, "run")) as journal,
        ):
            yield journal


def _run_name(places: Places, plan: Plan, args: argparse.Namespace) -> str:
    """The same for the same command on the same project: its results would be the same too."""
    if places.fetched is not None:
        where = [places.fetched.address.url, places.fetched.commit]
    else:
        where = sorted(f"{place.path.resolve()}::{place.function}" for place in places.found)
    settings = dataclasses.asdict(plan.settings(places.found[0].path))
    del settings["executor"]
    chosen = [args.apply, args.since, str(args.profile), args.hot, args.min_complexity, args.exclude]
    return sha256(repr([version("velox-lsp"), where, settings, chosen]).encode()).hexdigest()[:24]


def _cancelled(batch: Batch, *, resumes: bool) -> int:
    """Say what was finished; only a run over a project goes on from there."""
    tally = batch.tally
    written = f"written: {len(tally.applied)}" if tally.applied else "nothing was changed"
    onwards = "; the same command goes on from there" if resumes else ""
    print(
        f"velox: cancelled with {tally.statuses.total()} functions finished; {written}{onwards}",
        file=sys.stderr,
    )
    return output.CANCELLED


def _report(batch: Batch, plan: Plan, places: Places, args: argparse.Namespace, seconds: float) -> int:
    tally = batch.tally
    summary: dict[str, Any] = {
        "functions": tally.statuses.total(),
        **{status: tally.statuses[status] for status in ("improved", "unchanged", "unverifiable", "error")},
        "applied": tally.applied,
        "resumed": tally.resumed,
        "without_rewrite": plan.without_rewrite,
        "test_files_left_out": plan.left_out_tests,
        "seconds": round(seconds, 2),
    }
    if places.fetched is not None:
        summary["repository"] = places.document()
    if args.format == "json":
        output.emit_list("functions", batch.documents(), {"summary": summary}, args)
    else:
        render(batch.documents(), summary, output.console(), explain=args.explain)
    return output.DONE if tally.statuses["improved"] else output.NEGATIVE
