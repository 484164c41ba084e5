"""What came of strategies on functions that look alike moves the order at the next one, and only there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from velox_engine.actions import ACTION_INDEX, ACTIONS
from velox_engine.advisor.choosing import remembering
from velox_engine.experience import AttemptRecord, ExperienceStore
from velox_engine.experience.records import EpisodeRecord
from velox_engine.policy.agent import Policy
from velox_engine.policy.features import FEATURES

UNIQUE = """def unique(items):
    seen = []
    for item in items:
        if item not in seen:
            seen.append(item)
    return seen
"""
OTHER = """async def fetch(client, address):
    async with client.get(address) as answer:
        return await answer.json()
"""
SETS, LISTS = ACTION_INDEX["data_structure"], ACTION_INDEX["comprehension"]
PROPOSALS = {SETS: ("ordered-dedupe",), LISTS: ("list-comprehension",)}
MASK = tuple(index in PROPOSALS for index in range(len(ACTIONS)))
STATE = (0.5,) * len(FEATURES)


def network() -> Policy:
    """Two actions are worth something, whatever the state: a set a little more than a comprehension."""
    zero = np.zeros(4, np.float32)
    worth = np.zeros(len(ACTIONS), np.float32)
    worth[SETS], worth[LISTS] = 0.5, 0.4
    layers = (
        (np.zeros((4, len(FEATURES)), np.float32), zero),
        (np.zeros((4, 4), np.float32), zero),
        (np.zeros((1, 4), np.float32), np.zeros(1, np.float32)),
        (np.zeros((len(ACTIONS), 4), np.float32), worth),
    )
    return Policy(layers, "made")


@pytest.fixture
def store(tmp_path: Path) -> ExperienceStore:
    """A store in which sets failed, and list comprehensions worked, on six functions that look like `unique`."""
    opened = ExperienceStore.open(tmp_path / "experience.db")
    for number in range(6):
        text = UNIQUE.replace("seen", f"kept_{number}").replace("unique", f"distinct_{number}")
        opened.record_episode(
            EpisodeRecord(f"e{number}", "m.py", f"distinct_{number}", "improved", workspace="/shop"),
            attempts=[
                AttemptRecord("m.py", f"distinct_{number}", strategy, status, episode_id=f"e{number}")
                for strategy, status in (("ordered-dedupe", "no-gain"), ("list-comprehension", "verified"))
            ],
            function=text,
        )
    return opened


def first(policy: Policy) -> int:
    """The action that would be tried first."""
    return policy.rank(STATE, MASK, PROPOSALS)[0]


def test_alike_functions_turn_the_order_round(store: ExperienceStore) -> None:
    """Six failures on functions of the same shape put the strategy behind; another shape keeps the shipped order."""
    shipped = network()
    assert first(shipped) == SETS
    with store:
        near = remembering(shipped, store, UNIQUE, path="m.py", function="unique")
        far = remembering(shipped, store, OTHER, path="m.py", function="fetch")
    assert near.alike == {"ordered-dedupe": (0, 6), "list-comprehension": (6, 6)}
    assert first(near) == LISTS
    assert far is shipped


def test_a_function_is_not_its_own_evidence(store: ExperienceStore) -> None:
    """What was tried on the function itself is left out, so that asking again gives the same order."""
    with store:
        known = remembering(network(), store, UNIQUE, path="m.py", function="distinct_0")
    assert known.alike["ordered-dedupe"] == (0, 5)


def test_a_fixed_order_stays_as_it_is(store: ExperienceStore) -> None:
    """Places in an order are no gains that something could be added to."""
    prior = Policy()
    with store:
        assert remembering(prior, store, UNIQUE, path="m.py", function="unique") is prior
