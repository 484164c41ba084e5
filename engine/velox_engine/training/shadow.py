"""What happens to the shadow policy while the person pauses: promoted once it is better, trained anew when due."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from velox_engine.experience.store import ExperienceStore
from velox_engine.policy import manifest, registry, shadowing
from velox_engine.policy.agent import Policy
from velox_engine.training import jobs
from velox_engine.training.dataset import captured, read, rebuild, split
from velox_engine.training.hyperparameters import Hyperparameters
from velox_engine.training.promote import judge
from velox_engine.training.run import shipped_data
from velox_engine.types import VeloxError

DUE_AFTER: Final = 20  # answers since the last training
# Answers are few, and say what no measurement does: a shadow learns faster than what is trained on measurements alone.
_QUICKLY: Final = ("--learning-rate", "1e-3", "--learning-rate-end", "1e-4", "--epochs", "12")
_TOLERATED: Final = 0.01  # of the area on held-out functions that taste may cost


@dataclass(frozen=True, slots=True)
class Turn:
    """What a look at the shadow led to."""

    promoted: str = ""
    job: str = ""
    reason: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"promoted": self.promoted, "job": self.job, "reason": self.reason}


def take_turn(*, if_due: bool = True) -> Turn:
    """Promote the shadow when the decisions that both made say so; else train a new one in the background if due."""
    with ExperienceStore.open() as store:
        made = shadowing.decisions(store.experiences())
        answers = len(store.list_feedback())
    promoted = _promoted(made)
    if promoted:
        return Turn(promoted=promoted, reason="the shadow was better on your functions")
    running = [job for job in jobs.list_jobs() if job.state not in jobs.ENDED]
    if running:
        return Turn(reason=f"job {running[0].id} is running")
    new = answers - _learned_from()
    if if_due and new < DUE_AFTER:
        return Turn(reason=f"{new} new answers; {DUE_AFTER} are needed for another training")
    if find_spec("torch") is None:
        return Turn(reason="training needs torch: pip install 'velox-lsp[train]'")
    hidden = registry.load_active().hidden
    size = ["--hidden-size", str(hidden), "--networks", "1", "--no-fresh-start"] if hidden else []
    job = jobs.start_in_background(["--shadow", *size, *_QUICKLY], gently=True)
    return Turn(job=job.id, reason=f"{new} new answers")


def _promoted(made: list[shadowing.Decision]) -> str:
    """The version that was promoted, "" for none."""
    shadow = registry.roles().shadow
    active = registry.load_active()
    if shadow is None or not shadowing.compare(active.version, shadow, made).better:
        return ""
    data = read(shipped_data())
    _, found = split(rebuild(data.experiences), Hyperparameters().holdout)
    held_out = captured(found)
    try:
        gate = judge(Policy.load(registry.folder_of(shadow)), active, held_out)
    except VeloxError:
        return ""
    if held_out and gate.candidate.area < gate.deployed.area - _TOLERATED:
        return ""  # better on a few functions, clearly worse on many others
    registry.assign("active", shadow)
    return shadow


def _learned_from() -> int:
    """How many answers the latest policy in a role had learned from."""
    roles = registry.roles()
    known = [0]
    for version in (roles.shadow, roles.active, roles.candidate):
        if version is not None:
            try:
                known.append(int(manifest.read(registry.folder_of(version)).data.get("feedback", 0)))
            except (VeloxError, TypeError, ValueError):
                continue
    return max(known)
