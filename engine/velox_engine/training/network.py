"""The network that is trained, and the way between its weights and the policy that inference uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import torch
from torch import nn

from velox_engine.actions import ACTIONS
from velox_engine.policy.agent import LAYERS, Policy
from velox_engine.policy.features import FEATURES
from velox_engine.policy.records import Records
from velox_engine.types import VeloxError

_QUIET: Final = 0.1


class DuelingNetwork(nn.Module):
    """Two hidden layers, then the state's value and the actions' advantages apart; `policy.agent` mirrors it.

    What the records of strategies let expect is added, with a weight that is learned; it begins at `records_weight`,
    and 0 leaves it out. A `silent` one begins with the value 0 everywhere: it is to add to what is known already.
    """

    def __init__(self, hidden: int, records_weight: float = 0.0, *, silent: bool = False) -> None:
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
        if silent:
            for head in (self.value, self.advantage):
                nn.init.zeros_(head.weight)
                nn.init.zeros_(head.bias)

    def forward(self, state: torch.Tensor, expected: torch.Tensor | None = None) -> torch.Tensor:
        """The value of each action in each state."""
        hidden = torch.relu(self.trunk_2(torch.relu(self.trunk_1(state))))
        advantage = self.advantage(hidden)
        values = self.value(hidden) + advantage - advantage.mean(dim=1, keepdim=True)
        return values if expected is None else values + self.records_weight * expected


def as_policy(network: DuelingNetwork, records: Records | None = None, version: str = "trained") -> Policy:
    """The network's weights, and the records it was trained with, in the form that inference uses."""
    state = network.state_dict()
    layers = tuple(
        (state[f"{name}.weight"].numpy().copy(), state[f"{name}.bias"].numpy().copy()) for name in LAYERS
    )
    weight = float(state["records_weight"])
    known = records if records is not None and weight else Records()
    return Policy(layers=layers, version=version, records=known, records_weight=weight)


def load_weights(network: DuelingNetwork, policy: Policy) -> None:
    """Give the network the weights of a policy; VeloxError `bad-hyperparameter` where its size is another."""
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
