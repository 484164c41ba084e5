"""Answers the two questions asked of every rewrite: does it behave the same, and is it faster.

The original is run first and its outcomes stay here; candidates are compared against them, in processes of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import Evidence, Measurement, VeloxError, Verdict
from velox_engine.verify import benchmark
from velox_engine.verify.budget import (
    CHECKING_SHARE,
    CLIMBING_SHARE,
    LEAST_PLANTING,
    MEASURING_SHARE,
    PLANTING_SHARE,
    Budget,
    TooSlow,
)
from velox_engine.verify.clock import reads_clock
from velox_engine.verify.comparing import find_caveats, first_difference
from velox_engine.verify.finding import find_inputs
from velox_engine.verify.given import ARTEFACTS, Given, given_for
from velox_engine.verify.input_cache import InputCache
from velox_engine.verify.inputs import InputSet
from velox_engine.verify.interface import interface_difference
from velox_engine.verify.observing import observe_core, observe_wide
from velox_engine.verify.peaks import original_peak
from velox_engine.verify.prepared import LEAST_SECONDS, Prepared, Unverifiable, without_repeats
from velox_engine.verify.sandbox import (
    Case,
    Environment,
    Limits,
    LoadFailure,
    Outcome,
    Program,
    Sandbox,
    TwoTrees,
    call_all,
)
from velox_engine.verify.sandbox.reach import new_reaches
from velox_engine.verify.scaling import CLIMB_SECONDS, Ladder, climb_all, rescaled
from velox_engine.verify.side_by_side import in_pairs
from velox_engine.verify.strength import measure_strength
from velox_engine.workspace.project import Project

__all__ = ["Prepared", "Unverifiable", "Verifier"]

# Two seeds: what depends on the order of a set of strings differs between them.
_HASH_SEEDS = (0, 4711)
Progress = Callable[[str, int], None]


def _silent(message: str, percentage: int) -> None:
    """Report to nobody."""


class Verifier:
    """Prepares originals and checks candidates of one project; a context manager that owns the sandboxes."""

    def __init__(self, project: Project, settings: Settings, *, candidates: Project | None = None) -> None:
        """With `candidates`, another copy of the project, candidates run there, among the files of that copy."""
        settings.require_trust()
        self.project = project
        self.candidates = candidates
        self.settings = settings
        self._sandboxes: dict[tuple[int, str], Sandbox] = {}
        self._profile = "strict"
        self._input_cache = InputCache() if settings.cache else None

    def __enter__(self) -> Verifier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every sandbox process."""
        for sandbox in self._sandboxes.values():
            sandbox.close()
        self._sandboxes.clear()
        if self._input_cache is not None:
            self._input_cache.close()

    def _sandbox(self, seed: int) -> Sandbox:
        key = (seed, self._profile)
        if key not in self._sandboxes:
            make = partial(Sandbox, _environment(self.project))
            if self.candidates is not None:
                make = partial(TwoTrees, _environment(self.project), second=_environment(self.candidates))
            self._sandboxes[key] = make(
                Limits.of(self.settings),
                hash_seed=seed,
                profile=self._profile,  # type: ignore[arg-type]
                allow_unconfined=self.settings.allow_unconfined,
                trusted=self.settings.trust,
            )
        return self._sandboxes[key]

    def _candidate(self, prepared: Prepared, new_source: str) -> Program:
        """The program of a candidate; where candidates have a copy of the project, its place is there."""
        program = replace(prepared.program, source=new_source)
        if self.candidates is None:
            return program
        inside = Path(program.path).resolve().relative_to(self.project.root.resolve())
        return replace(program, path=str(self.candidates.root / inside))

    def _spent(self) -> float:
        """Processor seconds of all runs that have ended."""
        return sum(sandbox.processor_seconds() for sandbox in self._sandboxes.values())

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox that the function prepared last was run in."""
        return self._sandbox(_HASH_SEEDS[0])

    def program(self, source_text: str, qualname: str, path: str = "") -> Program:
        """Describe module text of this project as something the sandbox can run."""
        return Program(source_text, path, self.project.module, self.project.package, qualname)

    # -- the original ---------------------------------------------------------------------------------------

    def prepare(
        self,
        source: SourceFile,
        qualname: str,
        *,
        extra: Sequence[Case] = (),
        timing: bool = True,
        progress: Progress = _silent,
    ) -> Prepared:
        """Find inputs for the function, run the original on them twice, plant bugs, time it.

        Without `timing` the ladders stay empty until `timed` fills them: whoever only compares need not wait.
        Raises Unverifiable with the reason when the original cannot be checked.
        """
        clock = reads_clock(source.text, qualname)
        if clock:
            raise Unverifiable(f"it depends on time: it calls {clock}")
        budget = Budget(self.settings.budget, self._spent)
        given = given_for(self.project, source, qualname)
        program = replace(self.program(source.text, qualname, str(source.path or "")), imports=given.imports)
        watch = self._require_loads(program)
        progress("looking for inputs", 5)
        found = self._inputs(source, qualname, program, extra, given)
        if found.denied and self._profile == "strict":
            # It reads files: allow reading, and look for inputs anew, since those found met refusals.
            self._profile = "fs-read"
            found = self._inputs(source, qualname, program, extra, given)
        recorded = self._replayed(program, given)
        core = without_repeats((*extra, *recorded, *found.core, *found.exceptions))
        if not core:
            raise Unverifiable("; ".join(found.notes) or "no valid inputs were found")
        progress("running the original", 25)
        core, outcomes = observe_core([self._sandbox(seed) for seed in _HASH_SEEDS], program, core, budget)
        returning = [c for c, o in zip(core, outcomes[0], strict=True) if o.kind == "returned"]
        evidence = Evidence(
            inputs=len(core),
            exceptions=len(core) - len(returning),
            wide_inputs=len(found.wide),
            coverage=found.coverage,
            sandbox=self.sandbox.level,
            recorded=len(recorded),
        )
        self._require_enough(found, core, returning, outcomes[0], extra)
        wide, wide_outcomes, wide_reasons = observe_wide(self.sandbox, program, found, budget)
        progress("planting bugs", 40)
        planting = Budget(min(LEAST_PLANTING, PLANTING_SHARE * self.settings.budget), self._spent)
        killed, total = measure_strength(
            source,
            qualname,
            self.sandbox,
            program,
            core,
            seed=self.settings.seed,
            enough=lambda: budget.exhausted(PLANTING_SHARE) and planting.exhausted(),
        )
        evidence = replace(evidence, wide_inputs=len(wide), mutants=total, mutants_killed=killed)
        prepared = Prepared(
            source=source,
            program=program,
            core=core,
            outcomes=outcomes,
            wide=wide,
            wide_outcomes=wide_outcomes,
            wide_reasons=wide_reasons,
            evidence=evidence,
            growers=found.growers,
            watch=watch,
            notes=found.notes,
            given=given.digest,
        )
        return self.timed(prepared, progress=progress) if timing else prepared

    def timed(self, prepared: Prepared, *, progress: Progress = _silent) -> Prepared:
        """Time the original at growing sizes, and take its peak memory."""
        progress("timing the original", 60)
        ladders, core_seconds = self._time(prepared)
        prepared = replace(prepared, ladders=ladders, core_seconds=core_seconds)
        if not (ladders or prepared.returning):
            return prepared
        return replace(prepared, peak_bytes=original_peak(self._bench(prepared, prepared.program)))

    def in_place_of(self, prepared: Prepared, source: str, faster: float) -> Prepared:
        """The original's side with a verified rewrite as the program, which the next candidate has to beat.

        `faster` is what was measured for it where nothing grows; each ladder is timed anew at its largest size.
        """
        program = self._candidate(prepared, source)
        sandbox = self.sandbox
        return replace(
            prepared,
            program=program,
            ladders=tuple(rescaled(sandbox, program, item, self.settings.seed) for item in prepared.ladders),
            core_seconds=max(prepared.core_seconds / max(faster, 1e-9), LEAST_SECONDS),
        )

    def _require_loads(self, program: Program) -> tuple[str, ...]:
        """Start the original once and name its globals; leave the strict profile only if it does not load there."""
        self._profile = "strict"
        try:
            with self.sandbox.start(program) as run:
                return run.globals
        except LoadFailure as strict_failure:
            reason = str(strict_failure)
        self._profile = "fs-read"
        try:
            with self.sandbox.start(program) as run:
                return run.globals
        except (LoadFailure, VeloxError) as failure:
            raise Unverifiable(f"the module does not load in the sandbox: {reason}") from failure

    def _replayed(self, program: Program, given: Given) -> tuple[Case, ...]:
        """Keep the recorded calls that the original answers as a function, not as a call that was rebuilt badly."""
        if not given.recorded:
            return ()
        outcomes = call_all(self.sandbox, program, given.recorded)
        return tuple(
            case
            for case, outcome in zip(given.recorded, outcomes, strict=True)
            if outcome.kind in ("returned", "raised") and not outcome.exception.startswith(ARTEFACTS)
        )

    def _inputs(
        self, source: SourceFile, qualname: str, program: Program, extra: Sequence[Case], given: Given
    ) -> InputSet:
        return find_inputs(
            self.project,
            self.settings,
            source,
            program,
            self.sandbox,
            profile=self._profile,
            extra=(*extra, *given.recorded),
            call_sites=given.call_sites,
            cache=self._input_cache,
        )

    def _require_enough(
        self,
        found: InputSet,
        core: Sequence[Case],
        returning: Sequence[Case],
        outcomes: Sequence[Outcome],
        extra: Sequence[Case],
    ) -> None:
        if not core:
            raise Unverifiable("the original gives no comparable result on any input")
        if not returning and not extra:
            first = next((o.exception for o in outcomes if o.exception), "")
            raise Unverifiable(f"no input was found on which it returns (it raises {first[:120]!r})")
        if len(returning) < self.settings.min_inputs and not extra:
            notes = f" ({'; '.join(found.notes)})" if found.notes else ""
            raise Unverifiable(
                f"only {len(returning)} valid inputs were found, {self.settings.min_inputs} are needed{notes}"
            )

    def _time(self, prepared: Prepared) -> tuple[tuple[Ladder, ...], float]:
        sandbox, program = self.sandbox, prepared.program
        ladders = climb_all(
            sandbox,
            program,
            prepared.growers,
            seed=self.settings.seed,
            top_seconds=self.settings.top_seconds,
            budget=min(CLIMB_SECONDS, CLIMBING_SHARE * self.settings.budget),
        )
        sample = prepared.returning[:50]
        try:
            with sandbox.start(program) as run:
                run.call(sample[:3])
                timing = run.time(sample, seconds=self.settings.call_seconds / max(1, len(sample)))
        except LoadFailure as failure:
            raise Unverifiable(f"the module stopped loading: {failure}") from failure
        return ladders, max(timing.cpu_seconds / max(1, len(sample)), LEAST_SECONDS)

    # -- candidates -----------------------------------------------------------------------------------------

    def check(
        self,
        prepared: Prepared,
        new_source: str,
        *,
        float_tolerance: float = 0.0,
        progress: Progress = _silent,
    ) -> Verdict:
        """Compare a candidate with the original on every core and wide input."""
        program = self._candidate(prepared, new_source)
        evidence = prepared.evidence
        if reached := new_reaches(prepared.source.text, new_source):
            reason = (
                f"the rewrite reaches into the interpreter, where no test can be trusted: it {reached[0]}"
            )
            return Verdict("unverifiable", reason, evidence)
        progress("comparing results", 70)
        called = interface_difference(prepared.program.source, new_source, program.function)
        if called is not None:
            return Verdict("refuted", called.says, evidence, called)
        budget = Budget(self.settings.budget * CHECKING_SHARE, self._spent)
        sides = [(self._sandbox(seed), old) for seed, old in zip(_HASH_SEEDS, prepared.outcomes, strict=True)]
        try:
            for difference in in_pairs(
                lambda side: first_difference(side[0], program, prepared, side[1], float_tolerance, budget),
                sides,
            ):
                if difference is not None:
                    return Verdict("refuted", difference.says, evidence, difference)
        except LoadFailure as failure:
            return Verdict("unverifiable", f"the rewrite does not load: {failure}", evidence)
        except TooSlow:
            reason = "the rewrite does not answer all inputs within the time budget"
            return Verdict("unverifiable", reason, evidence)
        caveats = find_caveats(self.sandbox, program, prepared, float_tolerance)
        if caveats and self.settings.strict:
            return Verdict("refuted", f"strict: {caveats[0].says}", evidence, caveats[0])
        returning = evidence.inputs - evidence.exceptions
        if returning < self.settings.min_inputs:
            reason = f"only {returning} valid inputs were found, {self.settings.min_inputs} are needed"
            return Verdict("unverifiable", reason, evidence, None, caveats)
        return Verdict("verified", f"same on {evidence.inputs} inputs", evidence, None, caveats)

    def measure(
        self,
        prepared: Prepared,
        new_source: str,
        *,
        float_tolerance: float = 0.0,
        bar: float = 0.0,
    ) -> Measurement:
        """Time a verified candidate against the original; briefly where it cannot prove to be `bar` times faster.

        Raises benchmark.Refuted when an output differs on a timed input, LoadFailure when it does not start.
        """
        bench = self._bench(prepared, self._candidate(prepared, new_source))
        return benchmark.measure(replace(bench, float_tolerance=float_tolerance, bar=bar))

    def _bench(self, prepared: Prepared, new: Program) -> benchmark.Bench:
        return benchmark.Bench(
            sandbox=self.sandbox,
            old=prepared.program,
            new=new,
            core=prepared.returning,
            ladders=prepared.ladders,
            core_seconds=prepared.core_seconds,
            seed=self.settings.seed,
            least=self.settings.min_speedup,
            budget=Budget(self.settings.budget * MEASURING_SHARE),
            draws=prepared.draws,
        )


def _environment(project: Project) -> Environment:
    return Environment(project.interpreter, str(project.root), project.search_path)
