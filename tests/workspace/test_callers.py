"""What surrounds a function is followed through imports exactly; what is only a name is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.cli.main import main
from velox_engine.workspace.callers import surroundings

PRICES = """from shop import tax
from .words import label as named


def total(xs):
    return tax.add(sum(xs)), named(xs)


class Till:
    def pay(self, xs):
        return total(xs)
"""
ORDERS = """from shop.prices import total as sum_up


def order(xs):
    return sum_up(xs) + total(xs)
"""
WEB = """import shop.prices

shop.prices.total([])


class View:
    def get(self, till):
        return till.pay([1])
"""
FILES = {
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/prices.py": PRICES,
    "shop/tax.py": "def add(x):\n    return x * 2\n",
    "shop/words.py": "def label(x):\n    return str(x)\n\n\ndef add(x):\n    return x\n",
    "shop/orders.py": ORDERS,
    "shop/web.py": WEB,
    "other/prices.py": "def total(xs):\n    return 0\n\n\ntotal([1])\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_callers_are_found_under_the_names_they_use(project: Path) -> None:
    """Under another name, as an attribute of the module and in the same file; not one that only looks alike."""
    found = surroundings(project, project / "shop/prices.py", "total")
    assert [path.name for path in found.imported_by] == ["orders.py", "web.py"]
    assert {(one.path.name, one.function, one.text) for one in found.callers} == {
        ("prices.py", "Till.pay", "total(xs)"),
        ("orders.py", "order", "sum_up(xs)"),
        ("web.py", "", "shop.prices.total([])"),
    }
    assert all(one.certain for one in found.callers)


def test_calls_of_a_method_are_told_by_name_only(project: Path) -> None:
    """What the receiver is cannot be known from the text."""
    found = surroundings(project, project / "shop/prices.py", "Till.pay")
    assert [(one.path.name, one.function, one.certain) for one in found.callers] == [
        ("web.py", "View.get", False)
    ]


def test_what_a_function_calls_is_found_in_other_files(project: Path) -> None:
    """Through a module and through a name that was imported under another; its own line is told."""
    found = surroundings(project, project / "shop/prices.py", "total")
    assert {(one.path.name, one.function, one.line) for one in found.callees} == {
        ("tax.py", "add", 1),
        ("words.py", "label", 1),
    }


def test_the_command_says_who_calls(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, with places to go to."""
    monkeypatch.chdir(project)
    assert main(["callers", "shop/prices.py::total"]) == 0
    out = capsys.readouterr().out
    assert "imported by 2 modules" in out
    assert "shop/orders.py:5  order  sum_up(xs)" in out
    assert main(["callers", "shop/prices.py::missing"]) == 2
