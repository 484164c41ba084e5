"""Results kept in a dict: what the written function looks like where one line is not enough."""

from __future__ import annotations

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

SPREAD = """
def ways(items: int, boxes: int) -> int:
    if items < 0:
        return 0
    if boxes == 0:
        return 1 if items == 0 else 0
    return (
        ways(items, boxes - 1)
        + ways(items - 1, boxes - 1)  # one in this box
    )
"""


def test_a_result_over_several_lines_is_kept_in_parentheses() -> None:
    """The lines of a long return stay as they are, its comments included, and the function still counts right."""
    found = propose(SourceFile.from_text(SPREAD), "ways", strategy="call-memo")
    assert len(found) == 1
    assert "# one in this box" in found[0].new_source
    old: dict = {}
    new: dict = {}
    exec(SPREAD, old)
    exec(found[0].new_source, new)
    for items in range(-1, 6):
        for boxes in range(6):
            assert old["ways"](items, boxes) == new["ways"](items, boxes)
