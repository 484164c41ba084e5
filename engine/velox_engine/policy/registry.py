"""Which checkpoint is active, which one shadows it and which waits at the gate; the shipped one when none is.

A version is a folder in the user's data directory; `state.json` beside them names the roles and is replaced
atomically, so that a reader sees the old state or the new one, never half of it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from velox_engine.experience.location import data_dir
from velox_engine.policy import manifest as manifests
from velox_engine.policy.agent import Policy
from velox_engine.types import VeloxError

Role = Literal["active", "shadow", "candidate"]
SHIPPED: Final = "shipped"
_STATE: Final = "state.json"
_KEEP_PREVIOUS: Final = 20


@dataclass(frozen=True, slots=True)
class Roles:
    """The version in each role; None: the shipped policy is active, nobody shadows or waits."""

    active: str | None = None
    shadow: str | None = None
    candidate: str | None = None
    previous: tuple[str | None, ...] = ()  # formerly active, the latest last


def policies_folder() -> Path:
    """The folder that holds the versions and their roles."""
    return data_dir() / "policy"


def shipped_folder() -> Path:
    """The checkpoint that came with Velox."""
    import velox_models.policy

    return Path(velox_models.policy.__path__[0])


def folder_of(version: str) -> Path:
    """The folder of a version; VeloxError `no-such-policy` when there is none."""
    if version == SHIPPED:
        return shipped_folder()
    folder = policies_folder() / version
    # A version is a name, never a path out of the folder.
    if not version or version != Path(version).name or not folder.is_dir():
        known = ", ".join((*versions(), SHIPPED))
        raise VeloxError("no-such-policy", f"there is no policy version {version!r}", f"there are: {known}")
    return folder


def versions() -> tuple[str, ...]:
    """The versions in the user's data directory, oldest first by name."""
    folder = policies_folder()
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / manifests.MANIFEST).is_file()))


def roles() -> Roles:
    """The roles as they stand; an unreadable state file counts as none (the shipped policy)."""
    try:
        raw = json.loads((policies_folder() / _STATE).read_text(encoding="utf-8"))
        return Roles(**{**raw, "previous": tuple(raw.get("previous", ()))})
    except (OSError, ValueError, TypeError, AttributeError):
        return Roles()


def install(weights: bytes, manifest: manifests.Manifest) -> str:
    """Store a checkpoint as a new version without giving it a role; an existing version is left as it is."""
    target = policies_folder() / manifest.version
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return manifest.version
    staging = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        (staging / manifests.WEIGHTS).write_bytes(weights)
        (staging / manifests.MANIFEST).write_text(manifest.text(), encoding="utf-8")
        staging.rename(target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return manifest.version


def assign(role: Role, version: str | None) -> Roles:
    """Give a role to a version after loading it once: a checkpoint that cannot serve never gets one."""
    if version == SHIPPED:
        version = None
    if version is not None:
        Policy.load(folder_of(version))
    old = roles()
    if role != "active":
        return _write(replace(old, **{role: version}))
    if version == old.active:
        return old
    previous = (*old.previous, old.active)[-_KEEP_PREVIOUS:]
    candidate = None if old.candidate == version else old.candidate
    shadow = None if old.shadow == version else old.shadow
    return _write(replace(old, active=version, previous=previous, candidate=candidate, shadow=shadow))


def rollback() -> Roles:
    """Make the formerly active version active again; VeloxError `nothing-to-roll-back` when there is none."""
    old = roles()
    if not old.previous:
        raise VeloxError(
            "nothing-to-roll-back",
            "no other policy was active before this one",
            "`velox policy status` lists the versions",
        )
    *rest, last = old.previous
    if last is not None:
        Policy.load(folder_of(last))
    return _write(replace(old, active=last, previous=tuple(rest)))


def load_active() -> Policy:
    """The active policy, else the shipped one, else the prior order; `note` says what could not be used.

    Cheap to call for each request: the checkpoint is read again only when the roles or the files changed.
    """
    state = policies_folder() / _STATE
    return _load_active(_stamp(state), str(policies_folder()))


def load_shadow() -> Policy | None:
    """The policy that watches; None where none does, or where it cannot be read."""
    version = roles().shadow
    if version is None:
        return None
    try:
        return Policy.load(folder_of(version))
    except VeloxError:
        return None


@lru_cache(maxsize=4)
def _load_active(stamp: tuple[int, int], folder: str) -> Policy:
    notes: list[str] = []
    active = roles().active
    for version in (active, SHIPPED) if active else (SHIPPED,):
        try:
            policy = Policy.load(folder_of(version))
        except VeloxError as error:
            notes.append(error.message)
        else:
            return replace(
                policy, note="; ".join([*notes, f"using {policy.version} instead"] if notes else [])
            )
    return Policy(note="; ".join([*notes, "actions are tried in a fixed order instead"]))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_ino)


def _write(new: Roles) -> Roles:
    folder = policies_folder()
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".state-", dir=folder)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(new), file, indent=2)
        os.replace(name, folder / _STATE)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return new
