"""Compares what the original and a candidate did, input by input, and fails closed."""

from __future__ import annotations

from collections.abc import Sequence

from velox_engine.types import Difference
from velox_engine.verify.inputs import case_text
from velox_engine.verify.sandbox import Case, Outcome, payloads_equal

_DECIDED = ("returned", "raised")
_SHOWN_INPUT = 400  # characters of an input that a report shows
_REPLAYED_INPUT = 20_000  # characters of an input that can be exported


def same(old: Outcome, new: Outcome, *, float_tolerance: float = 0.0) -> bool:
    """Say whether two outcomes are observably equal; anything but a plain answer on both sides is not."""
    if old.kind not in _DECIDED or new.kind != old.kind:
        return False
    if old.payload == new.payload:
        return bool(old.payload)
    return float_tolerance > 0 and payloads_equal(old.payload, new.payload, float_tolerance=float_tolerance)


def first_difference(
    cases: Sequence[Case],
    old: Sequence[Outcome],
    new: Sequence[Outcome],
    *,
    float_tolerance: float = 0.0,
) -> Difference | None:
    """Return the first input on which the two sides differ, or None.

    Raises ValueError when the sides do not cover the same inputs: a lost result must never pass for an equal one.
    """
    if not len(cases) == len(old) == len(new):
        raise ValueError(f"{len(cases)} inputs, {len(old)} old and {len(new)} new results")
    for case, before, after in zip(cases, old, new, strict=True):
        if not same(before, after, float_tolerance=float_tolerance):
            return explain(case, before, after)
    return None


def explain(case: Case, old: Outcome, new: Outcome) -> Difference:
    """Say in words how two outcomes of one input differ."""
    text = case_text(case)
    replay = text if len(text) <= _REPLAYED_INPUT else ""
    if len(text) > _SHOWN_INPUT:
        text = text[:_SHOWN_INPUT] + "…"
    before, after = old.text(), new.text()
    if new.kind == "timeout":
        says = "the rewrite does not finish"
    elif new.kind in ("crashed", "missing"):
        says = f"the rewrite gives no result ({new.detail or new.kind})"
    elif new.kind == "unserialisable":
        says = "the rewrite's result cannot be compared"
    elif old.kind == "returned" and new.kind == "raised":
        says = f"the rewrite raises {new.exception.partition(':')[0]}"
    elif old.kind == "raised" and new.kind == "returned":
        says = f"the original raises {old.exception.partition(':')[0]}, the rewrite does not"
    elif old.kind == "raised":
        says = "the two raise different exceptions"
    elif before == after:
        says = "results look alike but differ in type, sign, order, aliasing, mutation or output"
    else:
        says = "results differ"
    return Difference(says, text, before, after, replay)


def stable(first: Sequence[Outcome], second: Sequence[Outcome]) -> list[bool]:
    """Mark the inputs whose outcome is the same in two runs of the original (different hash seeds)."""
    return [same(one, two) for one, two in zip(first, second, strict=True)]
