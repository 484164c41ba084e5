"""Who imports whom in a workspace, and where a function is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.workspace.call_sites import call_sites
from velox_engine.workspace.import_graph import import_graph

FILES = {
    "src/shop/__init__.py": "",
    "src/shop/cart.py": (
        "from . import money\nfrom .money import (\n    round_up,\n    tax,\n)\ndef total(x): return x\n"
    ),
    "src/shop/money.py": "def round_up(x): return x\ndef tax(x): return x\n",
    "tests/test_cart.py": "from shop.cart import total\ndef test(): assert total([1, 2]) and total(x=3)\n",
    "tests/test_money.py": "import shop.money as m, os\ndef test(): m.tax(1.5)\n",
    "tests/test_other.py": "import os\ndef test(): total('unrelated')\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project with a `src` folder."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path.resolve()


def names(root: Path, found: list[Path]) -> list[str]:
    """Paths relative to the root."""
    return [path.relative_to(root).as_posix() for path in found]


def test_direct_importers_by_absolute_and_relative_imports(root: Path) -> None:
    """`from .money import (…)` and `import shop.money as m` both count."""
    found = names(root, import_graph(root).direct(root / "src/shop/money.py"))
    assert found == ["src/shop/cart.py", "tests/test_money.py"]


def test_tests_reach_a_module_through_others(root: Path) -> None:
    """test_cart imports cart, which imports money; test_other imports neither."""
    found = names(root, import_graph(root).reaching(root / "src/shop/money.py"))
    assert "tests/test_cart.py" in found
    assert "tests/test_other.py" not in found


def test_calls_are_found_in_files_that_import_the_module(root: Path) -> None:
    """As text, and not in a file that merely uses the same name."""
    assert call_sites(root, root / "src/shop/cart.py", "total") == ("total([1, 2])", "total(x=3)")
    assert call_sites(root, root / "src/shop/money.py", "tax") == ("m.tax(1.5)",)
