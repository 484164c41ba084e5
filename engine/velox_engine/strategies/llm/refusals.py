"""Why a model's rewrite is not even run, in words for the person and for the model."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """Raised where a rewrite breaks a rule; `reason` says which.

    `stale` says that it is no new rewrite, `unreadable` that it is no Python.
    """

    def __init__(self, reason: str, *, stale: bool = False, unreadable: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.stale = stale
        self.unreadable = unreadable


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rewrite that was turned down before it ran. `number` counts the answer's rewrites from 1; 0 is all of it."""

    number: int
    reason: str
    stale: bool = False  # nothing new: asking again would bring the same
    unreadable: bool = False  # no Python: the form of the answer may have been too much
