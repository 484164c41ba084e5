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
from velox_engine.policy.agent import LAYERS, Policy
from velox_engine.policy.features import FEATURES
from velox_engine.policy.records import Records
from velox_engine.training.feedback import BY_COUNT, share_of
from velox_engine.training.hyperparameters import Hyperparameters
from velox_engine.training.outcomes import (
    Outcomes,
    Walk,
    every_step,
    only_stopping,
    with_steps,
    without,
)
from velox_engine.training.replay import Batch, Replay, Transition
from velox_engine.training.tally import Expectations
from velox_engine.types import Experience, VeloxError

_QUIET: Final = 0.1


class DuelingNetwork(nn.Module):
    """Two hidden layers, then the state's value and the actions' advantages apart; `policy.agent` mirrors it.

    What the records of strategies let expect is added, with a weight that is learned; it begins at `records_weight`,
    and 0 leaves it out.
    """

    def __init__(self, hidden: int, records_weight: float = 0.0) -> None:
        super().__init__()
        self.trunk_1 = nn.Linear(len(FEATURES), hidden)
        self.trunk_2 = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, 1)
        self.advantage = nn.Linear(hidden, len(ACTIONS))
        self.records_weight = nn.Parameter(torch.tensor(float(records_weight)), records_weight > 0.0)
        if records_weight > 0.0:
            with torch.no_grad():  # begin with the order of the records, and learn where it is wrong
                self.advantage.weight.mul_(_QUIET)
                self.advantage.bias.mul_(_QUIET)

    def forward(self, state: torch.Tensor, expected: torch.Tensor | None = None) -> torch.Tensor:
        """The value of each action in each state."""
        hidden = torch.relu(self.trunk_2(torch.relu(self.trunk_1(state))))
        advantage = self.advantage(hidden)
        values = self.value(hidden) + advantage - advantage.mean(dim=1, keepdim=True)
        return values if expected is None else values + self.records_weight * expected


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
    trained: list[Policy] = []
    for number in range(settings.networks):
        own = replace(settings, seed=settings.seed + number)
        with _reproducible(own.seed):
            trained.append(_Trainer(functions, own, extra, feedback, start).run(report))
    return mean_of(trained)


def mean_of(policies: Sequence[Policy]) -> Policy:
    """The policy whose values are the mean of these, as one network: side by side, without ways from one to another.

    Ex) Three networks of 64 become one of 192 whose second layer has three blocks on its diagonal.
    """
    if len(policies) == 1:
        return policies[0]
    (first, *_), count = policies, len(policies)
    into, between, value, advantage = (
        [policy.layers[place] for policy in policies] for place in range(len(LAYERS))
    )
    width = first.hidden
    diagonal = np.zeros((count * width, count * width), np.float32)
    for place, (weight, _) in enumerate(between):
        diagonal[place * width : (place + 1) * width, place * width : (place + 1) * width] = weight
    return replace(
        first,
        layers=(
            (np.concatenate([w for w, _ in into]), np.concatenate([b for _, b in into])),
            (diagonal, np.concatenate([b for _, b in between])),
            (np.concatenate([w for w, _ in value], axis=1) / count, np.mean([b for _, b in value], axis=0)),
            (
                np.concatenate([w for w, _ in advantage], axis=1) / count,
                np.mean([b for _, b in advantage], axis=0),
            ),
        ),
        records_weight=sum(policy.records_weight for policy in policies) / count,
    )


class _Trainer:
    def __init__(
        self,
        functions: Sequence[Outcomes],
        settings: Hyperparameters,
        extra: Sequence[Experience],
        feedback: Sequence[Experience],
        start: Policy | None,
    ) -> None:
        self.functions = functions
        self.settings = settings
        self.rng = np.random.default_rng(settings.seed)
        self.expectations = Expectations(functions)
        self.online = DuelingNetwork(settings.hidden_size, settings.records_weight)
        if start is not None and start.learned and not settings.fresh_start:
            _load(self.online, start)
        self.target = DuelingNetwork(settings.hidden_size, settings.records_weight)
        self.target.load_state_dict(self.online.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.online.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        self.replay = Replay(settings.replay_size, self.rng, alpha=settings.priority_alpha)
        expect = self.expectations.of_transition
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
        return as_policy(self.online, self.expectations.records)

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
            action = self._choose(state, mask, expected, epsilon)
            reward = walk.step(action).reward
            total += reward
            window.append((state, action, reward, mask, expected))
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
            self.replay.add(
                Transition(
                    with_steps(version.state, depth[version.id]),
                    action,
                    outcome.reward,
                    with_steps(after.state, depth[version.id] + 1),
                    mask,
                    0.0 if only_stopping(mask) else gamma,
                    version.mask,
                    self.expectations.of(function, version),
                    self.expectations.of(function, after),
                )
            )

    def _remember(self, window: deque[tuple[Any, ...]], walk: Walk) -> None:
        """Store the oldest step of the window with the rewards that followed it."""
        gamma = self.settings.gamma
        state, action, _, mask, expected = window[0]
        reward = sum(gamma**place * step[2] for place, step in enumerate(window))
        discount = 0.0 if walk.done else gamma ** len(window)
        following = self.expectations.of(walk.outcomes, walk.version)
        self.replay.add(
            Transition(state, action, reward, walk.state, walk.mask, discount, mask, expected, following)
        )

    def _choose(
        self, state: Sequence[float], mask: Sequence[bool], expected: NDArray[np.float32], epsilon: float
    ) -> int:
        if self.rng.random() < epsilon:
            return int(self.rng.choice(np.flatnonzero(mask)))
        with torch.no_grad():
            values = self.online(
                torch.tensor([state], dtype=torch.float32), torch.from_numpy(expected)[None]
            )[0]
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
            forbidden = ~torch.from_numpy(batch.next_mask)
            forbidden[:, NO_CHANGE] = False
            picked = self.online(*following).masked_fill(forbidden, -math.inf).argmax(dim=1, keepdim=True)
            value = self.target(*following).gather(1, picked)[:, 0]
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


def as_policy(network: DuelingNetwork, records: Records | None = None, version: str = "trained") -> Policy:
    """The network's weights, and the records it was trained with, in the form that inference uses."""
    state = network.state_dict()
    layers = tuple(
        (state[f"{name}.weight"].numpy().copy(), state[f"{name}.bias"].numpy().copy()) for name in LAYERS
    )
    weight = float(state["records_weight"])
    known = records if records is not None and weight else Records()
    return Policy(layers=layers, version=version, records=known, records_weight=weight)


def _load(network: DuelingNetwork, policy: Policy) -> None:
    state = {}
    for name, (weight, bias) in zip(LAYERS, policy.layers, strict=True):
        state[f"{name}.weight"] = torch.from_numpy(weight.copy())
        state[f"{name}.bias"] = torch.from_numpy(bias.copy())
    if policy.records:
        state["records_weight"] = torch.tensor(policy.records_weight)
    else:
        state["records_weight"] = network.records_weight.detach()
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise VeloxError(
            "bad-hyperparameter",
            "the active policy has another hidden size, so training cannot go on from it",
            "set hidden_size to that of the active policy, or start fresh",
        ) from error


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
