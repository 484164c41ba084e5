"""The reward formula, checked against examples computed by hand."""

from __future__ import annotations

import pytest

from velox_engine.policy.reward import REFUTED, Objective, compute, ratio, with_feedback
from velox_engine.types import VeloxError


@pytest.mark.parametrize(
    ("arguments", "reward"),
    [
        # twice as fast, memory unchanged: 0.60 · 0.5 + 0.20
        ({"time_ratio": 0.5, "memory_ratio": 1.0, "test_pass_rate": 1.0}, 0.50),
        # ten times as fast, half the memory: 0.54 + 0.125 + 0.20
        ({"time_ratio": 0.1, "memory_ratio": 0.5, "test_pass_rate": 1.0}, 0.865),
        # unchanged but half longer and a quarter more complex: 0.20 − 0.05 − 0.0125
        (
            {
                "time_ratio": 1.0,
                "memory_ratio": 1.0,
                "test_pass_rate": 1.0,
                "length_ratio": 1.5,
                "complexity_ratio": 1.25,
            },
            0.1375,
        ),
        # shorter and simpler earns nothing by itself
        (
            {
                "time_ratio": 1.0,
                "memory_ratio": None,
                "test_pass_rate": 1.0,
                "length_ratio": 0.2,
                "complexity_ratio": 0.2,
            },
            0.20,
        ),
        # ten times slower is clipped
        ({"time_ratio": 10.0, "memory_ratio": 1.0, "test_pass_rate": 1.0}, -1.0),
        # nothing measured, nothing passed
        ({"time_ratio": None, "memory_ratio": None, "test_pass_rate": 0.0}, 0.0),
    ],
)
def test_the_formula_by_hand(arguments: dict[str, float], reward: float) -> None:
    """The default weights are 0.60 for time, 0.25 for memory, 0.20, 0.10 and 0.05 for the rest."""
    assert compute(**arguments) == pytest.approx(reward)


def test_the_objective_replaces_the_split_of_the_gain() -> None:
    """With all weight on memory, time is worth nothing and halved memory 0.85 · 0.5."""
    reward = compute(
        time_ratio=0.1, memory_ratio=0.5, test_pass_rate=1.0, objective=Objective(runtime=0.0, memory=1.0)
    )
    assert reward == pytest.approx(0.85 * 0.5 + 0.20)


@pytest.mark.parametrize("weights", [(0.5, 0.6), (-0.5, 1.5), (float("nan"), 1.0)])
def test_weights_that_are_no_split_are_refused(weights: tuple[float, float]) -> None:
    """Objective weights must not be negative and must sum to 1."""
    with pytest.raises(VeloxError) as error:
        Objective(*weights)
    assert error.value.code == "bad-objective"


def test_feedback_is_added_and_clipped() -> None:
    """What a person did moves the reward by the fixed amounts, within [-1, 1]."""
    assert with_feedback(0.5, "accepted") == pytest.approx(0.8)
    assert with_feedback(0.5, "edited") == pytest.approx(0.65)
    assert with_feedback(0.5, "rejected") == pytest.approx(0.2)
    assert with_feedback(0.5, "reverted") == pytest.approx(0.0)
    assert with_feedback(0.9, "accepted") == 1.0
    assert with_feedback(REFUTED, "reverted") == -1.0


def test_ratio_of_nothing() -> None:
    """A function without complexity or memory to compare with is unchanged or doubled, never infinite."""
    assert (ratio(3, 2), ratio(0, 0), ratio(5, 0)) == (1.5, 1.0, 2.0)
