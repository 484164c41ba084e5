"""Every rule is what its documentation says: the example fires, what to use instead is silent."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from velox_engine.actions import ACTIONS
from velox_engine.rules import RULES, Rule, Scanner, Selection, scan
from velox_engine.rules.pages import HEADINGS, code, pages, sections, summary
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse

EVERYTHING = Selection(("ALL",), doubtful=True)
DOCS = Path(__file__).parents[2] / "docs" / "rules"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_to_use_instead_is_silent(rule: Rule) -> None:
    """A rule that fires on its own cure would be believed by nobody."""
    found = scan(parse(SourceFile.from_text(code(rule, "Use instead"))), EVERYTHING)
    assert rule.id not in {finding.rule for finding in found}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_example_fires(rule: Rule) -> None:
    """With the same findings whether scanned whole or unit by unit, and with a message that says why."""
    parsed = parse(SourceFile.from_text(code(rule, "Example")))
    found = scan(parsed, EVERYTHING)
    mine = [finding for finding in found if finding.rule == rule.id]
    assert mine
    assert all(finding.message and finding.cost.startswith("O(") for finding in mine)
    assert Scanner(EVERYTHING).scan(parsed) == found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_documentation_is_complete(rule: Rule) -> None:
    """Fixed headings, one sentence first, code that parses."""
    assert tuple(sections(rule)) == HEADINGS
    assert summary(rule).endswith(".")
    for heading in ("Example", "Use instead"):
        ast.parse(code(rule, heading))
    assert rule.action in ACTIONS
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)


def test_ids_are_unique_and_in_order() -> None:
    """The registry reads like the catalogue."""
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert len({rule.name for rule in RULES}) == len(ids)


def test_pages_are_not_stale() -> None:
    """`python -m velox_engine.rules.pages docs/rules` writes them."""
    wanted = pages()
    assert {path.name for path in DOCS.glob("*.md")} == set(wanted)
    for name, text in wanted.items():
        assert DOCS.joinpath(name).read_text(encoding="utf-8") == text, f"{name} is stale"
