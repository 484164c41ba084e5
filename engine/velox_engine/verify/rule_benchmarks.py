"""Measures what following each rule wins: its Example against its Use instead, on the person's interpreter.

The timing itself happens in `rule_timing`, one process for each rule.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from velox_engine.rules import Rule
from velox_engine.rules.measured import WORTH
from velox_engine.rules.pages import code
from velox_engine.verify.statistics import median_interval

TIMING = Path(__file__).with_name("rule_timing.py")
_SECONDS = 120  # for one rule; the slowest takes a few
_NOTICEABLE = 64 * 1024  # bytes; below it a ratio of peaks says nothing


def benchmark_rules(
    rules: Sequence[Rule], interpreter: str, *, rounds: int, progress: Callable[[str, int], None]
) -> dict[str, Any]:
    """Measure each rule under an interpreter; the document of `velox rules bench`."""
    rows: list[dict[str, Any]] = []
    packages: dict[str, str] = {}
    version = ""
    for number, rule in enumerate(rules):
        progress(f"{rule.id} {rule.name}", 100 * number // len(rules))
        answer = measure_rule(rule, interpreter, rounds=rounds)
        version = version or f"{answer.get('implementation', '')} {answer.get('version', '')}".strip()
        packages.update(answer.get("packages", {}))
        rows.append(_row(rule, answer))
    return {
        "interpreter": version,
        "machine": f"{platform.system()} {platform.machine()}",
        "packages": packages,
        "rounds": rounds,
        "rules": rows,
    }


def measure_rule(rule: Rule, interpreter: str, *, rounds: int) -> dict[str, Any]:
    """Time one rule's before and after; a failure is an answer too."""
    benchmark = rule.benchmark
    if benchmark is None:
        return {"status": "skipped", "reason": "has no benchmark"}
    job = {
        "before": benchmark.before or code(rule, "Example"),
        "after": benchmark.after or code(rule, "Use instead"),
        "setup": benchmark.setup,
        "call": benchmark.call,
        "needs": benchmark.needs,
        "python": benchmark.python,
        "compares": benchmark.compares,
        "waits": benchmark.waits,
        "rounds": rounds,
    }
    # Not in the project's folder: a file there must not stand in for a module of the standard library.
    command = [interpreter, "-s", "-X", "utf8", os.fspath(TIMING)]
    variables = {**os.environ, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            env=variables,
        )
    except subprocess.TimeoutExpired:
        return {"status": "failed", "reason": f"took longer than {_SECONDS} s"}
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        return {"status": "failed", "reason": last[0][:300]}
    return json.loads(done.stdout)


def _row(rule: Rule, answer: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": rule.id,
        "name": rule.name,
        "enabled": rule.enabled,
        "status": answer["status"],
    }
    if answer["status"] != "measured":
        return {**row, "reason": answer["reason"]}
    interval = median_interval(answer["ratios"])
    memory = None
    if max(answer["before_bytes"], answer["after_bytes"]) >= _NOTICEABLE:
        memory = round(answer["before_bytes"] / max(answer["after_bytes"], 1), 2)
    return {
        **row,
        "speedup": {
            "median": _short(interval.median),
            "low": _short(interval.low),
            "high": _short(interval.high),
        },
        "before_seconds": _short(answer["before_seconds"]),
        "after_seconds": _short(answer["after_seconds"]),
        "memory_ratio": memory,
        "wins": (interval.median >= WORTH and interval.low > 1) or (memory is not None and memory >= WORTH),
    }


def _short(value: float) -> float:
    """Three significant digits, all that paired timings carry."""
    return float(f"{value:.3g}")
