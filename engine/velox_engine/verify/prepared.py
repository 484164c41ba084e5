"""The original's side of every comparison, as a value: its inputs, its outcomes, its times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from velox_engine.source.document import SourceFile
from velox_engine.types import Evidence
from velox_engine.verify.draws import Draws
from velox_engine.verify.inputs import Grower, case_text
from velox_engine.verify.sandbox import Case, Outcome, Program
from velox_engine.verify.scaling import Ladder

LEAST_SECONDS = 1e-8  # guards ratios against a zero reading


class Unverifiable(Exception):
    """The original cannot be checked: `reason` says why in words for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Prepared:
    """What is known of the original before the first candidate is looked at."""

    source: SourceFile
    program: Program
    core: tuple[Case, ...]  # valid inputs and exceptions that are behaviour
    outcomes: tuple[tuple[Outcome, ...], ...]  # of core, per hash seed
    wide: tuple[Case, ...]
    wide_outcomes: tuple[Outcome, ...]
    wide_reasons: tuple[str, ...]  # why each is outside the evident domain
    evidence: Evidence
    growers: tuple[Grower, ...] = ()
    ladders: tuple[Ladder, ...] = ()  # empty until timed, and where nothing can grow
    core_seconds: float = LEAST_SECONDS  # one call on a typical core input
    peak_bytes: float | None = None
    watch: tuple[str, ...] = ()  # the original's globals: a rewrite may have others, of which nobody knows
    notes: tuple[str, ...] = ()
    draws: Draws = field(
        default_factory=Draws, compare=False
    )  # inputs for timing, the same for every rewrite
    given: str = ""  # digest of the recorded calls and call sites behind the inputs

    @property
    def returning(self) -> list[Case]:
        """The core inputs on which the original returns."""
        return [c for c, o in zip(self.core, self.outcomes[0], strict=True) if o.kind == "returned"]

    @property
    def baseline_seconds(self) -> float:
        """One call of the original at the largest size measured."""
        return self.ladders[0].seconds[-1] if self.ladders else self.core_seconds

    @property
    def exponent(self) -> float | None:
        """The original's measured scaling exponent."""
        return self.ladders[0].exponent if self.ladders else None


def without_repeats(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases in order, each once: what was given comes back among what was found."""
    unique: dict[str, Case] = {}
    for case in cases:
        unique.setdefault(case_text(case), case)
    return tuple(unique.values())
