"""The state vector: what is counted, how it is scaled, and which family a rule belongs to."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from velox_engine.policy.features import (
    FAMILIES,
    FEATURES,
    STEPS_FEATURE,
    FunctionFacts,
    describe,
    facts_of,
    family_of,
)
from velox_engine.source.document import SourceFile
from velox_engine.types import Finding, Position, VeloxError

SAMPLE = '''
def plain(a):
    return a


class Box:
    def walk(self, rows):
        """Visit."""
        total = 0
        for row in rows:
            for cell in row:
                if cell and cell > 1 or total:
                    total += int(cell)
        return self.walk([[x for x in rows if x]]) + total


if True:
    def outer():
        def inner(n):
            while n:
                n -= 1
            return n
        return inner
'''


def finding(rule: str, function: str, name: str = "") -> Finding:
    return Finding(rule, name, Position(0, 0), Position(0, 1), function, "", "warning", "", "", "")


def test_there_are_27_features_with_distinct_names() -> None:
    """The state has 27 numbers, 13 of them findings by family."""
    assert len(FEATURES) == len(set(FEATURES)) == 27
    assert sum(name.startswith("findings_") for name in FEATURES) == len(FAMILIES) == 13
    assert FEATURES[STEPS_FEATURE] == "steps_taken"


def test_counts_of_a_method() -> None:
    """Loops, depth, branches, calls, comprehensions and recursion through self are counted once each."""
    facts = facts_of(SourceFile.from_text(SAMPLE), "Box.walk")
    assert (facts.lines, facts.loops, facts.loop_depth, facts.branches) == (8, 2, 2, 1)
    assert (facts.calls, facts.comprehensions, facts.recursive) == (2, 1, True)
    # 1 + two loops + if + two further operands + comprehension with one condition
    assert facts.complexity == 1 + 2 + 1 + 2 + 2


def test_nested_and_conditional_definitions_are_found() -> None:
    """A function inside a function inside an `if` is described under its dotted name."""
    facts = facts_of(SourceFile.from_text(SAMPLE), "outer.inner")
    assert facts.loops == 1
    assert not facts.recursive


def test_complexity_equals_radons() -> None:
    """The quick count agrees with radon's for every function of a real module.

    (A boolean operator inside an assertion is left out by radon and counted here: shlex has none.)
    """
    import inspect
    import shlex as module

    from radon.complexity import cc_visit

    text = inspect.getsource(module)
    blocks = [block for block in cc_visit(text) if block.letter in "FM"]
    assert blocks
    for block in blocks:
        assert facts_of(SourceFile.from_text(text), block.fullname).complexity == block.complexity


def test_findings_of_other_functions_are_ignored() -> None:
    """Only the function's own findings, and those of functions inside it, are counted."""
    findings = [finding("VX101", "outer"), finding("VX101", "outer.inner"), finding("VX101", "outermost")]
    facts = facts_of(SourceFile.from_text(SAMPLE), "outer", findings)
    assert facts.findings == {"membership": 2}


@pytest.mark.parametrize(
    ("rule", "name", "family"),
    [
        ("VX101", "", "membership"),
        ("VX202", "", "regex"),
        ("VX299", "regex-again", "regex"),
        ("VX799", "await-in-loop", "async"),
        ("VX399", "something-new", "invariant"),
        ("VX999", "", None),
        ("", "", None),
    ],
)
def test_unknown_rules_are_placed_or_left_out(rule: str, name: str, family: str | None) -> None:
    """A rule that the table does not know is placed by its name, else by its hundred, else nowhere."""
    assert family_of(rule, name) == family


def test_broken_code_is_a_clear_error() -> None:
    """A file that does not parse and a function that does not exist are errors with a code."""
    with pytest.raises(VeloxError) as broken:
        facts_of(SourceFile.from_text("def f(:"), "f")
    assert broken.value.code == "does-not-parse"
    with pytest.raises(VeloxError) as missing:
        facts_of(SourceFile.from_text(SAMPLE), "Box.absent")
    assert missing.value.code == "no-such-function"


# On a busy machine drawing a few numbers takes a second, which says nothing of the features.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    lines=st.integers(0, 10**6),
    nodes=st.integers(0, 10**7),
    depth=st.integers(0, 500),
    seconds=st.none() | st.floats(),
    peak=st.none() | st.floats(),
    exponent=st.none() | st.floats(),
    strength=st.none() | st.floats(),
    steps=st.integers(0, 1000),
)
def test_every_number_lies_between_0_and_1(
    lines, nodes, depth, seconds, peak, exponent, strength, steps
) -> None:
    """Whatever was counted or measured, even NaN and infinity, each feature lies in [0, 1]."""
    facts = FunctionFacts(
        lines=lines,
        nodes=nodes,
        loop_depth=depth,
        findings=dict.fromkeys(FAMILIES, steps),
        baseline_seconds=seconds,
        baseline_peak_bytes=peak,
        scaling_exponent=exponent,
        strength=strength,
        steps=steps,
    )
    state = describe(facts)
    assert len(state) == len(FEATURES)
    assert all(math.isfinite(number) and 0.0 <= number <= 1.0 for number in state)


def test_scaling_by_hand() -> None:
    """A tenth of a millisecond lies 3 of 7 decades up; an exponent of 1.5 is half of the steepest."""
    state = dict(
        zip(
            FEATURES,
            describe(FunctionFacts(baseline_seconds=1e-4, scaling_exponent=1.5, steps=3)),
            strict=True,
        )
    )
    assert state["log_baseline_seconds"] == pytest.approx(3 / 7)
    assert state["scaling_exponent"] == pytest.approx(0.5)
    assert state["steps_taken"] == pytest.approx(0.3)
    assert state["log_baseline_peak_bytes"] == 0.0
