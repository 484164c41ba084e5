"""Writes down an episode's steps as transitions, with what both policies would have done first."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from velox_engine.advisor.choosing import Choice
from velox_engine.advisor.episode import Episode, Step, Trial
from velox_engine.advisor.rivals import Rival
from velox_engine.policy.shadowing import CHOICE, ROOT
from velox_engine.types import Attempt, Experience


class Diary:
    """What an episode's steps led to, as it is reported and learned from."""

    def __init__(self, episode: Episode, choice: Choice | None = None) -> None:
        self._episode = episode
        self._choice = choice
        self._stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._name = uuid.uuid4().hex  # two runs may walk the same function in the same second
        self._transitions: list[Experience] = []
        self.attempts: list[Attempt] = []
        self.first_trials: list[Trial] = []

    def note(
        self, action: int, mask: Sequence[bool], step: Callable[[], Step], *, builtin: bool = False
    ) -> None:
        """Carry out a step and write it down."""
        state, is_first = self._episode.state, not self._episode.kept
        done = step()
        self.attempts += done.attempts
        if is_first:
            self.first_trials += done.trials
        self._write(action, state, mask, done, first_try=is_first and builtin)

    def note_beside(self, rivals: Iterable[Rival]) -> None:
        """Write down what was carried out on the original beside the episode: what other first choices bring."""
        if self._transitions:
            self._transitions[-1] = replace(self._transitions[-1], done=True)
        for rival in rivals:
            self._write(rival.action, rival.state, rival.mask, rival.step, first_try=True, done=True)

    def finished(self) -> tuple[Experience, ...]:
        """The transitions; the last of them ends the episode."""
        if self._transitions:
            self._transitions[-1] = replace(self._transitions[-1], done=True)
        return tuple(self._transitions)

    def _write(
        self,
        action: int,
        state: tuple[float, ...],
        mask: Sequence[bool],
        step: Step,
        *,
        first_try: bool,
        done: bool = False,
    ) -> None:
        evidence: dict[str, Any] = {"strategies": [attempt.strategy for attempt in step.attempts]}
        if step.accepted is not None:
            evidence["kept"] = step.accepted.candidate.strategy
        if first_try:
            evidence[ROOT] = True
            if self._choice is not None:
                evidence[CHOICE], self._choice = self._choice.noted, None
        self._transitions.append(
            Experience(
                state=state,
                action_idx=action,
                reward=step.reward,
                next_state=step.next_state,
                done=done,
                mask=tuple(mask),
                next_mask=step.next_mask,
                source="measured",
                episode_id=self._name,
                timestamp=self._stamp,
                evidence=evidence,
            )
        )
