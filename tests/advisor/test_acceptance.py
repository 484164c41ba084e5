"""The acceptance rule: what may be offered, and the many ways not to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from velox_engine.advisor.acceptance import decide
from velox_engine.settings import Settings
from velox_engine.types import Evidence, Interval, Measurement, Verdict

VERIFIED = Verdict("verified", "same on 40 inputs", Evidence(inputs=40, mutants=10, mutants_killed=9))
FASTER = Measurement(
    speedup=Interval(3.0, 2.7, 3.3),
    typical=Interval(2.0, 1.8, 2.2),
    call_seconds=1e-3,
    memory_ratio=1.0,
    memory_bytes=1e6,
    scaling_before=2.0,
    scaling_after=1.0,
)
SAME = Interval(1.0, 0.97, 1.03)


@pytest.mark.parametrize("status", ["refuted", "unverifiable"])
def test_only_a_verified_rewrite_is_offered(status: str) -> None:
    """However fast it is, what differs or could not be checked is refused."""
    assert not decide(replace(VERIFIED, status=status), FASTER, Settings()).accepted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "measurement",
    [
        replace(FASTER, speedup=Interval(1.2, 1.04, 1.4)),  # the interval reaches into nothing
        replace(FASTER, speedup=Interval(0.9, 0.8, 1.0)),  # a win at small sizes only
        replace(FASTER, typical=Interval(0.8, 0.7, 0.9)),  # slower at the typical size
        replace(FASTER, typical=SAME, speedup=SAME),
        replace(FASTER, unstable="the rewrite works before it is called"),
        replace(FASTER, call_seconds=5e-6, typical=Interval(1.2, 1.1, 1.3), speedup=Interval(1.2, 1.1, 1.3)),
        replace(FASTER, typical=SAME, speedup=SAME, memory_ratio=2.0, memory_bytes=100.0),  # saves bytes
        replace(FASTER, typical=SAME, speedup=Interval(0.8, 0.7, 0.9), memory_ratio=2.0),  # paid with time
    ],
)
def test_no_gain_is_not_offered(measurement: Measurement) -> None:
    """Each of these looks like a gain to a careless eye."""
    assert not decide(VERIFIED, measurement, Settings()).accepted


def test_faster_is_offered_with_the_figures() -> None:
    """A gain at the typical and the largest size passes, and says by how much."""
    decision = decide(VERIFIED, FASTER, Settings())
    assert decision.accepted
    assert "3.00× [2.70, 3.30]" in decision.reason


def test_less_memory_is_offered_when_time_is_not_worse() -> None:
    """Half the memory at the same speed is a gain."""
    decision = decide(VERIFIED, replace(FASTER, typical=SAME, speedup=SAME, memory_ratio=2.0), Settings())
    assert decision.accepted
    assert "50% less peak memory" in decision.reason


@pytest.mark.parametrize("evidence", [Evidence(inputs=40), Evidence(inputs=40, mutants=10, mutants_killed=7)])
def test_weakly_checked_is_offered_only_when_asked_for(evidence: Evidence) -> None:
    """Inputs that let planted bugs through prove little."""
    verdict = replace(VERIFIED, evidence=evidence)
    assert not decide(verdict, FASTER, Settings()).accepted
    asked = decide(verdict, FASTER, Settings(weak=True))
    assert asked.accepted
    assert asked.weakly_checked
