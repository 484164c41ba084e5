"""Which rules run where, and how severe they are, as settings say."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.rules import Selection, scan, select_rules, selection_for
from velox_engine.settings import Settings, load_project, parse
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse as parse_source
from velox_engine.types import VeloxError

SLOW = "def f(xs, ys: list):\n    return [x for x in xs if x in ys]\n"


def found(settings: Settings, path: Path) -> list[tuple[str, str]]:
    findings = scan(parse_source(SourceFile.from_text(SLOW, path)), selection_for(settings, path))
    return [(finding.rule, finding.severity) for finding in findings]


def test_tables_of_pyproject_are_read_as_people_know_them(tmp_path: Path) -> None:
    """Per-file ignores and severities as tables; patterns count from the project's root."""
    tmp_path.joinpath("pyproject.toml").write_text(
        '[tool.velox.per-file-ignores]\n"tests/**" = ["VX1"]\n\n[tool.velox.severity]\nVX1 = "hint"\nVX101 = "info"\n'
    )
    settings = load_project(tmp_path)
    assert found(settings, tmp_path / "shop.py") == [("VX101", "info")]
    assert found(settings, tmp_path / "tests" / "test_shop.py") == []


def test_lists_say_the_same_as_tables() -> None:
    """As editors write them, whose keys cannot hold patterns."""
    listed = parse({"perFileIgnores": ["tests/**: VX1, VX2"], "severity": ["VX1: hint"]})
    table = parse({"per-file-ignores": {"tests/**": ["VX1", "VX2"]}, "severity": {"VX1": "hint"}})
    assert listed == table


def test_rules_that_are_off_can_be_added() -> None:
    """Without naming all others."""
    default = {rule.id for rule in select_rules()}
    off = {rule.id for rule in select_rules(Selection(("ALL",)))} - default
    assert off
    added = {rule.id for rule in select_rules(selection_for(parse({"extend-select": sorted(off)})))}
    assert added == default | off


@pytest.mark.parametrize(
    "values",
    [{"severity": ["VX101: loud"]}, {"severity": ["VX101"]}, {"severity": {"VX9999": "hint"}}],
    ids=["no severity", "no colon", "no rule"],
)
def test_mistakes_are_said(values: dict) -> None:
    """A typo in the settings is not silence."""
    with pytest.raises(VeloxError):
        select_rules(selection_for(parse(values)))
