"""A rewrite is held to the code it was verified with: the function, and what that refers to, but not the rest."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.types import Position
from velox_server.anchors import context_hash, same_code, syntax_hash
from velox_server.convert.loops import enclosing_loops

MODULE = """import re
from math import sqrt

LIMIT = 3
OTHER = 4


def helper(x):
    return sqrt(x) + LIMIT


def unrelated(x):
    return OTHER


class Shop(Base):
    size = 2

    def __init__(self):
        self.rows = []

    def price(self, x):
        return helper(x) + self.tax(x)

    def tax(self, x):
        return x

    def address(self):
        return unrelated(1)
"""


def context(text: str, function: str = "Shop.price") -> str:
    parsed = parse(SourceFile.from_text(text))
    return context_hash(parsed, find_function(parsed, function))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 5"),
        ("return sqrt(x)", "return sqrt(x + 1)"),
        ("from math import sqrt", "from cmath import sqrt"),
        ("return x\n", "return 2 * x\n"),
        ("self.rows = []", "self.rows = [1]"),
        ("class Shop(Base)", "class Shop(Other)"),
        ("import re", "import re\nfrom shop import *"),
    ],
)
def test_what_a_function_refers_to_is_part_of_it(old: str, new: str) -> None:
    """Constants, functions, imports, methods, the constructor and bases, also indirectly, change the digest."""
    assert old in MODULE
    assert context(MODULE.replace(old, new, 1)) != context(MODULE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("OTHER = 4", "OTHER = 5"),
        ("return OTHER", "return OTHER + 1"),
        ("return unrelated(1)", "return unrelated(2)"),
        ("import re\n", "import os\n"),
        ("LIMIT = 3\n", "# a comment\nLIMIT = 3\n"),
        ("return helper(x) + self.tax(x)", "return helper(x)  +  self.tax(x)"),
    ],
)
def test_other_code_is_not(old: str, new: str) -> None:
    """What is neither referred to nor led to may change freely; the function itself is the other digest's."""
    assert old in MODULE
    assert context(MODULE.replace(old, new, 1)) == context(MODULE)


def test_context_survives_code_that_does_not_parse() -> None:
    """While something is being typed elsewhere the digest stays."""
    assert context(MODULE + "\ndef half(:\n    return (\n") == context(MODULE)


def test_layout_and_comments_are_no_other_code() -> None:
    """Comments, blank lines and indentation do not count; names, values and decorators do."""
    plain = "@cached\ndef f(x):\n    return x + 1"
    assert same_code(plain, "@cached\n    def f( x ):  # doubled\n\n        return x+1")
    assert not same_code(plain, plain.replace("+ 1", "+ 2"))
    assert not same_code(plain, plain.replace("@cached", "@other"))
    assert syntax_hash("def f(:") is None
    assert not same_code("def f(:", "def g(:")


@pytest.mark.parametrize(
    ("text", "line", "heads"),
    [
        ("for x in y:\n    x\n", 1, [0]),
        ("while x:\n    for y in x:\n        # for z in q:\n        y\n", 3, [1, 0]),
        ("for x in y:\n    def f():\n        return 1\n", 2, []),
        ("async for x in y:\n    if x:\n        x\n", 2, [0]),
        ("for x in y: pass\nx\n", 1, []),
        ("    x\n", 0, []),
        ("x\n", 7, []),
    ],
)
def test_loops_around_a_line_are_those_of_its_function(text: str, line: int, heads: list[int]) -> None:
    """The innermost comes first, comments and what lies beside or outside of the function do not count."""
    assert [start.line for start, _ in enclosing_loops(text.splitlines(), line)] == heads
    assert all(isinstance(start, Position) for start, _ in enclosing_loops(text.splitlines(), line))
