"""Holds out one origin after the other, trains on the rest, and compares the policy with the alternatives.

Run `python tests/bench/policy_across_origins.py [FILE…] [--origins PREFIX…] [--NAME VALUE…]` with hyperparameters as
`velox train run` takes them. Every function is judged once, by a policy that never saw its origin.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from velox_engine.policy.agent import Policy
from velox_engine.training.baselines import FindingsFirst, LinearBandit, RandomOrder, best_fixed_order
from velox_engine.training.dataset import flat, read, rebuild, soften, split
from velox_engine.training.dqn import train
from velox_engine.training.evaluate import Course, follow, oracle, summarise, worthwhile
from velox_engine.training.hyperparameters import Hyperparameters, from_mapping
from velox_engine.training.run import shipped_data


def main() -> None:
    """Print one JSON line for each ranker."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--origins", nargs="+", default=["generated/0", "generated/1", "generated/2"])
    parser.add_argument("--seeds", type=int, default=1, help="trainings for each held-out origin")
    for one in dataclasses.fields(Hyperparameters):
        if isinstance(one.default, int | float) and not isinstance(one.default, bool) and one.name != "seed":
            parser.add_argument(
                "--" + one.name.replace("_", "-"), type=type(one.default), default=one.default
            )
    args = parser.parse_args()
    names = {one.name for one in dataclasses.fields(Hyperparameters)}
    chosen = {name: value for name, value in vars(args).items() if name in names}

    experiences = read(args.files or shipped_data()).experiences
    functions, extra = rebuild(experiences), list(flat(experiences))
    courses: dict[str, list[list[Course]]] = {}
    for number in range(args.seeds):
        for origin in args.origins:
            training, held_out = split(functions, [origin])
            training = soften(training, chosen["penalty_scale"])
            judged = worthwhile(held_out)
            policy = train(training, from_mapping({**chosen, "seed": number}), extra=extra)
            rankers = {
                "dqn": policy,
                "bandit (LinUCB)": LinearBandit(training, width=0.1),
                "best fixed order": best_fixed_order(training),
                "prior order": Policy(),
                "findings first": FindingsFirst(),
                "random": RandomOrder(number),
            }
            for name, ranker in rankers.items():
                rounds = courses.setdefault(name, [[] for _ in range(args.seeds)])
                rounds[number] += [follow(ranker, one) for one in judged]
            rounds = courses.setdefault("oracle", [[] for _ in range(args.seeds)])
            rounds[number] += [oracle(one) for one in judged]
    for name, rounds in courses.items():
        print(json.dumps(summarise(name, rounds, 0.0).document()))


if __name__ == "__main__":
    main()
