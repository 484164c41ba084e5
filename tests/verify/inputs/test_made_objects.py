"""Objects of a module's classes hold what the class promises of its fields."""

from __future__ import annotations

import ast
from random import Random

import pytest

from velox_engine.verify.inputs.receivers import Maker


@pytest.mark.parametrize(
    "code",
    [
        "@dataclass\nclass Point:\n    nodes: int\n    words: int\n",
        "class Point:\n    def __init__(self, nodes: int, words: int):\n        self.nodes = nodes\n",
    ],
)
def test_fields_with_hints_hold_what_the_hints_say(code: str) -> None:
    """However much a field's name sounds like a list: an int is promised."""
    maker = Maker(ast.parse(code))
    for seed in range(40):
        made = maker.instance("Point", Random(seed))
        assert made is not None
        call = ast.parse(made.text, mode="eval").body
        assert isinstance(call, ast.Call)
        assert [type(ast.literal_eval(arg)) for arg in call.args] == [int, int]


def test_fields_without_hints_hold_what_their_use_suggests() -> None:
    """A name that sounds like a list of words is one, now and then."""
    maker = Maker(
        ast.parse("class Page:\n    def __init__(self, words):\n        self.words = sorted(words)\n")
    )
    made = [maker.instance("Page", Random(seed)) for seed in range(20)]
    assert any(recipe is not None and "[" in recipe.text for recipe in made)


def test_fields_hold_what_other_methods_make_of_them() -> None:
    """A constructor that only keeps its argument says nothing; the loop of another method over it does."""
    maker = Maker(
        ast.parse(
            "class Table:\n"
            "    def __init__(self, held):\n"
            "        self.held = list(held)\n"
            "    def find(self, wanted):\n"
            "        for key, value in self.held:\n"
            "            if key == wanted:\n"
            "                return value + 1\n"
        )
    )
    made = [maker.instance("Table", Random(seed)) for seed in range(20)]
    held = [ast.literal_eval(ast.parse(one.text, mode="eval").body.args[0]) for one in made if one]  # type: ignore[attr-defined]
    pairs = [one for table in held if isinstance(table, list) for one in table]
    assert pairs and all(isinstance(one, tuple) and len(one) == 2 for one in pairs)
