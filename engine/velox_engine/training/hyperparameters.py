"""Every knob of training, by name, with its default and its range; free of torch, so that help is quick."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from velox_engine.policy.manifest import WIDEST
from velox_engine.training.outcomes import DEFAULT_MAX_STEPS
from velox_engine.types import VeloxError

# Chosen before any policy was judged on them, and spread over several hands: two generated dialects, the standard
# library, and packages by different authors. `docs/policy.md` says which origins are trained on.
HELD_OUT: Final = (
    "generated/3",
    "generated/4",
    "stdlib",
    "algorithms",
    "boltons",
    "more_itertools",
    "funcy",
    "labmath",
    "pycipher",
    "secretpy",
)


def _knob(default: Any, doc: str, low: float | None = None, high: float | None = None) -> Any:
    return field(default=default, metadata={"doc": doc, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """The knobs; their help is what `velox train run --help` shows."""

    epochs: int = _knob(6, "rounds of walking and learning", 1, 100_000)
    steps_per_epoch: int = _knob(250, "gradient steps in each round", 1, 1_000_000)
    walks_per_epoch: int = _knob(200, "functions walked in each round", 1, 1_000_000)
    all_steps: bool = _knob(
        True, "begin with every recorded step in the replay buffer, beside what walks meet"
    )
    batch_size: int = _knob(128, "transitions in one gradient step", 1, 65_536)
    learning_rate: float = _knob(
        1e-4,
        "at the first step; low, for what networks learn fast beside the regression does not carry over",
        0,
        1,
    )
    learning_rate_end: float = _knob(1e-5, "reached at the last step along half a cosine", 0, 1)
    gamma: float = _knob(
        0.2,
        "what a reward one step later is worth; low, because order is all that is learned",
        0,
        1,
    )
    epsilon_start: float = _knob(1.0, "share of random choices in the first round", 0, 1)
    epsilon_end: float = _knob(1.0, "share of random choices in the last round", 0, 1)
    hidden_size: int = _knob(64, "width of both hidden layers", 1, 4096)
    replay_size: int = _knob(50_000, "transitions remembered", 1, 10_000_000)
    n_step: int = _knob(1, "rewards summed before the network's own estimate takes over", 1, 100)
    priority_alpha: float = _knob(0.0, "how much surprising transitions are preferred; 0: not", 0, 1)
    priority_beta: float = _knob(0.5, "how far that preference is undone in the loss", 0, 1)
    cql_weight: float = _knob(0.2, "weight of the conservative penalty; 0: none", 0, 100)
    target_rate: float = _knob(0.01, "share of the network its target follows by at each step", 0, 1)
    penalty_scale: float = _knob(
        0.1,
        "share of a negative reward that counts: a refuted try costs its run, no more",
        0,
        1,
    )
    feedback_share: float = _knob(
        -1.0,
        "share of the gradient steps that learn from your answers; -1: by their number",
        -1,
        1,
    )
    networks: int = _knob(1, "networks trained from different seeds, whose mean is the policy", 1, 64)
    records_weight: float = _knob(
        0.0,
        "what the records of strategies weigh beside the network at first, learned from there; 0: left out",
        0,
        100,
    )
    wide: bool = _knob(
        True, "begin with a ridge regression for each action, and let the networks learn what it misses"
    )
    ridge: float = _knob(10.0, "penalty of the regression on features, in measured steps", 1e-3, 1e6)
    strategy_ridge: float = _knob(
        300.0, "penalty on what each strategy adds, in measured steps; large: origins differ in it", 1e-3, 1e9
    )
    feature_noise: float = _knob(
        0.4,
        "spread of noise on the features, against learning functions by heart",
        0,
        1,
    )
    gradient_clip: float = _knob(5.0, "largest norm of a gradient", 0, 1e6)
    weight_decay: float = _knob(0.01, "decay of the weights", 0, 1)
    max_steps: int = _knob(DEFAULT_MAX_STEPS, "longest walk over one function", 1, 100)
    holdout: tuple[str, ...] = _knob(
        HELD_OUT,
        "origins, by prefix, that are never trained on",
    )
    shuffle: bool = _knob(True, "walk the functions in random order")
    fresh_start: bool = _knob(True, "start from random weights, not from the active policy's")
    seed: int = _knob(0, "seed of every random choice", 0, 2**31 - 1)

    def __post_init__(self) -> None:
        for one in dataclasses.fields(self):
            value, low, high = (
                getattr(self, one.name),
                one.metadata["low"],
                one.metadata["high"],
            )
            # Written so that NaN fails too.
            if low is not None and not low <= value <= high:
                raise VeloxError(
                    "bad-hyperparameter",
                    f"{one.name} must lie between {low:g} and {high:g}, not {value!r}",
                    "`velox train run --help` explains each",
                )
        if self.networks * self.hidden_size > WIDEST:
            raise VeloxError(
                "bad-hyperparameter",
                f"{self.networks} networks of {self.hidden_size} are wider than {WIDEST}, the widest that is loaded",
                "set networks or hidden_size lower",
            )


def from_mapping(values: Mapping[str, Any]) -> Hyperparameters:
    """Hyperparameters from names and values; VeloxError `bad-hyperparameter` names one that does not exist."""
    known = {one.name for one in dataclasses.fields(Hyperparameters)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise VeloxError(
            "bad-hyperparameter",
            f"there is no hyperparameter {unknown[0]!r}",
            "there are: " + ", ".join(sorted(known)),
        )
    return Hyperparameters(**values)
