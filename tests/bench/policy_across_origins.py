"""Cross-validates the policy by origin inside the training part, which is how hyperparameters are chosen.

Run `python tests/bench/policy_across_origins.py [FILE…] [--origins PREFIX…] [--seeds N] [--NAME VALUE…]` with
hyperparameters as `velox train run` takes them. Each origin is judged once by a policy that was trained on the others;
the origins that are held out for good are in neither part. It prints a row for each ranker, with the mean and the
95 % bootstrap interval of its area less that of the bandit on the same functions.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import defaultdict
from pathlib import Path

import numpy as np

from velox_engine.training.baselines import LinearBandit, Ranker, StrategyOrder, best_fixed_order
from velox_engine.training.dataset import captured, flat, read, rebuild, soften, split
from velox_engine.training.dqn import train
from velox_engine.training.evaluate import areas, interval
from velox_engine.training.hyperparameters import Hyperparameters, from_mapping
from velox_engine.training.run import shipped_data

REFERENCE = "bandit (LinUCB)"


def main() -> None:
    """Print a line for each ranker, the bandit that the others are compared with first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--origins", nargs="+", default=["generated/0", "generated/1", "generated/2"])
    parser.add_argument("--seeds", type=int, default=2, help="trainings for each held-out origin")
    for one in dataclasses.fields(Hyperparameters):
        if isinstance(one.default, int | float) and not isinstance(one.default, bool) and one.name != "seed":
            flag = "--" + one.name.replace("_", "-")
            parser.add_argument(flag, type=type(one.default), default=one.default)
    args = parser.parse_args()
    names = {one.name for one in dataclasses.fields(Hyperparameters)}
    chosen = {name: value for name, value in vars(args).items() if name in names}
    never = Hyperparameters().holdout

    experiences = read(args.files or shipped_data()).experiences
    functions, extra = split(rebuild(experiences), never)[0], list(flat(experiences))
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    for origin in args.origins:
        training, judged = split(functions, [origin])
        shares, judged = captured(training), captured(judged)
        softened = soften(shares, chosen["penalty_scale"])
        rankers: dict[str, Ranker] = {
            REFERENCE: LinearBandit(training, width=0.1),
            "best fixed order": best_fixed_order(training),
            "strategies' order": StrategyOrder(shares),
            "LinUCB and strategies": LinearBandit(shares, width=0.1, informed=True),
        }
        for seed in range(args.seeds):
            rankers[f"dqn, seed {seed}"] = train(
                softened, from_mapping({**chosen, "seed": seed}), extra=extra
            )
        for name, ranker in rankers.items():
            found[name].append(areas(ranker, judged))
    reference = np.concatenate(found[REFERENCE])
    for name, parts in found.items():
        area = np.concatenate(parts)
        low, high = interval(area - reference)
        gap = float((area - reference).mean())
        print(f"{name:24} {area.mean():.4f}  {gap:+.4f} ({low:+.4f} to {high:+.4f}), {len(area)} functions")


if __name__ == "__main__":
    main()
