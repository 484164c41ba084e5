"""A worker for tests: speaks the worker's protocol and does what its argument names, without measuring anything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

OLD = "    out = []\n    for x in xs:\n        if x not in out:\n            out.append(x)\n    return out\n"
NEW = "    return list(dict.fromkeys(xs))\n"


def reply(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def found(
    request: dict[str, Any], status: str, reason: str, suggestions: list[Any], tried: list[Any]
) -> None:
    function = {
        "path": request["path"],
        "name": request["function"],
        "status": status,
        "reason": reason,
        "suggestions": suggestions,
        "tried": tried,
    }
    reply(result={"functions": [function], "summary": {}})


def improved(request: dict[str, Any]) -> None:
    reply(progress={"message": "finding inputs", "percentage": 20})
    reply(progress={"message": "measuring", "percentage": 80})
    text = request["text"].replace("\r\n", "\n")
    name = request["function"].rpartition(".")[2]
    start = text.index(f"def {name}(")
    new = text[:start] + text[start:].replace(OLD, NEW, 1)
    suggestion = {
        "id": f"suggestion-{name}",
        "strategies": ["ordered-dedupe"],
        "new_function": new[start : new.index(NEW, start) + len(NEW)].rstrip("\n"),
        "new_source": new,
        "diff": "--- a/f.py\n+++ b/f.py\n@@\n-old\n+new\n",
        "speedup": {"median": 14.2, "low": 13.0, "high": 15.1},
        "memory_ratio": 1.0,
        "scaling": {"before": 2.0, "after": 1.0},
        "sizes": [1024, 4096],
        "call_seconds": 0.0284,
        "evidence": {
            "inputs": 214,
            "coverage": 1.0,
            "strength": 12 / 13,
            "mutants": {"killed": 12, "planted": 13},
            "tests": None,
            "sandbox": "scripted",
        },
        "caveats": [],
        "confidence": 0.9,
        "reward": 0.5,
        "reason": "membership in a dict",
    }
    found(request, "improved", "14.2 times faster", [suggestion], [])


def refuted(request: dict[str, Any]) -> None:
    counterexample = {
        "says": "differs",
        "inputs": "([1, True],)",
        "old": "returned [1]",
        "new": "returned [True]",
    }
    attempt = {
        "strategy": "ordered-dedupe",
        "status": "refuted",
        "counterexample": counterexample,
        "reason": "differs",
        "seconds": 0.1,
    }
    found(request, "unchanged", "1 rewrite tried: 1 behaves differently", [], [attempt])


def slow(request: dict[str, Any]) -> None:
    # A child in the same group, as a sandbox is; both must end when the job is cancelled.
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(request["workspace"], "pids.json").write_text(json.dumps([os.getpid(), child.pid]))
    # As the engine's worker says it, which names the function before what it does.
    reply(progress={"message": f"{request['function']}: working", "percentage": 10})
    time.sleep(600)


def main() -> None:
    behaviour = sys.argv[1]
    request = json.loads(sys.stdin.readline())
    told = {key: request.get(key) for key in ("function", "strategy", "settings", "path")}
    with Path(request["workspace"], "requests.jsonl").open("a") as file:
        file.write(json.dumps(told) + "\n")
    if behaviour == "improved":
        improved(request)
    elif behaviour == "refuted":
        refuted(request)
    elif behaviour == "unverifiable":
        found(request, "unverifiable", "no inputs could be found", [], [])
    elif behaviour == "slow":
        slow(request)
    elif behaviour == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        slow(request)
    elif behaviour == "error":
        reply(error={"code": "syntax-error", "message": "line 3: no.", "hint": "Mend it."})
    elif behaviour == "crash":
        sys.stderr.write("Traceback: it broke\n")
        os.abort()
    elif behaviour == "garbage":
        sys.stdout.write('hello\n{\n[1, 2]\n{"progress": 3}\n\x00\xff\n')
        sys.stdout.flush()
        improved(request)
    elif behaviour == "silent":
        sys.stdout.write("no answer\n")


if __name__ == "__main__":
    main()
