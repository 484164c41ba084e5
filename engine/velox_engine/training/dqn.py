"""The agent: a double, dueling deep Q-network with masked actions, trained over measured outcomes.

It walks the recorded functions with a falling share of random choices, keeps the steps in a replay buffer, and
regularises conservatively (CQL), because outcomes that were never measured must not look attractive.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.agent import Policy
from velox_engine.policy.records import Proposals
from velox_engine.policy.wide import Wide
from velox_engine.training.feedback import BY_COUNT, share_of
from velox_engine.training.hyperparameters import Hyperparameters
from velox_engine.training.network import DuelingNetwork, as_policy, load_weights, mean_of
from velox_engine.training.outcomes import (
    Outcomes,
    Walk,
    every_step,
    only_stopping,
    with_steps,
    without,
)
from velox_engine.training.replay import Batch, Replay, Transition
from velox_engine.training.ridge import fit
from velox_engine.training.tally import Expectations
from velox_engine.types import Experience, VeloxError

_NO_GAINS: Final = np.zeros(len(ACTIONS), np.float32)


@dataclass(frozen=True, slots=True)
class Epoch:
    """How one round of training went."""

    number: int
    loss: float
    epsilon: float
    mean_return: float  # of the walks, random choices included


Report = Callable[[Epoch], None]


def train(
    functions: Sequence[Outcomes],
    settings: Hyperparameters,
    *,
    extra: Sequence[Experience] = (),
    feedback: Sequence[Experience] = (),
    start: Policy | None = None,
    report: Report | None = None,
) -> Policy:
    """Train on functions with known outcomes and on single transitions; the same seed gives the same weights.

    The result is the mean of `networks` networks.

    `feedback` makes up its own share of the gradient steps, however many there are.
    `start` gives the weights to go on from when `fresh_start` is off.
    """
    if not functions and not extra and not feedback:
        raise VeloxError("no-data", "There is nothing to train on.", "Run `velox train collect` first.")
    wide = None
    if settings.wide and functions:
        wide = fit(functions, features=settings.ridge, strategies=settings.strategy_ridge)
    trained: list[Policy] = []
    for number in range(settings.networks):
        own = replace(settings, seed=settings.seed + number)
        with _reproducible(own.seed):
            trained.append(_Trainer(functions, own, extra, feedback, start, wide).run(report))
    return mean_of(trained)


class _Trainer:
    def __init__(
        self,
        functions: Sequence[Outcomes],
        settings: Hyperparameters,
        extra: Sequence[Experience],
        feedback: Sequence[Experience],
        start: Policy | None,
        wide: Wide | None,
    ) -> None:
        self.functions = functions
        self.settings = settings
        self.rng = np.random.default_rng(settings.seed)
        self.expectations = Expectations(functions)
        going_on = start is not None and start.learned and not settings.fresh_start
        self.wide = start.wide if start is not None and going_on else wide
        self.online = DuelingNetwork(
            settings.hidden_size, settings.records_weight, silent=self.wide is not None
        )
        if start is not None and going_on:
            load_weights(self.online, start)
        self.target = DuelingNetwork(settings.hidden_size, settings.records_weight)
        self.target.load_state_dict(self.online.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.online.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        self.replay = Replay(settings.replay_size, self.rng, alpha=settings.priority_alpha)
        expect = self._expect
        self.replay.extend(extra, settings.gamma, expect)
        for function in functions if settings.all_steps else ():
            self._remember_all(function)
        self.answers = Replay(max(1, len(feedback)), self.rng)
        self.answers.extend(feedback, settings.gamma, expect)
        self.share = settings.feedback_share
        if self.share == BY_COUNT:
            self.share = share_of(len(feedback))
        self.total = settings.epochs * settings.steps_per_epoch
        self.taken = 0
        self._order: list[int] = []

    def run(self, report: Report | None) -> Policy:
        settings = self.settings
        for number in range(settings.epochs):
            share = number / max(1, settings.epochs - 1)
            epsilon = settings.epsilon_start + share * (settings.epsilon_end - settings.epsilon_start)
            returns = [self._walk(epsilon) for _ in range(settings.walks_per_epoch if self.functions else 0)]
            losses = [self._learn() for _ in range(settings.steps_per_epoch)]
            if report is not None:
                mean = float(np.mean(returns)) if returns else 0.0
                report(Epoch(number + 1, float(np.mean(losses)), epsilon, mean))
        return replace(as_policy(self.online, self.expectations.records), wide=self.wide)

    def _given(self, state: Sequence[float], proposals: Proposals | None) -> NDArray[np.float32]:
        """What the wide part says of each action; nothing where there is none."""
        return _NO_GAINS if self.wide is None else self.wide.values(state, proposals)

    def _expect(
        self, one: Experience
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """What was known before and after a single transition: by the records, and by the wide part."""
        carried_out = {one.action_idx: tuple(one.evidence.get("strategies", ()))}
        before, after = self.expectations.of_transition(one)
        return before, after, self._given(one.state, carried_out), self._given(one.next_state, None)

    def _next_function(self) -> Outcomes:
        if not self._order:
            count = len(self.functions)
            self._order = list(self.rng.permutation(count) if self.settings.shuffle else range(count))[::-1]
        return self.functions[self._order.pop()]

    def _walk(self, epsilon: float) -> float:
        """Walk one function, mostly as the network says, and remember every step."""
        settings = self.settings
        walk = Walk(self._next_function(), settings.max_steps)
        window: deque[tuple[Any, ...]] = deque()
        total = 0.0
        while not walk.done and not walk.spent:
            state, mask = walk.state, walk.mask
            expected = self.expectations.of(walk.outcomes, walk.version)
            given = self._given(state, walk.proposals)
            action = self._choose(state, mask, expected, given, epsilon)
            reward = walk.step(action).reward
            total += reward
            window.append((state, action, reward, mask, expected, given))
            if len(window) == settings.n_step:
                self._remember(window, walk)
                window.popleft()
        while window:
            self._remember(window, walk)
            window.popleft()
        return total

    def _remember_all(self, function: Outcomes) -> None:
        """Store every recorded step once: walks meet the versions near the start over and over, and others never."""
        gamma = self.settings.gamma
        depth = {function.root.id: 0}
        for _, version, action, outcome in every_step([function]):
            after = outcome.version
            depth.setdefault(after.id, depth[version.id] + 1)
            mask = after.mask if outcome.kept else without(after.mask, {action})
            state = with_steps(version.state, depth[version.id])
            following = with_steps(after.state, depth[version.id] + 1)
            self.replay.add(
                Transition(
                    state,
                    action,
                    outcome.reward,
                    following,
                    mask,
                    0.0 if only_stopping(mask) else gamma,
                    version.mask,
                    self.expectations.of(function, version),
                    self.expectations.of(function, after),
                    self._given(state, version.proposals),
                    self._given(following, after.proposals),
                )
            )

    def _remember(self, window: deque[tuple[Any, ...]], walk: Walk) -> None:
        """Store the oldest step of the window with the rewards that followed it."""
        gamma = self.settings.gamma
        state, action, _, mask, expected, given = window[0]
        reward = sum(gamma**place * step[2] for place, step in enumerate(window))
        discount = 0.0 if walk.done else gamma ** len(window)
        following = self.expectations.of(walk.outcomes, walk.version)
        ahead = self._given(walk.state, walk.proposals)
        self.replay.add(
            Transition(
                state,
                action,
                reward,
                walk.state,
                walk.mask,
                discount,
                mask,
                expected,
                following,
                given,
                ahead,
            )
        )

    def _choose(
        self,
        state: Sequence[float],
        mask: Sequence[bool],
        expected: NDArray[np.float32],
        given: NDArray[np.float32],
        epsilon: float,
    ) -> int:
        if self.rng.random() < epsilon:
            return int(self.rng.choice(np.flatnonzero(mask)))
        with torch.no_grad():
            values = self.online(
                torch.tensor([state], dtype=torch.float32), torch.from_numpy(expected)[None]
            )[0] + torch.from_numpy(given)
        values[~torch.tensor(mask)] = -math.inf
        return int(values.argmax())

    def _learn(self) -> float:
        """One gradient step on one batch."""
        settings = self.settings
        for group in self.optimiser.param_groups:
            group["lr"] = self._learning_rate()
        self.taken += 1
        replay = self._source()
        batch = replay.draw(settings.batch_size, beta=settings.priority_beta)
        noise = self.rng.normal(0.0, settings.feature_noise, batch.state.shape).astype(np.float32)
        values = self.online(torch.from_numpy(batch.state + noise), torch.from_numpy(batch.expected))
        values = values + torch.from_numpy(batch.given)
        taken = values.gather(1, torch.from_numpy(batch.action)[:, None])[:, 0]
        errors = taken - self._wanted(batch)
        weights = torch.from_numpy(batch.weights)
        loss = (weights * nn.functional.huber_loss(errors, torch.zeros_like(errors), reduction="none")).mean()
        if settings.cql_weight > 0.0:
            # Push down what is valued highly without having been tried here; hold up what was.
            allowed = values.masked_fill(~torch.from_numpy(batch.mask), -math.inf)
            loss = loss + settings.cql_weight * (torch.logsumexp(allowed, dim=1) - taken).mean()
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), settings.gradient_clip)
        self.optimiser.step()
        self._follow()
        replay.mark(batch.places, errors.detach().numpy())
        return float(loss.detach())

    def _source(self) -> Replay:
        """Where this gradient step's batch comes from: the measurements, or in their share of steps the answers."""
        if not len(self.answers):
            return self.replay
        from_answers = self.share > 0 and self.rng.random() < self.share
        return self.answers if from_answers or not len(self.replay) else self.replay

    def _wanted(self, batch: Batch) -> torch.Tensor:
        """Double Q: the online network picks the next action, the target network values it."""
        with torch.no_grad():
            following = torch.from_numpy(batch.next_state), torch.from_numpy(batch.next_expected)
            given = torch.from_numpy(batch.next_given)
            forbidden = ~torch.from_numpy(batch.next_mask)
            forbidden[:, NO_CHANGE] = False
            wanted = (self.online(*following) + given).masked_fill(forbidden, -math.inf)
            picked = wanted.argmax(dim=1, keepdim=True)
            value = (self.target(*following) + given).gather(1, picked)[:, 0]
            return torch.from_numpy(batch.reward) + torch.from_numpy(batch.discount) * value

    def _follow(self) -> None:
        rate = self.settings.target_rate
        with torch.no_grad():
            for slow, fast in zip(self.target.parameters(), self.online.parameters(), strict=True):
                slow.lerp_(fast, rate)

    def _learning_rate(self) -> float:
        settings = self.settings
        share = self.taken / max(1, self.total - 1)
        high, low = settings.learning_rate, settings.learning_rate_end
        return low + (high - low) * 0.5 * (1.0 + math.cos(math.pi * share))


@contextmanager
def _reproducible(seed: int) -> Iterator[None]:
    """Seed torch and keep it to one thread, whose sums do not depend on how work was split; then restore."""
    threads = torch.get_num_threads()
    state = torch.random.get_rng_state()
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.random.set_rng_state(state)
