"""Runs the original on its inputs and keeps those that it decides, the same way each time."""

from __future__ import annotations

from collections.abc import Sequence

from velox_engine.verify import oracle
from velox_engine.verify.budget import OBSERVING_SHARE, Budget
from velox_engine.verify.inputs import InputSet
from velox_engine.verify.prepared import Unverifiable
from velox_engine.verify.sandbox import Case, Outcome, Program, Sandbox, call_all
from velox_engine.verify.side_by_side import in_pairs

# Exceptions of the machine rather than of the function: a rewrite may well not raise them.
_MACHINE_ERRORS = ("RecursionError", "MemoryError", "ModuleNotFoundError", "ImportError")
# Accidental exceptions that callers catch all the same; a TypeError of a wrong call is nobody's contract.
_FEWEST = 24  # inputs, some of which may be left out yet
_OVERDRAW = 2.0
_RELIED_ON = ("IndexError", "KeyError", "ValueError", "ZeroDivisionError", "StopIteration", "OverflowError")


def observe_core(
    sandboxes: Sequence[Sandbox], program: Program, core: Sequence[Case], budget: Budget
) -> tuple[tuple[Case, ...], tuple[tuple[Outcome, ...], ...]]:
    """Run the original in each sandbox (one a hash seed) and keep the inputs it decides, the same way in all.

    Inputs that do not fit the budget's share are left out. Raises Unverifiable where the sandbox refused what it
    tried, or where more than a fifth of the answers differ.
    """
    cpu, wall = budget.limits(OBSERVING_SHARE / len(sandboxes))
    first, *others = in_pairs(
        lambda sandbox: call_all(sandbox, program, core, cpu=cpu, budget=wall), sandboxes
    )
    reached, least = _reached(first), min(map(_reached, others), default=len(core))
    if least >= min(_FEWEST, len(core)):
        reached = min(reached, least)
    if reached < min(_FEWEST, len(core)):
        # A slow function: fewer inputs would not be enough, so these few get more time.
        cpu, wall = budget.limits(_OVERDRAW * OBSERVING_SHARE / len(sandboxes))
        first[reached:] = call_all(sandboxes[0], program, core[reached:_FEWEST], cpu=cpu, budget=wall)
        reached = _reached(first)
    core = core[:reached]
    runs = [first[:reached]]
    for sandbox, other in zip(sandboxes[1:], others, strict=True):
        # All answer the same inputs, each in one process.
        runs.append(other[:reached] if _reached(other) >= reached else call_all(sandbox, program, core))
    if any("denied" in outcome.effects for run in runs for outcome in run):
        # Two equal refusals say nothing about what happens outside.
        raise Unverifiable("it depends on the outside world: the sandbox refused what it tried to reach")
    same = oracle.stable(runs[0], runs[1])
    decided = [outcome.kind in ("returned", "raised") for outcome in runs[0]]
    varying = sum(1 for ok, answered in zip(same, decided, strict=True) if answered and not ok)
    if varying * 5 > sum(decided):
        raise Unverifiable(
            "it is not deterministic: two runs of the original differ on "
            f"{varying} of {sum(decided)} inputs (order of a set, random numbers or time)"
        )
    keep = [i for i, ok in enumerate(same) if ok and not runs[0][i].exception.startswith(_MACHINE_ERRORS)]
    kept = tuple(core[i] for i in keep)
    if 0 < len(keep) < len(core):
        # Once more without the others: what a function remembers of earlier calls must be the same for a candidate.
        runs = list(in_pairs(lambda sandbox: call_all(sandbox, program, kept), sandboxes))
        keep = [i for i, ok in enumerate(oracle.stable(runs[0], runs[1])) if ok]
        kept = tuple(kept[i] for i in keep)
    return kept, tuple(tuple(run[i] for i in keep) for run in runs)


def _reached(outcomes: Sequence[Outcome]) -> int:
    return next((i for i, outcome in enumerate(outcomes) if outcome.kind == "missing"), len(outcomes))


def observe_wide(
    sandbox: Sandbox, program: Program, found: InputSet, budget: Budget
) -> tuple[tuple[Case, ...], tuple[Outcome, ...], tuple[str, ...]]:
    """Keep the wide inputs that the original survives, or fails on in a way that callers may rely on."""
    if not found.wide:
        return (), (), ()
    cpu, wall = budget.limits(OBSERVING_SHARE / 2)
    outcomes = call_all(sandbox, program, found.wide, cpu=cpu, budget=wall)
    kept = [
        (case, outcome, reason)
        for case, outcome, reason in zip(found.wide, outcomes, found.wide_reasons, strict=True)
        if outcome.kind == "returned"
        or (outcome.kind == "raised" and outcome.exception.startswith(_RELIED_ON))
    ]
    cases, survived, reasons = zip(*kept, strict=True) if kept else ((), (), ())
    return tuple(cases), tuple(survived), tuple(reasons)
