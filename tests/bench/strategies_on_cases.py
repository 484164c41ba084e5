"""Measures the strategies on a file of cases: which functions get faster, and which rewrites differ.

    python tests/bench/strategies_on_cases.py CASES.jsonl [--only TEXT] [--steps 3] [--verbose]

Old and new run in one subprocess per comparison, with a time limit, on the case's inputs, its edge inputs and generated
ones. This is a quick check of the strategies themselves; the verifier judges what is offered to people.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

CHILD = r"""
import copy, io, json, math, random, resource, sys, time, contextlib, warnings
warnings.simplefilter("ignore")
sys.setrecursionlimit(3000)
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
request = json.load(sys.stdin)

def load(code):
    namespace = {"__name__": "case"}
    exec(compile(code, "case", "exec", dont_inherit=True), namespace)
    return namespace[request["entry"]]

def plain(value):
    if hasattr(value, "__next__") or type(value).__name__ in ("generator", "map", "filter", "zip"):
        return ["iterator", type(value).__name__, [plain(v) for _, v in zip(range(100000), value)]]
    if isinstance(value, (set, frozenset)):
        return [type(value).__name__, sorted(map(repr, value))]
    if isinstance(value, dict):
        return [type(value).__name__, [[plain(k), plain(v)] for k, v in value.items()]]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, [plain(v) for v in value]]
    if type(value).__module__ == "numpy":
        return [type(value).__name__, str(getattr(value, "dtype", "")), repr(value.tolist())]
    return [type(value).__name__, repr(value)]

def observe(function, args):
    args = copy.deepcopy(args)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            result = ["returned", plain(function(*args))]
        except Exception as error:
            result = ["raised", type(error).__name__, str(error)]
    return [result, plain(args), out.getvalue()]

def seconds(function, args, budget):
    best, spent = math.inf, 0.0
    while spent < budget:
        fresh = copy.deepcopy(args)
        with contextlib.redirect_stdout(io.StringIO()):
            start = time.process_time()
            try:
                function(*fresh)
            except Exception:
                pass
            took = time.process_time() - start
        best = min(best, took)
        spent += took + 1e-4
        if took > budget:
            break
    return best

old, new = load(request["old"]), load(request["new"])
differences = []
scope = {"inf": math.inf, "nan": math.nan}
for text in request["inputs"]:
    try:
        args = eval(text, dict(scope))
    except Exception:
        continue
    before, after = observe(old, args), observe(new, args)
    if json.dumps(before) != json.dumps(after):
        differences.append([text[:200], str(before)[:300], str(after)[:300]])
if request["generate"]:
    namespace = {}
    exec(request["generate"], namespace)
    sizes = request["sizes"]
    for round in range(12):
        random.seed(round)
        try:
            args = namespace["gen"](sizes[0] + round)
        except Exception:
            continue
        before, after = observe(old, args), observe(new, args)
        if json.dumps(before) != json.dumps(after):
            differences.append(["gen(%d)" % (sizes[0] + round), str(before)[:300], str(after)[:300]])
    random.seed(5)
    big = namespace["gen"](sizes[1])
else:
    big = eval(request["inputs"][0], dict(scope))
ratio = 0.0
if not differences:
    load_old, load_new = [], []
    for _ in range(3):
        # Loaded anew each round, so that a cache at module level cannot carry over.
        load_old.append(seconds(load(request["old"]), big, 0.08))
        fresh = load(request["new"])
        first = copy.deepcopy(big)
        start = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                fresh(*first)
            except Exception:
                pass
        cold = time.process_time() - start
        cached = "lru_cache" in request["new"]
        load_new.append(cold if cached else min(cold, seconds(fresh, big, 0.08)))
    ratio = min(load_old) / max(min(load_new), 1e-9)
print(json.dumps({"differences": differences[:3], "ratio": ratio}))
"""


def compare(case: dict[str, Any], old: str, new: str, limit: float) -> dict[str, Any]:
    """Differences and the time ratio of two versions, measured in a subprocess."""
    request = {
        "old": old,
        "new": new,
        "entry": case["entry"],
        "inputs": [*case.get("inputs", []), *case.get("edge_inputs", [])],
        "generate": case.get("input_gen") or "",
        "sizes": [case.get("small_n") or 5, case.get("bench_n") or 100],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return {"differences": [], "ratio": 0.0, "error": "timeout"}
    try:
        return json.loads(done.stdout.splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        return {"differences": [], "ratio": 0.0, "error": done.stderr[-300:]}


def improve(case: dict[str, Any], steps: int, limit: float) -> dict[str, Any]:
    """Apply the best strategy greedily, up to `steps` times."""
    original = case["code"]
    current, total, used = original, 1.0, []
    problems = []
    tried = 0
    proposing = 0.0
    for _ in range(steps):
        best: tuple[float, Any] = (total * 1.04, None)
        start = time.perf_counter()
        candidates = propose(SourceFile.from_text(current), case["entry"])
        proposing = max(proposing, time.perf_counter() - start)
        for candidate in candidates[:14]:
            tried += 1
            result = compare(case, original, candidate.new_source, limit)
            if result["differences"] or result.get("error"):
                problems.append((candidate.strategy, result, candidate.new_source))
            elif result["ratio"] > best[0]:
                best = (result["ratio"], candidate)
        if best[1] is None:
            break
        total, current = best[0], best[1].new_source
        used.append(best[1].strategy)
    return {
        "id": case["id"], "ratio": total, "used": used, "problems": problems, "tried": tried, "code": current,
        "expect": case["expect"], "classes": case["classes"], "proposing": proposing,
    }  # fmt: skip


def main() -> None:
    """Run, and print a line per case and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--only", default="", help="ids that contain one of these texts, separated by commas")
    parser.add_argument("--expect", default="")
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--limit", type=float, default=20.0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print the new code as well")
    arguments = parser.parse_args()
    cases = [json.loads(line) for line in arguments.cases.read_text(encoding="utf-8").splitlines()]
    wanted = arguments.only.split(",")
    cases = [case for case in cases if any(text in case["id"] for text in wanted)]
    cases = [case for case in cases if arguments.expect in case["expect"]]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        results = []
        for result in pool.map(lambda case: improve(case, arguments.steps, arguments.limit), cases):
            results.append(result)
            print(
                f"{result['id']:40} {result['expect']:14} {result['ratio']:10.2f}  tried {result['tried']:2}  "
                f"{result['proposing'] * 1000:4.0f} ms  {' > '.join(result['used'])}",
                flush=True,
            )
            for strategy, problem, code in result["problems"]:
                what = problem.get("error") or problem["differences"][0]
                print(f"    !! {strategy}: {str(what)[:600]}", flush=True)
                if arguments.verbose:
                    print(code)
            if arguments.verbose and result["used"]:
                print(result["code"])
    summarise(results)


def summarise(results: list[dict[str, Any]]) -> None:
    """The share improved, the mean gain, and how often each strategy was used."""
    for threshold in (1.1, 1.2, 2.0):
        for expect in ("improve", "maybe", "no-improvement", "trap"):
            group = [result for result in results if result["expect"] == expect]
            better = [result for result in group if result["ratio"] >= threshold]
            if group:
                mean = math.exp(sum(math.log(r["ratio"]) for r in better) / len(better)) if better else 1.0
                print(
                    f">= {threshold}: {expect:14} {len(better):4} of {len(group):4}, geometric mean {mean:.2f}"
                )
    used = Counter(strategy for result in results for strategy in result["used"])
    print("used:", ", ".join(f"{name} {count}" for name, count in used.most_common()))
    wrong = Counter(
        problem[0] for result in results for problem in result["problems"] if problem[1]["differences"]
    )
    print("differing:", dict(wrong))


if __name__ == "__main__":
    main()
