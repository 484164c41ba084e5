"""What a rule says of the strategy that removes its finding holds."""

from __future__ import annotations

import pytest

from velox_engine.rules import RULES, pages
from velox_engine.rules.base import Rule
from velox_engine.rules.engine import compile_plan, scan_whole
from velox_engine.source.document import SourceFile
from velox_engine.source.functions import list_functions
from velox_engine.source.syntax import parse
from velox_engine.strategies import STRATEGIES, propose, standing_in
from velox_engine.strategies.examples import read_documentation

KNOWN = {strategy.id: strategy for strategy in STRATEGIES}
LINKED = [rule for rule in RULES if rule.strategy]


def test_most_rules_name_a_strategy_and_both_sides_agree() -> None:
    """A quick fix is offered for what names a strategy, so more than half of the rules do; a strategy knows of them."""
    assert 2 * len(LINKED) > len(RULES)
    for rule in LINKED:
        assert rule.id in KNOWN[rule.strategy].fixes, rule.id


def test_a_rule_names_a_strategy_or_says_why_there_is_none() -> None:
    """Never both: what is said on its page would contradict the quick fix."""
    assert [rule.id for rule in RULES if bool(rule.strategy) is bool(rule.by_hand)] == []


@pytest.mark.parametrize("rule", LINKED, ids=lambda rule: rule.id)
def test_the_strategy_rewrites_what_the_rule_finds(rule: Rule) -> None:
    """It applies to the rule's example, or to one of its own in which the rule finds the same."""
    examples = [pages.code(rule, "Example"), read_documentation(KNOWN[rule.strategy].doc).before]
    assert any(_is_found(rule, text) and _is_rewritten(rule, text) for text in examples)


def test_another_strategy_stands_in_for_the_named_one() -> None:
    """One that fixes the same rule is tried where the named one does not apply; one for other rules is not."""
    text = pages.code(next(rule for rule in RULES if rule.id == "VX102"), "Example")
    source = SourceFile.from_text(text)
    assert propose(source, "drain", strategy="deque-queue") == []
    assert standing_in(source, "drain", "deque-queue") == "drained-argument"
    assert standing_in(source, "drain", "drained-argument") == "drained-argument"
    assert standing_in(source, "drain", "memoize") is None


def _is_found(rule: Rule, text: str) -> bool:
    return bool(scan_whole(compile_plan([rule], doubtful=True), parse(SourceFile.from_text(text))))


def _is_rewritten(rule: Rule, text: str) -> bool:
    source = SourceFile.from_text(text)
    names = [span.qualname for span in list_functions(parse(source))]
    return any(propose(source, name, strategy=rule.strategy) for name in names)
