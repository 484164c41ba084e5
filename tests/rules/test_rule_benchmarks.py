"""Rules and the figures behind them: every rule carries a benchmark, and what wins nothing is off."""

from __future__ import annotations

import dataclasses
import sys

import pytest

from velox_engine.rules import RULES, Rule
from velox_engine.rules.measured import WORTH, effect, figures
from velox_engine.rules.pages import index, page
from velox_engine.verify.rule_benchmarks import benchmark_rules, measure_rule

QUICK = [rule for rule in RULES if rule.benchmark and not rule.benchmark.needs and not rule.benchmark.waits]


def test_every_rule_carries_a_benchmark_and_was_measured() -> None:
    """The checked-in run knows each rule, and none of them failed in it."""
    assert [rule.id for rule in RULES if rule.benchmark is None] == []
    missing = [rule.id for rule in RULES if rule.id not in figures()]
    assert missing == [], "velox rules bench --format json > engine/velox_engine/rules/measured.json"
    assert [rule.id for rule in RULES if figures()[rule.id].status == "failed"] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_that_wins_nothing_is_off_and_says_so(rule: Rule) -> None:
    """On by default means: measured to be worth it. The page has the figure either way."""
    figure = figures()[rule.id]
    assert figure.wins or not rule.enabled, f"{rule.id} gains {figure.median}, which is not {WORTH}"
    assert "## Measured effect" in page(rule)
    assert effect(rule.id) in page(rule)
    if not rule.enabled:
        assert "Off by default" in page(rule)
        assert f"`{rule.name}`" in index()


@pytest.mark.parametrize("rule", QUICK[::6], ids=lambda rule: rule.id)
def test_benchmarks_run_here_and_both_sides_agree(rule: Rule) -> None:
    """Example and Use instead give the same; a sixth of them, because each takes a process."""
    answer = measure_rule(rule, sys.executable, rounds=6)
    assert answer["status"] in ("measured", "skipped"), answer.get("reason")


def test_a_missing_package_is_a_reason_and_no_failure() -> None:
    """As on an interpreter without pandas."""
    rule = next(rule for rule in RULES if rule.benchmark and rule.benchmark.needs)
    assert rule.benchmark is not None

    absent = dataclasses.replace(
        rule, benchmark=dataclasses.replace(rule.benchmark, needs=("no_such_package",))
    )
    document = benchmark_rules([absent], sys.executable, rounds=6, progress=lambda message, percentage: None)
    (row,) = document["rules"]
    assert (row["status"], "no_such_package" in row["reason"]) == ("skipped", True)
    assert document["interpreter"].startswith("CPython")


def test_an_old_interpreter_is_a_reason_too() -> None:
    """`int.bit_count` is newer than what a benchmark may run on."""
    rule = next(rule for rule in RULES if rule.benchmark and rule.benchmark.python > (3, 9))
    assert rule.benchmark is not None

    ahead = dataclasses.replace(rule, benchmark=dataclasses.replace(rule.benchmark, python=(9, 0)))
    assert measure_rule(ahead, sys.executable, rounds=6)["reason"] == "needs Python 9.0"
