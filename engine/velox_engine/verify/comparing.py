"""Runs a candidate on the original's inputs and looks for differences, in the core and beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from velox_engine.types import Difference
from velox_engine.verify import oracle
from velox_engine.verify.budget import Budget, TooSlow
from velox_engine.verify.prepared import Prepared
from velox_engine.verify.sandbox import Outcome, Program, Sandbox, call_all

_MAX_CAVEATS = 3
_CHUNK = 32  # cases compared at a time, so that the first difference ends the comparison


def first_difference(
    sandbox: Sandbox,
    program: Program,
    prepared: Prepared,
    old: Sequence[Outcome],
    float_tolerance: float,
    budget: Budget,
) -> Difference | None:
    """Run the candidate until its first difference: one that hangs must not be asked two hundred times.

    Raises TooSlow when the budget ends first, LoadFailure when the candidate does not start.
    """
    cases = prepared.core
    with sandbox.start(program, watch=prepared.watch) as run:
        for start in range(0, len(cases), _CHUNK):
            if start and budget.exhausted():
                raise TooSlow
            chunk = slice(start, start + _CHUNK)
            new = run.call(cases[chunk])
            difference = oracle.first_difference(
                cases[chunk], old[chunk], new, float_tolerance=float_tolerance
            )
            if difference is not None:
                return difference
    return None


def find_caveats(
    sandbox: Sandbox, program: Program, prepared: Prepared, float_tolerance: float
) -> tuple[Difference, ...]:
    """The first few differences on wide inputs, one of each kind."""
    if not prepared.wide:
        return ()
    found: dict[str, Difference] = {}
    run = sandbox.start(program, watch=prepared.watch)
    try:
        for start in range(0, len(prepared.wide), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            cases, before = prepared.wide[chunk], prepared.wide_outcomes[chunk]
            # In one process as the original's, since a function may remember earlier calls.
            after = run.call(cases)
            if not run.alive:
                hung = any(outcome.kind == "timeout" for outcome in after)
                after = [outcome for outcome in after if outcome.kind != "missing"]
                if not hung:
                    after += call_all(sandbox, program, cases[len(after) :], watch=prepared.watch)
                run = sandbox.start(program, watch=prepared.watch)
            reasons = prepared.wide_reasons[chunk]
            for case, old, new, reason in zip(cases, before, after, reasons, strict=False):
                if not oracle.same(old, new, float_tolerance=float_tolerance):
                    difference = oracle.explain(case, old, new)
                    says = difference.says
                    if old.kind == "returned" and reason:
                        says = f"{says}, when {reason}"
                    found.setdefault(difference.says, replace(difference, says=says))
            if len(found) >= _MAX_CAVEATS or any(outcome.kind == "timeout" for outcome in after):
                break
    finally:
        run.close()
    return tuple(found.values())[:_MAX_CAVEATS]
