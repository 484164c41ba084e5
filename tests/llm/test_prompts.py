"""What a model is told: the task of each action, the function with what it uses, figures and shapes, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.settings import parse
from velox_engine.source.document import SourceFile
from velox_engine.strategies.llm import open_actions
from velox_engine.strategies.llm.description import describe
from velox_engine.strategies.llm.families import FAMILIES
from velox_engine.strategies.propose import make_context
from velox_engine.types import Finding, Position
from velox_engine.verify.verifier import Verifier
from velox_engine.workspace.project import locate

SHOP = '''import math
from pricing.rates import rate_of

LIMIT = 10
UNUSED = "not for anybody"


def _round(value):
    return math.floor(value)


def total(prices: list[float], names: list[str]) -> int:
    """Sum of the rounded prices."""
    result = 0
    for price in prices:
        if result < LIMIT:
            result += _round(price) * rate_of(names)
    return result


def unrelated():
    return "nothing to do with it"


def bill(prices):
    return total(prices, ["a"])
'''


TRIES = "        try:\n            v()\n        except KeyError:\n            pass\n"
CART = """class Cart(list):
    def __init__(self):
        self.items = []

    def count(self):
        return [i for i in self.items]
"""


def test_every_action_but_stopping_has_a_family() -> None:
    """24 actions, 24 tasks, each of its own."""
    assert list(FAMILIES) == [name for name in ACTIONS if name != ACTIONS[NO_CHANGE]]
    assert len({family.goal for family in FAMILIES.values()}) == 24


def opened(text: str, name: str = "f", findings: frozenset[str] = frozenset()) -> set[str]:
    mask = open_actions(make_context(SourceFile.from_text(text), name), findings)
    assert not mask[NO_CHANGE]
    return {action for action, is_open in zip(ACTIONS, mask, strict=True) if is_open}


def test_a_function_that_repeats_nothing_is_not_worth_a_request() -> None:
    """Without a loop, comprehension, recursion or finding no model is asked."""
    assert opened("def f(x):\n    return x + 1\n") == set()
    assert "regex" in opened("def f(x):\n    return x + 1\n", findings=frozenset({"regex"}))


@pytest.mark.parametrize(
    ("text", "fits", "does_not"),
    [
        ("def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n", "recursion_to_iteration", "vectorization"),
        ("import numpy as np\ndef f(x):\n    return [v * 2 for v in x]\n", "vectorization", "dataframe_vectorization"),
        ("import pandas\ndef f(x):\n    return [v for v in x]\n", "dataframe_vectorization", "vectorization"),
        ("def f(x):\n    out = []\n    for v in x:\n        out.append(v)\n    return out\n", "comprehension", "regex"),
        ("import re\ndef f(x):\n    return [re.match('a', v) for v in x]\n", "regex", "io_buffering"),
        ("def f(x):\n    for v in x:\n        open(v).read()\n", "io_buffering", "concurrency"),
        (f"def f(x):\n    for v in x:\n{TRIES}", "exception_flow", "regex"),
    ],
)  # fmt: skip
def test_actions_are_open_where_they_make_sense(text: str, fits: str, does_not: str) -> None:
    """The policy chooses among what the function's syntax allows."""
    found = opened(text)
    assert {fits, "alternative_solution"} <= found
    assert does_not not in found


def shop(folder: Path) -> SourceFile:
    (folder / "pyproject.toml").write_text("")
    (folder / "pricing").mkdir()
    (folder / "pricing" / "__init__.py").write_text("")
    rates = "SECRET_TABLE = 'elsewhere'\n\n\ndef rate_of(names):\n    return len(names)\n"
    (folder / "pricing" / "rates.py").write_text(rates)
    (folder / "shop.py").write_text(SHOP)
    return SourceFile.from_text(SHOP, folder / "shop.py")


def test_the_description_holds_what_the_function_uses_and_nothing_else(tmp_path: Path) -> None:
    """Imports, constants, callees of this and other files, callers and findings; not the rest of the files."""
    source = shop(tmp_path)
    at = Position(0, 0)
    finding = Finding("VX1", "slow", at, at, "total", "membership in a list", "info", "s", "caching", "O(n)")
    text = describe(
        make_context(source, "total"), None, [finding], [], locate(tmp_path / "shop.py", SHOP), 10_000
    )
    for part in (
        "def total(prices: list[float], names: list[str]) -> int:",
        "LIMIT = 10", "def _round(value):", "# from pricing.rates\ndef rate_of(names):", "`total(prices, [\"a\"])`",
        "membership in a list (O(n))", "prices: list",
    ):  # fmt: skip
        assert part in text
    for part in ("UNUSED", "unrelated", "SECRET_TABLE", str(tmp_path), "shop.py"):
        assert part not in text


def test_hidden_files_are_not_quoted(tmp_path: Path) -> None:
    """A function of an excluded file is left out of the description of the one that calls it."""
    source = shop(tmp_path)
    project = locate(tmp_path / "shop.py", SHOP)
    text = describe(
        make_context(source, "total"), None, [], [], project, 10_000, lambda path: path.name == "rates.py"
    )
    assert "def rate_of" not in text
    assert "def _round" in text


BY_MODULE = """import pricing.rates as r
from pricing import rates


def once(names):
    return [r.rate_of(names) for _ in names]


def twice(names):
    return [rates.rate_of(names) for _ in names]
"""


@pytest.mark.parametrize(("name", "module"), [("once", "pricing.rates"), ("twice", "pricing.rates")])
def test_functions_reached_through_their_module_are_quoted(tmp_path: Path, name: str, module: str) -> None:
    """`import a.b as r` and `from a import b` lead to the same definition as `from a.b import f` does."""
    shop(tmp_path)
    path = tmp_path / "other.py"
    path.write_text(BY_MODULE)
    project = locate(path, BY_MODULE)
    told = describe(make_context(SourceFile.from_text(BY_MODULE, path), name), None, [], [], project, 10_000)
    assert f"# from {module}\ndef rate_of(names):" in told


def test_calls_in_files_that_import_it_are_quoted(tmp_path: Path) -> None:
    """The import graph leads to those who call the function; hidden files and mere mentions are left out."""
    (tmp_path / "pyproject.toml").write_text("")
    source = shop(tmp_path)
    (tmp_path / "till.py").write_text("import shop\n\nPAID = shop.total([1.5], ['b'])\n")
    (tmp_path / "private.py").write_text("from shop import total\n\nSUM = total([2.5], ['key'])\n")
    (tmp_path / "unrelated.py").write_text("total = sum\nprint(total([3.5]))\n")
    project = locate(tmp_path / "shop.py", SHOP)
    told = describe(
        make_context(source, "total"), None, [], [], project, 10_000, lambda path: path.name == "private.py"
    )
    assert "How other files call it:\n- `shop.total([1.5], ['b'])`" in told
    for part in ("2.5", "3.5", "till"):
        assert part not in told


def test_a_long_description_is_cut_by_sections(tmp_path: Path) -> None:
    """The function itself always comes along; what is less telling goes first."""
    text = describe(make_context(shop(tmp_path), "total"), None, [], [], None, 400)
    assert "return result" in text
    assert "def _round" not in text


def test_figures_and_shapes_are_told_but_no_values(tmp_path: Path) -> None:
    """Growth, time and the kinds of inputs are in the description; a value that only inputs hold is not."""
    text = (
        'def f(words: list[str]) -> int:\n    """Count.\n\n    >>> f(["kumquat", "quince"])\n    2\n    """\n'
    )
    text += "    n = 0\n    for word in words:\n        if word != 'x':\n            n += 1\n    return n\n"
    path = tmp_path / "f.py"
    path.write_text(text)
    source = SourceFile.from_text(text, path)
    with Verifier(
        locate(path, text), parse({"input_seconds": 0.3, "input_count": 40, "top_seconds": 0.002})
    ) as verifier:
        prepared = verifier.prepare(source, "f")
    told = describe(make_context(source, "f"), prepared, [], [], None, 10_000)
    measured = told.split("```")[-1]
    assert "Growing words:" in measured
    assert "words: list[str]" in measured
    assert any("kumquat" in str(case.args) for case in prepared.core)
    assert "kumquat" not in measured


def test_a_method_is_shown_in_its_class() -> None:
    """The class's head and constructor tell what `self` holds."""
    told = describe(make_context(SourceFile.from_text(CART), "Cart.count"), None, [], [], None, 10_000)
    assert (
        "class Cart(list):\n    def __init__(self):\n        self.items = []\n\n    def count(self):" in told
    )
