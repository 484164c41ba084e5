"""Time to spend on one piece of work, counted in processor time so that a busy machine does not cut it short."""

from __future__ import annotations

import time

_PATIENCE = 3.0  # the wall clock ends it after this multiple all the same


class Budget:
    """Seconds of processor time, of this process and of the runs that are charged to it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._charged = 0.0
        self._started = time.process_time()
        self._began = time.monotonic()

    def charge(self, seconds: float) -> None:
        """Count processor time that another process used."""
        self._charged += seconds

    def exhausted(self, share: float = 1.0) -> bool:
        """Whether `share` of the budget is used up."""
        limit = self.seconds * share
        spent = self._charged + time.process_time() - self._started
        return spent > limit or time.monotonic() - self._began > _PATIENCE * limit
