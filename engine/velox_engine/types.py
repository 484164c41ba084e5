"""The values that cross Velox's layers: findings, candidates, verdicts, measurements, suggestions, experiences.

Frozen and free of editor types. Positions are 0-based lines and UTF-8 byte columns, as parsers give them;
the command line and the server convert at their edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["hint", "info", "warning"]
VerdictStatus = Literal["verified", "refuted", "unverifiable"]
FeedbackKind = Literal["accepted", "edited", "rejected", "reverted"]


class VeloxError(Exception):
    """An error a person can meet: `code` for machines, the message for people, `hint` says what to do next."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: 0-based line and UTF-8 byte column within that line."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace the bytes [start, end) of the file's UTF-8 text by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that a rule believes slow."""

    rule: str  # "VX101"
    name: str  # "list-membership-in-loop"
    start: Position
    end: Position
    function: str  # qualified name, "" at module level
    message: str  # says why here
    severity: Severity
    strategy: str  # id of the strategy that would fix it, "" when none is built in
    action: str  # the member of ACTIONS that this strategy carries out
    cost: str  # "O(n·m)"


@dataclass(frozen=True, slots=True)
class Candidate:
    """New source for one function, with the strategy that made it."""

    function: str
    strategy: str
    action: str
    new_source: str  # the whole file after the edits
    edits: tuple[TextEdit, ...]  # against the file the candidate was made for
    note: str  # one sentence: what changed
    float_tolerance: float = 0.0  # relative; only a strategy that re-associates sums declares one
    also: tuple[str, ...] = ()  # further functions of the file that must behave as before: verified together
    by_model: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One input on which old and new behave differently, as text that a person can read."""

    says: str
    inputs: str
    old: str
    new: str
    replay: str = (
        ""  # the inputs in full, as text that evaluates back; "" where they are too long or there are none
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on."""

    inputs: int = 0  # core inputs compared
    exceptions: int = 0  # of these, how many raise in the original
    wide_inputs: int = 0
    coverage: float | None = None  # share of the original's branches that the inputs reach
    mutants: int = 0
    mutants_killed: int = 0
    sandbox: str = ""  # level that the runs were confined to
    tests: str = ""  # the person's own tests that ran, and how they ended
    recorded: int = 0  # of the core inputs, how many are calls that were recorded

    @property
    def strength(self) -> float | None:
        """Share of planted bugs that the inputs tell apart; None when none could be planted."""
        return self.mutants_killed / self.mutants if self.mutants else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether old and new behave the same, as far as the inputs can tell."""

    status: VerdictStatus
    reason: str
    evidence: Evidence = field(default_factory=Evidence)
    counterexample: Difference | None = None
    caveats: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """A ratio old/new (above 1 is faster) with its 95 % confidence interval."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """Paired timings of old and new on fresh inputs, judged on the CPU clock."""

    speedup: Interval  # at the largest size measured: where slow code hurts
    typical: Interval  # at a middle size
    call_seconds: float  # one call of the original at the largest size
    memory_ratio: float | None  # old peak / new peak
    memory_bytes: float | None  # old peak of one call
    scaling_before: float | None  # exponent of time against size
    scaling_after: float | None
    sizes: tuple[int, ...] = ()
    unstable: str = ""  # why the figures should not be trusted, "" when they can
    note: str = ""  # what kind of inputs were timed, when not just any
    crossover: int | None = None  # below about this size the rewrite is slower; None where it is at no size
    # (size, seconds of one call) behind the two exponents, one batch each: for plots, never for verdicts.
    growth_before: tuple[tuple[int, float], ...] = ()
    growth_after: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How often a kind of rewrite worked on other functions that look alike."""

    worked: int
    tried: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A verified candidate whose measurement passes the acceptance rule."""

    id: str
    path: str
    function: str
    strategies: tuple[str, ...]
    actions: tuple[str, ...]
    new_function: str
    new_source: str
    edits: tuple[TextEdit, ...]
    diff: str
    verdict: Verdict
    measurement: Measurement
    confidence: float
    reward: float
    reason: str
    weakly_checked: bool = False
    old_function: str = ""
    track: TrackRecord | None = None  # None: nobody asked


@dataclass(frozen=True, slots=True)
class Attempt:
    """One strategy tried on a function, and how it ended."""

    strategy: str
    status: Literal["verified", "refuted", "unverifiable", "no-gain", "error"]
    reason: str
    seconds: float
    counterexample: Difference | None = None


@dataclass(frozen=True, slots=True)
class Experience:
    """One transition of an episode (DESIGN.md §7), as written to disk."""

    state: tuple[float, ...]
    action_idx: int
    reward: float
    next_state: tuple[float, ...]
    done: bool
    mask: tuple[bool, ...]
    next_mask: tuple[bool, ...]
    source: Literal["measured", "feedback", "import"]
    episode_id: str
    timestamp: str
    evidence: dict[str, Any] = field(default_factory=dict)
