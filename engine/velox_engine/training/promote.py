"""The gate: a trained policy is published only when it is better than the deployed one on functions it never saw."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from safetensors.numpy import save

from velox_engine.policy import registry
from velox_engine.policy.agent import (
    LAYERS,
    RECORDS,
    RECORDS_WEIGHT,
    WIDE_BIAS,
    WIDE_EFFECTS,
    WIDE_WEIGHT,
    Policy,
)
from velox_engine.policy.manifest import MANIFEST, WEIGHTS, Manifest, fingerprint
from velox_engine.training.evaluate import areas, first_choice, td_error, worthwhile
from velox_engine.training.outcomes import Outcomes

_RESAMPLES: Final = 2000
_LEAST_FUNCTIONS: Final = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """How one policy does on the held-out functions."""

    area: float
    td_error: float | None  # None for a fixed order: its numbers are places, not returns
    action_accuracy: float


@dataclass(frozen=True, slots=True)
class Gate:
    """The comparison and what follows from it."""

    passed: bool
    reason: str
    candidate: Figures
    deployed: Figures
    functions: int
    certainty: float  # share of bootstrap samples of the functions in which the candidate is better

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def judge(
    candidate: Policy,
    deployed: Policy,
    held_out: Sequence[Outcomes],
    *,
    certainty: float = 0.9,
    seed: int = 0,
) -> Gate:
    """Compare on the share of the achievable reward found per try; TD error and accuracy are told beside it.

    The candidate passes when it is better on average and in at least `certainty` of the bootstrap samples.
    """
    new, old = areas(candidate, held_out), areas(deployed, held_out)
    difference = new - old
    sure = 0.0
    if len(difference):
        rng = np.random.default_rng(seed)
        means = difference[rng.integers(len(difference), size=(_RESAMPLES, len(difference)))].mean(axis=1)
        sure = float((means > 0).mean())
    if len(difference) < _LEAST_FUNCTIONS:
        passed, reason = (
            False,
            f"only {len(difference)} held-out functions; {_LEAST_FUNCTIONS} are needed to judge",
        )
    elif difference.mean() <= 0:
        passed, reason = False, f"not better than {deployed.version} on {len(difference)} held-out functions"
    elif sure < certainty:
        passed, reason = False, f"better, but only in {sure:.0%} of resamples ({certainty:.0%} are needed)"
    else:
        passed, reason = True, f"better than {deployed.version} in {sure:.0%} of resamples"
    return Gate(
        passed,
        reason,
        _figures(candidate, new, held_out),
        _figures(deployed, old, held_out),
        len(difference),
        sure,
    )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights and manifest, ready to be stored."""

    weights: bytes
    manifest: Manifest

    def save(self, folder: Path) -> None:
        """Write both files into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / WEIGHTS).write_bytes(self.weights)
        (folder / MANIFEST).write_text(self.manifest.text(), encoding="utf-8")

    def store(self, role: Literal["candidate", "shadow"] = "candidate") -> str:
        """Install the checkpoint to wait, or to watch: `velox policy promote` can make it active later."""
        version = registry.install(self.weights, self.manifest)
        registry.assign(role, version)
        return version


def package(
    policy: Policy,
    *,
    data: Mapping[str, Any],
    hyperparameters: Mapping[str, Any],
    figures: Mapping[str, Any],
) -> Checkpoint:
    """Give trained weights their manifest; the version is named by date and content."""
    tensors = {}
    for name, (weight, bias) in zip(LAYERS, policy.layers, strict=True):
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = weight, bias
    if policy.records:
        tensors[RECORDS] = np.frombuffer(policy.records.text().encode(), np.uint8)
        tensors[RECORDS_WEIGHT] = np.array([policy.records_weight], np.float32)
    if policy.wide is not None:
        tensors[WIDE_WEIGHT], tensors[WIDE_BIAS] = policy.wide.weight, policy.wide.bias
        tensors[WIDE_EFFECTS] = np.frombuffer(policy.wide.text().encode(), np.uint8)
    weights = save(tensors)
    digest = hashlib.sha256(weights).hexdigest()
    now = datetime.now(UTC)
    return Checkpoint(
        weights,
        Manifest(
            version=f"{now:%Y%m%d}-{digest[:8]}",
            fingerprint=fingerprint(),
            hidden=int(policy.layers[0][0].shape[0]),
            weights_sha256=digest,
            created=now.isoformat(timespec="seconds"),
            data=data,
            hyperparameters=hyperparameters,
            figures=figures,
        ),
    )


def _figures(policy: Policy, areas_of: np.ndarray, held_out: Sequence[Outcomes]) -> Figures:
    return Figures(
        area=round(float(areas_of.mean()), 4) if len(areas_of) else 0.0,
        td_error=round(td_error(policy, held_out), 4) if policy.learned else None,
        action_accuracy=round(first_choice(policy, worthwhile(held_out)), 4),
    )
