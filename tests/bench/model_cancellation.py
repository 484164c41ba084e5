"""Prints how long cancelling takes while a model thinks: until the service loses its client, and until Velox is gone.

Run: python tests/bench/model_cancellation.py [--count 20] [--burners 6]. The model is a scripted server on loopback,
asked over real HTTP through litellm by the editor's worker, which gets SIGTERM as it does from the server.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "llm"))

from scripted_model import Hangs, scripted_model

PEAKS = """def peaks(values: list[int]) -> int:
    count = 0
    for value in values:
        if all(value >= other for other in values):
            count += 1
    return count
"""
QUICK = {"input_seconds": 0.1, "input_count": 30, "top_seconds": 0.001, "llm_timeout": 600, "budget": 600}


def main() -> None:
    """Cancel so many requests, while so many other processes want the processors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--burners", type=int, default=0, help="processes that do nothing but take time")
    arguments = parser.parse_args()
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(arguments.burners)]
    cut: list[float] = []
    gone: list[float] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["VELOX_DATA_DIR"] = f"{folder}/data"
            os.environ["VELOX_CONFIG"] = f"{folder}/config.toml"
            for number in range(arguments.count):
                one, other = cancel(Path(folder), number)
                cut.append(one)
                gone.append(other)
    finally:
        for burner in burners:
            burner.kill()
    print(f"{arguments.count} cancellations, milliseconds from the signal on:")
    print(f"  until the service loses its client  {spread(cut)}")
    print(f"  until the worker has ended          {spread(gone)}")
    print(f"  load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def cancel(folder: Path, number: int) -> tuple[float, float]:
    """Seconds from SIGTERM until the model's service sees its client leave, and until the worker has ended."""
    path = folder / "work.py"
    path.write_text(PEAKS)
    with scripted_model([Hangs()]) as model:
        settings = {
            **QUICK,
            "llm.primary": "openai/x",
            "llm.primaryUrl": model.url,
            "cache": False,
            "seed": number,
        }
        request = {
            "command": "optimize",
            "path": str(path),
            "text": PEAKS,
            "function": "peaks",
            "settings": settings,
        }
        command = [sys.executable, "-P", "-m", "velox_engine.advisor.worker"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as worker:
            assert worker.stdin is not None
            worker.stdin.write(json.dumps(request) + "\n")
            worker.stdin.flush()
            if not model.arrived.wait(300):
                raise SystemExit("the model was never asked")
            started = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            model.left.wait()
            cut = time.monotonic() - started
            worker.wait()
            return cut, time.monotonic() - started


def spread(seconds: Sequence[float]) -> str:
    """The median, the ninth of ten and the longest, then all of them."""
    ordered = sorted(second * 1000 for second in seconds)
    ninth = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    shown = " ".join(f"{one:.0f}" for one in ordered)
    return f"median {statistics.median(ordered):.0f}, nine of ten {ninth:.0f}, longest {ordered[-1]:.0f}  ({shown})"


if __name__ == "__main__":
    main()
