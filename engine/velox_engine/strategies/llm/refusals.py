"""Why a model's rewrite is not even run, in words for the person and for the model."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """Raised where a rewrite breaks a rule; `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rewrite that was turned down before it ran. `number` counts the answer's rewrites from 1; 0 is all of it."""

    number: int
    reason: str
