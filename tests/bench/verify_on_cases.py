"""Runs `velox verify` on the faster versions that a file of cases knows: equal ones must pass, different ones must not.

Usage: python tests/bench/verify_on_cases.py CASES.jsonl [--only improve,trap] [--id TEXT] [--out FILE]

A case is a JSON line with id, code, entry and expect, and perhaps known_fast {code, entry, equal} and
origin_fast_nonequal {code}. Exit code 1 when an equal version was refuted or a different one verified.
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


def velox(folder: Path, *arguments: str) -> tuple[dict[str, Any], float]:
    """Run the command line and return its document and wall seconds."""
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
        return json.loads(done.stdout), seconds
    except ValueError:
        return {"error": {"message": (done.stdout + done.stderr)[-600:]}}, seconds


def verify(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Verify the case's own faster versions: equal ones must not be refuted, different ones must be."""
    rows = []
    for fast in (case.get("known_fast"), case.get("origin_fast_nonequal")):
        if not fast or fast.get("entry", case["entry"]) != case["entry"]:
            continue
        equal = bool(fast.get("equal")) and fast.get("same_args_after") is not False
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "old.py").write_text(case["code"])
            (folder / "new.py").write_text(fast["code"])
            document, seconds = velox(folder, "verify", "old.py", "new.py", "--function", case["entry"])
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
    """Verify and print one line a pair, then the totals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path)
    parser.add_argument("--only", default="", help="expectations, separated by commas")
    parser.add_argument("--id", default="", help="only ids that contain this text")
    parser.add_argument("--out", type=Path, help="where each row goes as a JSON line")
    args = parser.parse_args()
    cases = [json.loads(line) for line in args.cases.read_text(encoding="utf-8").splitlines() if line.strip()]
    wanted = set(filter(None, args.only.split(",")))
    rows: list[dict[str, Any]] = []
    for case in cases:
        if (wanted and case["expect"] not in wanted) or args.id not in case["id"]:
            continue
        for row in verify(case):
            rows.append(row)
            mark = "BAD " if row["bad"] else "    "
            head = f"{mark}{row['id']:<34} equal={row['equal']!s:<5} {row['status']:<13}"
            print(f"{head} {row['seconds']:5.1f}s {row['reason']}", flush=True)
            if args.out:
                with args.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
    bad = sum(row["bad"] for row in rows)
    print(f"{len(rows)} pairs, {bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
