"""Transitions on disk: reading them with an error for each bad line, and rebuilding the measured graph from them."""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.experience.rows import parse_experience
from velox_engine.policy.features import FEATURES
from velox_engine.training.outcomes import Outcome, Recorded, Version, with_steps
from velox_engine.types import Experience, VeloxError

_LITTLE: Final = math.log(1.3)  # a function that offers less counts as if it offered this
_SLOWEST: Final = 0.01


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is not a transition, and why."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """What was read: transitions in order, and the lines that could not be."""

    experiences: tuple[Experience, ...]
    bad: tuple[BadLine, ...] = ()


def read(paths: Iterable[Path]) -> Dataset:
    """Read JSONL files (also gzipped) of transitions; a bad line is reported and left out.

    Raises VeloxError `not-readable` when a file cannot be read at all.
    """
    experiences: list[Experience] = []
    bad: list[BadLine] = []
    for path in paths:
        try:
            with open_text(path) as file:
                for number, line in enumerate(file, 1):
                    if not line.strip():
                        continue
                    try:
                        experiences.append(_checked(line))
                    except VeloxError as error:
                        bad.append(BadLine(str(path), number, error.message))
        except (OSError, EOFError, UnicodeDecodeError) as error:
            raise VeloxError(
                "not-readable",
                f"{path} cannot be read: {error}",
                "Name JSONL files of transitions.",
            ) from error
    return Dataset(tuple(experiences), tuple(bad))


def open_text(path: Path) -> IO[str]:
    """Open a JSONL file for reading, compressed or not."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def rebuild(experiences: Iterable[Experience]) -> list[Recorded]:
    """The functions behind measured transitions, each with its versions and the steps between them.

    Transitions without the evidence that names function and versions (foreign ones, or feedback) are left out.
    Where a step was measured more than once, the last measurement counts.
    """
    by_function: dict[str, list[Experience]] = defaultdict(list)
    for experience in experiences:
        if experience.source == "measured" and {"version", "next_version"} <= experience.evidence.keys():
            by_function[experience.episode_id].append(experience)
    return [_recorded(key, group) for key, group in by_function.items()]


def split(functions: Sequence[Recorded], holdout: Iterable[str]) -> tuple[list[Recorded], list[Recorded]]:
    """Part functions by origin into (training, held out): an origin is held out when it starts with a prefix."""
    prefixes = tuple(holdout)
    kept = [function for function in functions if not function.origin.startswith(prefixes)]
    held = [function for function in functions if function.origin.startswith(prefixes)]
    return kept, held


def soften(functions: Iterable[Recorded], scale: float) -> list[Recorded]:
    """The same functions with negative rewards scaled down, to learn an order of tries from.

    Nothing refuted is ever shown, so to the order a refuted try is a wasted run like one without gain. At full
    weight, one refutation in five makes the action that finds the most come last.
    """
    return [
        replace(
            function,
            steps={
                place: replace(step, reward=step.reward * scale) if step.reward < 0 else step
                for place, step in function.steps.items()
            },
        )
        for function in functions
    ]


def captured(functions: Iterable[Recorded]) -> list[Recorded]:
    """The same functions with what a kept step earns as its share of the best speed-up the function offers.

    Shares are of logarithms, so they add up to the same whatever the way: rewards do not, since every kept step earns
    its tests again, and an order of small steps would seem better than the one that gets there at once. A function of
    which no speed-up was recorded stays as it is, and what earned nothing stays as it was.
    """
    return [_captured(function) for function in functions]


def _captured(function: Recorded) -> Recorded:
    reached = {
        step.version.id: math.log(max(step.speedup, _SLOWEST))
        for step in function.steps.values()
        if step.kept and step.speedup is not None
    }
    if not reached:
        return function
    reached[function.root.id] = 0.0
    best = max(max(reached.values()), _LITTLE)
    steps = {
        place: replace(
            step,
            reward=(reached.get(step.version.id, 0.0) - reached.get(place[0], 0.0)) / best,
        )
        if step.kept
        else step
        for place, step in function.steps.items()
    }
    return replace(function, steps=steps)


def flat(experiences: Iterable[Experience]) -> Iterator[Experience]:
    """The transitions that `rebuild` leaves out: they train as they are."""
    for experience in experiences:
        if experience.source != "measured" or "version" not in experience.evidence:
            yield experience


def _checked(line: str) -> Experience:
    experience = parse_experience(line)
    if len(experience.state) != len(FEATURES):
        raise VeloxError(
            "bad-experience",
            f"Not a transition: a state has {len(FEATURES)} numbers, not {len(experience.state)}.",
        )
    if not experience.mask[experience.action_idx] and experience.action_idx != NO_CHANGE:
        raise VeloxError(
            "bad-experience",
            f"Not a transition: its mask forbids {ACTIONS[experience.action_idx]}.",
        )
    if not -1.0 <= experience.reward <= 1.0:
        raise VeloxError("bad-experience", "Not a transition: a reward lies between -1 and 1.")
    return experience


def _recorded(key: str, group: list[Experience]) -> Recorded:
    measured: dict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for experience in group:
        carried_out = tuple(experience.evidence.get("strategies", ()))
        measured[experience.evidence["version"]][experience.action_idx] = carried_out

    def version(name: str, state: tuple[float, ...]) -> Version:
        # Only what was measured is offered, so that a walk never asks for an unknown outcome.
        mask = tuple(index in measured[name] or index == NO_CHANGE for index in range(len(ACTIONS)))
        return Version(name, with_steps(state, 0), mask, measured[name])

    first = group[0]
    steps = {}
    for experience in group:
        evidence = experience.evidence
        after = version(evidence["next_version"], experience.next_state)
        steps[evidence["version"], experience.action_idx] = Outcome(
            reward=experience.reward,
            version=after,
            kept=evidence["next_version"] != evidence["version"],
            runs=len(evidence.get("statuses", ())),
            seconds=evidence.get("seconds", 0.0),
            speedup=evidence.get("speedup"),
            statuses=tuple(evidence.get("statuses", ())),
        )
    origin = first.evidence.get("origin", "")
    return Recorded(key, origin, version(first.evidence["version"], first.state), steps)
