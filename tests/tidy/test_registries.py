"""The registries agree with each other and with the contracts that checkpoints rely on."""

from __future__ import annotations

import hashlib

from velox_engine.actions import ACTION_INDEX, ACTIONS, NO_CHANGE
from velox_engine.policy.features import FEATURES
from velox_engine.rules import RULES
from velox_engine.strategies import STRATEGIES


def test_actions_keep_their_order() -> None:
    """The action index is part of every checkpoint: names may be appended, never moved."""
    digest = hashlib.sha256("\n".join(ACTIONS[:25]).encode()).hexdigest()
    assert digest == hashlib.sha256("\n".join(ACTION_INDEX).encode()).hexdigest()
    assert (len(ACTIONS), ACTIONS[0], ACTIONS[NO_CHANGE]) == (25, "algorithm_change", "no_change")


def test_state_has_27_features() -> None:
    """The state vector's length and names are part of every checkpoint."""
    assert len(FEATURES) == len(set(FEATURES)) == 27


def test_rule_ids_are_unique_and_well_formed() -> None:
    """A rule id is VX and three digits."""
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert all(len(name) == 5 and name.startswith("VX") and name[2:].isdigit() for name in ids)


def test_strategies_named_by_rules_exist() -> None:
    """A finding never promises a rewrite that nobody can make."""
    known = {strategy.id: strategy.action for strategy in STRATEGIES}
    named = {rule.strategy: rule.action for rule in RULES if rule.strategy}
    assert named
    assert {name: known.get(name) for name in named} == named


def test_strategies_carry_out_real_actions_and_fix_real_rules() -> None:
    """Every strategy belongs to an action, and what it says it fixes exists."""
    rules = {rule.id for rule in RULES}
    for strategy in STRATEGIES:
        assert strategy.action in ACTIONS
        assert set(strategy.fixes) <= rules, strategy.id
