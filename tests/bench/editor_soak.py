"""Soaks the server: 10,000 edits with cancellations and senseless messages, then compares it with a fresh one.

Run as `python tests/bench/editor_soak.py [--edits N] [--functions N]`. Prints memory at ten points on the way.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "lsp"))

from soak import shown, soak
from wire import Wire

HERE = Path(__file__).parent


def main() -> None:
    """Soak and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument(
        "--functions", type=int, default=50, help="of eight lines each, in the file that is edited"
    )
    args = parser.parse_args()
    worker = f"{sys.executable} {HERE.parent / 'lsp' / 'scripted_worker.py'} slow"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        os.environ["VELOX_DATA_DIR"] = str(folder / "data")
        with Wire(env={"VELOX_WORKER_COMMAND": worker}) as wire:
            wire.initialize(root=folder)
            started = time.perf_counter()
            outcome = soak(wire, folder, args.edits, args.functions)
            seconds = time.perf_counter() - started
            code = wire.close()
    print(
        f"{args.edits:,} edits in {seconds:.0f} s, {outcome.cancelled} cancellations, {outcome.senseless} senseless"
    )
    print(f"resident MiB at each tenth: {', '.join(shown(outcome.memory))}")
    print(f"last / first: {outcome.memory[-1] / outcome.memory[0]:.3f}")
    print(f"diagnostics as those of a fresh server: {'yes' if outcome.same else 'NO'}; exit code {code}")


if __name__ == "__main__":
    main()
