"""The gymnasium environment: an episode optimises one function, an action carries out one kind of rewrite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from velox_engine.actions import ACTIONS
from velox_engine.policy.features import FEATURES
from velox_engine.training.outcomes import DEFAULT_MAX_STEPS, Mask, Outcomes, Walk

Observation = NDArray[np.float32]


class VeloxEnv(gymnasium.Env[Observation, np.int64]):
    """Episodes over functions whose outcomes are recorded, or measured as they are asked for.

    `info["action_mask"]` says which actions apply; one that does not apply changes nothing and earns nothing. The
    episode terminates when the agent stops or nothing is left to try, and is truncated at the step limit.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 (gymnasium declares it as an instance attribute)

    def __init__(self, functions: Sequence[Outcomes], *, max_steps: int = DEFAULT_MAX_STEPS) -> None:
        if not functions:
            raise ValueError("an environment needs at least one function")
        self.functions = functions
        self.max_steps = max_steps
        self.observation_space = gymnasium.spaces.Box(0.0, 1.0, (len(FEATURES),), np.float32)
        self.action_space = gymnasium.spaces.Discrete(len(ACTIONS))
        self._walk = Walk(functions[0], max_steps)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin at a random function, or at number `options["function"]`."""
        super().reset(seed=seed)
        chosen = (options or {}).get("function")
        index = int(self.np_random.integers(len(self.functions))) if chosen is None else chosen
        self._walk = Walk(self.functions[index], self.max_steps)
        return self._observation(), self._info()

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Carry out an action."""
        walk = self._walk
        reward = 0.0
        if walk.mask[action]:
            reward = walk.step(int(action)).reward
        else:
            walk.steps += 1
        return self._observation(), reward, walk.done, walk.spent and not walk.done, self._info()

    def _observation(self) -> Observation:
        return np.asarray(self._walk.state, dtype=np.float32)

    def _info(self) -> dict[str, Any]:
        return {"action_mask": as_array(self._walk.mask), "function": self._walk.outcomes.key}


def as_array(mask: Mask) -> NDArray[np.int8]:
    """The mask in the form that gymnasium's spaces sample with."""
    return np.asarray(mask, dtype=np.int8)
