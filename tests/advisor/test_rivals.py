"""What a greedy first step passed over gets its chance on the original."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from velox_engine.advisor.acceptance import Decision
from velox_engine.advisor.episode import Episode, Trial
from velox_engine.advisor.rivals import PLENTY, try_passed_over
from velox_engine.policy.reward import Objective
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose
from velox_engine.types import Attempt, Evidence, Interval, Measurement, Verdict

SOURCE = SourceFile.from_text(
    "def unseen(items: list[int], known: list[int]) -> list[int]:\n"
    "    found = []\n"
    "    for item in items:\n"
    "        if item not in known:\n"
    "            found.append(item)\n"
    "    return found\n"
)
VERIFIED = Verdict("verified", "same on 40 inputs", Evidence(inputs=40, mutants=10, mutants_killed=10))
ENDLESS = time.monotonic() + 3600


def measured(times: float) -> Measurement:
    """A measurement of that speed-up."""
    speedup = Interval(times, times * 0.9, times * 1.1)
    return Measurement(speedup, speedup, 1e-3, 1.0, 1e6, 2.0, 1.0)


class Bench:
    """A workbench that finds every candidate right and twice as fast, and remembers what it was asked."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.may_import: frozenset[str] = frozenset()
        self.objective = Objective(0.7, 0.3)
        self.asked: list[str] = []

    def examine(
        self, prepared: object, new_source: str, tolerance: float, *, promising: Callable[[], bool]
    ) -> tuple[Verdict, Measurement | None]:
        """Answer without running anything."""
        self.asked.append(new_source)
        return VERIFIED, measured(2.0)


def episode_with(kept: float | None) -> tuple[Episode, Bench]:
    """An episode that kept a list comprehension with that gain, or nothing."""
    bench: Any = Bench()
    prepared: Any = SimpleNamespace(
        baseline_seconds=1e-3, peak_bytes=1e6, exponent=2.0, evidence=VERIFIED.evidence
    )
    episode = Episode(bench, SOURCE, "unseen", prepared=prepared)
    if kept is not None:
        (candidate, *_) = propose(SOURCE, "unseen", action="comprehension")
        episode.kept.append(Trial(candidate, VERIFIED, measured(kept), Decision(True, "faster"), 0.3))
    return episode, bench


def tried(strategy: str) -> list[Attempt]:
    """The record of one strategy having been tried."""
    return [Attempt(strategy, "verified", "faster", 0.1, None)]


def test_a_strategy_that_was_passed_over_is_tried_on_the_original() -> None:
    """The set of known items is found although the loop had become a comprehension."""
    episode, _ = episode_with(1.3)
    used = episode.kept[0].candidate.strategy
    attempts, trials, rivals = try_passed_over(episode, tried(used), ENDLESS)
    assert "set-membership" in {attempt.strategy for attempt in attempts}
    assert used not in {attempt.strategy for attempt in attempts}
    assert all(rival.step.attempts and rival.mask[rival.action] for rival in rivals)
    assert any("set(known)" in trial.candidate.new_source for trial in trials)
    assert all(
        "found.append" in t.candidate.new_source for t in trials if "set(known)" in t.candidate.new_source
    )


def test_nothing_more_is_tried_after_a_great_gain_or_without_any() -> None:
    """Time is not spent where the first rewrite is plenty, nor repeated where everything was tried already."""
    for kept in (PLENTY, None):
        episode, bench = episode_with(kept)
        assert try_passed_over(episode, tried("list-comprehension"), ENDLESS) == ([], [], [])
        assert bench.asked == []


def test_no_rival_is_tried_past_the_deadline() -> None:
    """The budget of the function holds for rivals too."""
    episode, bench = episode_with(1.3)
    assert try_passed_over(episode, [], time.monotonic() - 1) == ([], [], [])
    assert bench.asked == []


def test_a_further_step_is_timed_against_the_one_before_it() -> None:
    """A step that adds nothing to what was kept ends there, without being measured against the original."""
    episode, bench = episode_with(4.0)
    seen: dict[str, Any] = {}

    def in_place_of(prepared: Any, source: str, faster: float) -> str:
        return source

    def measure(prepared: Any, new_source: str, *, float_tolerance: float, bar: float) -> Measurement:
        seen["old"] = prepared
        return measured(1.0)

    episode.current = SourceFile.from_text(episode.kept[0].candidate.new_source)
    any_bench: Any = bench
    any_bench.verifier = SimpleNamespace(measure=measure, in_place_of=in_place_of)
    candidate = propose(episode.current, "unseen")[0]
    assert not episode._beats(episode.kept[0], candidate, 0.0)
    assert seen["old"] == episode.current.text
