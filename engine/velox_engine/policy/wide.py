"""The wide part of a policy: what each action gains by a line through the features, and what its strategies add.

It is fitted in closed form and says most of what the data can tell; the network beside it only adds what a line misses.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from velox_engine.actions import ACTIONS
from velox_engine.policy.records import Proposals


@dataclass(frozen=True, slots=True)
class Wide:
    """A line for each of the 25 actions (weight [25, 27], bias [25]), and (action, strategy) → what it adds.

    A strategy that was never measured adds nothing, so that its action's line alone speaks for it.
    """

    weight: Any
    bias: Any
    effects: Mapping[tuple[int, str], float]

    def values(self, state: Sequence[float], proposals: Proposals | None = None) -> Any:
        """What each of the 25 actions can be expected to gain, as an array.

        Without `proposals`, or for an action that is not in them, no strategy is counted.
        """
        import numpy as np

        gains = self.weight @ np.asarray(state, dtype=np.float32) + self.bias
        for action, strategies in (proposals or {}).items():
            gains[action] += sum(self.effects.get((action, one), 0.0) for one in dict.fromkeys(strategies))
        return gains

    def text(self) -> str:
        """The strategies' part as JSON, for the checkpoint."""
        return json.dumps(
            {
                f"{ACTIONS[action]}/{name}": round(adds, 5)
                for (action, name), adds in sorted(self.effects.items())
            }
        )


def parse_effects(text: str) -> dict[tuple[int, str], float]:
    """Read what `Wide.text` wrote; ValueError where it is anything else."""
    raw = json.loads(text)
    if not isinstance(raw, dict):
        raise ValueError("what strategies add is not in its form")
    effects: dict[tuple[int, str], float] = {}
    for name, adds in raw.items():
        action, _, strategy = name.partition("/")
        if not isinstance(adds, int | float) or not math.isfinite(adds):
            raise ValueError(f"what {name} adds is no number: {adds!r}")
        effects[ACTIONS.index(action), strategy] = float(adds)
    return effects
