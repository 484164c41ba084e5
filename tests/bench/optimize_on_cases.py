"""Runs `velox optimize` and `velox verify` over a file of cases and checks each answer against the case's own inputs.

Usage: python tests/bench/optimize_on_cases.py CASES.jsonl [--only improve,trap] [--id TEXT] [--out FILE] [--verify]

A case is a JSON line with code, entry, expect, inputs, edge_inputs, input_gen and bench_n, and perhaps known_fast
{code, equal} and origin_fast_nonequal {code}. What Velox offers is compared with the original on inputs that Velox
never saw: any difference is a WRONG suggestion. The ratio printed beside Velox's own is measured here, plainly,
with one process per version, at the case's bench_n.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

# Runs one version: prints the canonical results of the inputs, then the best of three times at bench_n.
JUDGE = r"""
import copy, json, sys, time, io, contextlib
spec = json.load(open(sys.argv[1])); code = open(sys.argv[2]).read()
ns = {"__name__": "case"}; exec(compile(code, "case.py", "exec"), ns); f = ns[spec["entry"]]
def show(v):
    if isinstance(v, float): return "f" + v.hex() if v == v else "nan"
    if isinstance(v, (list, tuple)): return type(v).__name__ + "(" + ",".join(map(show, v)) + ")"
    if isinstance(v, dict):
        return type(v).__name__ + "{" + ",".join(show(k) + ":" + show(x) for k, x in v.items()) + "}"
    if isinstance(v, (set, frozenset)): return type(v).__name__ + "<" + ",".join(sorted(map(show, v))) + ">"
    if hasattr(v, "dtype"): return type(v).__name__ + str(v.dtype) + show(v.tolist())
    if hasattr(v, "__next__"): return "iter" + show(list(v))
    return type(v).__name__ + ":" + repr(v)
results = []
names = {"nan": float("nan"), "inf": float("inf")}
try:
    import numpy as np
    names.update(np=np, numpy=np, array=np.array)
except ImportError: pass
import collections; names.update(vars(collections)); names.update(collections=collections)
for text in spec["inputs"] + spec["edge_inputs"]:
    try: args = eval(text, {**ns, **names})
    except Exception: continue
    try:
        with contextlib.redirect_stdout(io.StringIO()) as out: r = show(f(*args))
        results.append([text[:200], r + "|" + show(args) + "|" + out.getvalue()])
    except RecursionError: results.append([text[:200], "recursion"])
    except Exception as e: results.append([text[:200], "raises " + type(e).__name__ + ": " + str(e) + "|" + show(args)])
best = None
try:
    g = {}; exec(spec["input_gen"], g)
    n = spec["bench_n"]
    for _ in range(3):
        args = copy.deepcopy(g["gen"](n)); t = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            r = f(*args)
            if hasattr(r, "__next__"): list(r)
        t = time.process_time() - t; best = t if best is None else min(best, t)
        if best > 3: break
except Exception as e: best = None
print(json.dumps([results, best]))
"""


def judge(folder: Path, case: dict[str, Any], code: str, name: str) -> tuple[list[list[str]], float | None]:
    """Return (results by input, seconds at bench_n) of one version."""
    (folder / "spec.json").write_text(json.dumps(case))
    (folder / "judge.py").write_text(JUDGE)
    (folder / name).write_text(code)
    done = subprocess.run(
        [sys.executable, "judge.py", "spec.json", name],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode:
        return [["crash", done.stderr[-300:]]], None
    results, best = json.loads(done.stdout.splitlines()[-1])
    return results, best


def velox(folder: Path, *arguments: str) -> tuple[int, dict[str, Any], float]:
    """Run the command line and return its exit code, document and wall seconds."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "velox_engine.cli.main", *arguments, "--format", "json", "--quiet"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "VELOX_DATA_DIR": str(folder / "data")},
    )
    seconds = time.monotonic() - started
    try:
        return done.returncode, json.loads(done.stdout), seconds
    except ValueError:
        return done.returncode, {"error": {"message": (done.stdout + done.stderr)[-600:]}}, seconds


def optimise(case: dict[str, Any]) -> dict[str, Any]:
    """Optimise one case and judge what is offered."""
    row: dict[str, Any] = {"id": case["id"], "expect": case["expect"]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "case.py").write_text(case["code"])
        _, document, row["seconds"] = velox(folder, "optimize", f"case.py::{case['entry']}")
        if "error" in document:
            return {**row, "status": "error", "reason": document["error"]["message"]}
        (function,) = document["functions"]
        row |= {"status": function["status"], "reason": function["reason"]}
        row["tried"] = [(t["strategy"], t["status"], t["reason"][:100]) for t in function["tried"]]
        if function["suggestions"]:
            best = function["suggestions"][0]
            old, old_seconds = judge(folder, case, case["code"], "old.py")
            row |= {"strategies": best["strategies"], "speedup": best["speedup"]["median"]}
            row |= {"caveats": len(best["caveats"]), "evidence": best["evidence"]}
            for index, suggestion in enumerate(function["suggestions"]):
                new, new_seconds = judge(folder, case, suggestion["new_source"], "new.py")
                wrong = [(a, b) for a, b in zip(old, new, strict=False) if a != b or len(old) != len(new)]
                if wrong and not suggestion["caveats"]:
                    row["wrong"] = {"strategies": suggestion["strategies"], "example": wrong[0]}
                elif wrong:
                    row["differs_with_caveat"] = wrong[0]
                if index == 0 and old_seconds and new_seconds:
                    row["ratio"] = round(old_seconds / new_seconds, 2)
    return row


def verify(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Verify the case's own faster versions: equal ones must not be refuted, different ones must be."""
    rows = []
    pairs = [(case.get("known_fast"), True), (case.get("origin_fast_nonequal"), False)]
    for fast, _ in pairs:
        if not fast or fast.get("entry", case["entry"]) != case["entry"]:
            continue
        equal = bool(fast.get("equal")) and fast.get("same_args_after") is not False
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "old.py").write_text(case["code"])
            (folder / "new.py").write_text(fast["code"])
            _, document, seconds = velox(folder, "verify", "old.py", "new.py", "--function", case["entry"])
        status = document.get("status", "error")
        bad = (equal and status == "refuted") or (not equal and status == "verified")
        rows.append(
            {
                "id": case["id"],
                "equal": equal,
                "status": status,
                "reason": document.get("reason") or document.get("error"),
                "counterexample": document.get("counterexample"),
                "caveats": document.get("caveats"),
                "faster": document.get("faster"),
                "seconds": round(seconds, 1),
                "bad": bad,
            }
        )
    return rows


def main() -> int:
    """Measure and print one line a case, then the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--id", default="")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--verify", action="store_true", help="verify the known faster versions instead")
    args = parser.parse_args()
    cases = [json.loads(line) for line in args.cases.read_text().splitlines() if line.strip()]
    wanted = set(filter(None, args.only.split(",")))
    cases = [c for c in cases if (not wanted or c["expect"] in wanted) and args.id in c["id"]]
    rows: list[dict[str, Any]] = []
    for case in cases:
        try:
            found = verify(case) if args.verify else [optimise(case)]
        except Exception as error:
            found = [
                {"id": case["id"], "expect": case["expect"], "status": "error", "reason": repr(error)[:300]}
            ]
        rows += found
        for row in found:
            print(_line(row), flush=True)
            if args.out:
                with args.out.open("a") as file:
                    file.write(json.dumps(row) + "\n")
    print(_totals(rows, args.verify))
    return 1 if any(row.get("wrong") or row.get("bad") for row in rows) else 0


def _line(row: dict[str, Any]) -> str:
    if "equal" in row:
        mark = "BAD " if row["bad"] else "    "
        head = f"{mark}{row['id']:<34} equal={row['equal']!s:<5} {row['status']:<13}"
        return f"{head} {row['seconds']:5.1f}s {row['reason']}"
    mark = "WRONG " if row.get("wrong") else "      "
    text = f"{mark}{row['id']:<34} {row['expect']:<15} {row['status']:<13} {row.get('seconds', 0):5.1f}s "
    if "speedup" in row:
        ratio = row.get("ratio", "?")
        return (
            f"{text}{row['speedup']:.2f}× here {ratio}× {'+'.join(row['strategies'])} {row.get('wrong', '')}"
        )
    return text + str(row["reason"])[:110]


def _totals(rows: list[dict[str, Any]], verified: bool) -> str:
    if verified:
        return f"{len(rows)} pairs, {sum(bool(r.get('bad')) for r in rows)} bad"
    lines = []
    for expect in sorted({row["expect"] for row in rows}):
        group = [row for row in rows if row["expect"] == expect]
        statuses = {s: sum(r["status"] == s for r in group) for s in sorted({r["status"] for r in group})}
        faster = sum((r.get("ratio") or 0) >= 1.2 for r in group)
        lines.append(f"{expect}: {len(group)} cases, {statuses}, {faster} at least 1.2× at bench_n")
    lines.append(f"wrong suggestions: {sum(bool(row.get('wrong')) for row in rows)}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
