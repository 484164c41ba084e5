"""Runs every strategy through `velox optimize` over the corpus, and over a file of cases, and judges what is offered.

Usage: python tests/bench/strategies.py [--cases CASES.jsonl] [--no-corpus] [--out FILE] [--expect improve,trap]
       [--id TEXT] [--part velox|ruff|both] [--budget SECONDS] [--most N] [--tables]

One function after another is given to the command line as a person would (no model, no history). Each suggestion is
then compared with the original in plain processes, on inputs that Velox never saw, and timed there. Beside it stands
`ruff check --fix --unsafe-fixes` with its performance families: what it changes goes through `velox verify`.
What is found goes to --out line by line, and functions that have their line are skipped: a stopped run continues.
A case is a JSON line with id, code, entry, expect, inputs, edge_inputs, input_gen, small_n and bench_n, and perhaps
classes and known_fast {code, entry, equal}.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))

from catalogue import load_corpus
from strategies_tables import summarise

JUDGE = Path(__file__).parent / "strategies_judge.py"
RUFF_FAMILIES = "PERF,C4,FURB,SIM,RUF,PD,NPY,PIE,UP,FLY,RET,PLC,PLR,PLW"
HOPE = (
    1.05  # what ruff changed is verified and measured where it is at least this much faster in plain timing
)
JUDGE_SECONDS = 90
SMALL = 20  # the size of generated inputs that are compared, where a case names none


@dataclass(frozen=True, slots=True)
class Subject:
    """One function to improve, with what judges it."""

    id: str
    classes: tuple[str, ...]
    expect: str
    code: str
    entry: str
    spec: dict[str, Any]
    known_fast: str = ""  # a faster version that is equal, where one is known


def corpus_subjects() -> list[Subject]:
    """The project's own corpus."""
    subjects = []
    for one in load_corpus():
        spec = {"entry": one.entry, "setup": one.setup, "shared": True, "texts": []}
        spec |= {"small_n": SMALL, "bench_n": one.bench}
        subjects.append(Subject(one.id, (one.group,), one.expect, one.code, one.entry, spec))
    return subjects


def case_subjects(path: Path) -> list[Subject]:
    """The functions of a file of cases."""
    subjects = []
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        spec = {"entry": case["entry"], "setup": case.get("input_gen"), "shared": False}
        spec |= {"texts": [*case["inputs"], *case["edge_inputs"]], "small_n": case.get("small_n") or SMALL}
        spec["bench_n"] = case.get("bench_n")
        fast = case.get("known_fast") or {}
        known = (
            fast["code"] if fast.get("equal") and fast.get("entry", case["entry"]) == case["entry"] else ""
        )
        subjects.append(
            Subject(
                case["id"],
                tuple(case.get("classes", ())),
                case["expect"],
                case["code"],
                case["entry"],
                spec,
                known,
            )
        )
    return subjects


def judge(folder: Path, subject: Subject, code: str) -> dict[str, Any]:
    """Results and seconds of one version, from a plain process of its own."""
    (folder / "spec.json").write_text(json.dumps(subject.spec), encoding="utf-8")
    (folder / "version.py").write_text(code, encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, str(JUDGE), "spec.json", "version.py"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=JUDGE_SECONDS,
            env={**os.environ, "PYTHONHASHSEED": "1"},
        )
    except subprocess.TimeoutExpired:
        return {"results": [], "seconds": [], "error": "takes too long"}
    try:
        return json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        return {"results": [["loading", done.stderr[-300:]]], "seconds": [], "error": done.stderr[-300:]}


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[str] | None:
    """The first input on which two versions differ; None when they do on none.

    Where the original ends in a RecursionError the new version may do better.
    """
    if old["error"] == "takes too long":
        return None
    if [label for label, _ in old["results"]] != [label for label, _ in new["results"]]:
        return ["other inputs answered", "", new["error"]]
    for (label, before), (_, after) in zip(old["results"], new["results"], strict=True):
        if before != after and before != "recursion":
            return [label, before[:300], after[:300]]
    return None


def ratio(old: dict[str, Any], new: dict[str, Any]) -> float | None:
    """How many times faster the new version is on the draws that both were timed on."""
    count = min(len(old["seconds"]), len(new["seconds"]))
    if not count:
        return None
    return round(sum(old["seconds"][:count]) / max(sum(new["seconds"][:count]), 1e-9), 3)


def velox(folder: Path, *arguments: str) -> tuple[dict[str, Any], float]:
    """Run the command line; return its document and wall seconds."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "velox_engine.cli.main", *arguments, "--format", "json", "--quiet"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        env={**os.environ, "VELOX_DATA_DIR": str(folder / "data")},
    )
    seconds = time.monotonic() - started
    try:
        return json.loads(done.stdout), seconds
    except ValueError:
        return {"error": {"message": (done.stdout + done.stderr)[-600:]}}, seconds


def measure_velox(subject: Subject, options: tuple[str, ...] = ()) -> dict[str, Any]:
    """The row of one function: what is offered, and what became of it on unseen inputs."""
    row: dict[str, Any] = {"id": subject.id, "classes": subject.classes, "expect": subject.expect}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "module.py").write_text(subject.code, encoding="utf-8")
        document, row["seconds"] = velox(
            folder, "optimize", f"module.py::{subject.entry}", "--no-model", *options
        )
        suggestions: list[dict[str, Any]] = []
        if "error" in document:
            row |= {"status": "error", "reason": document["error"]["message"], "tried": []}
        else:
            (function,) = document["functions"]
            row |= {key: function[key] for key in ("status", "reason", "tried")}
            suggestions = function["suggestions"]
        if suggestions or subject.known_fast:
            old = judge(folder, subject, subject.code)
            row["suggestions"] = [_judged(folder, subject, old, one) for one in suggestions]
            if subject.known_fast:
                row["known_ratio"] = ratio(old, judge(folder, subject, subject.known_fast))
    return row


def measure_ruff(subject: Subject) -> dict[str, Any]:
    """The part of the row that holds what ruff's fixes do; None where it changes nothing."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "module.py").write_text(subject.code, encoding="utf-8")
        fixed = ruff_fixed(folder, subject.code)
        if fixed == subject.code:
            return {"id": subject.id, "ruff": None}
        return {
            "id": subject.id,
            "ruff": _ruff_judged(folder, subject, judge(folder, subject, subject.code), fixed),
        }


def _judged(
    folder: Path, subject: Subject, old: dict[str, Any], suggestion: dict[str, Any]
) -> dict[str, Any]:
    new = judge(folder, subject, suggestion["new_source"])
    kept = (
        "strategies",
        "speedup",
        "speedup_typical",
        "memory_ratio",
        "evidence",
        "caveats",
        "reason",
        "new_source",
    )
    return {
        **{key: suggestion[key] for key in kept},
        "unseen": len(old["results"]),
        "differs": compare(old, new),
        "ratio": ratio(old, new),
    }


def ruff_fixed(folder: Path, code: str) -> str:
    """The code after ruff's own fixes; as it was where ruff has none."""
    command = shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff"
    path = folder / "fixed.py"
    path.write_text(code, encoding="utf-8")
    options = ["--isolated", "--preview", "--fix", "--unsafe-fixes", "--target-version", "py311", "--quiet"]
    subprocess.run(
        [command, "check", *options, "--select", RUFF_FAMILIES, "fixed.py"],
        cwd=folder,
        capture_output=True,
        timeout=60,
    )
    return path.read_text(encoding="utf-8")


def _ruff_judged(folder: Path, subject: Subject, old: dict[str, Any], fixed: str) -> dict[str, Any]:
    """What ruff's version gains; it goes through the verifier where plain timing lets hope for a gain."""
    new = judge(folder, subject, fixed)
    found: dict[str, Any] = {"differs": compare(old, new), "ratio": ratio(old, new), "faster": False}
    if (found["ratio"] or 1.0) < HOPE:
        return {**found, "status": "not faster"}
    (folder / "fixed.py").write_text(fixed, encoding="utf-8")
    document, found["seconds"] = velox(folder, "verify", "module.py", "fixed.py", "--function", subject.entry)
    kept = ("status", "reason", "faster", "speedup", "memory_ratio")
    return {**found, "status": "error", **{key: document[key] for key in kept if key in document}}


def read_rows(path: Path) -> dict[str, dict[str, Any]]:
    """What earlier runs found, by id: lines of one function add up to its row."""
    rows: dict[str, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        part = json.loads(line)
        rows.setdefault(part["id"], {}).update(part)
    return rows


def line_of(row: dict[str, Any]) -> str:
    """One line of progress."""
    if "status" not in row:
        ruff = row["ruff"]
        if not ruff:
            return f"{row['id']:<42} ruff changes nothing"
        plain = ruff["ratio"]
        return f"{row['id']:<42} ruff: {ruff['status']}, faster: {ruff['faster']}, plainly {plain}×"
    head = f"{row['id']:<42} {row['expect']:<14} {row['status']:<12} {row['seconds']:6.1f} s  "
    if not row.get("suggestions"):
        return head + row["reason"][:110]
    best = row["suggestions"][0]
    wrong = "  DIFFERS: " + str(best["differs"]) if best["differs"] else ""
    plain = "?" if best["ratio"] is None else f"{best['ratio']:.2f}"
    return (
        f"{head}{best['speedup']['median']:.2f}×, plainly {plain}×  {' > '.join(best['strategies'])}{wrong}"
    )


def main() -> int:
    """Measure what has no row yet, then print the tables. Exit code 1 when a suggestion was wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=Path, help="a file of cases, or a folder with cases.jsonl")
    parser.add_argument("--no-corpus", action="store_true", help="leave the project's own corpus out")
    parser.add_argument("--out", type=Path, default=Path("bench-strategies.jsonl"))
    parser.add_argument("--expect", default="", help="only these expectations, separated by commas")
    parser.add_argument("--id", default="", help="only ids that contain this text")
    parser.add_argument("--part", choices=("velox", "ruff", "both"), default="both", help="what to measure")
    parser.add_argument(
        "--budget", type=float, help="seconds for one function, where not the default: for a busy machine"
    )
    parser.add_argument("--most", type=int, default=10**9, help="functions to measure in this run")
    parser.add_argument("--tables", action="store_true", help="print the tables of --out and measure nothing")
    args = parser.parse_args()
    subjects = [] if args.no_corpus else corpus_subjects()
    if args.cases:
        subjects += case_subjects(args.cases / "cases.jsonl" if args.cases.is_dir() else args.cases)
    wanted = set(filter(None, args.expect.split(",")))
    subjects = [one for one in subjects if args.id in one.id and (not wanted or one.expect in wanted)]
    rows = read_rows(args.out)
    options = ("--budget", str(args.budget)) if args.budget else ()
    for part, measure in (("status", partial(measure_velox, options=options)), ("ruff", measure_ruff)):
        if args.tables or args.part == ("ruff" if part == "status" else "velox"):
            continue
        waiting = [one for one in subjects if part not in rows.get(one.id, {})]
        # In an order without meaning, so that what a stopped run has done is a fair sample.
        waiting = sorted(waiting, key=lambda one: sha256(one.id.encode()).digest())[: args.most]
        for number, subject in enumerate(waiting, 1):
            row = measure(subject)
            rows.setdefault(subject.id, {}).update(row)
            with args.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            print(f"{number:3}/{len(waiting)} {line_of(row)}", flush=True)
    chosen = [rows[one.id] for one in subjects if "status" in rows.get(one.id, {})]
    own = [row for row in chosen if "/" in row["id"]]
    wrong = 0
    for title, group in (("The project's own corpus", own), ("Cases", [r for r in chosen if r not in own])):
        if group:
            text, found = summarise(title, group)
            print(text)
            wrong += found
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
