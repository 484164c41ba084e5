"""Loading, refusing and falling back: which policy orders the actions, and that it says so."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy import manifest as manifests
from velox_engine.policy import registry
from velox_engine.policy.agent import PRIOR_ORDER, Policy
from velox_engine.policy.features import FEATURES
from velox_engine.types import VeloxError

STATE = (0.5,) * len(FEATURES)


def weights(seed: int = 0, hidden: int = 8) -> bytes:
    rng = np.random.default_rng(seed)
    shapes = {
        "trunk_1": (hidden, 27),
        "trunk_2": (hidden, hidden),
        "value": (1, hidden),
        "advantage": (25, hidden),
    }
    tensors = {f"{name}.weight": rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    tensors |= {
        f"{name}.bias": rng.normal(size=shape[:1]).astype(np.float32) for name, shape in shapes.items()
    }
    return save(tensors)


def manifest(data: bytes, version: str = "v1", hidden: int = 8) -> manifests.Manifest:
    return manifests.Manifest(
        version=version,
        fingerprint=manifests.fingerprint(),
        hidden=hidden,
        weights_sha256=hashlib.sha256(data).hexdigest(),
        created="2026-01-01T00:00:00+00:00",
    )


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "shipped_folder", lambda: tmp_path / "absent")


def install(version: str, seed: int = 0) -> None:
    data = weights(seed)
    registry.install(data, manifest(data, version))


def test_ranking_respects_the_mask(data_dir: Path) -> None:
    """Only applicable actions and no_change are ranked, in the order of their values."""
    install("v1")
    policy = Policy.load(registry.folder_of("v1"))
    mask = [index in (2, 5, 9) for index in range(len(ACTIONS))]
    order = policy.rank(STATE, mask)
    values = policy.q_values(STATE)
    assert sorted(order) == [2, 5, 9, NO_CHANGE]
    assert [values[index] for index in order] == sorted((values[index] for index in order), reverse=True)
    assert sorted(values[index] for index in order)[-1] == values[order[0]]


def test_inference_is_the_dueling_sum(data_dir: Path) -> None:
    """Q is the value plus the advantage less its mean, so the mean of Q over all actions is the value."""
    install("v1")
    policy = Policy.load(registry.folder_of("v1"))
    (w1, b1), (w2, b2), (wv, bv), _ = policy.layers
    hidden = np.maximum(w2 @ np.maximum(w1 @ np.full(27, 0.5, np.float32) + b1, 0) + b2, 0)
    assert np.mean(policy.q_values(STATE)) == pytest.approx((wv @ hidden + bv).item(), rel=1e-4)


def test_a_state_of_another_length_is_refused() -> None:
    """A vector that is not the state of this version never reaches the network."""
    with pytest.raises(ValueError, match="27"):
        Policy().q_values((0.0,) * 26)


def test_the_prior_names_each_action_once_and_stops_last() -> None:
    """Without weights the order is fixed, complete and ends with no_change."""
    assert sorted(PRIOR_ORDER) == list(range(len(ACTIONS)))
    assert Policy().rank(STATE, [True] * len(ACTIONS)) == list(PRIOR_ORDER)
    assert PRIOR_ORDER[-1] == NO_CHANGE


def test_a_foreign_fingerprint_is_refused(data_dir: Path) -> None:
    """Weights for other actions or features are refused by name, and the role is not given."""
    data = weights()
    foreign = replace(manifest(data, "v2"), fingerprint="0" * 64)
    registry.install(data, foreign)
    with pytest.raises(VeloxError) as error:
        registry.assign("active", "v2")
    assert error.value.code == "policy-mismatch"
    assert registry.roles().active is None


@pytest.mark.parametrize("damage", ["truncated", "swapped", "missing", "not-a-number", "manifest"])
def test_a_damaged_checkpoint_falls_back_and_says_so(data_dir: Path, no_shipped: None, damage: str) -> None:
    """However the active checkpoint is broken, loading names it and the prior order serves with a note."""
    install("v1")
    registry.assign("active", "v1")
    folder = registry.folder_of("v1")
    file = folder / manifests.WEIGHTS
    if damage == "truncated":
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "swapped":
        file.write_bytes(weights(seed=9))
    elif damage == "missing":
        file.unlink()
    elif damage == "manifest":
        (folder / manifests.MANIFEST).write_text("{not json")
    else:
        data = save(
            {"trunk_1.weight": np.full((8, 27), np.nan, np.float32), "trunk_1.bias": np.zeros(8, np.float32)}
        )
        file.write_bytes(data)
        (folder / manifests.MANIFEST).write_text(manifest(data).text())
    with pytest.raises(VeloxError) as error:
        Policy.load(folder)
    assert error.value.code == "policy-damaged"
    registry._load_active.cache_clear()
    policy = Policy.load()
    assert not policy.learned
    assert "cannot be used" in policy.note
    assert "fixed order" in policy.note


def test_a_damaged_active_policy_falls_back_to_the_shipped_one(data_dir: Path, monkeypatch) -> None:
    """When another checkpoint is at hand, it serves before the prior order does."""
    install("v1")
    install("spare", seed=2)
    registry.assign("active", "v1")
    monkeypatch.setattr(registry, "shipped_folder", lambda: data_dir / "policy" / "spare")
    (registry.folder_of("v1") / manifests.WEIGHTS).write_bytes(b"")
    registry._load_active.cache_clear()
    policy = registry.load_active()
    assert policy.version == "spare"
    assert "using spare instead" in policy.note


def test_activation_is_seen_without_a_restart_and_rolls_back(data_dir: Path) -> None:
    """A running process sees a newly activated version at its next request; a rollback undoes it."""
    install("v1")
    install("v2", seed=1)
    registry.assign("active", "v1")
    assert registry.load_active().version == "v1"
    registry.assign("active", "v2")
    assert registry.load_active().version == "v2"
    registry.rollback()
    assert registry.load_active().version == "v1"
    registry.rollback()
    assert registry.roles().active is None
    with pytest.raises(VeloxError) as error:
        registry.rollback()
    assert error.value.code == "nothing-to-roll-back"


def test_an_unreadable_state_file_leaves_the_shipped_policy(data_dir: Path) -> None:
    """Garbage in state.json counts as no roles at all."""
    (data_dir / "policy").mkdir()
    for text in ("", "[]", '{"unknown": 1}'):
        (data_dir / "policy" / "state.json").write_text(text)
        assert registry.roles() == registry.Roles()


@pytest.mark.parametrize("version", ["../outside", "absent", ""])
def test_a_version_is_a_name_not_a_path(data_dir: Path, version: str) -> None:
    """A version that is not there, or that points elsewhere, is an error that lists the versions."""
    install("v1")
    with pytest.raises(VeloxError) as error:
        registry.folder_of(version)
    assert error.value.code == "no-such-policy"
    assert "v1" in error.value.hint


def test_the_manifest_is_json_that_names_the_contract(data_dir: Path) -> None:
    """What is written can be read by any tool and carries the fingerprint."""
    install("v1")
    raw = json.loads((registry.folder_of("v1") / manifests.MANIFEST).read_text())
    assert raw["fingerprint"] == manifests.fingerprint()
