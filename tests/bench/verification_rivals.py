"""Velox beside Hypothesis's ghostwriter and CrossHair's diffbehavior on rewrites that are known to differ.

Usage: python tests/bench/verification_rivals.py CASES.jsonl [--python PYTHON] [--pairs PAGE.md] [--rewrite ID=FILE]

The pairs are every case's `origin_fast_nonequal`, the files given with --rewrite (a tempting rewrite of one case), and
with --pairs one rewrite of each section of a page of subtle pairs. All three tools get the same two modules, one after
the other, and `--seconds` each. The rivals run under PYTHON, where they have to be installed (`pip install hypothesis
black crosshair-tool pytest`); one that is missing is said to be missing. A rival has caught a pair when it shows an
input on which the two differ; an exception of the original alone is no catch.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

IGNORED = (
    "ValueError",
    "TypeError",
    "IndexError",
    "KeyError",
    "ZeroDivisionError",
    "OverflowError",
    "AttributeError",
)


@dataclass(frozen=True)
class Job:
    """Two modules that hold a function of one name."""

    name: str
    function: str
    old: str
    new: str


def main() -> int:
    """Run every tool on every pair and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path)
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the rivals")
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--rewrite", action="append", default=[], metavar="ID=FILE")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each tool and pair")
    options = parser.parse_args()
    tools: dict[str, Callable[[Path, Job, str, float], str]] = {"velox": velox}
    for name, module, tool in (
        ("ghostwriter", "hypothesis", ghostwriter),
        ("crosshair", "crosshair", crosshair),
    ):
        if subprocess.run([options.python, "-c", f"import {module}"], capture_output=True).returncode:
            print(f"{name}: {module} is not installed for {options.python}, so it is left out")
        else:
            tools[name] = tool
    jobs = list(jobs_of(options))
    caught = dict.fromkeys(tools, 0)
    seconds = dict.fromkeys(tools, 0.0)
    for job in jobs:
        cells = []
        for name, tool in tools.items():
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "old.py").write_text(job.old, "utf-8")
                Path(folder, "new.py").write_text(job.new, "utf-8")
                started = time.monotonic()
                answer = tool(Path(folder), job, options.python, options.seconds)
                spent = time.monotonic() - started
            caught[name] += answer.startswith("caught")
            seconds[name] += spent
            cells.append(f"{name}: {answer} ({spent:.1f} s)")
        print(f"{job.name:34} " + " | ".join(cells), flush=True)
    print(f"\n| tool | caught of {len(jobs)} | seconds a pair |\n|---|---|---|")
    for name in tools:
        print(f"| {name} | {caught[name]} | {seconds[name] / (len(jobs) or 1):.1f} |")
    return 0


def jobs_of(options: argparse.Namespace) -> Iterator[Job]:
    """The pairs that the options name."""
    rewrites = dict(item.split("=", 1) for item in options.rewrite)
    for line in options.cases.read_text("utf-8").splitlines():
        case = json.loads(line)
        other = case.get("origin_fast_nonequal")
        if other and other.get("entry", case["entry"]) == case["entry"]:
            yield Job(case["id"], case["entry"], case["code"], other["code"])
        if case["id"] in rewrites:
            yield Job(case["id"], case["entry"], case["code"], Path(rewrites[case["id"]]).read_text("utf-8"))
    if options.pairs:
        seen: set[str] = set()
        for pair in _subtle().read_pairs(options.pairs.read_text("utf-8")):
            if pair.section not in seen and "." not in pair.function:
                seen.add(pair.section)
                yield Job(pair.section, pair.function, pair.old, pair.new)


def velox(folder: Path, job: Job, python: str, seconds: float) -> str:
    """`velox verify`, as a person runs it."""
    done = _run(
        [
            *(sys.executable, "-m", "velox_engine.cli.main", "verify", "old.py", "new.py"),
            *("--function", job.function, "--format", "json", "--quiet"),
        ],
        folder,
        seconds * 2,
    )
    try:
        document = json.loads(done)
    except ValueError:
        return f"failed: {done[-80:]!r}"
    if "error" in document:
        return f"failed: {document['error']['message'][:60]}"
    if document["status"] == "refuted":
        return "caught"
    if document["status"] == "verified" and document["caveats"]:
        return "caught (caveat)"
    return f"not caught: {document['status']}"


def ghostwriter(folder: Path, job: Job, python: str, seconds: float) -> str:
    """An equivalence test that Hypothesis writes from the hints, run by pytest."""
    ignored = [word for name in IGNORED for word in ("--except", name)]
    code = "import sys; from hypothesis.extra.cli import main; sys.argv[0] = 'hypothesis'; main()"
    command = [python, "-c", code, "write", "--equivalent", f"old.{job.function}", f"new.{job.function}"]
    written = _run([*command, *ignored], folder, seconds)
    if "@given" not in written:
        return "no test was written"
    (folder / "test_pair.py").write_text(written, "utf-8")
    out = _run(
        [python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=0", "test_pair.py"],
        folder,
        seconds,
    )
    if "Falsifying example" in out and re.search(r"^E\s+AssertionError|^E\s+assert ", out, re.MULTILINE):
        return "caught"
    if " passed" in out:
        return "not caught"
    if "nothing()" in written or "Unsatisfiable" in out or "FailedHealthCheck" in out:
        return "no inputs without hints"
    return "an error of its own" if out else "time is up"


def crosshair(folder: Path, job: Job, python: str, seconds: float) -> str:
    """CrossHair's search for an input on which the two behave differently."""
    out = _run(
        [
            *(python, "-m", "crosshair", "diffbehavior", f"old.{job.function}", f"new.{job.function}"),
            *("--per_condition_timeout", str(seconds)),
        ],
        folder,
        seconds * 2,
    )
    if "Given:" in out:
        return "caught"
    if "No differences found" in out:
        return "not caught, all paths" if "all paths" in out.lower() else "not caught"
    return f"failed: {out.strip().splitlines()[-1][:60]}" if out.strip() else "time is up"


def _run(command: list[str], folder: Path, seconds: float) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder), "VELOX_DATA_DIR": str(folder / "data")}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds + 10
        )
    except subprocess.TimeoutExpired as late:  # what was said until then counts
        said = late.stdout or b""
        return said if isinstance(said, str) else said.decode("utf-8", "replace")
    return done.stdout if done.stdout.strip() else done.stderr


def _subtle() -> ModuleType:
    path = Path(__file__).with_name("verification_subtle_pairs.py")
    spec = importlib.util.spec_from_file_location("verification_subtle_pairs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    raise SystemExit(main())
