"""The wide part: what the bandit's regression finds, what strategies add, and its way through a checkpoint."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.agent import WIDE_BIAS, WIDE_EFFECTS, WIDE_WEIGHT, Policy
from velox_engine.policy.features import FEATURES
from velox_engine.policy.manifest import MANIFEST, WEIGHTS, Manifest, fingerprint
from velox_engine.policy.wide import parse_effects
from velox_engine.training.baselines import LinearBandit
from velox_engine.training.dqn import train
from velox_engine.training.hyperparameters import Hyperparameters
from velox_engine.training.network import DuelingNetwork, as_policy
from velox_engine.training.outcomes import Outcome, Recorded, Version
from velox_engine.training.promote import package
from velox_engine.training.ridge import fit
from velox_engine.types import VeloxError

HIDDEN = 8


def mask(*actions: int) -> tuple[bool, ...]:
    return tuple(index in actions or index == NO_CHANGE for index in range(len(ACTIONS)))


def function(number: int) -> Recorded:
    """Action 1 pays with the first feature; action 2 pays where `good` carries it out, and else nothing."""
    share = number % 5 / 4
    state = (share, *[0.0] * (len(FEATURES) - 1))
    good = number % 2 == 0
    root = Version("a", state, mask(1, 2), {1: ("one",), 2: ("good" if good else "bad",)})
    end = Version("b", state, mask())
    steps = {
        ("a", 1): Outcome(share, end, True),
        ("a", 2): Outcome(0.5, end, True) if good else Outcome(0.0, root, False),
    }
    return Recorded(f"f{number}", "test", root, steps)


FUNCTIONS = [function(number) for number in range(200)]


def test_it_is_the_bandits_regression_where_strategies_count_nothing() -> None:
    """With their penalty without bound the lines are LinUCB's, so that the policy contains it."""
    wide = fit(FUNCTIONS, features=1.0, strategies=1e9)
    bandit = LinearBandit(FUNCTIONS, ridge=1.0)
    for one in FUNCTIONS[:10]:
        values = wide.values(one.root.state, one.root.proposals)
        order = sorted((1, 2), key=lambda action: -values[action])
        assert [action for action in bandit.rank(one.root.state, mask(1, 2)) if action != NO_CHANGE] == order
        x = np.asarray((*one.root.state, 1.0))
        for action in (1, 2):
            assert values[action] == pytest.approx(bandit._weights[action] @ x, abs=1e-4)


def test_what_a_strategy_adds_is_found_and_shrunk() -> None:
    """The strategy that works leads the one that does not, less so the larger the penalty; a new one adds nothing."""
    state = FUNCTIONS[0].root.state
    gaps = []
    for penalty in (1.0, 300.0):
        wide = fit(FUNCTIONS, features=1.0, strategies=penalty)
        good, bad, new = (wide.values(state, {2: (name,)})[2] for name in ("good", "bad", "new"))
        assert good > new > bad
        assert new == wide.values(state)[2]
        gaps.append(good - bad)
    assert gaps[0] == pytest.approx(0.5, abs=0.02)
    assert 0.0 < gaps[1] < gaps[0] / 2


def test_training_begins_at_the_regression() -> None:
    """Before anything is learned the networks add nothing; without `wide` there is none."""
    still = Hyperparameters(
        epochs=1,
        steps_per_epoch=1,
        walks_per_epoch=1,
        hidden_size=HIDDEN,
        learning_rate=0.0,
        learning_rate_end=0.0,
        networks=2,
    )
    policy = train(FUNCTIONS, still)
    wide = fit(FUNCTIONS, features=still.ridge, strategies=still.strategy_ridge)
    root = FUNCTIONS[2].root
    assert policy.q_values(root.state, root.proposals) == pytest.approx(
        wide.values(root.state, root.proposals).tolist(), abs=1e-6
    )
    assert train(FUNCTIONS, replace(still, wide=False)).wide is None
    again = train(FUNCTIONS[:3], replace(still, fresh_start=False, networks=1, hidden_size=16), start=policy)
    assert again.wide is policy.wide


def test_it_travels_with_the_checkpoint_and_damage_is_refused(tmp_path: Path) -> None:
    """Saved and loaded the values are the same; a part that is missing, misshapen, cut or not finite is refused."""
    policy = replace(as_policy(DuelingNetwork(HIDDEN)), wide=fit(FUNCTIONS, features=1.0, strategies=1.0))
    package(policy, data={}, hyperparameters={}, figures={}).save(tmp_path)
    root = FUNCTIONS[0].root
    assert Policy.load(tmp_path).q_values(root.state, root.proposals) == pytest.approx(
        policy.q_values(root.state, root.proposals), abs=1e-4
    )
    tensors = load((tmp_path / WEIGHTS).read_bytes())
    weight = tensors[WIDE_WEIGHT]
    for damage in (
        {WIDE_WEIGHT: weight[:, :-1].copy()},
        {WIDE_BIAS: np.full(len(ACTIONS), np.nan, np.float32)},
        {WIDE_EFFECTS: tensors[WIDE_EFFECTS][:-3]},
    ):
        _refused(tmp_path / "damaged", {**tensors, **damage})
    _refused(tmp_path / "half", {name: one for name, one in tensors.items() if name != WIDE_EFFECTS})


@pytest.mark.parametrize("text", ["[]", '{"regex/one": "much"}', '{"regex/one": NaN}', '{"nothing/one": 1}'])
def test_effects_that_are_none_are_refused(text: str) -> None:
    """A list, words for numbers, no number and an action that does not exist are no effects."""
    with pytest.raises(ValueError):
        parse_effects(text)


def _refused(folder: Path, tensors: dict[str, np.ndarray]) -> None:
    weights = save(tensors)
    folder.mkdir(exist_ok=True)
    (folder / WEIGHTS).write_bytes(weights)
    made = Manifest("v", fingerprint(), HIDDEN, hashlib.sha256(weights).hexdigest(), "now")
    (folder / MANIFEST).write_text(made.text())
    with pytest.raises(VeloxError) as caught:
        Policy.load(folder)
    assert caught.value.code == "policy-damaged"
