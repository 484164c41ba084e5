"""The agent learns: a trivial identity task, the value of waiting, the same weights for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.features import FEATURES
from velox_engine.training.dqn import train
from velox_engine.training.hyperparameters import Hyperparameters, from_mapping
from velox_engine.training.network import DuelingNetwork, as_policy, mean_of
from velox_engine.training.outcomes import Outcome, Recorded, Version
from velox_engine.types import Experience, VeloxError

QUICK = Hyperparameters(
    epochs=8,
    steps_per_epoch=60,
    walks_per_epoch=30,
    batch_size=32,
    hidden_size=32,
    learning_rate=5e-3,
    replay_size=2000,
    target_rate=0.05,
    networks=1,
)
CHOICES = 5


def one_hot(index: int) -> tuple[float, ...]:
    return tuple(float(place == index) for place in range(len(FEATURES)))


def mask(*actions: int) -> tuple[bool, ...]:
    return tuple(index in actions or index == NO_CHANGE for index in range(len(ACTIONS)))


def identity(right: int) -> Recorded:
    """The state names the one action that pays; the others are refuted."""
    root = Version("root", one_hot(right), mask(*range(CHOICES)))
    end = Version("end", one_hot(right), mask())
    steps = {
        ("root", action): Outcome(1.0, end, True) if action == right else Outcome(-1.0, root, False)
        for action in range(CHOICES)
    }
    return Recorded(f"identity-{right}", "test", root, steps)


IDENTITY = [identity(right) for right in range(CHOICES)]


@pytest.mark.parametrize(
    "changes",
    [{}, {"n_step": 3}, {"priority_alpha": 0.0}, {"cql_weight": 0.0}],
    ids=["default", "n-step", "even-replay", "no-cql"],
)
def test_learns_the_identity(changes: dict[str, float]) -> None:
    """After a short training the first choice is right in every state, whichever variant is on."""
    settings = from_mapping({**{name: getattr(QUICK, name) for name in QUICK.__slots__}, **changes})
    policy = train(IDENTITY, settings)
    for right, function in enumerate(IDENTITY):
        assert policy.rank(function.root.state, function.root.mask)[0] == right


def test_learns_to_stop_where_nothing_pays() -> None:
    """Where every rewrite is refuted, no_change comes first."""
    root = Version("root", one_hot(20), mask(1, 2))
    hopeless = Recorded(
        "hopeless", "test", root, {("root", action): Outcome(-1.0, root, False) for action in (1, 2)}
    )
    policy = train([hopeless], QUICK)
    assert policy.rank(root.state, root.mask)[0] == NO_CHANGE


def test_learns_from_single_transitions() -> None:
    """Imported transitions alone, without functions to walk, teach which action pays."""
    extra = [
        Experience(
            one_hot(right),
            action,
            1.0 if action == right else -1.0,
            one_hot(right),
            True,
            mask(*range(CHOICES)),
            mask(),
            "import",
            "x",
            "2026-01-01",
        )
        for right in range(CHOICES)
        for action in range(CHOICES)
    ]
    policy = train([], QUICK, extra=extra)
    assert [policy.rank(one_hot(right), mask(*range(CHOICES)))[0] for right in range(CHOICES)] == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_the_same_seed_gives_the_same_weights() -> None:
    """Training is reproducible to the bit, and another seed gives other weights."""
    short = from_mapping({"epochs": 2, "steps_per_epoch": 20, "walks_per_epoch": 10, "hidden_size": 8})
    first, again = train(IDENTITY, short), train(IDENTITY, short)
    for (weight, bias), (weight_again, bias_again) in zip(first.layers, again.layers, strict=True):
        assert np.array_equal(weight, weight_again)
        assert np.array_equal(bias, bias_again)
    settings = {"epochs": 2, "steps_per_epoch": 20, "walks_per_epoch": 10, "hidden_size": 8, "seed": 1}
    other = train(IDENTITY, from_mapping(settings))
    assert not np.array_equal(first.layers[0][0], other.layers[0][0])


def test_training_leaves_torchs_random_state_alone() -> None:
    """A caller's own random numbers do not depend on whether a policy was trained before."""
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    train(IDENTITY, from_mapping({"epochs": 1, "steps_per_epoch": 2, "walks_per_epoch": 2, "hidden_size": 8}))
    assert torch.equal(torch.rand(2), expected)


def test_training_goes_on_from_given_weights() -> None:
    """Without a fresh start and with a learning rate of almost nothing, the weights stay what they were."""
    start = as_policy(DuelingNetwork(8))
    settings = from_mapping(
        {
            "epochs": 1,
            "networks": 1,
            "steps_per_epoch": 1,
            "walks_per_epoch": 2,
            "hidden_size": 8,
            "learning_rate": 1e-12,
            "learning_rate_end": 1e-12,
            "fresh_start": False,
        }
    )
    policy = train(IDENTITY, settings, start=start)
    assert np.allclose(policy.layers[0][0], start.layers[0][0], atol=1e-6)


def test_numpy_inference_equals_torch() -> None:
    """The policy that ships computes what the network that was trained computes."""
    torch.manual_seed(1)
    network = DuelingNetwork(16)
    states = np.random.default_rng(0).random((20, len(FEATURES)), dtype=np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(states)).numpy()
    policy = as_policy(network)
    for state, values in zip(states, expected, strict=True):
        assert np.allclose(policy.q_values(tuple(state.tolist())), values, atol=1e-5)


@pytest.mark.parametrize(
    "values", [{"gama": 0.9}, {"gamma": 1.5}, {"epochs": 0}, {"networks": 8, "hidden_size": 1024}]
)
def test_wrong_hyperparameters_are_named(values: dict[str, float]) -> None:
    """A name that does not exist or a value out of range is an error, not ignored."""
    with pytest.raises(VeloxError) as error:
        from_mapping(values)
    assert error.value.code == "bad-hyperparameter"


def test_nothing_to_train_on_is_an_error() -> None:
    """No data is said, not trained on."""
    with pytest.raises(VeloxError) as error:
        train([], QUICK)
    assert error.value.code == "no-data"


def test_the_mean_of_networks_is_one_network() -> None:
    """Three networks side by side in one give the mean of their values, in the form that any checkpoint has."""
    policies = [as_policy(DuelingNetwork(8)) for _ in range(3)]
    together = mean_of(policies)
    assert together.hidden == 24
    for right in range(CHOICES):
        values = np.mean([policy.q_values(one_hot(right)) for policy in policies], axis=0)
        assert together.q_values(one_hot(right)) == pytest.approx(values.tolist(), abs=1e-5)
    settings = from_mapping(
        {**{name: getattr(QUICK, name) for name in QUICK.__slots__}, "networks": 2, "epochs": 1}
    )
    assert train(IDENTITY, settings).hidden == 2 * QUICK.hidden_size
