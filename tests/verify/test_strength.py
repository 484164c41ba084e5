"""Planted bugs: small, spread, reproducible, and counted honestly."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs import synthesise
from velox_engine.verify.sandbox import Case, Environment, Program, Sandbox
from velox_engine.verify.strength import add_telling, make_mutants, measure_strength

CODE = """# é: columns are bytes, not characters
LIMIT = 3


def f(xs, k):
    '''Keep a > b as it is.'''
    out = []
    for i, x in enumerate(xs):  # i < 3
        if "ü" != x and i < k and not x == 2:
            out.append(x + 1)
        else:
            continue
    return out[1:k] if k > LIMIT else out


def untouched(a, b):
    return a + b
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests here."""
    with Sandbox(Environment(sys.executable)) as made:
        yield made


def test_mutants_change_one_place_of_the_function_only() -> None:
    """Everything outside the function, comments and docstring stay as they are."""
    mutants = make_mutants(SourceFile.from_text(CODE), "f", limit=60)
    assert len(mutants) > 15
    for mutant in mutants:
        ast.parse(mutant.source_text)
        changed = [
            (old, new)
            for old, new in zip(CODE.split("\n"), mutant.source_text.split("\n"), strict=True)
            if old != new
        ]
        assert len(changed) == 1, mutant.description
        assert "def untouched" in mutant.source_text and "'''Keep a > b as it is.'''" in mutant.source_text


def test_mutants_are_distinct_reproducible_and_limited() -> None:
    """The same seed plants the same bugs; the limit holds; no two are alike."""
    source = SourceFile.from_text(CODE)
    mutants = make_mutants(source, "f", limit=12, seed=4)
    assert mutants == make_mutants(source, "f", limit=12, seed=4)
    assert len({mutant.source_text for mutant in mutants}) == len(mutants) == 12
    assert CODE not in {mutant.source_text for mutant in mutants}


def test_mutants_are_spread_over_lines_and_kinds() -> None:
    """A dozen mutants reach most lines of the function and several kinds of bug."""
    mutants = make_mutants(SourceFile.from_text(CODE), "f", limit=12)
    assert len({mutant.description.split(":")[0] for mutant in mutants}) >= 4


def test_a_function_without_anything_to_change_has_no_mutants() -> None:
    """Nothing to plant is said as zero of zero, not as full strength."""
    assert make_mutants(SourceFile.from_text("def f(x):\n    return x\n"), "f")  # the result can be dropped
    assert make_mutants(SourceFile.from_text("def f(x):\n    pass\n"), "f") == []


def test_strength_counts_what_the_cases_tell_apart(sandbox: Sandbox) -> None:
    """Telling inputs detect the bugs, blind inputs do not."""
    source = SourceFile.from_text(CODE)
    program = Program(CODE, "", "under_test", "", "f")
    telling = [Case(([5, 2, 7, 1, 0, 3], k)) for k in range(7)] + [Case((["ü", "a"], 1))]
    killed, total = measure_strength(source, "f", sandbox, program, telling)
    blind, same_total = measure_strength(source, "f", sandbox, program, [Case(([], 0))])
    assert total == same_total > 10
    assert killed / total > 0.7
    assert blind < killed


def test_a_mutant_that_never_ends_is_detected(sandbox: Sandbox) -> None:
    """Dropping the step of a loop hangs, and a hang is a difference."""
    code = "def down(n):\n    while n > 0:\n        n -= 1\n    return n\n"
    killed, total = measure_strength(
        SourceFile.from_text(code),
        "down",
        sandbox,
        Program(code, "", "under_test", "", "down"),
        [Case((5,)), Case((0,))],
    )
    assert total >= 4
    assert killed >= total - 1


def test_no_cases_detect_nothing(sandbox: Sandbox) -> None:
    """Without inputs nothing is claimed."""
    program = Program(CODE, "", "under_test", "", "f")
    assert measure_strength(SourceFile.from_text(CODE), "f", sandbox, program, [])[0] == 0


LEAST = """def f(xs):
    best = xs[0]
    for x in xs:
        if x < best:
            best = x
    return best
"""
HIT = """def f(xs):
    hit = 0
    for x in xs:
        if x:
            hit = 1
            break
    return hit
"""


@pytest.mark.parametrize(
    ("code", "harmless"),
    [
        (LEAST, "`<=`"),
        ("def f(a, b):\n    return a if a > b else b\n", "`>=`"),
        (HIT, "`break` became"),
        ("def f(x):\n    unused = 4\n    return x\n", "`4` became"),
        ("def f(x):\n    logger.debug('at %s', x)\n    return x\n", "was dropped"),
    ],
)
def test_bugs_that_may_show_nowhere_are_known(code: str, harmless: str) -> None:
    """Ties, early exits, values nobody reads and silent logs are marked; other bugs of the same function are not."""
    mutants = make_mutants(SourceFile.from_text(code), "f", limit=50)
    assert any(mutant.harmless and harmless in mutant.description for mutant in mutants)
    assert not all(mutant.harmless for mutant in mutants)


def test_a_change_that_compiles_to_the_same_code_is_no_bug() -> None:
    """Unreachable code holds no bugs."""
    code = "def f(x):\n    return x\n    x += 1\n    return x * 2\n"
    assert {mutant.description for mutant in make_mutants(SourceFile.from_text(code), "f")} == {
        "line 2: `x` is not returned"
    }


def test_harmless_bugs_count_only_when_detected(sandbox: Sandbox) -> None:
    """With integers `<=` for `<` shows nowhere in a minimum; with 0.0 and -0.0 it does."""
    code = "def f(a, b):\n    return a if a < b else b\n"
    source, program = SourceFile.from_text(code), Program(code, "", "under_test", "", "f")
    plain = [Case((1, 2)), Case((2, 1)), Case((3, 3))]
    killed, total = measure_strength(source, "f", sandbox, program, plain)
    assert killed == total
    killed_more, total_more = measure_strength(source, "f", sandbox, program, [*plain, Case((0.0, -0.0))])
    assert (killed_more, total_more) == (killed + 1, total + 1)


def test_more_inputs_are_added_where_bugs_survive(sandbox: Sandbox) -> None:
    """From one blind input the supply leads to inputs that detect most bugs."""
    source, program = SourceFile.from_text(CODE), Program(CODE, "", "under_test", "", "f")
    found = synthesise(source, "f", sandbox, program)
    assert found.supply is not None
    blind = [Case(([], 0))]
    added = add_telling(source, "f", sandbox, program, blind, found.supply, seconds=20.0)
    killed, total = measure_strength(source, "f", sandbox, program, [*blind, *added])
    assert killed >= 0.7 * total
    assert killed > measure_strength(source, "f", sandbox, program, blind)[0]


def harmless(code: str, name: str) -> set[str]:
    """The descriptions of planted bugs that may well show nowhere."""
    return {
        mutant.description for mutant in make_mutants(SourceFile.from_text(code), name, 60) if mutant.harmless
    }


def test_swapped_arguments_of_a_symmetric_function_may_show_nowhere() -> None:
    """A local function that only asks whether two are equal, and the pairs it is asked about."""
    code = (
        "def differ(a, b):\n"
        "    def bit(x, y):\n"
        "        return '0' if x == y else '1'\n"
        "    def less(x, y):\n"
        "        return x < y\n"
        "    return ''.join(bit(i, j) for i, j in zip(a, b)) + str([less(i, j) for i, j in zip(b, a)])\n"
    )
    assert harmless(code, "differ") == {
        "line 6: the arguments of `bit(i, j)` were swapped",
        "line 6: the arguments of `zip(a, b)` were swapped",
    }


def test_a_prefix_that_is_not_counted_may_be_longer() -> None:
    """`bin(n)[1:]` holds no more of "1" than `bin(n)[2:]`; one character further on, it may hold fewer."""
    code = "def ones(n):\n    return bin(n)[2:].count('1') + bin(n)[2:].count('0')\n"
    assert harmless(code, "ones") == {"line 2: `2` became `1`"}
    planted = [mutant.description for mutant in make_mutants(SourceFile.from_text(code), "ones", 60)]
    assert planted.count("line 2: `2` became `1`") == 2, "the other one counts zeros, and 0b holds one"


def test_a_start_below_all_others_and_a_tie_may_show_nowhere() -> None:
    """The largest of many, kept under a condition: its start may be lower, and equal ones may replace it."""
    code = (
        "def most(words):\n"
        "    top = 0\n"
        "    for word in words:\n"
        "        if words.count(word) > top and word != '':\n"
        "            top = words.count(word)\n"
        "    return top\n"
    )
    assert harmless(code, "most") == {"line 2: `0` became `(-1)`", "line 4: `>` became `>=`"}


def test_the_last_turn_before_an_empty_inner_loop_may_be_left_out() -> None:
    """All pairs: the outer loop may end one earlier; the inner one may not, nor an outer one that does more."""
    code = (
        "def pairs(items, n):\n"
        "    found = 0\n"
        "    for i in range(n):\n"
        "        for j in range(i + 1, n):\n"
        "            found += items[i] == items[j]\n"
        "    for i in range(n):\n"
        "        found += 1\n"
        "        for j in range(i + 1, n):\n"
        "            found += items[j]\n"
        "    return found\n"
    )
    assert harmless(code, "pairs") == {"line 3: the range ends before `n`"}


def test_more_bugs_are_planted_where_the_first_leave_doubt(sandbox: Sandbox) -> None:
    """Inputs that see little of a long function are judged by twice as many bugs."""
    body = "".join(f"    if x == {number}:\n        y += {number * 3 + 1}\n" for number in range(12))
    code = f"def f(x):\n    y = 0\n{body}    return y\n"
    program = Program(code, "", "under_test", "", "f")
    source = SourceFile.from_text(code)
    all_seen = measure_strength(source, "f", sandbox, program, [Case((x,)) for x in range(-1, 13)], limit=5)
    few_seen = measure_strength(source, "f", sandbox, program, [Case((100,))], limit=5)
    assert all_seen == (5, 5)
    assert few_seen[1] == 10
    assert few_seen[0] < 8


def test_what_goes_along_with_an_extreme_may_start_with_anything() -> None:
    """The most frequent element: counts only compared with each other may be shifted, a tie may not go unnoticed."""
    code = (
        "def favourite(votes):\n"
        "    most = -1\n"
        "    chosen = votes[0]\n"
        "    for name in votes:\n"
        "        count = 0\n"
        "        for vote in votes:\n"
        "            if vote == name:\n"
        "                count += 1\n"
        "        if count > most:\n"
        "            most = count\n"
        "            chosen = name\n"
        "    return chosen\n"
    )
    found = harmless(code, "favourite")
    assert {"line 2: `1` became `2`", "line 3: `0` became `1`", "line 8: `1` became `2`"} <= found
    assert (
        not {"line 9: `>` became `>=`", "line 7: `==` became `!=`", "line 12: `chosen` is not returned"}
        & found
    )
    # A count that is also a result tells where it starts.
    counted = code.replace("return chosen", "return chosen, most")
    assert {"line 5: `0` became `1`", "line 8: `1` became `2`"}.isdisjoint(harmless(counted, "favourite"))
