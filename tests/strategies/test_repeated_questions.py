"""Questions that nested loops ask again and again: a helper's cache, and values an equation rules out."""

from __future__ import annotations

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

BOXES = """
def boxes(volume: int):
    def is_even(side):
        for step in range(2, side + 1):
            if side % step == 0:
                return step == 2
        return False

    found = []
    for width in range(1, volume + 1):
        if not is_even(width):
            continue
        for height in range(width, volume + 1):
            for depth in range(height, volume + 1):
                if not is_even(depth):
                    continue
                if width * height * depth == volume:
                    found.append((width, height, depth))
    return found
"""


def _answers(code: str) -> list[object]:
    scope: dict = {}
    exec(code, scope)
    return [scope["boxes"](volume) for volume in range(-2, 50)]


def test_a_helper_inside_nested_loops_remembers_its_answers_for_one_call() -> None:
    """The variable of the innermost range comes again on every turn outside; the cache ends with the call."""
    (found,) = propose(SourceFile.from_text(BOXES), "boxes", strategy="memoize")
    assert "    @lru_cache(maxsize=None, typed=True)\n    def is_even(side):" in found.new_source
    assert _answers(found.new_source) == _answers(BOXES)


def test_a_product_with_loops_that_start_above_zero_is_solved_past_a_question_in_front() -> None:
    """The one depth that can fit is tried; the question before the equation is still asked about it."""
    (found,) = propose(SourceFile.from_text(BOXES), "boxes", strategy="solve-for-index")
    assert "value = volume // (width * height)" in found.new_source
    assert "if not is_even(depth):" in found.new_source
    assert _answers(found.new_source) == _answers(BOXES)
