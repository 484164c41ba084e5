"""What is expected of strategies: means drawn towards their action's, moved a bounded way by code that looks alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from velox_engine.actions import ACTION_INDEX, ACTIONS
from velox_engine.policy.agent import Policy
from velox_engine.policy.explanation import explain, sentence
from velox_engine.policy.features import FEATURES
from velox_engine.policy.records import GAIN, USUAL_CHANCE, Records, Tally

DATA, REGEX = ACTION_INDEX["data_structure"], ACTION_INDEX["regex"]
STATE = (0.0,) * len(FEATURES)
MASK = tuple(index in (DATA, REGEX) for index in range(len(ACTIONS)))
KNOWN = Records(
    {
        (DATA, "set-membership"): Tally(40, 32, 28.0),
        (DATA, "deque-queue"): Tally(40, 8, 4.0),
        (REGEX, "hoist-regex"): Tally(40, 20, 14.0),
    },
    {DATA: Tally(80, 40, 32.0), REGEX: Tally(40, 20, 14.0)},
)


def policy(records: Records = KNOWN) -> Policy:
    """A network without an opinion, so that the records decide."""
    zero = np.zeros(4, np.float32)
    layers = (
        (np.zeros((4, len(FEATURES)), np.float32), zero),
        (np.zeros((4, 4), np.float32), zero),
        (np.zeros((1, 4), np.float32), np.zeros(1, np.float32)),
        (np.zeros((len(ACTIONS), 4), np.float32), np.zeros(len(ACTIONS), np.float32)),
    )
    return Policy(layers, "made", records=records, records_weight=1.0)


def test_what_proposes_decides_between_two_actions() -> None:
    """The same action comes first where a set is proposed, and second where it is a deque."""
    sets = {DATA: ("set-membership",), REGEX: ("hoist-regex",)}
    queues = {DATA: ("deque-queue",), REGEX: ("hoist-regex",)}
    assert policy().rank(STATE, MASK, sets)[0] == DATA
    assert policy().rank(STATE, MASK, queues)[0] == REGEX


def test_a_strategy_nobody_tried_counts_like_its_action() -> None:
    """Few functions say little: new is the action's mean, one success moves it by a seventh of the way."""
    mean = KNOWN.expected({DATA: ()})[DATA]
    assert KNOWN.expected({DATA: ("brand-new",)})[DATA] == pytest.approx(mean)
    once = Records({**KNOWN.strategies, (DATA, "brand-new"): Tally(1, 1, 1.0)}, KNOWN.actions)
    assert once.expected({DATA: ("brand-new",)})[DATA] == pytest.approx(mean + (1 - mean) / 7)


def test_no_history_is_exactly_the_shipped_order() -> None:
    """Nothing alike, or alike functions on which other strategies were tried, change no value at all."""
    proposals = {DATA: ("set-membership", "deque-queue"), REGEX: ("hoist-regex",)}
    values = policy().q_values(STATE, proposals)
    for alike in ({}, {"join-strings": (9, 9)}, {"set-membership": (0, 0)}):
        assert replace(policy(), alike=alike).q_values(STATE, proposals) == values


def test_code_like_this_moves_the_order_and_only_so_far() -> None:
    """Failures here put a strategy behind, successes before; a thousand of them move it by no more than the bound."""
    proposals = {DATA: ("set-membership",), REGEX: ("hoist-regex",)}
    assert replace(policy(), alike={"set-membership": (0, 40)}).rank(STATE, MASK, proposals)[0] == REGEX
    plain = KNOWN.expected(proposals)[REGEX]
    few, many = (KNOWN.expected(proposals, {"hoist-regex": (n, n)})[REGEX] for n in (3, 1000))
    assert plain < few < many <= plain + GAIN
    assert KNOWN.expected(proposals, {"hoist-regex": (0, 1000)})[REGEX] >= plain - GAIN


def test_a_policy_without_records_is_moved_too() -> None:
    """Alike functions need no records: three failures count against a strategy, unless another one may do it."""
    bare = policy(Records())
    proposals = {DATA: ("set-membership",), REGEX: ("hoist-regex",)}
    plain = bare.q_values(STATE, proposals)
    moved = replace(bare, alike={"set-membership": (0, 3)}).q_values(STATE, proposals)
    assert moved[DATA] == pytest.approx(plain[DATA] - GAIN * USUAL_CHANCE * 3 / 7)
    assert moved[REGEX] == plain[REGEX]
    both = {DATA: ("set-membership", "deque-queue"), REGEX: ("hoist-regex",)}
    assert replace(bare, alike={"set-membership": (0, 3)}).q_values(STATE, both) == plain


def test_one_function_can_be_taken_out_again() -> None:
    """Less what one function showed, the records are those of the others."""
    own = Records({(REGEX, "hoist-regex"): Tally(1, 1, 0.5)}, {REGEX: Tally(1, 1, 0.5)})
    left = KNOWN.without(own)
    assert left.strategies[REGEX, "hoist-regex"] == Tally(39, 19, 13.5)
    assert left.strategies[DATA, "deque-queue"] == KNOWN.strategies[DATA, "deque-queue"]


def test_records_are_read_as_written_and_nothing_else_is() -> None:
    """Through JSON and back; an unknown action, a number too few and no number at all are refused."""
    assert Records.parse(KNOWN.text()) == KNOWN
    for text in (
        "{}",
        "[]",
        '{"actions": {"nothing": [1, 1, 1]}, "strategies": {}}',
        '{"actions": {"regex": [1, 1]}, "strategies": {}}',
        '{"actions": {"regex": [1, 1, NaN]}, "strategies": {}}',
        '{"actions": {"regex": 7}, "strategies": {}}',
    ):
        with pytest.raises(ValueError):
            Records.parse(text)


def test_the_record_is_told() -> None:
    """An explanation says on how many functions the strategy worked, measured and like this one."""
    proposals = {DATA: ("set-membership",), REGEX: ("hoist-regex",)}
    found = explain(replace(policy(), alike={"set-membership": (8, 9)}), STATE, MASK, proposals)
    assert found is not None
    assert (found.strategy, found.measured, found.alike) == ("set-membership", (32, 40), (8, 9))
    told = sentence(found.document())
    assert (
        "set-membership worked on 32 of 40 measured functions and on 8 of 9 functions like this one here"
        in told
    )
    for alike in ({}, {"set-membership": (2, 2)}):  # two functions say nothing
        plain = explain(replace(policy(Records()), alike=alike), STATE, MASK, proposals)
        assert plain is not None
        assert "worked on" not in sentence(plain.document())
    here = explain(replace(policy(Records()), alike={"set-membership": (8, 9)}), STATE, MASK, proposals)
    assert here is not None
    assert sentence(here.document()).endswith("set-membership worked on 8 of 9 functions like this one here.")
