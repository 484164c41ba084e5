"""Calls of the target for the search: one live run, restarted after a hang or a crash, with an eye on the budget."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType

from velox_engine.verify.sandbox import Case, Outcome, Program, Run, Sandbox

RESTART_SECONDS = 0.006  # what a new run costs, counted against the budget
CALL_SECONDS = 0.1


class Runner:
    """Runs batches of cases with branch coverage and counts the CPU time they took."""

    def __init__(self, sandbox: Sandbox, program: Program, seconds: float) -> None:
        self.sandbox = sandbox
        self.program = program
        self.seconds = seconds
        self.calls = 0
        self.stalls = 0  # calls that hung or crashed
        self._charged = 0.0
        self._started = time.process_time()
        self._deadline = time.monotonic() + 8 * seconds + 2.0
        self._run: Run | None = None

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    @property
    def spent(self) -> float:
        """CPU seconds so far, the parent's and the calls' together."""
        return self._charged + time.process_time() - self._started

    def exhausted(self, share: float = 1.0) -> bool:
        """Whether the budget (or a share of it) is used up."""
        return self.spent > self.seconds * share or time.monotonic() > self._deadline

    def call(self, cases: Sequence[Case], call_seconds: float = CALL_SECONDS) -> list[Outcome]:
        """Outcomes for all cases, in order; a case that ends the run costs a restart for those after it."""
        outcomes: list[Outcome] = []
        while len(outcomes) < len(cases):
            run = self._live()
            batch = run.call(cases[len(outcomes) :], seconds=call_seconds)
            answered = [outcome for outcome in batch if outcome.kind != "missing"]
            self.calls += len(answered)
            self._charged += sum(outcome.seconds for outcome in answered)
            stopped = len(answered) < len(batch) or any(
                item.kind in ("timeout", "crashed") for item in answered
            )
            outcomes.extend(answered)
            if stopped:
                self.stalls += 1
                self._drop()
                if not answered or self.exhausted(4.0) or self.stalls > 60:
                    outcomes.extend(batch[len(answered) :])
                    outcomes.extend(batch[-1:] * (len(cases) - len(outcomes)))
                    break
        return outcomes[: len(cases)]

    def _live(self) -> Run:
        if self._run is None or not self._run.alive:
            self._drop()
            self._charged += RESTART_SECONDS
            self._run = self.sandbox.start(self.program, coverage=True)
        return self._run

    def _drop(self) -> None:
        if self._run is not None:
            self._run.__exit__(None, None, None)
            self._run = None
