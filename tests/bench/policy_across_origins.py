"""Cross-validates the policy by origin inside the training part, which is how hyperparameters are chosen.

Run `python tests/bench/policy_across_origins.py [FILE…] [--origins PREFIX…] [--seeds N] [--NAME VALUE…]` with
hyperparameters as `velox train run` takes them. Each origin is judged once by a policy that was trained on the others;
the origins that are held out for good are in neither part. It prints a row for each ranker, with the mean and the
95 % bootstrap interval of its area less that of the bandit on the same functions, and what one would capture who knew
the gain of every next step, or every outcome: the room that is left. `--within` parts the functions of these origins
at random instead, so that every origin is on both sides: what differs is what origins differ in.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import defaultdict
from pathlib import Path

import numpy as np

from velox_engine.actions import NO_CHANGE
from velox_engine.training.baselines import LinearBandit, Ranker, StrategyOrder, best_fixed_order
from velox_engine.training.dataset import captured, flat, read, rebuild, soften, split
from velox_engine.training.dqn import train
from velox_engine.training.evaluate import TRIES, areas, interval, oracle, worthwhile
from velox_engine.training.hyperparameters import Hyperparameters, from_mapping
from velox_engine.training.outcomes import Outcomes, Recorded, Walk, best_return
from velox_engine.training.run import shipped_data

REFERENCE = "bandit (LinUCB)"


Folds = list[tuple[list[Recorded], list[Recorded]]]


def by_origin(functions: list[Recorded], origins: list[str]) -> Folds:
    """Each origin once on the judged side."""
    return [split(functions, [origin]) for origin in origins]


def by_function(functions: list[Recorded], origins: list[str]) -> Folds:
    """As many random parts of the functions of these origins, each once on the judged side."""
    rest, these = split(functions, origins)
    order = np.random.default_rng(0).permutation(len(these))
    parts = [{these[place].key for place in order[start :: len(origins)]} for start in range(len(origins))]
    return [
        ([*rest, *(one for one in these if one.key not in part)], [one for one in these if one.key in part])
        for part in parts
    ]


def knowing_the_next(function: Outcomes) -> float:
    """The area of one who knows the gain of every next step, and always takes the largest."""
    best, walk, found, shares = best_return(function), Walk(function, TRIES), 0.0, []
    while not walk.done and not walk.spent:
        at = walk.version
        gains = {
            action: outcome.reward if outcome.kept else -1.0
            for action, allowed in enumerate(walk.mask)
            if allowed and action != NO_CHANGE
            for outcome in [function.outcome(at, action)]
        }
        if max(gains.values(), default=0.0) <= 0.0:
            break
        found += walk.step(max(gains, key=lambda action: gains[action])).reward
        shares.append(min(1.0, found / best))
    shares += [shares[-1] if shares else 0.0] * (TRIES - len(shares))
    return float(np.mean(shares))


def main() -> None:
    """Print a line for each ranker, the bandit that the others are compared with first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--origins", nargs="+", default=["generated/0", "generated/1", "generated/2"])
    parser.add_argument("--within", action="store_true", help="part functions, not origins")
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
    for training, held in (by_function if args.within else by_origin)(functions, args.origins):
        shares, judged = captured(training), captured(held)
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
        worth = worthwhile(judged)
        found["knows every next gain"].append(np.array([knowing_the_next(one) for one in worth]))
        found["oracle"].append(np.array([np.mean(oracle(one).share) for one in worth]))
    reference = np.concatenate(found[REFERENCE])
    for name, parts in found.items():
        area = np.concatenate(parts)
        low, high = interval(area - reference)
        gap = float((area - reference).mean())
        print(f"{name:24} {area.mean():.4f}  {gap:+.4f} ({low:+.4f} to {high:+.4f}), {len(area)} functions")


if __name__ == "__main__":
    main()
