"""What happens between a key and a diagnostic must load nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {
    "torch", "litellm", "hypothesis", "jedi", "parso", "numpy", "pandas", "radon", "gymnasium",
    "safetensors", "diskcache", "rich", "sqlalchemy", "alembic", "cryptography", "subprocess",
}  # fmt: skip
SCAN = """
import sys, json
from velox_engine import rules
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse
text = "def f(xs):\\n out = []\\n for x in xs:\\n  if x not in out:\\n   out.append(x)\\n return out\\n"
source = SourceFile.from_text(text)
assert rules.scan(parse(source)), "the scan finds nothing"
print(json.dumps(sorted(sys.modules)))
"""
# What `velox-server` does before the first message; `velox_server.app` alone puts off every import.
SERVE = """
import sys, json
from velox_server import handlers, transport
from velox_server.server import VeloxServer
handlers.register(VeloxServer())
assert "pygls" in sys.modules, "no server was made"
print(json.dumps(sorted(sys.modules)))
"""


COMMAND = """
import sys, json
sys.argv = ["velox", "scan", "--quiet", sys.argv[1]]
from velox_engine.cli.main import main
main()
print()
print(json.dumps(sorted(sys.modules)))
"""


def modules_after(code: str, *arguments: str) -> list[str]:
    """Return the names of all modules that a fresh interpreter has loaded after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def loaded_by(code: str, *arguments: str) -> set[str]:
    """Return the top-level modules among them."""
    return {name.partition(".")[0] for name in modules_after(code, *arguments)}


def test_scanning_loads_nothing_heavy() -> None:
    """Parsing and scanning a file loads no model, sandbox, array or terminal library."""
    assert not loaded_by(SCAN) & HEAVY


def test_starting_the_server_loads_nothing_heavy() -> None:
    """The server's start-up loads the protocol and the scanner only, and nothing of the policy or of verification."""
    assert not loaded_by(SERVE) & (HEAVY - {"subprocess"})
    parts = {name.partition("velox_engine.")[2].partition(".")[0] for name in modules_after(SERVE)}
    assert not parts & {"policy", "strategies", "verify", "experience", "llm", "advisor", "cli"}


def test_velox_scan_loads_no_database(tmp_path: Path) -> None:
    """The command that people run most starts without the store, which only rewriting needs."""
    (tmp_path / "m.py").write_text("def f(xs):\n    return xs\n")
    assert not loaded_by(COMMAND, str(tmp_path)) & {"sqlalchemy", "alembic", "cryptography", "numpy", "torch"}
