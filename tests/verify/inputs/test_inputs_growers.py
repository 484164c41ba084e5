"""Growers make fresh core cases of a wanted size."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from textwrap import dedent

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs import Grower, case_text, synthesise
from velox_engine.verify.inputs.contents import INSIDE, grow
from velox_engine.verify.inputs.shapes import Shape
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Environment, Program, Sandbox, call_all


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests here."""
    with Sandbox(Environment(sys.executable)) as made:
        yield made


def growers(sandbox: Sandbox, code: str, qualname: str, seconds: float = 0.3) -> dict[str, Grower]:
    """The growers of a function by knob."""
    program = Program(dedent(code), "", "under_test", "", qualname)
    found = synthesise(SourceFile.from_text(dedent(code)), qualname, sandbox, program, seconds=seconds)
    return {grower.knob: grower for grower in found.growers}


MEMBERS = """
    def common(first, second):
        out = []
        for item in first:
            if item in second:
                out.append(item)
        return out
"""


def test_lists_grow_alone_and_together(sandbox: Sandbox) -> None:
    """Two lists give a knob for both at once and one for each."""
    found = growers(sandbox, MEMBERS, "common")
    assert set(found) == {"first + second", "first", "second"}
    case = found["first + second"].make(50, random.Random(1))
    assert [len(value) for value in case.args] == [50, 50]


def test_each_call_gives_other_data_and_each_seed_the_same(sandbox: Sandbox) -> None:
    """Timing needs inputs never seen before; reproducing needs the same again."""
    grower = growers(sandbox, MEMBERS, "common")["first"]
    one, other = (case_text(grower.make(20, random.Random(seed))) for seed in (1, 2))
    assert one != other
    assert one == case_text(grower.make(20, random.Random(1)))


def test_a_length_grows_with_its_list(sandbox: Sandbox) -> None:
    """The coupled number is no knob of its own and stays the length."""
    code = "def total(n, values):\n    out = 0\n    for i in range(n):\n        out += values[i]\n    return out\n"
    found = growers(sandbox, code, "total")
    assert set(found) == {"values"}
    case = found["values"].make(64, random.Random(3))
    assert case.args[0] == len(case.args[1]) == 64


def test_an_integer_knob_grows_the_number_but_not_without_end(sandbox: Sandbox) -> None:
    """A power inside C code can never be interrupted, so integers have a cap."""
    code = "def squares(n: int) -> int:\n    return sum(i * i for i in range(n))\n"
    make = growers(sandbox, code, "squares")["n"].make
    assert make(10, random.Random(1)).args[0] <= 10
    assert 500 <= make(1000, random.Random(1)).args[0] <= 1000
    assert make(10**18, random.Random(1)).args[0] <= 10**12


def test_grown_text_is_made_of_words_the_function_knows(sandbox: Sandbox) -> None:
    """Where random text raises, core text is repeated instead."""
    code = '''
    NAMES = {"one": 1, "two": 2, "six": 6}

    def spelled(text: str) -> int:
        """
        >>> spelled("two one six")
        9
        """
        return sum(NAMES[word] for word in text.split())
    '''
    grower = growers(sandbox, code, "spelled")["text"]
    case = grower.make(400, random.Random(2))
    assert len(case.args[0]) >= 400
    program = Program(dedent(code), "", "under_test", "", "spelled")
    assert call_all(sandbox, program, [case])[0].kind == "returned"


def test_text_that_keeps_a_linear_function_busy_is_found_at_larger_sizes(sandbox: Sandbox) -> None:
    """At the first size no style takes long enough to tell; of the larger ones a palindrome does."""
    code = """
        def is_palindrome(text: str) -> bool:
            for at in range(len(text)):
                if text[at] != text[len(text) - 1 - at]:
                    return False
            return True
    """
    made = growers(sandbox, code, "is_palindrome")["text"]
    texts = [made.make(201, random.Random(seed)).args[0] for seed in range(8)]
    assert all(text == text[::-1] for text in texts)


def test_rows_are_not_made_larger_than_can_be_sent(sandbox: Sandbox) -> None:
    """A function of rows that is quick whatever they hold is not tried on millions of them."""
    code = """
        def corner(rows: list[list[list[int]]]) -> int:
            return len(rows) + len(rows[0]) if rows else 0
    """
    assert "rows" in growers(sandbox, code, "corner")


def test_few_texts_get_long_where_a_list_holds_texts(sandbox: Sandbox) -> None:
    """Work that is done for each character of a text does not show in a list of many short ones."""
    code = """
        def odd_digits(codes: list[str]) -> list[int]:
            \"\"\"
            >>> odd_digits(["1234567", "22"])
            [4, 0]
            \"\"\"
            return [sum(int(digit) % 2 for digit in code) for code in codes]
    """
    found = growers(sandbox, code, "odd_digits")
    assert found["codes items"].says == "as the items of `codes` get longer"
    (codes,) = found["codes items"].make(500, random.Random(1)).args
    assert len(codes) < 10
    assert all(len(one) >= 500 and one.isdigit() for one in codes)


def test_rows_and_values_of_dicts_get_long_too() -> None:
    """Few rows of a list, and few values of a dict, are as long as wanted."""
    rows = Shape("list", items=(Shape("int"),))
    for shape in (Shape("list", items=(rows,)), Shape("dict", items=(Shape("str"), rows))):
        made = grow(shape, Vocabulary(), 300, INSIDE, random.Random(1), lambda name, rng: None)
        items = list(made.values()) if isinstance(made, dict) else made
        assert len(items) < 10
        assert all(len(item) == 300 for item in items)


def test_an_integer_that_is_divided_down_gets_more_digits(sandbox: Sandbox) -> None:
    """A loop over digits turns a dozen times for any number of 64 bits."""
    code = """
        def in_base(number: int, base: int) -> str:
            \"\"\"
            >>> in_base(8, 3)
            '22'
            \"\"\"
            written = ""
            while number > 0:
                written = str(number % base) + written
                number //= base
            return written
    """
    found = growers(sandbox, code, "in_base")
    assert found["number digits"].beside == "number"
    assert found["number digits"].make(400, random.Random(1)).args[0] >= 10**399
    assert "base digits" not in found


def test_an_integer_that_ends_a_loop_keeps_its_size(sandbox: Sandbox) -> None:
    """Forty digits would never end, although it is halved as well."""
    code = """
        def steps(n: int) -> int:
            made = 0
            while n > 1:
                made += sum(1 for i in range(n))
                n //= 2
            return made
    """
    assert "n digits" not in growers(sandbox, code, "steps")


def test_text_grows_without_the_characters_that_end_the_work(sandbox: Sandbox) -> None:
    """A text with a blank is split at once; only one of letters and digits alone is looked at one by one."""
    code = """
        def parts(text: str) -> list[str] | int:
            if " " in text:
                return text.split()
            return sum(ord(char) ** 3 % 7 for char in text if char.islower() or char > "a")
    """
    made = growers(sandbox, code, "parts")["text"]
    assert not any(" " in made.make(400, random.Random(seed)).args[0] for seed in range(5))


def test_text_grows_within_an_alphabet_where_other_characters_raise(sandbox: Sandbox) -> None:
    """The sign is only allowed in front, so that no mixed text is ever answered."""
    code = """
        ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

        def decode(text):
            sign = 1
            if text[0] == "-":
                text, sign = text[1:], -1
            found = 0
            for char in text:
                found = found * 62 + ALPHABET.index(char)
            return sign * found
    """
    case = growers(sandbox, code, "decode")["text"].make(300, random.Random(1))
    program = Program(dedent(code), "", "under_test", "", "decode")
    assert call_all(sandbox, program, [case])[0].kind == "returned"


def test_what_passes_a_check_grows_from_what_passed_it(sandbox: Sandbox) -> None:
    """Texts put together from valid ones are valid; from all that was tried, none is."""
    code = """
        def spells(text: str) -> bool:
            at = 0
            while at < len(text):
                for word in ("dream", "erase"):
                    if text[at : at + 5] == word:
                        break
                else:
                    return False
                at += 5
            return True
    """
    made = growers(sandbox, code, "spells")["text"]
    program = Program(dedent(code), "", "under_test", "", "spells")
    answers = call_all(sandbox, program, [made.make(200, random.Random(seed)) for seed in range(4)])
    assert all(answer.text() == "returned True" for answer in answers)


def test_where_to_start_is_a_node_of_the_graph_that_has_grown(sandbox: Sandbox) -> None:
    """A node that was one of a small graph and is none of a large one would end the walk at once."""
    code = """
        def reached(graph: dict[int, list[int]], start: int) -> list[int]:
            seen = []
            queue = [start]
            while queue:
                node = queue.pop(0)
                if node not in seen:
                    seen.append(node)
                    queue.extend(graph.get(node, []))
            return seen
    """
    made = growers(sandbox, code, "reached")["graph"]
    cases = [made.make(50, random.Random(seed)) for seed in range(6)]
    assert all(start in graph for graph, start in (case.args for case in cases))


def test_text_that_the_code_tells_apart_is_made_of_the_characters_it_names(sandbox: Sandbox) -> None:
    """Work that only two characters cause is seen on text of these two."""
    code = """
        def depth(text: str) -> int:
            opened = []
            deepest = 0
            for char in text:
                if char == "<":
                    opened.append(len(opened))
                    deepest = max(deepest, sum(one * two for one in opened for two in opened))
                elif char == ">":
                    deepest = max(deepest, sum(one - two for one in opened for two in opened))
            return deepest
    """
    (grower,) = growers(sandbox, code, "depth").values()
    assert set(grower.make(200, random.Random(3)).args[0]) == {"<", ">"}


def test_timed_text_is_ordinary(sandbox: Sandbox) -> None:
    """Other scripts are compared, but what is timed is text of ASCII."""
    code = "def shout(text: str) -> str:\n    return ''.join([char.upper() for char in text])\n"
    (grower,) = growers(sandbox, code, "shout").values()
    assert all(grower.make(300, random.Random(seed)).args[0].isascii() for seed in range(5))
