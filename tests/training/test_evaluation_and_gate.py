"""Judging policies: hand-computed courses, alternatives that order as they say, and a gate that refuses the worse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from velox_engine.actions import ACTION_INDEX, ACTIONS, NO_CHANGE
from velox_engine.policy import registry
from velox_engine.policy.agent import Policy
from velox_engine.policy.features import FEATURES
from velox_engine.training.baselines import (
    FindingsFirst,
    FixedOrder,
    LinearBandit,
    RandomOrder,
    best_fixed_order,
)
from velox_engine.training.evaluate import (
    compare,
    follow,
    hand,
    interval,
    interval_over_origins,
    oracle,
    score,
    td_error,
)
from velox_engine.training.network import DuelingNetwork, as_policy
from velox_engine.training.outcomes import Outcome, Recorded, Version
from velox_engine.training.promote import judge, package

ZERO = (0.0,) * len(FEATURES)


def mask(*actions: int) -> tuple[bool, ...]:
    return tuple(index in actions or index == NO_CHANGE for index in range(len(ACTIONS)))


def with_feature(name: str, value: float) -> tuple[float, ...]:
    return tuple(value if feature == name else 0.0 for feature in FEATURES)


def chain(key: str = "chain", state: tuple[float, ...] = ZERO) -> Recorded:
    """Action 1 pays 0.6 and opens 2, which pays 0.2; 3 is refuted after two runs wherever it is tried."""
    root, second, last = (
        Version("a", state, mask(1, 3)),
        Version("b", state, mask(2, 3)),
        Version("c", state, mask(3)),
    )
    return Recorded(
        key,
        "test",
        root,
        {
            ("a", 1): Outcome(0.6, second, True, runs=1),
            ("a", 3): Outcome(-1.0, root, False, runs=2),
            ("b", 2): Outcome(0.2, last, True, runs=1),
            ("b", 3): Outcome(-1.0, second, False, runs=2),
            ("c", 3): Outcome(-1.0, last, False, runs=2),
        },
    )


def picking(first: int) -> Policy:
    """A network that values one action above all others, whatever the state."""
    network = DuelingNetwork(4)
    policy = as_policy(network)
    layers = [(weight * 0, bias * 0) for weight, bias in policy.layers]
    layers[3][1][first] = 1.0
    return replace(policy, layers=tuple(layers), version=f"picks-{first}")


def test_a_course_by_hand() -> None:
    """3 first: nothing after one try, then three quarters, then all; the refuted try cost two runs each time."""
    course = follow(FixedOrder([3, 1, 2]), chain(), max_steps=4)
    assert course.share == pytest.approx((0.0, 0.75, 0.75, 1.0))
    assert course.runs_to_best == 2 + 1 + 2 + 1


def test_the_oracle_takes_the_shortest_way() -> None:
    """Knowing every outcome, two tries and two runs find everything."""
    course = oracle(chain())
    assert course.share[:3] == pytest.approx((0.75, 1.0, 1.0))
    assert course.runs == 2


def test_scores_leave_out_functions_without_a_gain() -> None:
    """Where nothing can be won every order is as good, so such functions are not counted."""
    root = Version("a", ZERO, mask(3))
    hopeless = Recorded("none", "test", root, {("a", 3): Outcome(-1.0, root, False)})
    row = score("x", lambda _: FixedOrder([1, 2, 3]), [chain(), hopeless])
    assert row.functions == 1
    assert row.within_1 == pytest.approx(0.75)
    assert row.found_best == 1.0
    assert score("x", lambda _: FixedOrder([1]), [hopeless]).functions == 0


def test_every_alternative_orders_what_applies() -> None:
    """Each ranker names exactly the applicable actions and no_change."""
    functions = [chain()]
    for ranker in (
        RandomOrder(0),
        FixedOrder([1, 2, 3]),
        FindingsFirst(),
        LinearBandit(functions, width=0.1),
        LinearBandit(functions, rng=np.random.default_rng(0)),
        best_fixed_order(functions),
        Policy(),
    ):
        assert sorted(ranker.rank(ZERO, mask(2, 3))) == [2, 3, NO_CHANGE]


def test_the_best_fixed_order_follows_mean_rewards() -> None:
    """What paid more on average in the training data comes first."""
    assert best_fixed_order([chain()]).rank(ZERO, mask(1, 2, 3)) == [1, 2, 3, NO_CHANGE]


def test_findings_are_followed() -> None:
    """A string finding asks for string building, recursion for caching."""
    both = mask(ACTION_INDEX["caching"], ACTION_INDEX["string_building"])
    assert (
        FindingsFirst().rank(with_feature("findings_string", 1.0), both)[0] == ACTION_INDEX["string_building"]
    )
    assert FindingsFirst().rank(with_feature("recursion", 1.0), both)[0] == ACTION_INDEX["caching"]


def test_the_bandit_learns_from_the_state() -> None:
    """Where a feature decides which action pays, the regression finds it."""
    functions = []
    for number in range(40):
        flag = number % 2
        state = with_feature("loops", float(flag))
        root, end = Version("a", state, mask(1, 2)), Version("b", state, mask())
        right = 1 + flag
        steps = {
            ("a", action): Outcome(1.0, end, True) if action == right else Outcome(-1.0, root, False)
            for action in (1, 2)
        }
        functions.append(Recorded(f"f{number}", "test", root, steps))
    bandit = LinearBandit(functions)
    assert bandit.rank(with_feature("loops", 0.0), mask(1, 2))[0] == 1
    assert bandit.rank(with_feature("loops", 1.0), mask(1, 2))[0] == 2


def test_the_table_has_a_row_for_each() -> None:
    """The comparison names the policy, eight alternatives and the oracle, which nobody beats."""
    rows = compare(picking(1), [chain()], [chain()])
    assert len(rows) == 10
    assert rows[0].name == "dqn"
    assert all(row.area <= rows[-1].area + 1e-9 for row in rows)


def test_whole_origins_are_drawn() -> None:
    """Two origins, one with all and one with nothing: over origins the mean may be either; packages are one origin."""
    values, origins = np.array([1.0] * 50 + [0.0] * 50), ["a"] * 50 + ["b"] * 50
    assert interval_over_origins(values, origins) == (0.0, 1.0)
    low, high = interval(values)
    assert 0.35 < low < high < 0.65
    assert interval_over_origins(values, ["a"] * 100) == (0.0, 0.0)
    assert [hand(one) for one in ("algorithms/sort/heap", "generated/3", "stdlib")] == [
        "algorithms",
        "generated/3",
        "stdlib",
    ]


def test_a_row_tells_how_far_it_is_behind() -> None:
    """A row is compared function by function with the policy, which begins with what pays instead of a refutation."""
    functions = [replace(chain(f"f{number}"), origin=f"package{number % 3}/x") for number in range(9)]
    first = compare(picking(1), functions, functions)[0]
    assert (first.lead, first.origins) == (0.0, 3)
    own = np.array([np.mean(follow(picking(1), one).share) for one in functions])
    row = score("x", lambda _: FixedOrder([3, 1, 2]), functions, against=own)
    assert row.lead == pytest.approx(own[0] - row.area)
    assert row.lead_functions == row.lead_origins == pytest.approx((row.lead, row.lead))


def test_td_error_of_true_values_is_nothing() -> None:
    """A policy whose values are the rewards of single, ending steps makes no error."""
    root, end = Version("a", ZERO, mask(1)), Version("b", ZERO, mask())
    single = Recorded("one", "test", root, {("a", 1): Outcome(24 / 25, end, True)})
    # Dueling: advantage 1 for action 1 less the mean of 1/25 gives 24/25.
    assert td_error(picking(1), [single]) == pytest.approx(0.0, abs=1e-6)


FUNCTIONS = [chain(f"f{number}") for number in range(30)]


def test_a_better_candidate_passes() -> None:
    """Choosing what pays first is better than starting with what is refuted."""
    gate = judge(picking(1), picking(3), FUNCTIONS)
    assert gate.passed
    assert gate.candidate.area > gate.deployed.area


@pytest.mark.parametrize(("candidate", "deployed"), [(3, 1), (1, 1)])
def test_a_worse_or_equal_candidate_is_refused(candidate: int, deployed: int) -> None:
    """The gate lets only the better one through."""
    gate = judge(picking(candidate), picking(deployed), FUNCTIONS)
    assert not gate.passed
    assert "not better" in gate.reason


def test_too_few_functions_cannot_judge() -> None:
    """With a handful of held-out functions nothing is published."""
    gate = judge(picking(1), picking(3), FUNCTIONS[:5])
    assert not gate.passed
    assert "5 held-out functions" in gate.reason


def test_publishing_is_atomic_and_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A packaged checkpoint is installed, becomes active, and ranks as it did in training."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path))
    policy = picking(2)
    version = package(policy, data={}, hyperparameters={}, figures={}).store()
    assert registry.roles().candidate == version
    registry.assign("active", version)
    assert registry.roles().candidate is None
    active = registry.load_active()
    assert active.version == version
    assert active.q_values(ZERO) == policy.q_values(ZERO)
