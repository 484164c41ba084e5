"""Cases as text: what is printed reads back, and what cannot be read is refused by line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from velox_engine.types import VeloxError
from velox_engine.verify.inputs import case_text, parse_cases
from velox_engine.verify.sandbox import Case, Recipe

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.sets(st.integers(), max_size=3),
    ),
    max_leaves=8,
)


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_printed_cases_read_back(values: list) -> None:
    """Any plain data survives the way through text, with its types and signs."""
    case = Case(tuple(values))
    (back,) = parse_cases(case_text(case))
    assert repr(back.args) == repr(case.args) or back.args == case.args


def test_special_values_and_empty_sets_read_back() -> None:
    """nan, inf, -0.0 and set() have no literal of their own."""
    text = case_text(Case((math.nan, -math.inf, -0.0, set(), frozenset({1}), (1,), bytearray(b"x"))))
    assert text == "(nan, -inf, -0.0, set(), frozenset({1}), (1,), bytearray(b'x'))"
    (case,) = parse_cases(text)
    assert math.isnan(case.args[0]) and case.args[1] == -math.inf
    assert math.copysign(1, case.args[2]) == -1 and case.args[3] == set()


def test_one_argument_and_keywords_read_back() -> None:
    """A single argument keeps its comma, keywords follow a double star."""
    assert case_text(Case((1,))) == "(1,)"
    text = case_text(Case(([1],), {"key": 2}))
    assert text == "([1], **{'key': 2})"
    (case,) = parse_cases(text)
    assert case.args == ([1],) and dict(case.kwargs) == {"key": 2}


def test_aliases_read_back_as_one_object() -> None:
    """The same list twice is named once."""
    shared = [1, 2]
    text = case_text(Case((shared, shared)))
    assert text == "((v1 := [1, 2]), v1)"
    (case,) = parse_cases(text)
    assert case.args[0] is case.args[1]


def test_calls_become_recipes() -> None:
    """An expression that is no literal is kept for the child to evaluate."""
    (case,) = parse_cases("(Stack([1]), [iter([2])], lambda x: x)")
    assert case.args[0] == Recipe("Stack([1])")
    assert case.args[1] == [Recipe("iter([2])")]
    assert parse_cases(case_text(case))[0].args == case.args


def test_comments_and_blank_lines_are_passed_over() -> None:
    """A file may explain itself."""
    assert [case.args for case in parse_cases("# two cases\n\n(1,)\r\n  (2, 'a')  \n")] == [(1,), (2, "a")]


@pytest.mark.parametrize("line", ["(1", "1", "[1]", "(1, yield)", "x = 1", "(1, *a)", "\x00"])
def test_what_is_no_argument_tuple_is_refused_with_its_line(line: str) -> None:
    """The message names the line, so that it can be found."""
    with pytest.raises(VeloxError) as caught:
        parse_cases(f"(0,)\n{line}\n")
    assert caught.value.code == "bad-inputs"
    assert "line 2" in caught.value.message


def test_a_hostile_power_is_not_computed() -> None:
    """9**9**9 in a file becomes a recipe at most, never a number that fills the memory."""
    (case,) = parse_cases("(9 ** 9 ** 9,)")
    assert isinstance(case.args[0], Recipe)
