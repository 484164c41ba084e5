"""Peak memory of one call, in a pass of its own; the original's is asked once for all rewrites."""

from __future__ import annotations

import random
from collections.abc import Callable

from velox_engine.verify.rounds import Bench
from velox_engine.verify.sandbox import Case, Program
from velox_engine.verify.scaling import Ladder


def _memory(bench: Bench, what: str, make: Callable[[], Case]) -> tuple[float | None, float | None]:
    """Return (old peak / new peak, old peak in bytes) of one call on the same input."""
    case = bench.draws.once((what, "case"), make)
    old = _old_peak(bench, what, case)
    new = _peak(bench, bench.new, case) if old is not None else None
    return (old / new, float(old)) if old is not None and new is not None else (None, None)


def _old_peak(bench: Bench, what: str, case: Case) -> int | None:
    return bench.draws.once((what, bench.old.source), lambda: _peak(bench, bench.old, case))


def _peak(bench: Bench, program: Program, case: Case) -> int | None:
    """Most bytes that one call needs at once; None where it gives no result."""
    with bench.sandbox.start(program) as run:
        peak, outcome = run.peak(case)
    return max(peak, 1) if outcome.kind == "returned" else None


def original_peak(bench: Bench) -> float | None:
    """Bytes that one call of the original needs at its peak, at the largest size; None where it gives no result."""
    ladder = bench.ladders[0] if bench.ladders else None
    what, make = _grown(bench, ladder, ladder.large) if ladder else _heaviest(bench)
    peak = _old_peak(bench, what, bench.draws.once((what, "case"), make))
    return None if peak is None else float(peak)


def grown_memory(bench: Bench, ladder: Ladder, size: int) -> tuple[float | None, float | None]:
    """Return (old peak / new peak, old peak in bytes) of one call at a size; None where one gives no result."""
    return _memory(bench, *_grown(bench, ladder, size))


def _grown(bench: Bench, ladder: Ladder, size: int) -> tuple[str, Callable[[], Case]]:
    stream = bench.stream(f"{ladder.grower.knob}:{size}:memory")
    return stream, lambda: ladder.grower.make(size, random.Random(stream))


def _heaviest(bench: Bench) -> tuple[str, Callable[[], Case]]:
    return "core", lambda: max(bench.core, key=_weight)


def _weight(case: Case) -> int:
    return sum(len(arg) for arg in case.args if hasattr(arg, "__len__"))


def core_memory(bench: Bench) -> tuple[float | None, float | None]:
    """The same on the core input with the longest arguments."""
    return _memory(bench, *_heaviest(bench))
