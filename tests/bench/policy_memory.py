"""Measures what remembering alike functions brings: the policy with and without a history of other functions.

Run `python tests/bench/policy_memory.py [--version V]`. The functions of one held-out dialect are made again from their
seed. Each is judged once with nothing remembered and once as if all others of its dialect had been optimised here
before: what came of their strategies counts where their shape is alike.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import replace

import numpy as np

from velox_engine.experience import shape
from velox_engine.experience.similarity import ALIKE, likeness
from velox_engine.policy import registry
from velox_engine.policy.agent import Policy
from velox_engine.training.dataset import captured, read, rebuild, split
from velox_engine.training.evaluate import areas, interval, worthwhile
from velox_engine.training.measured import function_key
from velox_engine.training.outcomes import Outcomes
from velox_engine.training.programs import generate
from velox_engine.training.run import shipped_data

DIALECT = "generated/3"
PROGRAMS = (600, 505, (3, 4))  # of the shipped data: how many, the seed, the dialects
LIKEST = 50


def main() -> None:
    """Print both areas and the interval of their difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", help="default: the active policy")
    args = parser.parse_args()
    policy = Policy.load(registry.folder_of(args.version)) if args.version else registry.load_active()
    texts = {function_key(one.origin, one.function, one.source): one.source for one in generate(*PROGRAMS)}
    held_out = captured(split(rebuild(read(shipped_data()).experiences), [DIALECT])[1])
    described = {one.key: shape.describe(texts[one.key]) for one in held_out if one.key in texts}
    functions = [one for one in held_out if described.get(one.key) is not None]
    shapes = np.stack([found for one in functions if (found := described[one.key]) is not None])
    near = likeness(shapes)
    plain, remembering, known = [], [], []
    for place, one in enumerate(functions):
        if not worthwhile([one]):
            continue
        order = [other for other in np.argsort(-near[place]).tolist() if other != place]
        alike = history([functions[other] for other in order[:LIKEST] if near[place, other] >= ALIKE])
        known.append(len(alike))
        plain.append(areas(policy, [one])[0])
        remembering.append(areas(replace(policy, alike=alike), [one])[0])
    gain = np.array(remembering) - np.array(plain)
    low, high = interval(gain)
    print(f"{len(gain)} functions, {np.mean(known):.1f} strategies remembered for each in the mean")
    print(f"nothing remembered {np.mean(plain):.4f}, others of the dialect {np.mean(remembering):.4f}")
    print(f"difference {gain.mean():+.4f} ({low:+.4f} to {high:+.4f})")


def history(functions: list[Outcomes]) -> dict[str, tuple[int, int]]:
    """What came of each strategy on functions as they were found: (worked, tried)."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for function in functions:
        worked: dict[str, bool] = defaultdict(bool)
        for action, strategies in (function.root.proposals or {}).items():
            for strategy in strategies:
                worked[strategy] |= function.outcome(function.root, action).kept
        for strategy, kept in worked.items():
            counts[strategy][0] += kept
            counts[strategy][1] += 1
    return {strategy: (worked, tried) for strategy, (worked, tried) in counts.items()}


if __name__ == "__main__":
    main()
