"""Verification strength: how many of the bugs planted in the original the inputs tell apart from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from velox_engine.source.document import SourceFile
from velox_engine.verify.mutants import Mutant, make_mutants
from velox_engine.verify.sandbox import Case, LoadFailure, Program, Sandbox

CALL_SECONDS = (
    0.25  # a mutant that takes longer on one input than this (or than the original did) counts as detected
)
FIRST_BATCH = 24  # most mutants fall on the first few inputs, so these are tried before the rest

__all__ = ["Mutant", "make_mutants", "measure_strength"]


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
) -> tuple[int, int]:
    """How many mutants the cases detect, and how many were planted.

    `baseline_payloads` are the original's payloads for the same cases, where the caller has them already.
    A mutant that hangs, crashes or does not load is detected.
    """
    mutants = make_mutants(source, qualname, limit, seed)
    if not mutants or not cases:
        return 0, len(mutants)
    wanted = list(baseline_payloads) if baseline_payloads is not None else _payloads(sandbox, program, cases)
    usable = [(case, payload) for case, payload in zip(cases, wanted, strict=True) if payload]
    killed = sum(
        _detected(sandbox, replace(program, source=mutant.source_text), usable) for mutant in mutants
    )
    return killed, len(mutants)


def _payloads(sandbox: Sandbox, program: Program, cases: Sequence[Case]) -> list[bytes]:
    """The original's payloads; empty where it gives none, so that the case is left out."""
    found: list[bytes] = []
    while len(found) < len(cases):
        with sandbox.start(program) as run:
            outcomes = run.call(cases[len(found) :])
        answered = [outcome for outcome in outcomes if outcome.kind != "missing"]
        if not answered:
            break
        found.extend(
            outcome.payload if outcome.kind in ("returned", "raised") else b"" for outcome in answered
        )
    return found + [b""] * (len(cases) - len(found))


def _detected(sandbox: Sandbox, program: Program, wanted: Sequence[tuple[Case, bytes]]) -> bool:
    """Whether any case shows the mutant to differ; in a process of its own, as a candidate would run."""
    try:
        with sandbox.start(program) as run:
            for start, stop in ((0, FIRST_BATCH), (FIRST_BATCH, len(wanted))):
                part = wanted[start:stop]
                if not part:
                    continue
                outcomes = run.call([case for case, _ in part], seconds=CALL_SECONDS)
                if any(
                    outcome.kind not in ("returned", "raised") or outcome.payload != payload
                    for outcome, (_, payload) in zip(outcomes, part, strict=True)
                ):
                    return True
    except LoadFailure:
        return True
    return False
