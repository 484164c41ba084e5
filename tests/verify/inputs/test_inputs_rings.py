"""Which inputs count: the evident domain is core, everything else that the function survives is wide."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs import InputSet, case_text, synthesise
from velox_engine.verify.inputs.runner import Runner
from velox_engine.verify.sandbox import Case, Environment, Program, Recipe, Sandbox, call_all


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests here."""
    with Sandbox(Environment(sys.executable)) as made:
        yield made


def program(code: str, qualname: str) -> Program:
    """The program that the sandbox runs."""
    return Program(source=dedent(code), path="", module="under_test", package="", function=qualname)


def inputs(sandbox: Sandbox, code: str, qualname: str, **options: Any) -> InputSet:
    """Synthesised inputs, with a budget that a loaded machine keeps."""
    options.setdefault("seconds", 1.0)
    return synthesise(
        SourceFile.from_text(dedent(code)), qualname, sandbox, program(code, qualname), **options
    )


def flat(value: Any) -> Iterator[Any]:
    """All scalars inside a value."""
    if isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from flat(item)
    elif isinstance(value, dict):
        yield from flat(list(value.items()))
    else:
        yield value


FIBONACCI = """
    def fib(n):
        if n == 0:
            return 0
        a, b = 0, 1
        for _ in range(n - 1):
            a, b = b, a + b
        return b
"""
DEDUPE = """
    def dedupe(items):
        out = []
        for item in items:
            if item not in out:
                out.append(item)
        return out
"""


def test_a_counting_function_gets_no_float_in_its_core(sandbox: Sandbox) -> None:
    """fib(2.5) and fib(True) lie outside the evident domain of `fib(n)`."""
    found = inputs(sandbox, FIBONACCI, "fib")
    assert len(found.core) >= 20
    assert all(type(value) is int for case in found.core for value in case.args)


def test_negative_counts_are_wide(sandbox: Sandbox) -> None:
    """The end of a range() that the code never compares with zero is no negative number in the core."""
    found = inputs(sandbox, FIBONACCI, "fib")
    assert all(case.args[0] >= 0 for case in found.core)
    assert (0,) in [case.args for case in found.core]


def test_negative_numbers_are_core_where_the_code_asks_for_them(sandbox: Sandbox) -> None:
    """A function that tests `n < 0` has negative numbers in its domain."""
    code = "def sign(n):\n    if n < 0:\n        return -1\n    return 1\n"
    assert any(case.args[0] < 0 for case in inputs(sandbox, code, "sign").core)


def test_unhashable_items_are_wide_in_a_deduplication(sandbox: Sandbox) -> None:
    """Nothing shows that the items may be lists, so a set-based rewrite is not refuted by them."""
    found = inputs(sandbox, DEDUPE, "dedupe")
    for case in found.core:
        for item in case.args[0]:
            hash(item)
    assert any("unhashable" in reason for reason in found.wide_reasons)


def test_unhashable_items_are_core_where_the_hint_promises_anything(sandbox: Sandbox) -> None:
    """With list[Any] the same items are the function's business."""
    code = DEDUPE.replace("def dedupe(items)", "def dedupe(items: list[object])")
    found = inputs(sandbox, code, "dedupe")
    assert any(isinstance(item, list | dict) for case in found.core for item in case.args[0])


def test_tuples_for_lists_are_wide(sandbox: Sandbox) -> None:
    """A list parameter that also survives tuples keeps lists in its core."""
    found = inputs(sandbox, DEDUPE, "dedupe")
    assert {type(case.args[0]) for case in found.core} == {list}
    assert any(isinstance(case.args[0], tuple) for case in found.wide)


def test_examples_decide_the_types_and_come_first(sandbox: Sandbox) -> None:
    """A docstring example is core as it stands, and its element type is the core's."""
    code = '''
    def total(values):
        """Add up.

        total(["a", "b"]) => "ab"
        """
        out = values[0]
        for value in values[1:]:
            out = out + value
        return out
    '''
    found = inputs(sandbox, code, "total")
    assert found.core[0].args == (["a", "b"],)
    assert {type(item) for case in found.core for item in flat(list(case.args))} == {str}


def test_text_stays_within_a_shown_alphabet(sandbox: Sandbox) -> None:
    """Where examples show brackets only, letters are wide."""
    code = '''
    def depth(text):
        """
        >>> depth("(()())")
        2
        >>> depth("()((()))")
        3
        """
        level = best = 0
        for char in text:
            level += 1 if char == "(" else -1
            best = max(best, level)
        return best
    '''
    found = inputs(sandbox, code, "depth")
    assert {char for case in found.core for char in case.args[0]} <= set("()")
    assert any(set(case.args[0]) - set("()") for case in found.wide if isinstance(case.args[0], str))


def test_special_floats_are_core_for_a_list_of_float(sandbox: Sandbox) -> None:
    """Not-a-number and the signed zero belong to the type, so they are core."""
    code = "def largest(values: list[float]) -> float:\n    return max(values)\n"
    texts = [case_text(case) for case in inputs(sandbox, code, "largest").core]
    assert any("nan" in text for text in texts)
    assert any("-0.0" in text for text in texts)


def test_empties_ties_and_order_are_among_the_core(sandbox: Sandbox) -> None:
    """The usual edges of a list come without asking."""
    lists = [case.args[0] for case in inputs(sandbox, DEDUPE, "dedupe").core]
    assert [] in lists
    assert any(len(item) != len(set(item)) for item in lists)
    assert any(len(item) > 3 and item == sorted(item) for item in lists)


def test_one_shot_iterators_are_core_for_an_iterable(sandbox: Sandbox) -> None:
    """A hint of Iterable promises generators and iterators too."""
    code = "from typing import Iterable\ndef count(items: Iterable[int]) -> int:\n    return sum(1 for _ in items)\n"
    found = inputs(sandbox, code, "count")
    assert any(
        isinstance(case.args[0], Recipe) and case.args[0].text.startswith("iter(") for case in found.core
    )


def test_aliases_are_drawn_for_two_lists(sandbox: Sandbox) -> None:
    """The same list passed twice shows rewrites that change one argument while reading the other."""
    code = "def move(a, b):\n    for item in list(a):\n        b.append(item)\n    return len(a)\n"
    found = inputs(sandbox, code, "move")
    assert any(case.args[0] is case.args[1] for case in found.core if len(case.args) == 2)


def test_raised_on_purpose_is_core_and_by_accident_is_wide(sandbox: Sandbox) -> None:
    """A raise statement is behaviour; an IndexError of an empty list is a caveat."""
    code = """
    def first(items: list[int]) -> int:
        if len(items) > 3:
            raise ValueError("too many")
        return items[0]
    """
    found = inputs(sandbox, code, "first")
    assert found.exceptions
    assert all(len(case.args[0]) > 3 for case in found.exceptions)
    assert any(case.args == ([],) for case in found.wide)


def test_a_length_parameter_matches_its_list(sandbox: Sandbox) -> None:
    """In f(n, values), whose loop runs over range(n) and subscripts values, another n is wide."""
    code = """
    def best(n, values):
        top = values[0]
        for i in range(n):
            if values[i] > top:
                top = values[i]
        return top
    """
    found = inputs(sandbox, code, "best")
    assert len(found.core) >= 20
    assert all(case.args[0] == len(case.args[1]) for case in found.core)


def test_methods_get_a_constructed_receiver(sandbox: Sandbox) -> None:
    """args[0] of a method is a recipe that builds the instance through its constructor."""
    code = """
    class Window:
        def __init__(self, size: int, values: list[int]):
            self.size = size
            self.values = values

        def total(self, start: int) -> int:
            return sum(self.values[start:start + self.size])

        @staticmethod
        def twice(x: int) -> int:
            return 2 * x
    """
    found = inputs(sandbox, code, "Window.total")
    assert len(found.core) >= 20
    assert all(
        isinstance(case.args[0], Recipe) and case.args[0].text.startswith("Window(") for case in found.core
    )
    assert all(len(case.args) == 1 for case in inputs(sandbox, code, "Window.twice").core)


def test_a_nested_function_is_refused_with_the_reason(sandbox: Sandbox) -> None:
    """It cannot be called from outside; the note says so and no input is made."""
    code = "def outer():\n    def inner(x):\n        return x\n    return inner\n"
    found = inputs(sandbox, code, "outer.inner")
    assert not found.core
    assert "inside another function" in found.notes[0]


def test_coroutines_and_generators_get_inputs(sandbox: Sandbox) -> None:
    """Only inputs are needed; how they run is the sandbox's business."""
    code = "async def add(x: int, y: int) -> int:\n    return x + y\n\ndef up(n: int):\n    yield from range(n)\n"
    assert len(inputs(sandbox, code, "add").core) >= 20
    assert len(inputs(sandbox, code, "up").core) >= 20


def test_a_function_that_hangs_on_some_inputs_still_gets_others(sandbox: Sandbox) -> None:
    """Inputs on which the function loops for ever are left out and avoided."""
    code = """
    def halve(n: int) -> int:
        steps = 0
        while n != 0:
            n = n - 2
            steps += 1
        return steps
    """
    found = inputs(sandbox, code, "halve")
    assert all(case.args[0] % 2 == 0 for case in found.core)
    assert found.core


def test_the_same_seed_gives_the_same_inputs(sandbox: Sandbox) -> None:
    """Inputs are reproducible, and another seed gives others."""

    def texts(seed: int) -> list[str]:
        # The large inputs behind those asked for end where calls get long, which the machine decides.
        found = inputs(sandbox, DEDUPE, "dedupe", seed=seed, seconds=4.0, count=200)
        return [case_text(case) for case in found.core[:200]]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)


def test_given_cases_are_core_and_first(sandbox: Sandbox) -> None:
    """What the person passes counts, whatever the types say."""
    found = inputs(sandbox, FIBONACCI, "fib", extra=[Case((33,))])
    assert found.core[0].args == (33,)


def test_call_sites_elsewhere_are_evidence_of_types(sandbox: Sandbox) -> None:
    """A call with text makes text the core type of a function that could add numbers as well."""
    code = "def join(a, b):\n    return a + b\n"
    found = inputs(sandbox, code, "join", call_sites=['join("a", "b")'])
    assert {type(value) for case in found.core for value in case.args} == {str}


def test_every_core_case_returns(sandbox: Sandbox) -> None:
    """Core inputs are inputs on which the function returns, in a fresh process too."""
    found = inputs(sandbox, DEDUPE, "dedupe")
    outcomes = call_all(sandbox, program(DEDUPE, "dedupe"), found.core)
    assert {outcome.kind for outcome in outcomes} == {"returned"}


def test_coverage_counts_both_sides_of_each_branch(sandbox: Sandbox) -> None:
    """A constant mined from the code opens the branch that random numbers would miss."""
    code = "def odd(x: int) -> int:\n    if x == 7919:\n        return 1\n    return 0\n"
    assert inputs(sandbox, code, "odd").coverage == 1.0


STACK = """
    class Stack:
        def __init__(self) -> None:
            self.items = []

        def push(self, item: int) -> None:
            self.items.append(item)

        def drain(self, count: int):
            out = []
            for _ in range(count):
                out.append(self.items.pop())
            return out
"""


def test_methods_are_called_on_instances_that_have_been_used(sandbox: Sandbox) -> None:
    """A stack that was never pushed to gives nothing back; one that was does."""
    found = inputs(sandbox, STACK, "Stack.drain")
    outcomes = call_all(sandbox, program(STACK, "Stack.drain"), found.core)
    assert any("made.push(" in case_text(case) for case in found.core)
    assert any(outcome.text() not in ("returned []",) for outcome in outcomes)


def test_an_input_that_cannot_be_built_leaves_its_neighbours_alone(sandbox: Sandbox) -> None:
    """Outcomes stay with their own cases when one in the middle has no value."""
    code = program("def f(x):\n    return x\n", "f")
    with Runner(sandbox, code, 1.0) as runner:
        outcomes = runner.call([Case((1,)), Case((Recipe("1 / 0"),)), Case((3,))])
    assert [outcome.kind for outcome in outcomes] == ["returned", "missing", "returned"]
    assert outcomes[2].text() == "returned 3"
    assert runner.stalls == 0


def test_text_that_alone_reaches_a_line_is_in_the_domain(sandbox: Sandbox) -> None:
    """The examples show lower case only, and the code says what becomes of everything else."""
    code = '''
        LETTERS = "abcdefghijklmnopqrstuvwxyz"

        def shifted(text):
            """
            >>> shifted("hijklmnop")
            'ijklmnopq'
            """
            out = ""
            for char in text:
                if char in LETTERS:
                    out += LETTERS[(LETTERS.index(char) + 1) % 26]
                else:
                    out += char
            return out
    '''
    found = inputs(sandbox, code, "shifted")
    assert any(set(case.args[0]) - set("abcdefghijklmnopqrstuvwxyz") for case in found.core)
    assert found.coverage == 1.0
