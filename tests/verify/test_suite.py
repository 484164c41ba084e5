"""The person's own tests: which reach a function, and what they say of a rewrite."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from velox_engine.source.document import read_source
from velox_engine.verify.suite import Suite
from velox_engine.workspace.project import locate

SHOP = "def total(xs):\n    s = 0\n    for x in xs:\n        s += x\n    return s\n\ndef other(x):\n    return x\n"
TESTS = """\
import pytest
from shop import cart

@pytest.fixture
def prices():
    return [1, 2]

def test_total(prices):
    assert cart.total(prices) == 3

def test_through_a_helper():
    assert total_of(2) == 2

def total_of(*xs):
    return cart.total(list(xs))

def test_other():
    assert cart.other(1) == 1

def test_that_fails_anyway():
    assert cart.total([1]) == 2

@pytest.mark.parametrize("n", [0, 3])
def test_many(n):
    assert cart.total([1] * n) == n
"""


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A package with tests beside it, and a test file that does not import it."""
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-n 2 --no-such-option"\n')
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "cart.py").write_text(SHOP)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_cart.py").write_text(TESTS)
    (tmp_path / "tests" / "test_unrelated.py").write_text("def test(): assert True\n")
    source = read_source(tmp_path / "shop" / "cart.py")
    return Suite(locate(tmp_path / "shop" / "cart.py", SHOP, interpreter=sys.executable), source)


def test_only_tests_that_enter_the_function_and_pass_count(suite: Suite) -> None:
    """Import graph first, then calls: a failing test proves nothing, one of another function neither."""
    assert [path.name for path in suite.files] == ["test_cart.py"]
    names = [name.rpartition("::")[2] for name in suite.reaching("total")]
    assert names == ["test_total", "test_through_a_helper", "test_many[0]", "test_many[3]"]
    assert [name.rpartition("::")[2] for name in suite.reaching("other")] == ["test_other"]
    assert "1 tests do not pass" in suite.note("total")


def test_a_rewrite_that_keeps_the_tests_passing_is_said_to(suite: Suite) -> None:
    """The count travels with the suggestion; nothing was written to the workspace."""
    new = SHOP.replace("    s = 0\n    for x in xs:\n        s += x\n    return s\n", "    return sum(xs)\n")
    run = suite.check("total", new)
    assert run is not None
    assert (run.passed, run.says) == (True, "4 of your tests pass")
    assert suite.path.read_text() == SHOP
    assert not list(suite.path.parent.rglob("__pycache__"))


@pytest.mark.parametrize(
    "new",
    [
        SHOP.replace("return s", "return s + 1"),
        SHOP.replace("def total", "def renamed"),
        "import no_such_module\n" + SHOP,
        SHOP.replace("    s = 0", "    raise SystemExit(0)"),
        "import os\n" + SHOP.replace("    s = 0", "    os._exit(0)"),
    ],
)
def test_a_rewrite_that_breaks_a_test_fails(suite: Suite, new: str) -> None:
    """Wrong results, missing names, modules that do not load and early exits: none of them passes for success."""
    run = suite.check("total", new)
    assert run is not None
    assert not run.passed
    assert "fails" in run.says
