"""Text that follows the formats a function reads."""

from __future__ import annotations

import datetime
import re
from random import Random
from textwrap import dedent

import pytest

from velox_engine.verify.inputs.drawformat import draw_format, near_miss
from velox_engine.verify.inputs.formats import Format, mine_formats
from velox_engine.verify.inputs.target import locate


def formats(code: str, prose: str = "") -> tuple[Format, ...]:
    """The formats of the function `f` in a module."""
    return mine_formats(locate(dedent(code), "f"), prose)


@pytest.mark.parametrize(
    "pattern",
    [
        r"v?(\d+)\.(\d+)(?:\.(\d+))?(rc\d+)?$",
        r"#([0-9a-fA-F]{2}){3}",
        r"(['\"])[a-z]*\1",
        r"^\s*(?P<key>\w+)\s*[:=]\s*(.*?)\s*$",
        r"(?:Mon|Tues|Wednes)day[^\S\n]?",
        r"[^,;]+(,[^,;]+)*",
        r"(a)?b(?(1)c|d)",
    ],
)
def test_texts_of_a_pattern_match_it(pattern: str) -> None:
    """Everything drawn from a pattern is something that the pattern finds."""
    form = Format("pattern", (pattern,))
    rng = Random(1)
    assert all(re.search(pattern, draw_format(rng, form)) for _ in range(200))


def test_dates_are_read_back_by_their_layout() -> None:
    """Text of a date format is a date to strptime."""
    form = Format("strptime", ("%Y-%m-%d %H:%M",))
    rng = Random(1)
    for _ in range(100):
        datetime.datetime.strptime(draw_format(rng, form), "%Y-%m-%d %H:%M")


def test_patterns_are_found_where_they_are_compiled() -> None:
    """A module's compiled pattern and its flags belong to the function that names it, others do not."""
    found = formats("""
        import re
        USED = re.compile("a" "b+", re.IGNORECASE)
        OTHER = re.compile("c")
        def f(text):
            return USED.match(text)
    """)
    assert [(item.kind, item.texts) for item in found] == [("pattern", ("ab+",))]
    assert found[0].flags & re.IGNORECASE


def test_separators_prefixes_and_number_bases_are_found() -> None:
    """What the code cuts at, asks for at the ends and reads digits in."""
    (found,) = formats("""
        def f(text):
            if text.startswith(("0x", "0X")):
                head, _, tail = text.removeprefix("0x").partition(":")
                return int(head, 16), tail
    """)
    assert found.kind == "parts"
    assert found.texts == (":",)
    assert found.prefixes == ("0x", "0X")
    assert found.base == 16
    assert found.digits


def test_quoted_examples_keep_their_layout() -> None:
    """Documentation that quotes "07:45" leads to other times; a quoted word is no example."""
    (found,) = formats("def f(text):\n    return text\n", 'A time such as "07:45", see "minutes".')
    assert found.texts == ("07:45",)
    rng = Random(3)
    drawn = {draw_format(rng, found) for _ in range(50)}
    assert len(drawn) > 20
    assert all(re.fullmatch(r"\d\d:\d\d", text) for text in drawn)


def test_marks_of_an_example_take_each_others_places() -> None:
    """An example with one operator leads to the others that the code tells apart."""
    code = """
        def f(text):
            return [char for char in text if char in "+-*"]
    """
    seed = next(item for item in formats(code, 'Ex) "3 4 +"') if item.kind == "seed")
    rng = Random(2)
    assert any("-" in draw_format(rng, seed) for _ in range(60))


def test_near_misses_differ_by_little() -> None:
    """A near miss is at most one change away, and most of them change something."""
    rng = Random(5)
    made = [near_miss(rng, "12.34") for _ in range(100)]
    assert sum(text != "12.34" for text in made) > 60
