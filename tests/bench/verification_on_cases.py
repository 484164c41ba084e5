"""Verify the published rewrites of a file of cases: python tests/bench/verification_on_cases.py CASES.jsonl.

`origin_fast_nonequal` and the files given with --rewrite ID=FILE are known to differ: each has to be refuted, or
verified with a caveat that shows where. `known_fast` with `equal` is believed to be equal: the share that is verified
is printed, and every refutation with its counterexample, to be judged by a person. With --measure N the first N
verified ones are timed as `velox verify` does, beside the ratio recorded with the case.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import Difference, Evidence, Verdict
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.verifier import Prepared, Unverifiable, Verifier
from velox_engine.workspace.project import locate


def main() -> int:
    """Verify, print a line for what needs a person's eye, and the totals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path)
    parser.add_argument("--only", default="", help="only cases whose id contains this")
    parser.add_argument("--piece", default="1/1", help="K/N: only the K-th of N equal parts of the cases")
    parser.add_argument("--rewrite", action="append", default=[], metavar="ID=FILE")
    parser.add_argument("--measure", type=int, default=0, metavar="N")
    parser.add_argument("--top-seconds", type=float, default=0.01, help="the longest call timed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rewrites = dict(item.split("=", 1) for item in options.rewrite)
    rows = [json.loads(line) for line in options.cases.read_text("utf-8").splitlines() if line.strip()]
    piece, pieces = map(int, options.piece.split("/"))
    rows = [
        row for index, row in enumerate(rows) if index % pieces == piece - 1 and options.only in row["id"]
    ]
    settings = Settings(seed=options.seed, top_seconds=options.top_seconds, cache=False)
    counts: Counter[str] = Counter()
    evidence: list[Evidence] = []
    left = options.measure
    started = time.monotonic()
    for row in rows:
        jobs = list(jobs_of(row, rewrites))
        if not jobs:
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "case.py")
            path.write_text(row["code"], "utf-8")
            source = SourceFile.from_text(row["code"], path)
            with Verifier(locate(path, source.text, interpreter=sys.executable), settings) as verifier:
                try:
                    prepared = verifier.prepare(source, row["entry"])
                except Unverifiable as stop:
                    for kind, _, _ in jobs:
                        counts[f"{kind}: unverifiable"] += 1
                    print(f"{row['id']:36} unverifiable: {stop.reason[:90]}", flush=True)
                    continue
                evidence.append(prepared.evidence)
                for kind, new, recorded in jobs:
                    verdict, measured = judge(verifier, prepared, new, kind == "equal" and left > 0)
                    status = verdict.status
                    if status == "verified":
                        status += " with a caveat" if verdict.caveats else ""
                        strength = verdict.evidence.strength
                        weak = strength is None or strength < settings.min_strength
                        status += ", weakly checked" if weak else ""
                    counts[f"{kind}: {status}"] += 1
                    if measured:
                        left -= 1
                        print(f"{row['id']:36} measured {measured:.2f} recorded {recorded:.2f}", flush=True)
                    if (kind == "equal") != (verdict.status == "verified") or (
                        kind != "equal" and verdict.caveats
                    ):
                        print(f"{row['id']:36} {kind} {status}: {shown(verdict)}", flush=True)
    print(f"\n{time.monotonic() - started:.0f} s")
    for name, count in sorted(counts.items()):
        print(f"{name}: {count}")
    if evidence:
        print(f"branch coverage, mean: {mean([item.coverage or 0.0 for item in evidence]):.1%}")
        killed, total = sum(item.mutants_killed for item in evidence), sum(item.mutants for item in evidence)
        print(f"planted bugs detected: {killed}/{total} = {killed / (total or 1):.1%}")
    return 1 if counts["different: verified"] or counts["different: verified, weakly checked"] else 0


def jobs_of(row: dict[str, Any], rewrites: dict[str, str]) -> Iterator[tuple[str, str, float]]:
    """("equal" or "different", the rewrite, the recorded ratio) of each rewrite of one case."""
    fast = row.get("known_fast")
    if (
        fast
        and fast.get("equal")
        and fast.get("same_args_after") is not False
        and fast["entry"] == row["entry"]
    ):
        yield "equal", fast["code"], float(fast.get("ratio") or 0.0)
    other = row.get("origin_fast_nonequal")
    if other and other.get("entry", row["entry"]) == row["entry"]:
        yield "different", other["code"], 0.0
    if row["id"] in rewrites:
        yield "different", Path(rewrites[row["id"]]).read_text("utf-8"), 0.0


def judge(verifier: Verifier, prepared: Prepared, new: str, timed: bool) -> tuple[Verdict, float]:
    """The verdict, and the measured ratio where it was asked for and the verdict allows it."""
    verdict = verifier.check(prepared, new)
    if verdict.status != "verified" or not timed:
        return verdict, 0.0
    try:
        return verdict, verifier.measure(prepared, new).speedup.median
    except Refuted as refuted:
        return Verdict("refuted", "on a timed input", verdict.evidence, refuted.difference), 0.0


def shown(verdict: Verdict) -> str:
    """The example that a verdict rests on."""
    example: Difference | None = verdict.counterexample or next(iter(verdict.caveats), None)
    if example is None:
        return verdict.reason[:90]
    return f"{example.inputs[:70]}: {example.old[:50]} / {example.new[:50]}"


if __name__ == "__main__":
    raise SystemExit(main())
