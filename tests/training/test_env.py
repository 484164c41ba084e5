"""The environment and walks over recorded outcomes: gymnasium's rules, masks, ends and free replay."""

from __future__ import annotations

import pytest
from gymnasium.utils.env_checker import check_env

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.features import FEATURES, STEPS_FEATURE
from velox_engine.training.env import VeloxEnv
from velox_engine.training.outcomes import Outcome, Recorded, Version, Walk, best_return


def mask(*actions: int) -> tuple[bool, ...]:
    return tuple(index in actions or index == NO_CHANGE for index in range(len(ACTIONS)))


def chain() -> Recorded:
    """Action 1 pays 0.5 and opens action 2, which pays 0.3; action 3 is refuted everywhere."""
    state = (0.25,) * len(FEATURES)
    root, second, last = (
        Version("root", state, mask(1, 3)),
        Version("second", state, mask(2, 3)),
        Version("last", state, mask(3)),
    )
    steps = {
        ("root", 1): Outcome(0.5, second, True, runs=1),
        ("root", 3): Outcome(-1.0, root, False, runs=2),
        ("second", 2): Outcome(0.3, last, True, runs=1),
        ("second", 3): Outcome(-1.0, second, False, runs=2),
        ("last", 3): Outcome(-1.0, last, False, runs=2),
    }
    return Recorded("chain", "test", root, steps)


def test_the_environment_passes_gymnasiums_checker() -> None:
    """Spaces, seeding and the step's five results are as gymnasium demands."""
    check_env(VeloxEnv([chain(), chain()]), skip_render_check=True)


def test_a_seed_repeats_an_episode() -> None:
    """The same seed chooses the same functions."""
    env = VeloxEnv([chain(), Recorded("other", "test", chain().root, chain().steps)])
    first = [env.reset(seed=5)[1]["function"] for _ in range(3)]
    assert first == [env.reset(seed=5)[1]["function"] for _ in range(3)]


def test_the_mask_in_info_is_what_applies() -> None:
    """An action that failed is not offered again here; after a kept rewrite it is."""
    env = VeloxEnv([chain()])
    _, info = env.reset(seed=0)
    assert info["action_mask"].nonzero()[0].tolist() == [1, 3, NO_CHANGE]
    _, reward, ended, cut, info = env.step(3)
    assert (reward, ended, cut) == (-1.0, False, False)
    assert info["action_mask"].nonzero()[0].tolist() == [1, NO_CHANGE]
    observation, reward, _, _, info = env.step(1)
    assert reward == 0.5
    assert info["action_mask"].nonzero()[0].tolist() == [2, 3, NO_CHANGE]
    assert observation[STEPS_FEATURE] == pytest.approx(0.2)


def test_an_action_that_does_not_apply_earns_nothing() -> None:
    """A masked action changes nothing but the number of steps, and the limit then truncates."""
    env = VeloxEnv([chain()], max_steps=2)
    env.reset(seed=0)
    assert env.step(7)[1:4] == (0.0, False, False)
    assert env.step(7)[1:4] == (0.0, False, True)


def test_stopping_terminates() -> None:
    """no_change ends the episode with no reward."""
    env = VeloxEnv([chain()])
    env.reset(seed=0)
    assert env.step(NO_CHANGE)[1:4] == (0.0, True, False)


def test_a_walk_ends_when_nothing_is_left() -> None:
    """After the last applicable action was tried, the walk is done without being told to stop."""
    walk = Walk(chain())
    rewards = [walk.step(action).reward for action in (1, 2, 3)]
    assert rewards == [0.5, 0.3, -1.0]
    assert walk.done


def test_the_best_return_counts_kept_steps_within_the_limit() -> None:
    """The perfect choice earns 0.8 in two steps and 0.5 in one."""
    assert best_return(chain()) == pytest.approx(0.8)
    assert best_return(chain(), max_steps=1) == pytest.approx(0.5)
