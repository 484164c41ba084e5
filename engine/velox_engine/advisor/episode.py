"""One function's way through strategies: each step applies an action, verifies, measures and keeps what wins.

The command line, the server and the training environment all walk through the same steps, so the policy is
trained on exactly what people get.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import TracebackType

from velox_engine import rules, strategies
from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.advisor.acceptance import Decision, decide
from velox_engine.policy import features, reward
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse
from velox_engine.types import Attempt, Candidate, Measurement, Verdict
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.sandbox import LoadFailure
from velox_engine.verify.verdict_cache import VerdictCache, candidate_key, context_key
from velox_engine.verify.verifier import Prepared, Unverifiable, Verifier
from velox_engine.workspace.project import Project, importable

Progress = Callable[[str, int], None]
STEP_GAIN = 1.05  # a further strategy must add at least this, or the shorter change is better
LIGHTER = 1.1  # or this many times less memory
_REWARD_OF_NOTHING_KEPT = 0.0
# What the policy sees of a function does not depend on how sure the scanner is.
_EVERYTHING = rules.Selection(doubtful=True)
# Added to both peaks before they are compared for the reward: a set beside a list of a hundred items is not
# eight times the memory of anything a person would notice.
_MEMORY_FLOOR = 1 << 20


def silent(message: str, percentage: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate with everything that is known about it."""

    candidate: Candidate
    verdict: Verdict
    measurement: Measurement | None
    decision: Decision
    reward: float


@dataclass(frozen=True, slots=True)
class Step:
    """What one action led to."""

    reward: float
    next_state: tuple[float, ...]
    next_mask: tuple[bool, ...]
    done: bool
    attempts: tuple[Attempt, ...]
    accepted: Trial | None
    trials: tuple[Trial, ...] = ()


class Workbench:
    """A project's verifier with the settings: what episodes share. A context manager."""

    def __init__(self, project: Project, settings: Settings) -> None:
        self.settings = settings
        self.verifier = Verifier(project, settings)
        self._beside: dict[str, Verifier] = {}
        self._cache = VerdictCache() if settings.cache else None
        self.objective = reward.Objective(settings.objective_runtime, settings.objective_memory)
        self.may_import = importable(project, settings)

    def examine(
        self,
        prepared: Prepared,
        new_source: str,
        float_tolerance: float,
        *,
        promising: Callable[[], bool] = lambda: True,
    ) -> tuple[Verdict, Measurement | None]:
        """Verify and measure one candidate, or remember having done so.

        It is not measured when it is not verified, or when `promising` (asked only then) says no.
        Raises LoadFailure when the candidate stops loading while it is timed.
        """
        key = ""
        if self._cache is not None:
            key = candidate_key(self._context(prepared), new_source, float_tolerance)
            known = self._cache.find(key)
            if known is not None:
                return known
        verdict = self.verifier.check(prepared, new_source, float_tolerance=float_tolerance)
        measurement = None
        if verdict.status == "verified":
            try:
                if not promising():
                    return verdict, None
                measurement = self.verifier.measure(
                    prepared, new_source, float_tolerance=float_tolerance, bar=self.settings.min_speedup
                )
            except Refuted as refuted:
                reason = f"{refuted.difference.says} (on a large input)"
                verdict = replace(verdict, status="refuted", reason=reason, counterexample=refuted.difference)
        # What ran out of time or wavered says something of this moment: asked again, it is measured again.
        if self._cache is not None and not (measurement is not None and measurement.unstable):
            self._cache.keep(key, verdict, measurement)
        return verdict, measurement

    def _context(self, prepared: Prepared) -> str:
        program = prepared.program
        project, settings = self.verifier.project, self.settings
        return context_key(project, settings, program.source, program.function, given=prepared.given)

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def verifier_beside(self, qualname: str) -> Verifier:
        """The verifier of a further function: each settles on a profile of the sandbox for the function it prepares."""
        if qualname not in self._beside:
            self._beside[qualname] = Verifier(self.verifier.project, self.settings)
        return self._beside[qualname]

    def close(self) -> None:
        """End the sandboxes and close the cache."""
        for verifier in (self.verifier, *self._beside.values()):
            verifier.close()
        if self._cache is not None:
            self._cache.close()


class Episode:
    """The state of optimising one function; `step` moves it on.

    Creating it prepares the original (inputs, outcomes, times).
    Raises verifier.Unverifiable when the original cannot be checked.
    """

    def __init__(
        self,
        workbench: Workbench,
        source: SourceFile,
        qualname: str,
        *,
        prepared: Prepared | None = None,
        strategy: str | None = None,
        progress: Progress = silent,
    ) -> None:
        self.workbench = workbench
        self.qualname = qualname
        self.strategy = strategy  # the only one to try; None: all
        self.original = source
        self.current = source
        self.progress = progress
        self.prepared = prepared or workbench.verifier.prepare(source, qualname, progress=progress)
        self.kept: list[Trial] = []
        self.steps = 0
        self.done = False
        self._seen: set[str] = {source.text}
        self._others: dict[str, Prepared] = {}
        self._proposed: tuple[SourceFile, Mapping[int, tuple[str, ...]]] | None = None

    @property
    def state(self) -> tuple[float, ...]:
        """The 27 features of the function as it is now."""
        facts = _static_facts(self.current, self.qualname)
        prepared = self.prepared
        seconds, peak, exponent = prepared.baseline_seconds, prepared.peak_bytes, prepared.exponent
        measured = self.kept[-1].measurement if self.kept else None
        if measured is not None:
            seconds = measured.call_seconds / max(measured.speedup.median, 1e-9)
            exponent = measured.scaling_after if measured.scaling_after is not None else exponent
            if peak is not None and measured.memory_ratio:
                peak = peak / measured.memory_ratio
        return features.describe(
            replace(
                facts,
                baseline_seconds=seconds,
                baseline_peak_bytes=peak,
                scaling_exponent=exponent,
                strength=prepared.evidence.strength,
                steps=self.steps,
            )
        )

    @property
    def mask(self) -> tuple[bool, ...]:
        """Which actions can be carried out on the function as it is now."""
        found = self.proposals
        return tuple(index in found or index == NO_CHANGE for index in range(len(ACTIONS)))

    @property
    def proposals(self) -> Mapping[int, tuple[str, ...]]:
        """The strategies that have something to propose for the function as it is now, by action."""
        if self._proposed is None or self._proposed[0] is not self.current:
            found = self._propose(self.current)
            self._proposed = (self.current, by_action(found))
        return self._proposed[1]

    def step(self, action: int) -> Step:
        """Carry out one action: try its strategies, keep the best rewrite that passes the acceptance rule."""
        self.steps += 1
        if action == NO_CHANGE:
            self.done = True
            return Step(_REWARD_OF_NOTHING_KEPT, self.state, self.mask, True, (), None)
        attempts: list[Attempt] = []
        trials: list[Trial] = []
        for candidate in self.candidates(action):
            if candidate.new_source in self._seen:
                continue
            attempt, trial = self.try_candidate(candidate, self.to_beat(trials))
            attempts.append(attempt)
            if trial is not None:
                trials.append(trial)
        return self.conclude(attempts, trials)

    def candidates(self, action: int) -> Sequence[Candidate]:
        """The rewrites that carry out an action on the function as it is now."""
        return self._propose(self.current, action)

    def untouched_candidates(self) -> Sequence[Candidate]:
        """The rewrites that apply to the original, whatever was kept since."""
        return self._propose(self.original)

    def _propose(self, source: SourceFile, action: int | None = None) -> list[Candidate]:
        return strategies.propose(
            source,
            self.qualname,
            action=None if action is None else ACTIONS[action],
            strategy=self.strategy,
            may_import=self.workbench.may_import,
        )

    @property
    def seen(self) -> frozenset[str]:
        """The texts that were tried, the original's among them."""
        return frozenset(self._seen)

    def conclude(self, attempts: list[Attempt], trials: list[Trial]) -> Step:
        """End a step: keep the best of what was tried, and say what it was worth."""
        best = self._best(trials)
        value = _REWARD_OF_NOTHING_KEPT
        if best is not None:
            value = best.reward
            self.kept.append(best)
            self.current = replace(self.current, text=best.candidate.new_source)
        elif any(attempt.status == "refuted" for attempt in attempts):
            value = reward.REFUTED
        elif trials:
            # A rewrite that nobody will see earns nothing for passing its tests.
            value = max(reward.REFUTED, min(0.0, max(trial.reward for trial in trials) - reward.TESTS_WEIGHT))
        self.done = self.steps >= self.workbench.settings.max_steps
        return Step(value, self.state, self.mask, self.done, tuple(attempts), best, tuple(trials))

    def _best(self, trials: list[Trial]) -> Trial | None:
        """The accepted trial with the highest reward; at equal gain the one without a caveat."""
        before = self.kept[-1].measurement if self.kept else None
        accepted = [trial for trial in trials if trial.decision.accepted and _adds(trial, before)]
        if not accepted:
            return None
        top = max(trial.reward for trial in accepted)
        near = [trial for trial in accepted if trial.reward >= top - 0.02]
        clean = [trial for trial in near if not trial.verdict.caveats]
        return max(clean or accepted, key=lambda trial: trial.reward)

    def to_beat(self, trials: list[Trial]) -> Trial | None:
        """The fastest rewrite so far that has no caveat: of this step, else the one before it."""
        clean = [
            trial
            for trial in trials
            if trial.measurement and trial.decision.accepted and not trial.verdict.caveats
        ]
        if clean:
            return max(
                clean, key=lambda trial: trial.measurement.speedup.median if trial.measurement else 0.0
            )
        return self.kept[-1] if self.kept else None

    def try_candidate(self, candidate: Candidate, rival: Trial | None = None) -> tuple[Attempt, Trial | None]:
        """Verify and measure one candidate; the trial is None unless it was verified and could beat its rival."""
        started = time.monotonic()
        self._seen.add(candidate.new_source)
        tolerance = max(candidate.float_tolerance, *(k.candidate.float_tolerance for k in self.kept), 0.0)

        def ended(status: str, reason: str, verdict: Verdict | None = None) -> Attempt:
            example = verdict.counterexample if verdict else None
            seconds = round(time.monotonic() - started, 3)
            return Attempt(candidate.strategy, status, reason, seconds, example)  # type: ignore[arg-type]

        self.progress(f"{candidate.strategy}: comparing and measuring", 75)
        try:
            verdict, measurement = self.workbench.examine(
                self.prepared,
                candidate.new_source,
                tolerance,
                promising=lambda: rival is None or self._beats(rival, candidate, tolerance),
            )
        except LoadFailure as failure:
            return ended("error", f"the rewrite does not load: {failure}"), None
        if measurement is None and verdict.status == "verified":
            name = rival.candidate.strategy if rival else ""
            return ended("no-gain", f"it adds nothing to what {name} gains"), None
        if measurement is None:
            return ended(verdict.status, verdict.reason, verdict), None
        broken = self._check_also(candidate, tolerance)
        if candidate.by_model and verdict.caveats:
            # A built-in strategy is understood, its caveats too; what a model made up is held to all inputs.
            broken = replace(verdict, status="refuted", counterexample=verdict.caveats[0])
            broken = replace(broken, reason=f"{verdict.caveats[0].says} (outside the evident domain)")
        if broken is not None:
            return ended(broken.status, broken.reason, broken), None
        decision = decide(verdict, measurement, self.workbench.settings)
        trial = Trial(candidate, verdict, measurement, decision, self._reward(candidate, measurement))
        return ended("verified" if decision.accepted else "no-gain", decision.reason), trial

    def _beats(self, rival: Trial, candidate: Candidate, tolerance: float) -> bool:
        """Time a candidate briefly against another rewrite; what does not beat it is given up after three rounds."""
        assert rival.measurement is not None, "what is accepted is measured"
        faster = rival.measurement.speedup.median
        then = self.workbench.verifier.in_place_of(self.prepared, rival.candidate.new_source, faster)
        found = self.workbench.verifier.measure(
            then, candidate.new_source, float_tolerance=tolerance, bar=STEP_GAIN
        )
        lighter = (found.memory_ratio or 1.0) >= LIGHTER
        return found.speedup.low > STEP_GAIN or lighter

    def _check_also(self, candidate: Candidate, tolerance: float) -> Verdict | None:
        """Verify the further functions of a coordinated rewrite; returns the first verdict that is not `verified`."""
        for name in candidate.also:
            verifier = self.workbench.verifier_beside(name)
            try:
                if name not in self._others:
                    self.progress(f"preparing {name}, which the rewrite changes too", 75)
                    self._others[name] = verifier.prepare(self.original, name)
                verdict = verifier.check(self._others[name], candidate.new_source, float_tolerance=tolerance)
            except Unverifiable as stop:
                reason = f"{name}, which it changes too, cannot be checked: {stop.reason}"
                return Verdict("unverifiable", reason)
            strength = verdict.evidence.strength
            if strength is None or strength < self.workbench.settings.min_strength:
                return Verdict("unverifiable", f"{name}, which it changes too, is only weakly checked")
            if verdict.status != "verified" or verdict.caveats:
                status = verdict.status if verdict.status != "verified" else "refuted"
                reason = verdict.reason if verdict.status != "verified" else verdict.caveats[0].says
                example = verdict.counterexample or next(iter(verdict.caveats), None)
                return replace(verdict, status=status, reason=f"{name}: {reason}", counterexample=example)
        return None

    def _reward(self, candidate: Candidate, measurement: Measurement) -> float:
        """The reward of this step: against the function as it was before it."""
        before = self.kept[-1].measurement if self.kept else None
        gained = _ratio_between(before, measurement)
        memory = _memory_between(before, measurement)
        old = _static_facts(self.current, self.qualname)
        new = _static_facts(replace(self.current, text=candidate.new_source), self.qualname)
        return reward.compute(
            time_ratio=gained,
            memory_ratio=memory,
            test_pass_rate=1.0,
            length_ratio=reward.ratio(new.lines, old.lines),
            complexity_ratio=reward.ratio(new.complexity, old.complexity),
            objective=self.workbench.objective,
        )


def by_action(candidates: Sequence[Candidate]) -> Mapping[int, tuple[str, ...]]:
    """Name the strategies of candidates under the actions that they carry out, each once."""
    found: dict[int, dict[str, None]] = {}
    for candidate in candidates:
        found.setdefault(ACTIONS.index(candidate.action), {})[candidate.strategy] = None
    return {action: tuple(names) for action, names in found.items()}


def _adds(trial: Trial, before: Measurement | None) -> bool:
    if before is None or trial.measurement is None:
        return True
    return 1.0 / _ratio_between(before, trial.measurement) > STEP_GAIN


def _ratio_between(before: Measurement | None, after: Measurement) -> float:
    """New time over the time before this step, at the largest size."""
    base = before.speedup.median if before is not None else 1.0
    return base / max(after.speedup.median, 1e-9)


def _memory_between(before: Measurement | None, after: Measurement) -> float | None:
    """New peak memory over the peak before this step, both on top of the floor."""
    if not after.memory_ratio or after.memory_bytes is None:
        return None
    first = before.memory_ratio if before is not None and before.memory_ratio else 1.0
    old, new = after.memory_bytes / first, after.memory_bytes / after.memory_ratio
    return (new + _MEMORY_FLOOR) / (old + _MEMORY_FLOOR)


@lru_cache(maxsize=64)
def _static_facts(source: SourceFile, qualname: str) -> features.FunctionFacts:
    return features.facts_of(source, qualname, rules.scan(parse(source), _EVERYTHING))
