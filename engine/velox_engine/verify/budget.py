"""Time to spend on one piece of work, counted in processor time so that a busy machine does not cut it short."""

from __future__ import annotations

import time
from collections.abc import Callable

# Shares of the budget for one function. What does not fit is left out, and the evidence says how much there was.
OBSERVING_SHARE = 0.25  # running the original on one kind of inputs
PLANTING_SHARE = 0.6  # all until the last bug is planted
LEAST_PLANTING = 2.0  # seconds for planting, however long the search for inputs took
CLIMBING_SHARE = 0.2  # timing the original at growing sizes
CHECKING_SHARE = 0.6  # comparing one candidate
MEASURING_SHARE = 0.3  # measuring one candidate
_STARVED = 20.0  # so many times its processor time a run of calls may take
_PATIENCE = 3.0  # the wall clock ends it after this multiple all the same


class TooSlow(Exception):
    """A candidate used up the time for comparing it."""


class Budget:
    """Seconds of processor time, of this process and of the runs that are charged to it.

    `elsewhere` tells the seconds that other processes have used so far, where somebody counts them.
    """

    def __init__(self, seconds: float, elsewhere: Callable[[], float] = lambda: 0.0) -> None:
        self.seconds = seconds
        self._charged = -elsewhere()
        self._elsewhere = elsewhere
        self._started = time.process_time()
        self._began = time.monotonic()

    def charge(self, seconds: float) -> None:
        """Count processor time that another process used."""
        self._charged += seconds

    def limits(self, share: float) -> tuple[float, float]:
        """What calls in a sandbox may take of a share: processor time, and wall clock on a very busy machine."""
        return share * self.seconds, _STARVED * share * self.seconds

    def exhausted(self, share: float = 1.0) -> bool:
        """Whether `share` of the budget is used up."""
        limit = self.seconds * share
        spent = self._charged + self._elsewhere() + time.process_time() - self._started
        return spent > limit or time.monotonic() - self._began > _PATIENCE * limit
