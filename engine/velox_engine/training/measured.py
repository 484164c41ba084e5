"""Outcomes measured on demand: each asked-for step runs real rewrites in the sandbox, once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.advisor.episode import Episode, Trial, Workbench
from velox_engine.source.document import SourceFile
from velox_engine.training.outcomes import Outcome, Version, only_stopping, without
from velox_engine.types import Experience


class Measured:
    """One function under measurement: the original is prepared once, every version is reached from there.

    Raises verifier.Unverifiable when the original cannot be checked.
    """

    def __init__(
        self,
        workbench: Workbench,
        source: SourceFile,
        qualname: str,
        origin: str,
        *,
        episode: type[Episode] = Episode,
    ) -> None:
        self.key = function_key(origin, qualname, source.text)
        self.origin = origin
        self.qualname = qualname
        self._workbench = workbench
        self._episode = episode
        self._first = episode(workbench, source, qualname)
        self._chains: dict[str, tuple[Trial, ...]] = {}
        self._known: dict[tuple[str, int], Outcome] = {}
        self.experiences: list[Experience] = []
        self._root = self._version(self._first)
        self._chains[self._root.id] = ()

    @property
    def root(self) -> Version:
        """The function as it was found."""
        return self._root

    def outcome(self, version: Version, action: int) -> Outcome:
        """Carry out `action` at `version`, or recall how it went."""
        place = (version.id, action)
        if place not in self._known:
            self._known[place] = self._measure(version, action)
        return self._known[place]

    def explore(self, *, max_depth: int, max_versions: int, seconds: float) -> Iterator[Outcome]:
        """Measure every action at the root, then at the versions it leads to, breadth first within the limits."""
        deadline = time.monotonic() + seconds
        pending = [(self.root, 0)]
        met = {self.root.id}
        while pending:
            version, depth = pending.pop(0)
            for action in range(len(ACTIONS)):
                if action == NO_CHANGE or not version.mask[action]:
                    continue
                if time.monotonic() > deadline:
                    return
                outcome = self.outcome(version, action)
                yield outcome
                after = outcome.version
                if after.id not in met and depth + 1 < max_depth and len(met) < max_versions:
                    met.add(after.id)
                    pending.append((after, depth + 1))

    def _measure(self, version: Version, action: int) -> Outcome:
        episode = self._at(version)
        before = episode.state
        started = time.monotonic()
        step = episode.step(action)
        seconds = time.monotonic() - started
        kept = step.accepted is not None
        after = self._version(episode) if kept else version
        if step.accepted is not None and after.id not in self._chains:
            self._chains[after.id] = (*self._chains[version.id], step.accepted)
        measurement = step.accepted.measurement if step.accepted else None
        outcome = Outcome(
            reward=step.reward,
            version=after,
            kept=kept,
            runs=len(step.attempts),
            seconds=round(seconds, 3),
            speedup=round(measurement.speedup.median, 3) if measurement else None,
            statuses=tuple(attempt.status for attempt in step.attempts),
        )
        next_mask = step.next_mask if kept else without(step.next_mask, {action})
        self.experiences.append(
            Experience(
                state=_rounded(before),
                action_idx=action,
                reward=round(step.reward, 5),
                next_state=_rounded(step.next_state),
                done=only_stopping(next_mask),
                mask=version.mask,
                next_mask=next_mask,
                source="measured",
                episode_id=self.key,
                timestamp=datetime.now(UTC).isoformat(timespec="seconds"),
                evidence={
                    "function": self.qualname,
                    "origin": self.origin,
                    "version": version.id,
                    "next_version": after.id,
                    "strategies": [attempt.strategy for attempt in step.attempts],
                    "statuses": list(outcome.statuses),
                    "speedup": outcome.speedup,
                    "memory_ratio": _three(measurement.memory_ratio) if measurement else None,
                    "seconds": outcome.seconds,
                },
            )
        )
        return outcome

    def _at(self, version: Version) -> Episode:
        """An episode that stands at `version`, without measuring the way there again."""
        episode = self._episode(
            self._workbench, self._first.original, self.qualname, prepared=self._first.prepared
        )
        chain = self._chains[version.id]
        episode.kept = list(chain)
        episode.steps = len(chain)
        if chain:
            episode.current = SourceFile.from_text(chain[-1].candidate.new_source, self._first.original.path)
        return episode

    def _version(self, episode: Episode) -> Version:
        digest = hashlib.sha256(episode.current.text.encode()).hexdigest()[:12]
        return Version(digest, _rounded(episode.state), tuple(episode.mask), episode.proposals)


def function_key(origin: str, qualname: str, text: str) -> str:
    """A name for a function that stays the same wherever its file lies."""
    return hashlib.sha256(f"{origin}\0{qualname}\0{text}".encode()).hexdigest()[:16]


def _rounded(state: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(number, 5) for number in state)


def _three(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
