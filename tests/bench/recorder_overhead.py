"""What `velox record` costs: CPU time of the same script with and without the recorder, in one run.

python tests/bench/recorder_overhead.py [INTERPRETER…]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from velox_engine.verify.recording import record

ROUNDS = 3
MODULE = """\
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def shared(left, right):
    return sum(1 for item in left if item in right)

def parse(line):
    key, _, value = line.partition("=")
    return key.strip(), value.strip()
"""
SCRIPTS = {
    "an interpreter that starts and ends": "pass",
    "work inside few calls": "import work\nfor n in range(40): work.shared(list(range(1500)), list(range(1500)))",
    "a million tiny calls of one function": "import work\nfor n in range(1000): work.parse('a = b')\nwork.fib(27)",
    "a library's own calls": (
        "import json, work\nfor n in range(40): json.dumps({str(k): [k] * 5 for k in range(800)}, indent=1)"
    ),
    "the same for longer": (
        "import json, work\nfor n in range(1500): json.dumps({str(k): [k] * 5 for k in range(800)}, indent=1)"
    ),
}


def cpu_of(run) -> float:
    """CPU seconds of the child processes that `run` starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a line for each interpreter and script."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["VELOX_DATA_DIR"] = str(Path(scratch, "data"))
        root = Path(scratch, "workspace")
        root.mkdir()
        (root / "work.py").write_text(MODULE)
        for interpreter in sys.argv[1:] or [sys.executable]:
            code = "import sys; print('%d.%d' % sys.version_info[:2])"
            version = subprocess.check_output([interpreter, "-c", code], text=True).strip()
            for name, script in SCRIPTS.items():
                (root / "main.py").write_text(script)
                command = [interpreter, str(root / "main.py")]
                plain, recorded = [], []
                for _ in range(ROUNDS):
                    plain.append(cpu_of(lambda command=command: subprocess.run(command, check=True)))
                    recorded.append(cpu_of(lambda command=command: record(command, root)))
                old, new = statistics.median(plain), statistics.median(recorded)
                print(f"Python {version}  {name:40} {old:6.3f} s → {new:6.3f} s  ×{new / old:.2f}")


if __name__ == "__main__":
    main()
