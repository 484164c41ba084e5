"""The records that training counts: each function once, and none of its own outcomes in what it is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.agent import RECORDS, RECORDS_WEIGHT, Policy
from velox_engine.policy.features import FEATURES
from velox_engine.policy.manifest import MANIFEST, WEIGHTS, Manifest, fingerprint
from velox_engine.policy.records import Tally
from velox_engine.training.baselines import LinearBandit, StrategyOrder
from velox_engine.training.dqn import train
from velox_engine.training.hyperparameters import Hyperparameters
from velox_engine.training.outcomes import Outcome, Recorded, Version
from velox_engine.training.promote import package
from velox_engine.training.tally import Expectations, tally_of
from velox_engine.types import Experience, VeloxError

ZERO = (0.0,) * len(FEATURES)
QUICK = Hyperparameters(
    epochs=4,
    steps_per_epoch=60,
    walks_per_epoch=20,
    batch_size=32,
    hidden_size=16,
    records_weight=1.0,
    networks=1,
)


def mask(*actions: int) -> tuple[bool, ...]:
    return tuple(index in actions or index == NO_CHANGE for index in range(len(ACTIONS)))


def two_ways(key: str, strategy: str, other: str) -> Recorded:
    """Action 1 gains where `good` carries it out, action 2 where `good-too` does; the features say nothing."""
    proposals = {1: (strategy,), 2: (other,)}
    root = Version("a", ZERO, mask(1, 2), proposals)
    steps: dict[tuple[str, int], Outcome] = {}
    for action, name in ((1, strategy), (2, other)):
        end = Version(f"b{action}", ZERO, mask())
        kept = name.startswith("good")
        steps["a", action] = Outcome(0.8 if kept else 0.0, end if kept else root, kept)
    return Recorded(key, "test", root, steps)


FUNCTIONS = [
    two_ways(f"{first}-{number}", first, second)
    for number in range(12)
    for first, second in (("good", "bad-too"), ("bad", "good-too"))
]


@pytest.fixture(scope="module")
def trained() -> Policy:
    """A policy that was trained on the functions."""
    return train(FUNCTIONS, QUICK)


def test_a_function_counts_once_whatever_its_versions() -> None:
    """Two tries of one strategy on one function are one function that worked half of the time."""
    root, second = Version("a", ZERO, mask(1), {1: ("s",)}), Version("b", ZERO, mask(1), {1: ("s", "s")})
    function = Recorded(
        "f", "test", root, {("a", 1): Outcome(0.6, second, True), ("b", 1): Outcome(0.0, second, False)}
    )
    found = tally_of(function)
    assert found.strategies == {(1, "s"): Tally(1.0, 0.5, 0.3)}
    assert found.actions == {1: Tally(1.0, 0.5, 0.3)}


def test_no_function_is_told_its_own_outcome() -> None:
    """What is expected at a function's version is what the others showed."""
    lonely = two_ways("lonely", "good-and-new", "bad-too")
    expectations = Expectations([*FUNCTIONS, lonely])
    told = expectations.of(lonely, lonely.root)
    others = Expectations(FUNCTIONS).records.expected(lonely.root.proposals)
    assert told.tolist() == pytest.approx(others, abs=1e-6)
    assert expectations.records.strategies[1, "good-and-new"] == Tally(1.0, 1.0, 0.8)


def test_the_network_learns_what_only_strategies_tell(trained: Policy) -> None:
    """Features and mask are alike everywhere: with the records the first choice is right, without it cannot be."""
    order = StrategyOrder(FUNCTIONS)
    informed = LinearBandit(FUNCTIONS, informed=True)
    for function in FUNCTIONS[:2]:
        right = 1 if function.key.startswith("good") else 2
        root = function.root
        for ranker in (trained, order, informed):
            assert ranker.rank(root.state, root.mask, root.proposals)[0] == right
    assert len({trained.rank(one.root.state, one.root.mask)[0] for one in FUNCTIONS}) == 1


def test_a_single_transition_tells_its_own_strategies_only() -> None:
    """What others would have proposed is not in it, so that they count like their action."""
    expectations = Expectations(FUNCTIONS)
    one = Experience(
        ZERO, 1, 0.5, ZERO, False, mask(1, 2), mask(2), "measured", "e", "now", {"strategies": ["good"]}
    )
    before, after = expectations.of_transition(one)
    known = expectations.records
    assert before.tolist() == pytest.approx(known.expected({1: ("good",), 2: ()}), abs=1e-6)
    assert after.tolist() == pytest.approx(known.expected({2: ()}), abs=1e-6)


def test_records_travel_with_the_checkpoint_and_damage_is_refused(tmp_path: Path, trained: Policy) -> None:
    """Saved and loaded the values are the same; records that are cut, or half missing, are refused."""
    package(trained, data={}, hyperparameters={}, figures={}).save(tmp_path)
    loaded = Policy.load(tmp_path)
    root = FUNCTIONS[0].root
    assert loaded.q_values(root.state, root.proposals) == pytest.approx(
        trained.q_values(root.state, root.proposals), abs=1e-3
    )
    tensors = load((tmp_path / WEIGHTS).read_bytes())
    for damage in ({RECORDS: tensors[RECORDS][:-3]}, {RECORDS_WEIGHT: np.array([np.nan], np.float32)}):
        _refused(tmp_path / "damaged", {**tensors, **damage})
    _refused(tmp_path / "half", {name: one for name, one in tensors.items() if name != RECORDS})


def _refused(folder: Path, tensors: dict[str, np.ndarray]) -> None:
    """Write a checkpoint whose digest fits and whose records do not."""
    weights = save(tensors)
    folder.mkdir(exist_ok=True)
    (folder / WEIGHTS).write_bytes(weights)
    made = Manifest("v", fingerprint(), QUICK.hidden_size, hashlib.sha256(weights).hexdigest(), "now")
    (folder / MANIFEST).write_text(made.text())
    with pytest.raises(VeloxError) as caught:
        Policy.load(folder)
    assert caught.value.code == "policy-damaged"
