"""Measure input synthesis on a file of cases: python tests/bench/inputs_on_cases.py CASES.jsonl [--only
TEXT] [--details].

Prints, over all cases: the share with at least 20 core inputs, branch coverage, mutants detected, time; how
many rewrites that are
recorded as equal the core inputs refute (should be none), and how many recorded as different they tell apart
(should be all).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from statistics import mean, median
from typing import Any

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs import InputSet, case_text, synthesise
from velox_engine.verify.sandbox import Case, Environment, LoadFailure, Program, Sandbox, call_all, describe
from velox_engine.verify.strength import measure_strength


def main() -> int:
    """Run over the cases and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--only", default="", help="only cases whose id contains this")
    parser.add_argument("--details", action="store_true", help="print a line for each case")
    parser.add_argument("--no-strength", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.cases.read_text("utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if options.only in row["id"]]
    results = []
    with Sandbox(Environment(sys.executable), preload=("numpy", "math", "re")) as sandbox:
        for row in rows:
            result = measure(row, sandbox, options)
            results.append(result)
            if options.details:
                print(line_of(row, result), flush=True)
    report(results)
    return 0


def measure(row: dict[str, Any], sandbox: Sandbox, options: argparse.Namespace) -> dict[str, Any]:
    """Figures of one case."""
    program = Program(source=row["code"], path="", module="case_module", package="", function=row["entry"])
    source = SourceFile.from_text(row["code"])
    cpu, wall = time.process_time(), time.monotonic()
    found = synthesise(source, row["entry"], sandbox, program, seed=options.seed)
    result: dict[str, Any] = {
        "id": row["id"],
        "found": found,
        "cpu": time.process_time() - cpu,
        "wall": time.monotonic() - wall,
        "killed": (0, 0),
    }
    compared = (*found.core, *found.exceptions)
    if not options.no_strength and found.core:
        result["killed"] = measure_strength(
            source, row["entry"], sandbox, program, compared, seed=options.seed
        )
    fast = row.get("known_fast")
    if fast and fast.get("equal") and fast.get("same_args_after") is not False:
        result["equal"] = difference(program, fast["code"], found, sandbox)
    other = row.get("origin_fast_nonequal")
    if other:
        result["different"] = difference(program, other["code"], found, sandbox)
    return result


def difference(program: Program, code: str, found: InputSet, sandbox: Sandbox) -> tuple[str, str]:
    """The first core difference as text ("" when none), and the first wide one."""
    return _first(program, code, (*found.core, *found.exceptions), sandbox), _first(
        program, code, found.wide, sandbox
    )


def _first(program: Program, code: str, cases: tuple[Case, ...], sandbox: Sandbox) -> str:
    if not cases:
        return ""
    try:
        old = call_all(sandbox, program, cases)
        new = call_all(sandbox, replace(program, source=code), cases)
    except LoadFailure as failure:
        return f"does not load: {failure}"
    for case, before, after in zip(cases, old, new, strict=True):
        if before.kind in ("returned", "raised") and before.payload != after.payload:
            return f"{case_text(case)[:90]}: {describe(before.payload)[:60]} / {describe(after.payload)[:60]}"
    return ""


def line_of(row: dict[str, Any], result: dict[str, Any]) -> str:
    """One case in a line."""
    found: InputSet = result["found"]
    killed, total = result["killed"]
    line = (
        f"{row['id']:42} core {len(found.core):3} exc {len(found.exceptions):2} wide {len(found.wide):3} "
        f"cov {found.coverage if found.coverage is not None else 0:.2f} killed {killed}/{total} "
        f"wall {result['wall']:.2f} growers {[grower.knob for grower in found.growers]} {'; '.join(found.notes)}"
    )
    if result.get("equal", ("", ""))[0]:
        line += f"\n    REFUTES AN EQUAL ONE {result['equal'][0]}"
    if "different" in result:
        line += f"\n    {'told apart' if result['different'][0] else 'NOT TOLD APART'} {result['different']}"
    return line


def report(results: list[dict[str, Any]]) -> None:
    """Print the figures over all cases."""
    sets: list[InputSet] = [result["found"] for result in results]
    number = len(sets) or 1
    killed = sum(result["killed"][0] for result in results)
    total = sum(result["killed"][1] for result in results)
    shares = [k / t for k, t in (result["killed"] for result in results) if t]
    equal = [result["equal"] for result in results if "equal" in result]
    different = [result["different"] for result in results if "different" in result]
    print(f"cases {len(sets)}")
    print(f"at least 20 core inputs: {sum(len(item.core) >= 20 for item in sets) / number:.1%}")
    print(f"core inputs, median: {median(len(item.core) for item in sets) if sets else 0}")
    print(f"branch coverage, mean: {mean([item.coverage or 0.0 for item in sets]) if sets else 0:.1%}")
    print(f"with a grower: {sum(bool(item.growers) for item in sets) / number:.1%}")
    print(
        f"mutants detected: {killed}/{total} = {killed / (total or 1):.1%}; mean of cases {mean(shares or [0.0]):.1%}"
    )
    print(
        f"cases with >= 80 % / < 50 % detected: {sum(s >= 0.8 for s in shares)} / {sum(s < 0.5 for s in shares)}"
    )
    walls = sorted(result["wall"] for result in results) or [0.0]
    print(
        f"wall seconds: median {median(walls):.2f}, p90 {walls[int(len(walls) * 0.9)]:.2f}, max {walls[-1]:.2f}"
    )
    print(f"equal rewrites refuted by core inputs: {sum(bool(core) for core, _ in equal)} of {len(equal)}")
    print(f"  with a caveat only: {sum(not core and bool(wide) for core, wide in equal)}")
    print(
        f"different rewrites told apart by core inputs: {sum(bool(core) for core, _ in different)} of {len(different)}"
    )
    print("notes:", Counter(note for item in sets for note in item.notes).most_common(5))


if __name__ == "__main__":
    raise SystemExit(main())
