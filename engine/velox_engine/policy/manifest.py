"""What a checkpoint's manifest.json says, and whether the weights beside it fit this version of Velox."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from velox_engine.actions import ACTIONS
from velox_engine.policy.features import FEATURES, REVISION
from velox_engine.types import VeloxError

WEIGHTS: Final = "weights.safetensors"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
WIDEST: Final = 4096  # the hidden layers of a network
_LARGEST_WEIGHTS: Final = 64 * 1024 * 1024


def fingerprint() -> str:
    """The contract a checkpoint is bound to: the actions and the features in their order, as one SHA-256."""
    contract = {"actions": ACTIONS, "features": FEATURES, "revision": REVISION}
    return hashlib.sha256(json.dumps(contract, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The checkpoint's identity, its contract and how it was made."""

    version: str
    fingerprint: str
    hidden: int
    weights_sha256: str
    created: str  # ISO 8601
    format: int = FORMAT
    data: Mapping[str, Any] = field(default_factory=dict)  # what it was trained on
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)  # held-out evaluation

    def text(self) -> str:
        """The manifest as it is written to disk."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"


def read(folder: Path) -> Manifest:
    """Read and check the manifest in `folder`.

    Raises VeloxError `policy-missing`, `policy-damaged`, or `policy-mismatch` when the checkpoint was trained
    for other actions or features than this version has.
    """
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise VeloxError(
            "policy-missing",
            f"there is no policy checkpoint in {folder}",
            "train one with `velox train run`, or leave the policy path unset to use the shipped one",
        ) from error
    except (OSError, ValueError) as error:
        raise damaged(folder, f"{MANIFEST} cannot be read: {error}") from error
    try:
        manifest = Manifest(**raw)
        wrong = _wrong_field(manifest)
    except TypeError as error:
        raise damaged(folder, f"{MANIFEST} has other fields than expected: {error}") from error
    if wrong:
        raise damaged(folder, f"{MANIFEST}: {wrong}")
    if manifest.format != FORMAT or manifest.fingerprint != fingerprint():
        raise VeloxError(
            "policy-mismatch",
            f"the policy in {folder} was trained for other actions or features than this Velox has "
            f"(fingerprint {manifest.fingerprint[:12]}, wanted {fingerprint()[:12]})",
            "train it again with `velox train run`, or go back with `velox policy rollback`",
        )
    return manifest


def weights_bytes(folder: Path, manifest: Manifest) -> bytes:
    """The weights' bytes, after comparing them with the digest the manifest names."""
    path = folder / WEIGHTS
    try:
        if path.stat().st_size > _LARGEST_WEIGHTS:
            raise damaged(folder, f"{WEIGHTS} is larger than any policy of Velox")
        data = path.read_bytes()
    except OSError as error:
        raise damaged(folder, f"{WEIGHTS} cannot be read: {error}") from error
    if hashlib.sha256(data).hexdigest() != manifest.weights_sha256:
        raise damaged(folder, f"{WEIGHTS} is not the file that {MANIFEST} describes")
    return data


def damaged(folder: Path, why: str) -> VeloxError:
    """The error for a checkpoint that cannot be used."""
    return VeloxError(
        "policy-damaged",
        f"the policy in {folder} cannot be used: {why}",
        "go back with `velox policy rollback`, or train it again with `velox train run`",
    )


def _wrong_field(manifest: Manifest) -> str:
    for name in ("version", "fingerprint", "weights_sha256", "created"):
        if not isinstance(getattr(manifest, name), str):
            return f"{name} must be text"
    if not isinstance(manifest.hidden, int) or not 1 <= manifest.hidden <= WIDEST:
        return f"hidden must be a number from 1 to {WIDEST}"
    return ""
