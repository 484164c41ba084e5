"""What types from other files add, and what it costs when nobody asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from velox_engine.rules import deepen, scan
from velox_engine.source.document import read_source
from velox_engine.source.syntax import parse


def test_a_list_that_another_file_returns_is_found_on_request(tmp_path: Path) -> None:
    """Nothing in the file says that `blocked` is a list; the module it comes from does."""
    tmp_path.joinpath("shop.py").write_text("def blocked_names():\n    return list(open('names.txt'))\n")
    user = tmp_path / "orders.py"
    user.write_text(
        "from shop import blocked_names\n\n\ndef allowed(orders):\n    blocked = blocked_names()\n"
        "    return [order for order in orders if order.name not in blocked]\n"
    )
    parsed = parse(read_source(user))
    assert "VX101" not in {finding.rule for finding in scan(parsed)}
    (found,) = [finding for finding in deepen(parsed, "allowed", root=tmp_path) if finding.rule == "VX101"]
    assert "`blocked` is a list" in found.message
    assert (found.function, found.start.line) == ("allowed", 5)


def test_what_the_file_says_itself_is_not_told_twice(tmp_path: Path) -> None:
    """Deepening gives only what is new."""
    file = tmp_path / "own.py"
    file.write_text("def f(xs, ys: list):\n    return [x for x in xs if x in ys]\n")
    assert deepen(parse(read_source(file)), "f", root=tmp_path) == []


def test_scanning_never_imports_jedi() -> None:
    """Not at start-up and not while scanning."""
    code = (
        "import sys\nfrom velox_engine.rules import scan\nfrom velox_engine.source.document import SourceFile\n"
        "from velox_engine.source.syntax import parse\n"
        "assert scan(parse(SourceFile.from_text('def f(xs, ys: list):\\n    return [x for x in xs if x in ys]\\n')))\n"
        "assert 'jedi' not in sys.modules and 'radon' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
