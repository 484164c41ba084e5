"""Counting digits through text gives what dividing gave, for everything that a number can be."""

from __future__ import annotations

import enum

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose


class Level(enum.IntEnum):
    """An int whose text is no number."""

    HIGH = 10


@pytest.mark.parametrize("cut", ["n //= 10", "n = int(n / 10)"])
@pytest.mark.parametrize("hint", ["", ": int"])
def test_the_count_is_the_same_for_every_kind_of_number(cut: str, hint: str) -> None:
    """Bools, enums, floats, negative numbers and those past what a float holds are counted as before."""
    code = f"def f(n{hint}):\n    count = 0\n    while n > 0:\n        {cut}\n        count += 1\n    return count, n\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="digits-at-once")
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    exec(code, old)
    exec(candidate.new_source, new)
    edges = [10**k + d for k in range(25) for d in (-1, 0, 1)]
    for number in (*edges, True, False, Level.HIGH, -7, *(() if hint else (12.5, 0.3))):
        assert new["f"](number) == old["f"](number), number  # type: ignore[operator]


ADDED = ("total += n % 10", "digit = n % 10\n        total += digit", "total = total + n % 10")


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("test", ["n > 0", "n", "n != 0"])
def test_the_sum_of_the_digits_is_the_same_for_every_kind_of_number(added: str, test: str) -> None:
    """Numbers of a thousand digits, bools, enums and floats are added up as before."""
    code = f"def f(n):\n    total = 0\n    while {test}:\n        {added}\n        n //= 10\n    return total, n\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="digits-at-once")
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    exec(code, old)
    exec(candidate.new_source, new)
    edges = [10**k + d for k in (*range(25), 599, 602, 700, 5000) for d in (0, 1, 45)]
    for number in (0, *edges, True, False, Level.HIGH, 12.5):
        assert repr(new["f"](number)) == repr(old["f"](number))  # type: ignore[operator]


class Kept(int):
    """An int that is written as a word."""

    def __str__(self) -> str:
        return "kept"


def test_digits_from_bytes_are_those_of_the_text_for_every_kind_of_number() -> None:
    """What is no plain int, is negative or too long to be written raises or answers as its text did."""
    code = "def f(n):\n    return [int(d) ** 2 for d in str(n) if int(d) > 1], sum(map(int, str(n)))\n"
    candidates = propose(SourceFile.from_text(code), "f", strategy="digit-bytes")
    assert any("(d - 48) ** 2" in one.new_source for one in candidates)
    assert any("sum(digits := " in one.new_source for one in candidates)

    def answer(scope: dict[str, object], number: object) -> str:
        try:
            return repr(scope["f"](number))  # type: ignore[operator]
        except (TypeError, ValueError) as error:
            return repr(error)

    numbers = (0, 7, 90210, 10**40, 10**5000, -3, True, 1.5, "123", "12a", None, Level.HIGH, Kept(5), b"1")
    old: dict[str, object] = {}
    exec(code, old)
    for candidate in candidates:
        new: dict[str, object] = {}
        exec(candidate.new_source, new)
        for number in numbers:
            assert answer(new, number) == answer(old, number), number


LOOP = """
def f(n):
    even, product = 0, 1
    for digit in str(abs(n)):
        if int(digit) % 2 == 0:
            even += 1
        product *= int(digit)
    return even, product
"""


def test_a_loop_over_the_digits_answers_the_same_for_every_kind_of_number() -> None:
    """Below zero the size is taken; what is no int has a text of its own."""
    (candidate,) = propose(SourceFile.from_text(LOOP), "f", strategy="digit-bytes")
    assert 'for digit in b"%d" % abs(n):' in candidate.new_source
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    exec(LOOP, old)
    exec(candidate.new_source, new)
    for number in (0, 7, 90211, -345, 10**40, True, 1.5, Level.HIGH, Kept(5)):
        answers = []
        for scope in (old, new):
            try:
                answers.append(repr(scope["f"](number)))  # type: ignore[operator]
            except ValueError as error:
                answers.append(repr(error))
        assert answers[0] == answers[1], number


@pytest.mark.parametrize(
    "question", ['"." in str(v)', '"." not in str(v)', '"e" in str(v)', '".0" not in str(v)']
)
def test_what_no_int_is_written_with_is_answered_the_same(question: str) -> None:
    """Ints of a class of their own, bools, floats of every size and texts still ask their text."""
    code = f"def f(values):\n    return [1 + ({question}) for v in values]\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="text-of-number")
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    exec(code, old)
    exec(candidate.new_source, new)
    values = [
        0,
        -3,
        10**600,
        10**3000,
        1.5,
        1e300,
        float("inf"),
        True,
        None,
        "1.5",
        "e",
        Kept(3),
        Level.HIGH,
        [0.5],
    ]
    assert new["f"](values) == old["f"](values)  # type: ignore[operator]
    for scope in (old, new):
        with pytest.raises(ValueError, match="4300 digits"):
            scope["f"]([10**5000])  # type: ignore[operator]
