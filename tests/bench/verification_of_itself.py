"""Verify functions against themselves: python tests/bench/verification_of_itself.py CASES.jsonl [--runs 200].

Every run takes a function that is already good (`expect` is "no-improvement"), edits it cosmetically (comments
and docstring dropped, locals renamed, expressions re-printed, a `pass` added), verifies and measures the edited
copy with a seed of its own, and asks the acceptance rule. A copy that is called faster, or is not verified, is a
false verdict. `--piece 1/4` runs the first quarter of the runs, so that a long run can be taken in pieces.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from velox_engine.advisor.acceptance import decide
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.verifier import Prepared, Unverifiable, Verifier
from velox_engine.workspace.project import locate

EDITS = ("reprinted", "renamed", "padded")


def main() -> int:
    """Run, print a line for each function and the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--piece", default="1/1", help="K/N: only the K-th of N equal parts of the runs")
    parser.add_argument("--expect", default="no-improvement", help="which cases to take")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--top-seconds", type=float, default=Settings().top_seconds, help="the longest call timed"
    )
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.cases.read_text("utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if row["expect"] == options.expect]
    piece, pieces = map(int, options.piece.split("/"))
    wanted = range((piece - 1) * options.runs // pieces, piece * options.runs // pieces)
    shares = [[run for run in wanted if run % len(rows) == index] for index in range(len(rows))]
    counts: Counter[str] = Counter()
    medians: list[float] = []
    started = time.monotonic()
    for row, runs in zip(rows, shares, strict=True):
        if runs:
            found = copies_of(
                row, runs, Settings(seed=options.seed, top_seconds=options.top_seconds, weak=True)
            )
            counts.update(status for status, _ in found)
            medians += [ratio for _, ratio in found if ratio]
            print(f"{row['id']:36} {dict(Counter(status for status, _ in found))}", flush=True)
    total = sum(counts.values())
    print(f"{total} runs in {time.monotonic() - started:.0f} s: {dict(counts)}")
    if medians:
        print(f"measured ratio: median {median(medians):.3f}, from {min(medians):.3f} to {max(medians):.3f}")
    false = counts["called faster"] + counts["refuted"]
    print(f"false verdicts: {false} of {total} = {false / (total or 1):.1%}")
    return 1 if false else 0


def copies_of(row: dict[str, Any], runs: list[int], settings: Settings) -> list[tuple[str, float]]:
    """(how it ended, median ratio) of each run on one function."""
    ended: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "case.py")
        source = SourceFile.from_text(row["code"], path)
        path.write_text(row["code"], "utf-8")
        project = locate(path, source.text, interpreter=sys.executable)
        with Verifier(project, settings) as verifier:
            try:
                prepared = verifier.prepare(source, row["entry"])
            except Unverifiable as stop:
                return [(f"unverifiable: {stop.reason[:60]}", 0.0)] * len(runs)
            for run in runs:
                verifier.settings = settings.replace(seed=settings.seed + 1 + run)
                new = edited(row["code"], row["entry"], EDITS[run // 11 % len(EDITS)])
                ended.append(verify(verifier, prepared, new))
    return ended


def verify(verifier: Verifier, prepared: Prepared, new: str) -> tuple[str, float]:
    """One verdict and measurement, as the command line would take it."""
    verdict = verifier.check(prepared, new)
    if verdict.status != "verified":
        return verdict.status, 0.0
    try:
        measured = verifier.measure(prepared, new)
    except Refuted:
        return "refuted", 0.0
    decision = decide(verdict, measured, verifier.settings)
    return ("called faster" if decision.accepted else "not faster"), measured.speedup.median


def edited(code: str, qualname: str, kind: str) -> str:
    """The same module with its function changed in ways that change nothing."""
    module = ast.parse(code)
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == qualname.split(".")[-1]:
            if ast.get_docstring(node) is not None and len(node.body) > 1:
                del node.body[0]
            if kind == "padded":
                node.body.insert(0, ast.Pass())
            if kind == "renamed":
                _rename_locals(node)
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


def _rename_locals(node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    inner = [item for item in ast.walk(node) if item is not node]
    outside = {name for item in inner if isinstance(item, ast.Global | ast.Nonlocal) for name in item.names}
    outside |= {item.arg for item in ast.walk(node) if isinstance(item, ast.arg)}
    outside |= {item.name for item in inner if isinstance(item, ast.FunctionDef | ast.ClassDef)}
    names = [item for item in inner if isinstance(item, ast.Name)]
    bound = {item.id for item in names if isinstance(item.ctx, ast.Store)} - outside
    for item in names:
        if item.id in bound:
            item.id = f"{item.id}_renamed"


if __name__ == "__main__":
    raise SystemExit(main())
