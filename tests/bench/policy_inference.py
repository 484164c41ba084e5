"""Times what a keystroke would pay for the policy: importing it, loading the weights, and ranking one state.

Run `python tests/bench/policy_inference.py`; it prints one JSON document.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace


def main() -> None:
    """Measure import, load and rank in this process."""
    begun = time.perf_counter()
    from velox_engine.actions import ACTIONS
    from velox_engine.policy import registry
    from velox_engine.policy.features import FEATURES

    imported = time.perf_counter()
    heavy_after_import = sorted({"numpy", "torch", "safetensors"} & set(sys.modules))
    policy = registry.load_active()
    loaded = time.perf_counter()
    state, mask = (0.5,) * len(FEATURES), (True,) * len(ACTIONS)
    times = []
    for _ in range(2000):
        start = time.perf_counter()
        policy.rank(state, mask)
        times.append(time.perf_counter() - start)
    times.sort()
    proposals = {action: (f"one-{action}", f"other-{action}") for action in range(len(ACTIONS) - 1)}
    known = replace(policy, alike={f"one-{action}": (3, 5) for action in range(len(ACTIONS) - 1)})
    remembering = []
    for _ in range(2000):
        start = time.perf_counter()
        known.rank(state, mask, proposals)
        remembering.append(time.perf_counter() - start)
    remembering.sort()
    again = time.perf_counter()
    for _ in range(200):
        registry.load_active()
    report = {
        "policy": policy.version,
        "learned": policy.learned,
        "import_ms": round((imported - begun) * 1e3, 2),
        "imported_with_it": heavy_after_import,
        "load_ms": round((loaded - imported) * 1e3, 2),
        "rank_median_ms": round(times[len(times) // 2] * 1e3, 4),
        "rank_remembering_median_ms": round(remembering[len(remembering) // 2] * 1e3, 4),
        "rank_p99_ms": round(times[int(len(times) * 0.99)] * 1e3, 4),
        "load_again_ms": round((time.perf_counter() - again) / 200 * 1e3, 4),
        "torch_loaded": "torch" in sys.modules,
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
