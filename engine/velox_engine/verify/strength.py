"""Verification strength: how many of the bugs planted in the original the inputs tell apart from it, and more inputs
where they do not."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from velox_engine.source.document import SourceFile
from velox_engine.verify.budget import Budget
from velox_engine.verify.inputs.supply import Supply
from velox_engine.verify.mutants import Mutant, make_mutants
from velox_engine.verify.sandbox import Case, LoadFailure, Outcome, Program, Run, Sandbox, call_all
from velox_engine.verify.side_by_side import in_pairs

CALL_SECONDS = (
    0.25  # a mutant that takes longer on one input than this (or than the original did) counts as detected
)
BATCHES = (6, 24)  # most mutants fall on the first few inputs, so these are tried before the rest
ADDED_BATCH = 48  # further inputs tried at a time
PATIENCE = 4  # batches without a detected bug before the inputs are believed to be as strong as they get
WALL_FACTOR = 4  # a busy machine may take so many times longer to run the original
TELLING_FACTOR = 1.5  # of the seconds for inputs: what the search for more of them may take in all
LEAST = (
    6  # planted bugs that are tried even when the time for them is over: a share of one or two says nothing
)
DOUBLED = 2  # so many times the bugs are planted where fewer than `DOUBTFUL` of the first are detected
DOUBTFUL = 0.8
GUIDES = 45  # bugs that may lead the search for more inputs

__all__ = ["Mutant", "add_telling", "make_mutants", "measure_strength"]


def measure_strength(
    source: SourceFile,
    qualname: str,
    sandbox: Sandbox,
    program: Program,
    cases: Sequence[Case],
    *,
    limit: int = 15,
    seed: int = 0,
    baseline_payloads: Sequence[bytes] | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """How many mutants the cases detect, and how many were planted.

    `baseline_payloads` are the original's payloads for the same cases, where the caller has them already. Once
    `enough` says so no further mutant is tried, after the first `LEAST`, and those that were are what counts. Where the
    share that the first `limit` show leaves doubt, as many again are planted, as far as the function has them.
    A mutant that hangs, crashes or does not load is detected. One that may well show nowhere (see `equivalents`)
    counts only when it is detected.
    """
    mutants = _sample(source, qualname, limit, seed)
    if not mutants or not cases:
        return 0, len(mutants[:limit])
    wanted = list(baseline_payloads) if baseline_payloads is not None else _payloads(sandbox, program, cases)
    usable = [(case, payload) for case, payload in zip(cases, wanted, strict=True) if payload]
    found: list[bool] = []
    mutated = (replace(program, source=mutant.source_text) for mutant in mutants)
    places = in_pairs(lambda one: _first_difference(sandbox, one, usable), mutated)
    while len(found) < len(mutants):
        if len(found) >= LEAST and enough():
            break
        if len(found) == limit and sum(found) >= DOUBTFUL * _counted(found, mutants):
            break
        found.append(next(places) is not None)
    places.close()
    return sum(found), _counted(found, mutants)


def _counted(found: Sequence[bool], mutants: Sequence[Mutant]) -> int:
    return sum(detected or not mutant.harmless for detected, mutant in zip(found, mutants, strict=False))


def _sample(source: SourceFile, qualname: str, limit: int, seed: int) -> list[Mutant]:
    """The mutants that may be counted: twice `limit` where the function has that many, else `limit` at most."""
    planted = make_mutants(source, qualname, DOUBLED * limit, seed)
    return planted if len(planted) == DOUBLED * limit else planted[:limit]


def add_telling(
    source: SourceFile,
    qualname: str,
    sandbox: Sandbox,
    program: Program,
    cases: Sequence[Case],
    supply: Supply,
    *,
    seconds: float,
    limit: int = 15,
    seed: int = 0,
) -> list[Case]:
    """More core cases, each of which detects a planted bug that `cases` do not; none when nothing more is found.

    Ends when nothing new was detected for a while, when no bug is left, or after about `seconds` of processor time.
    The bugs that lead the search are others than those that `measure_strength` counts, as long as the function has
    that many, so that the figure stays an honest sample.
    """
    planted = _sample(source, qualname, limit, seed)
    counted = {mutant.source_text for mutant in planted} if len(planted) >= limit else set()
    guides = [
        mutant
        for mutant in make_mutants(source, qualname, GUIDES + len(planted), seed + 1)
        if mutant.source_text not in counted
    ][:GUIDES]
    budget = Budget(TELLING_FACTOR * seconds, sandbox.processor_seconds)
    before = call_all(sandbox, program, cases, budget=WALL_FACTOR * seconds)
    wanted: list[tuple[Case, bytes]] = []
    spent = 0.0
    for case, outcome in zip(cases, before, strict=True):
        spent += outcome.seconds
        if spent > seconds:
            break  # every bug is tried on all of them
        if _decided(outcome):
            wanted.append((case, outcome.payload))
    raised = {outcome.exception.partition(":")[0] for outcome in before if outcome.kind == "raised"}
    telling = [replace(program, source=guide.source_text) for guide in guides if not guide.harmless]
    left: list[Program] = []
    places = in_pairs(lambda one: _first_difference(sandbox, one, wanted), telling)
    for survivor in telling:
        if budget.exhausted():
            break
        if next(places) is None:
            left.append(survivor)
    places.close()
    found: list[Case] = []
    idle = 0
    while left and idle < PATIENCE and not budget.exhausted():
        drawn = supply.draw(ADDED_BATCH)
        fresh = [
            (case, outcome.payload)
            for case, outcome in zip(
                drawn, call_all(sandbox, program, drawn, seconds=CALL_SECONDS), strict=True
            )
            if outcome.kind == "returned"
            or (outcome.kind == "raised" and outcome.exception.partition(":")[0] in raised)
        ]
        if not fresh:
            break
        most = len(left)
        shown = list(in_pairs(partial(_first_difference, sandbox, wanted=fresh), left))
        found += [fresh[place][0] for place in shown if place is not None]
        left = [survivor for survivor, place in zip(left, shown, strict=True) if place is None]
        idle = 0 if len(left) < most else idle + 1
    return found


def _payloads(sandbox: Sandbox, program: Program, cases: Sequence[Case]) -> list[bytes]:
    """The original's payloads; empty where it gives none, so that the case is left out."""
    return [outcome.payload if _decided(outcome) else b"" for outcome in call_all(sandbox, program, cases)]


def _decided(outcome: Outcome) -> bool:
    return outcome.kind in ("returned", "raised") and bool(outcome.payload)


def _first_difference(sandbox: Sandbox, program: Program, wanted: Sequence[tuple[Case, bytes]]) -> int | None:
    """The place of a case that shows the mutant to differ; in a process of its own, as a candidate would run."""
    try:
        with sandbox.start(program) as run:
            for start, stop in itertools.pairwise((0, *BATCHES, max(len(wanted), BATCHES[-1]))):
                place = _differs(run, wanted[start:stop])
                if place is not None:
                    return start + place
    except LoadFailure:
        return 0
    return None


def _differs(run: Run, part: Sequence[tuple[Case, bytes]]) -> int | None:
    if not part:
        return None
    outcomes = run.call([case for case, _ in part], seconds=CALL_SECONDS)
    for place, (outcome, (_, payload)) in enumerate(zip(outcomes, part, strict=True)):
        if outcome.kind not in ("returned", "raised") or outcome.payload != payload:
            return place
    return None
