"""A lighter check and timing for collecting: fewer inputs, one batch for all of a function's rewrites, few rounds.

What a person is offered is never decided here. A label for training may cost a tenth of what a suggestion does:
each rewrite is compared on a share of the inputs and timed beside the original on one batch of fresh inputs, whose
outputs are compared too. Two rounds end it where they agree clearly, five decide the rest.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from velox_engine import strategies
from velox_engine.actions import ACTIONS
from velox_engine.advisor.episode import (
    LIGHTER,
    STEP_GAIN,
    Episode,
    Progress,
    Trial,
    Workbench,
    by_action,
    silent,
)
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import Candidate, Interval, Measurement, Verdict
from velox_engine.verify import oracle
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.given import Given
from velox_engine.verify.inputs import InputSet
from velox_engine.verify.interface import interface_difference
from velox_engine.verify.prepared import Prepared
from velox_engine.verify.sandbox import Case, LoadFailure, Program, Run, Sandbox
from velox_engine.verify.sandbox.reach import new_reaches
from velox_engine.verify.sandbox.run import encode_case
from velox_engine.verify.scaling import FIT_FLOOR, Ladder, fit, fresh_cases
from velox_engine.verify.verifier import Verifier
from velox_engine.workspace.project import Project

CHECKED_INPUTS: Final = 32  # of those on which the original is known, the smallest and the most telling
ROUNDS: Final = (2, 5)  # rounds after which it is looked whether the answer is clear; the last ends it
_CLEAR_WIN = 1.3  # all rounds above: no more are needed
_CLEAR_GAIN = 1.1  # between two rewrites, of which only the ratios to the original are known
_SLOWER = 0.97
_BATCH_SECONDS: Final = 2e-3
_MOST_CASES, _FEWEST_CASES = 24, 2
_CALLS_SECONDS: Final = 1.0  # a batch that takes longer does not finish
_TICK: Final = 1e-7


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What the original and each rewrite are timed on: a batch for each round, the same for all."""

    batches: tuple[tuple[Case, ...], ...]
    call_seconds: float
    growth: tuple[tuple[int, tuple[Case, ...]], ...]  # smaller sizes, for the exponent
    peak: int  # of the original on the first case


class LightVerifier(Verifier):
    """A verifier that keeps a share of the inputs it finds, and takes those that are known without a search."""

    def __init__(self, project: Project, settings: Settings, inputs: InputSet | None = None) -> None:
        super().__init__(project, settings)
        self._given_inputs = inputs

    def prepare(
        self,
        source: SourceFile,
        qualname: str,
        *,
        extra: Sequence[Case] = (),
        timing: bool = True,
        progress: Progress = silent,
    ) -> Prepared:
        """Prepare the original as for a person, then thin its inputs; raises Unverifiable as there."""
        return thinned(super().prepare(source, qualname, extra=extra, timing=timing, progress=progress))

    def _inputs(
        self, source: SourceFile, qualname: str, program: Program, extra: Sequence[Case], given: Given
    ) -> InputSet:
        if self._given_inputs is not None:
            return self._given_inputs
        # Caveats, which wide inputs lead to, decide nothing here.
        found = super()._inputs(source, qualname, program, extra, given)
        return replace(found, wide=(), wide_reasons=())


class LightWorkbench(Workbench):
    """A workbench for one function, which remembers each rewrite and measures it lightly."""

    def __init__(self, project: Project, settings: Settings, inputs: InputSet | None = None) -> None:
        super().__init__(project, settings.replace(cache=False))
        self.verifier = LightVerifier(project, self.settings, inputs)
        self._inputs: _Inputs | None = None
        self._original: Run | None = None  # lives as long as its rewrites are timed beside it
        self._known: dict[tuple[str, float], tuple[Verdict, Measurement | None]] = {}
        self._proposed: dict[str, Sequence[Candidate]] = {}

    def examine(
        self,
        prepared: Prepared,
        new_source: str,
        float_tolerance: float,
        *,
        promising: Callable[[], bool] = lambda: True,
    ) -> tuple[Verdict, Measurement | None]:
        """Check and time a rewrite, once; `promising` is asked afterwards, since another order may lead to it."""
        key = (new_source, float_tolerance)
        if key not in self._known:
            self._known[key] = self._examine(prepared, new_source, float_tolerance)
        verdict, measurement = self._known[key]
        return verdict, measurement if measurement is not None and promising() else None

    def _examine(
        self, prepared: Prepared, new_source: str, float_tolerance: float
    ) -> tuple[Verdict, Measurement | None]:
        evidence = prepared.evidence
        if reached := new_reaches(prepared.source.text, new_source):
            return Verdict("unverifiable", f"it {reached[0]}", evidence), None
        wrong = interface_difference(prepared.program.source, new_source, prepared.program.function)
        if wrong is not None:
            return Verdict("refuted", wrong.says, evidence, wrong), None
        try:
            with self._started(prepared, new_source) as run:
                # One process for both: what it remembers of the checked inputs cannot help it on the timed ones.
                outcomes = run.call(prepared.core)
                wrong = oracle.first_difference(
                    prepared.core, prepared.outcomes[0], outcomes, float_tolerance=float_tolerance
                )
                if wrong is not None:
                    return Verdict("refuted", wrong.says, evidence, wrong), None
                measurement = self._measure(prepared, run, float_tolerance)
        except LoadFailure as failure:
            return Verdict("unverifiable", f"the rewrite does not load: {failure}", evidence), None
        except Refuted as refuted:
            return Verdict("refuted", refuted.difference.says, evidence, refuted.difference), None
        return Verdict("verified", f"same on {len(prepared.core)} inputs", evidence), measurement

    def candidates(self, source: SourceFile, qualname: str) -> Sequence[Candidate]:
        """All that the strategies make of this text, found out once."""
        if source.text not in self._proposed:
            self._proposed[source.text] = strategies.propose(source, qualname)
        return self._proposed[source.text]

    @property
    def rewrites(self) -> int:
        """How many different rewrites were checked."""
        return len(self._known)

    def known(self, source: str, float_tolerance: float) -> Measurement | None:
        """What was measured of a rewrite, whether or not it was found promising."""
        return self._known[source, float_tolerance][1]

    def close(self) -> None:
        """End the sandboxes."""
        if self._original is not None:
            self._original.close()
        super().close()

    def _started(self, prepared: Prepared, source: str) -> Run:
        return self.verifier.sandbox.start(replace(prepared.program, source=source), watch=prepared.watch)

    def _timing_inputs(self, prepared: Prepared) -> _Inputs:
        if self._inputs is None:
            self._inputs = _make_inputs(self.verifier.sandbox, prepared, self.settings.seed)
        return self._inputs

    def _measure(self, prepared: Prepared, run: Run, float_tolerance: float) -> Measurement:
        inputs = self._timing_inputs(prepared)
        if self._original is None or not self._original.alive:
            self._original = self._started(prepared, prepared.program.source)
            self._original.call(prepared.core)
        ladder = prepared.ladders[0] if prepared.ladders else None
        speedup, unstable = _rounds(self._original, run, inputs, float_tolerance)
        exponent, peak = None, 0
        if ladder is not None and inputs.peak and not unstable and speedup.median >= _SLOWER:
            exponent, peak = _afterwards(run, inputs, ladder.large)
        return Measurement(
            speedup=speedup,
            typical=speedup,
            call_seconds=inputs.call_seconds,
            memory_ratio=inputs.peak / peak if peak else None,
            memory_bytes=float(inputs.peak) if peak else None,
            scaling_before=ladder.exponent if ladder else None,
            scaling_after=exponent,
            sizes=(ladder.large,) if ladder else (),
            unstable=unstable,
        )


class LightEpisode(Episode):
    """An episode that compares two rewrites by what was measured of both, and asks for a clear difference."""

    @property
    def proposals(self) -> Mapping[int, tuple[str, ...]]:
        """The strategies that have something to propose for the function as it is now, by action."""
        bench = self.workbench
        assert isinstance(bench, LightWorkbench), "only a light workbench remembers what it found out"
        return by_action(bench.candidates(self.current, self.qualname))

    def candidates(self, action: int) -> Sequence[Candidate]:
        """The rewrites that carry out an action on the function as it is now."""
        bench = self.workbench
        assert isinstance(bench, LightWorkbench), "only a light workbench remembers what it found out"
        found = bench.candidates(self.current, self.qualname)
        return [candidate for candidate in found if candidate.action == ACTIONS[action]]

    def _beats(self, rival: Trial, candidate: Candidate, tolerance: float) -> bool:
        bench = self.workbench
        assert isinstance(bench, LightWorkbench), "only a light workbench remembers what it measured"
        found = bench.known(candidate.new_source, tolerance)
        assert found is not None, "it is asked only about what was measured"
        assert rival.measurement is not None, "what is accepted is measured"
        gain = found.speedup.median / max(rival.measurement.speedup.median, _TICK)
        memory = (found.memory_ratio or 1.0) / (rival.measurement.memory_ratio or 1.0)
        return gain > _CLEAR_GAIN or memory >= LIGHTER


def thinned(prepared: Prepared) -> Prepared:
    """The same original with fewer inputs: the last found, which tell planted bugs apart, and the smallest."""
    size = {place: len(encode_case(case)) for place, case in enumerate(prepared.core)}
    telling = sorted(size)[-CHECKED_INPUTS // 4 :]
    small = sorted(set(size) - set(telling), key=lambda place: (size[place], place))
    # Every second of the smaller half, so that not only empty and single inputs remain.
    chosen = sorted({*telling, *_spread(small, CHECKED_INPUTS - len(telling))})
    return replace(
        prepared,
        core=tuple(prepared.core[place] for place in chosen),
        outcomes=tuple(tuple(run[place] for place in chosen) for run in prepared.outcomes),
    )


def _spread(places: Sequence[int], count: int) -> list[int]:
    """`count` of them, evenly from the first three quarters (the largest inputs cost most and show least)."""
    usable = places[: max(count, len(places) * 3 // 4)]
    if len(usable) <= count:
        return list(usable)
    return [usable[index * len(usable) // count] for index in range(count)]


def _make_inputs(sandbox: Sandbox, prepared: Prepared, seed: int) -> _Inputs:
    rng = random.Random(seed ^ 0xBA7C)
    if not prepared.ladders:
        core = prepared.returning
        batches = tuple(tuple(rng.sample(core, min(len(core), _MOST_CASES))) for _ in range(ROUNDS[-1]))
        return _Inputs(batches, prepared.core_seconds, (), 0)
    ladder = prepared.ladders[0]
    size = ladder.large
    seconds = ladder.seconds_at(size)
    count = max(_FEWEST_CASES, min(_MOST_CASES, round(_BATCH_SECONDS / max(seconds, _TICK))))
    batches = tuple(tuple(fresh_cases(ladder.grower, size, count, rng)) for _ in range(ROUNDS[-1]))
    with sandbox.start(prepared.program) as run:
        peak, outcome = run.peak(batches[0][0])
    return _Inputs(batches, seconds, _growth(ladder, size, rng), peak if outcome.kind == "returned" else 0)


def _growth(ladder: Ladder, top: int, rng: random.Random) -> tuple[tuple[int, tuple[Case, ...]], ...]:
    sizes = [
        size
        for size, seconds in zip(ladder.sizes, ladder.seconds, strict=True)
        if seconds >= FIT_FLOOR and size < top
    ]
    return tuple((size, tuple(fresh_cases(ladder.grower, size, 1, rng))) for size in sizes[-3:])


def _rounds(old: Run, new: Run, inputs: _Inputs, float_tolerance: float) -> tuple[Interval, str]:
    """The time of the old program over the new one's, and why it should not count, "" when it may.

    Each round takes inputs that this process of the new program has not seen, so that remembering them cannot help.
    Raises Refuted when an output differs.
    """
    ratios: list[float] = []
    answers = ("returned", "raised")
    for index, batch in enumerate(inputs.batches):
        limit = _CALLS_SECONDS / len(batch)
        if index % 2:
            after, before = new.time(batch, seconds=limit), old.time(batch, seconds=limit)
        else:
            before, after = old.time(batch, seconds=limit), new.time(batch, seconds=limit)
        if any(one.kind not in answers for one in before.outcomes) or any(
            one.kind == "timeout" for one in after.outcomes
        ):
            return Interval(1.0, 1.0, 1.0), "a timed input does not finish"
        wrong = oracle.first_difference(
            batch, before.outcomes, after.outcomes, float_tolerance=float_tolerance
        )
        if wrong is not None:
            raise Refuted(wrong)
        ratios.append(max(before.cpu_seconds, _TICK) / max(after.cpu_seconds, _TICK))
        if len(ratios) in ROUNDS and (min(ratios) > _CLEAR_WIN or max(ratios) <= STEP_GAIN):
            break
    ordered = sorted(ratios)
    # One starved round in five must not decide.
    outlier = 1 if len(ordered) == ROUNDS[-1] else 0
    return Interval(statistics.median(ordered), ordered[outlier], ordered[-1 - outlier]), ""


def _afterwards(run: Run, inputs: _Inputs, top: int) -> tuple[float | None, int]:
    """The rewrite's exponent, and its peak memory in bytes (0 where it could not be had)."""
    sizes: list[int] = []
    seconds: list[float] = []
    for size, cases in (*inputs.growth, (top, inputs.batches[-1])):
        timing = run.time(cases, seconds=_CALLS_SECONDS / len(cases))
        if all(outcome.kind == "returned" for outcome in timing.outcomes):
            sizes.append(size)
            seconds.append(timing.cpu_seconds / len(cases))
    peak, outcome = run.peak(inputs.batches[0][0])
    return fit(sizes, seconds), peak if outcome.kind == "returned" else 0
