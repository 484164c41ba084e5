"""Calls of the target for the search: one live run, restarted after a hang or a crash, with an eye on the budget."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from types import TracebackType

from velox_engine.verify.sandbox import Case, LoadFailure, Outcome, Program, Run, Sandbox
from velox_engine.verify.sandbox.child import Oversized

RESTART_SECONDS = 0.006  # what a new run costs, counted against the budget
CALL_SECONDS = 0.1
SLOW_CALL_SECONDS = 1.0  # for a function that never finishes within CALL_SECONDS, then without coverage
MOST_STALLS = 2  # hangs in one batch before the rest of it is given up
BATCH_SECONDS = 0.1
WALL_FACTOR = 12  # the wall clock ends a search at this multiple of the CPU budget, whatever the machine does
EXTRA_SECONDS = 2.0  # CPU time for trying growers after the search
EXTRA_WALL = 6  # the wall clock ends that at this multiple


class Runner:
    """Runs batches of cases with branch coverage and counts the CPU time they took."""

    def __init__(self, sandbox: Sandbox, program: Program, seconds: float) -> None:
        self.sandbox = sandbox
        self.program = program
        self.seconds = seconds
        self.answered = 0
        self.stalls = 0  # calls that hung or crashed
        self.slow = False
        self._called = 0.0  # seconds that answered calls took
        self._charged = 0.0
        self._most = math.inf  # what may be spent in all, once the search is over
        self._started = time.process_time()
        self._deadline = time.monotonic() + WALL_FACTOR * seconds + 2.0
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

    def extend(self) -> None:
        """Allow a little more time, for what follows the search."""
        self._most = self.spent + EXTRA_SECONDS
        self._deadline = max(self._deadline, time.monotonic() + EXTRA_WALL * EXTRA_SECONDS)

    def exhausted(self, share: float = 1.0) -> bool:
        """Whether the budget (or a share of it) is used up."""
        return self.spent > self.seconds * share or time.monotonic() > self._deadline

    @property
    def _over(self) -> bool:
        return time.monotonic() > self._deadline or self.spent > self._most

    def affordable(self, number: int) -> int:
        """How many of `number` calls fit into one batch."""
        if not self.answered:
            return min(number, 4) if self.slow else number
        return max(4, min(number, int(BATCH_SECONDS / max(self._called / self.answered, 1e-6))))

    def call(self, cases: Sequence[Case], call_seconds: float | None = None) -> list[Outcome]:
        """Outcomes for all cases, in order; after a second hang the rest are `missing`."""
        limit = call_seconds or (SLOW_CALL_SECONDS if self.slow else CALL_SECONDS)
        outcomes: list[Outcome] = []
        stalls = 0
        while len(outcomes) < len(cases) and stalls < MOST_STALLS and not self._over:
            rest = cases[len(outcomes) :]
            batch = self._live().call(rest[: self.affordable(len(rest))], seconds=limit)
            ended = next((i for i, item in enumerate(batch) if item.kind in ("timeout", "crashed")), None)
            # An input that could not be built is missing, too, yet the run goes on behind it.
            arrived = batch if ended is None else batch[: ended + 1]
            outcomes.extend(arrived)
            good = [outcome for outcome in arrived if outcome.kind not in ("timeout", "crashed", "missing")]
            self.answered += len(good)
            spent = sum(outcome.seconds for outcome in good)
            self._called += spent
            self._charged += spent
            if ended is not None:
                stalls += 1
                self._charged += limit if any(outcome.kind == "timeout" for outcome in arrived) else 0.0
                self._drop()
        self.stalls += stalls
        if not self.slow and self.stalls >= 2 * MOST_STALLS and self.answered <= self.stalls:
            self.go_without_coverage()  # nothing finishes: give calls more time, too
        return outcomes + [Outcome("missing")] * (len(cases) - len(outcomes))

    def time(self, cases: Sequence[Case]) -> float:
        """CPU seconds of all calls together, without coverage and in a process of their own.

        0 when one hangs, and when the inputs are too large to send.
        """
        try:
            with self.sandbox.start(self.program) as run:
                timing = run.time(cases, seconds=SLOW_CALL_SECONDS / len(cases))
        except (LoadFailure, Oversized):
            return 0.0
        self._charged += timing.cpu_seconds + RESTART_SECONDS
        hung = any(outcome.kind in ("timeout", "crashed") for outcome in timing.outcomes)
        return 0.0 if hung else timing.cpu_seconds

    def go_without_coverage(self) -> None:
        """Trade coverage for speed from here on."""
        self.slow = True
        self._drop()

    def _live(self) -> Run:
        if self._run is None or not self._run.alive:
            self._drop()
            self._charged += RESTART_SECONDS
            self._run = self.sandbox.start(self.program, coverage=not self.slow)
        return self._run

    def _drop(self) -> None:
        if self._run is not None:
            self._run.close()
            self._run = None
