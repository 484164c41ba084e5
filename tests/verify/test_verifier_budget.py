"""One budget for a function: what does not fit is left out, said, and never taken for agreement."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.verify.budget import Budget
from velox_engine.verify.inputs import case_text
from velox_engine.verify.observing import observe_core
from velox_engine.verify.sandbox import Case
from velox_engine.verify.verifier import Prepared, Verifier
from velox_engine.workspace.project import locate

SETTINGS = Settings(input_seconds=0.3, input_count=60, budget=1.0, cache=False)
QUICK = "def double(items: list[int]) -> list[int]:\n    return [2 * item for item in items]\n"
# Nearly a millisecond a call: all of them together take longer than the budget.
SLOW = """
def spin(turns: int) -> int:
    total = turns
    for step in range(10_000):
        total = (total * 31 + step) % 1_000_003
    return total
"""


@pytest.fixture
def verifier(tmp_path: Path) -> Iterator[Verifier]:
    """A verifier with a second for each function."""
    with Verifier(locate(tmp_path / "shop.py", "", interpreter=sys.executable), SETTINGS) as made:
        yield made


def prepare(verifier: Verifier, code: str, name: str, extra: tuple[Case, ...] = ()) -> Prepared:
    """The original's side; nothing is timed."""
    source = SourceFile.from_text(code, verifier.project.root / "shop.py")
    return verifier.prepare(source, name, extra=extra, timing=False)


def test_a_budget_counts_what_other_processes_use() -> None:
    """Their seconds count from when the budget began."""
    used = [5.0]
    budget = Budget(10.0, lambda: used[0])
    assert not budget.exhausted(0.5)
    used[0] += 6.0
    assert budget.exhausted(0.5)
    assert not budget.exhausted()


def test_runs_that_end_are_counted(verifier: Verifier) -> None:
    """The processor time of every run is known afterwards, whoever started it."""
    prepare(verifier, QUICK, "double")
    assert verifier._spent() > 0.0


def test_inputs_that_do_not_fit_are_left_out(verifier: Verifier) -> None:
    """Of very many slow calls only those within the budget are made, and only they are counted as evidence."""
    extra = tuple(Case((number,)) for number in range(1_500))
    prepared = prepare(verifier, SLOW, "spin", extra)
    assert 0 < prepared.evidence.inputs < 1_500
    assert len(prepared.outcomes[0]) == len(prepared.outcomes[1]) == len(prepared.core)


def test_a_rewrite_that_takes_far_too_long_is_not_verified(verifier: Verifier) -> None:
    """Each of its calls ends in time, all of them together do not."""
    prepared = prepare(verifier, QUICK, "double", tuple(Case(([number],)) for number in range(400)))
    slower = QUICK.replace("    return", "    for _ in range(2_000_000):\n        pass\n    return")
    verdict = verifier.check(prepared, slower)
    assert verdict.status == "unverifiable"
    assert "time budget" in verdict.reason


def test_the_same_seed_gives_the_same_inputs_and_another_gives_others(tmp_path: Path) -> None:
    """So that a verdict can be had again."""
    found: list[list[str]] = []
    for seed in (3, 3, 4):
        settings = SETTINGS.replace(seed=seed, budget=30.0, input_seconds=5.0)
        with Verifier(locate(tmp_path / "shop.py", "", interpreter=sys.executable), settings) as verifier:
            prepared = prepare(verifier, QUICK, "double")
            found.append([case_text(case) for case in prepared.core])
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_a_slow_function_gets_the_few_inputs_that_it_needs(verifier: Verifier) -> None:
    """The share of the budget ends after sixteen calls: it is doubled for two dozen, and no further."""
    program = verifier.program(SLOW, "spin")
    cases = [Case((number,)) for number in range(60)]
    kept, outcomes = observe_core([verifier.sandbox, verifier.sandbox], program, cases, Budget(0.06))
    assert 8 < len(kept) <= 24  # sixteen calls or so, on a machine with nothing else to do
    assert [len(run) for run in outcomes] == [len(kept)] * 2
