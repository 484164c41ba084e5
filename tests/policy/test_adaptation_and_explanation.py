"""What choices in a workspace add to the values, and why the policy would try an action first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from velox_engine.actions import ACTION_INDEX, ACTIONS
from velox_engine.policy.adaptation import LATEST, offsets
from velox_engine.policy.agent import Policy
from velox_engine.policy.explanation import explain, sentence
from velox_engine.policy.features import FEATURES
from velox_engine.types import FeedbackKind

CACHING, REGEX, NOTHING = ACTION_INDEX["caching"], ACTION_INDEX["regex"], ACTION_INDEX["no_change"]
STATE = tuple(0.5 if name in ("recursion", "loops") else 0.0 for name in FEATURES)
MASK = tuple(index in (CACHING, REGEX, NOTHING) for index in range(len(ACTIONS)))


def network() -> Policy:
    """Caching is worth twice the recursion, regex the loops; nothing else counts."""
    hidden = len(FEATURES)
    advantage = np.zeros((len(ACTIONS), hidden), np.float32)
    advantage[CACHING, FEATURES.index("recursion")] = 2.0
    advantage[REGEX, FEATURES.index("loops")] = 1.0
    eye, zero = np.eye(hidden, dtype=np.float32), np.zeros(hidden, np.float32)
    value = (np.zeros((1, hidden), np.float32), np.zeros(1, np.float32))
    return Policy(((eye, zero), (eye, zero), value, (advantage, np.zeros(len(ACTIONS), np.float32))), "made")


def test_no_answers_change_nothing() -> None:
    """Without answers every offset is 0, and so few as one move little."""
    assert set(offsets([])) == {0.0}
    assert offsets([(CACHING, "rejected")])[CACHING] == pytest.approx(-0.3 / 9, abs=1e-4)


def test_many_rejections_put_an_action_behind() -> None:
    """The order turns round when the first choice is rejected often and the second accepted."""
    answers: list[tuple[int, FeedbackKind]] = [(CACHING, "rejected"), (REGEX, "accepted")] * 100
    policy = network()
    assert policy.rank(STATE, MASK)[0] == CACHING
    adapted = replace(policy, offsets=offsets(answers))
    assert adapted.rank(STATE, MASK)[0] == REGEX
    assert policy.rank(STATE, MASK)[0] == CACHING


def test_old_answers_are_forgotten() -> None:
    """Only the latest answers count, so a taste that changed is learned."""
    latest: list[tuple[int, FeedbackKind]] = [(REGEX, "accepted")] * LATEST
    assert offsets([*latest, *[(REGEX, "reverted")] * 1000])[REGEX] > 0.28


def test_the_feature_that_decides_is_named() -> None:
    """Recursion speaks for caching, loops against it, and a feature that is 0 for nothing."""
    found = explain(network(), STATE, MASK)
    assert found is not None
    assert found.action == "caching"
    assert found.alternatives == (("regex", pytest.approx(0.5 - 1.5 / 25, abs=1e-3)),)
    influence = {one.feature: one.adds for one in found.features}
    assert influence == {"recursion": pytest.approx(1.0), "loops": pytest.approx(-0.5)}
    assert 0.5 < found.confidence < 1.0
    said = sentence(found.document())
    assert said.startswith("The policy tried caching first")
    assert "for it spoke: recursion" in said
    assert "against it: loops" in said


def test_a_fixed_order_claims_no_features() -> None:
    """The prior order has a first choice but no feature that mattered, and nothing applicable has no choice."""
    found = explain(Policy(), STATE, MASK)
    assert found is not None
    assert (found.action, found.features) == ("caching", ())
    assert explain(Policy(), STATE, [False] * 24 + [True]) is None


def test_choices_made_here_are_told() -> None:
    """An explanation says when the person's own answers moved the value."""
    found = explain(replace(network(), offsets=offsets([(CACHING, "accepted")] * 50)), STATE, MASK)
    assert found is not None
    assert "more likely" in sentence(found.document())
