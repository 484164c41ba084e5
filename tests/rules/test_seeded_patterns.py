"""The classic slow patterns, seeded in a file that reads like somebody's work, are all found."""

from __future__ import annotations

import re
from pathlib import Path

from velox_engine.rules import Scanner, scan
from velox_engine.source.document import read_source
from velox_engine.source.syntax import parse

FIXTURE = Path(__file__).parents[1] / "fixtures" / "seeded_patterns.py"


def test_every_seeded_pattern_is_found_where_it_is() -> None:
    """With the default rules; what else is found on the way is at most a hint or a constant factor."""
    source = read_source(FIXTURE)
    wanted = {
        (number, found[1])
        for number, line in enumerate(source.text.splitlines(), 1)
        if (found := re.search(r"# want: (VX\d+)", line))
    }
    assert len({rule for _, rule in wanted}) >= 15
    findings = scan(parse(source))
    places = {(finding.start.line + 1, finding.rule) for finding in findings}
    assert wanted - places == set()
    others = [finding for finding in findings if (finding.start.line + 1, finding.rule) not in wanted]
    assert [(o.rule, o.message) for o in others if o.severity == "warning"] == []


def test_they_are_found_while_the_file_is_broken() -> None:
    """Somebody types in the first class; the functions below keep their findings."""
    source = read_source(FIXTURE)
    intact = {
        finding.rule for finding in scan(parse(source)) if finding.function and "." not in finding.function
    }
    text = source.text.replace("def drain(self):", "def drain(self", 1)
    broken = parse(type(source).from_text(text))
    assert broken.has_errors
    assert intact <= {finding.rule for finding in Scanner().scan(broken)}
